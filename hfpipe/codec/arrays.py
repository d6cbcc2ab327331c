"""
Arrays of numbers as files: a picture as PNG, samples of sound as WAV.

Floor 2. An array is anything with numpy's `shape`, `dtype`, `astype` and `tobytes`; numpy itself
is not needed here. Formats: https://www.w3.org/TR/png-3/ and the RIFF of PCM sound.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any, Final

_COLOURS: Final = {1: 0, 2: 4, 3: 2, 4: 6}
_FLAT: Final = 2
_DEEP: Final = 3
_MOST_CHANNELS: Final = 8
_LOUDEST: Final = 32767
_WHITE: Final = 255
_HIGHEST_RATE: Final = 2**32 - 1


def is_array(value: Any) -> bool:
    """Whether it is an array of numbers."""
    return all(hasattr(value, name) for name in ("shape", "dtype", "astype", "tobytes"))


def png(pixels: Any) -> bytes:
    """
    A picture of height x width, or x 1 to 4 channels (grey, grey and alpha, RGB, RGBA) as PNG.

    Whole numbers are 0 to 255; floats are 0 to 1. Raises ValueError for anything else.
    """
    shape = tuple(pixels.shape)
    channels = shape[2] if len(shape) == _DEEP else 1
    if len(shape) not in {_FLAT, _DEEP} or channels not in _COLOURS or 0 in shape:
        raise ValueError(f"an array of shape {shape} is no picture: height x width (x 1 to 4)")
    height, width = shape[:2]
    row = width * channels
    data = _bytes_of(pixels)
    # each row begins with its filter: none
    lines = b"".join(b"\0" + data[at : at + row] for at in range(0, row * height, row))
    head = struct.pack(">IIBBBBB", width, height, 8, _COLOURS[channels], 0, 0, 0)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(lines, 6)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _bytes_of(pixels: Any) -> bytes:
    kind = pixels.dtype.kind
    if kind not in "buif":
        raise ValueError(f"an array of {pixels.dtype} is no picture")
    if kind in "bf":
        pixels = pixels.astype("float64") * _WHITE + 0.5
    data: bytes = pixels.clip(0, _WHITE).astype("uint8").tobytes()
    return data


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def wav(samples: Any, rate: Any) -> bytes:
    """
    Samples, or samples x channels, at `rate` a second as WAV of 16 bits.

    Floats are -1 to 1; whole numbers of 8, 16 or 32 bits fill their range. Channels x samples is
    told from samples x channels by its shape. Raises ValueError for anything else.
    """
    if isinstance(rate, bool) or int(rate) != rate or not 0 < rate <= _HIGHEST_RATE:
        raise ValueError(f"the rate of sound is in samples a second, not {rate!r}")
    shape = tuple(samples.shape)
    if len(shape) == _FLAT and shape[0] <= _MOST_CHANNELS < shape[1]:
        samples, shape = samples.T, shape[::-1]
    channels = shape[1] if len(shape) == _FLAT else 1
    if len(shape) not in {1, _FLAT} or 0 in shape or channels > _MOST_CHANNELS:
        raise ValueError(f"an array of shape {shape} is no sound: samples (x 1 to 8 channels)")
    data = _samples_of(samples)
    sizes = struct.pack(
        "<HHIIHH", 1, channels, int(rate), int(rate) * channels * 2, channels * 2, 16
    )
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + sizes
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )


def _samples_of(samples: Any) -> bytes:
    kind, size = samples.dtype.kind, samples.dtype.itemsize
    if kind == "f":
        whole = samples.astype("float64")
        if not bool((whole == whole).all()):  # noqa: PLR0124 - only NaN differs from itself
            raise ValueError("the samples hold NaN")
        whole = whole.clip(-1.0, 1.0) * _LOUDEST
    elif kind == "u" and size == 1:
        whole = (samples.astype("int32") - 128) * 256  # of 8 bits, silence is 128
    elif kind == "i" and size in {2, 4}:
        whole = samples.astype("int64") >> (8 * size - 16)
    else:
        raise ValueError(f"an array of {samples.dtype} is no sound")
    data: bytes = whole.astype("<i2").tobytes()
    return data
