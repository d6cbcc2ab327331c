"""
Speech that the sandbox itself understands: texts as tones, a tone for each half of a byte.

Floor 5. A symbol is one of sixteen tones, 400 to 3,400 Hz in steps of 200 Hz, for 80 samples at
16 kHz: whole periods of 200 Hz, so that the tones do not disturb each other. A text is a
preamble, its length, its bytes and their checksum. It is read back out of the samples by
correlation, so it may be louder, softer or a little noisy, and silence may be around it.

>>> heard(spoken("hello"))
'hello'
"""

from __future__ import annotations

import io
import math
import struct
import wave
import zlib
from array import array
from collections.abc import Sequence
from operator import mul
from typing import Final

from attrs import field, frozen

RATE: Final = 16_000
SYMBOL: Final = 80
_LOUD: Final = 12_000
_SILENT: Final = 200
_LEAD: Final = b"hfp"
_LONGEST: Final = 100_000
_WIDTHS: Final = {1: "B", 2: "h", 4: "i"}

_ANGLES: Final = tuple(
    tuple(2 * math.pi * (400 + 200 * tone) * at / RATE for at in range(SYMBOL))
    for tone in range(16)
)
_SINES: Final = tuple(tuple(map(math.sin, angles)) for angles in _ANGLES)
_COSINES: Final = tuple(tuple(map(math.cos, angles)) for angles in _ANGLES)
_TONES: Final = tuple(
    array("h", (round(_LOUD * value) for value in sines)).tobytes() for sines in _SINES
)


@frozen
class Sound:
    """Samples of one channel, 16 bits each, so many a second."""

    samples: Sequence[int] = field(repr=False)
    rate: int = RATE

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate


def spoken(text: str) -> bytes:
    """The text as a WAV file: 16 bits, one channel, 16 kHz, ten milliseconds a byte."""
    content = text.encode("utf-8", "replace")[:_LONGEST]
    framed = _LEAD + struct.pack(">I", len(content)) + content
    framed += struct.pack(">I", zlib.crc32(content))
    return written(b"".join(_TONES[byte >> 4] + _TONES[byte & 15] for byte in framed), RATE)


def written(frames: bytes, rate: int) -> bytes:
    """A WAV file of these frames: 16 bits, one channel."""
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes(frames)
    return file.getvalue()


def sound(content: bytes) -> Sound:
    """The sound in a WAV file, its first channel; raises ValueError where it is none to be read."""
    try:
        with wave.open(io.BytesIO(content)) as wav:
            width, channels, rate = wav.getsampwidth(), wav.getnchannels(), wav.getframerate()
            frames = wav.readframes(wav.getnframes())
    except (wave.Error, EOFError, struct.error, ZeroDivisionError) as error:
        raise ValueError(f"no WAV that can be read: {error}") from None
    if width not in _WIDTHS or not rate:
        raise ValueError(f"a WAV of {8 * width} bits, which is not read")
    samples = array(_WIDTHS[width], frames[: len(frames) // width * width])[::channels]
    if width == 1:
        return Sound([(one - 128) << 8 for one in samples], rate)
    return Sound([one >> 16 for one in samples] if width == 4 else samples, rate)  # noqa: PLR2004 - bytes


def heard(content: bytes) -> str | None:
    """The text in a WAV file of the sandbox's; None where there is none in it."""
    try:
        found = sound(content)
    except ValueError:
        return None
    return understood(found)


def understood(found: Sound) -> str | None:
    """The text in a sound; None where there is none."""
    samples = found.samples
    if found.rate != RATE:
        return None
    first = next((at for at, one in enumerate(samples) if abs(one) > _SILENT), len(samples))
    # a tone begins at zero: its first samples may not be told from silence
    for start in range(first, max(first - 8, -1), -1):
        if _bytes(samples, start, len(_LEAD)) != _LEAD:
            continue
        text = _framed(samples, start + _size(len(_LEAD)))
        if text is not None:
            return text
    return None


def _framed(samples: Sequence[int], at: int) -> str | None:
    length = int.from_bytes(_bytes(samples, at, 4))
    content = _bytes(samples, at + _size(4), min(length, _LONGEST))
    check = _bytes(samples, at + _size(4 + len(content)), 4)
    if len(content) != length or check != struct.pack(">I", zlib.crc32(content)):
        return None
    return content.decode("utf-8", "replace")


def _size(count: int) -> int:
    return 2 * SYMBOL * count


def _bytes(samples: Sequence[int], at: int, count: int) -> bytes:
    end = min(at + _size(count), len(samples) - SYMBOL + 1)
    halves = [_tone(samples[start : start + SYMBOL]) for start in range(at, end, SYMBOL)]
    return bytes(16 * one + other for one, other in zip(halves[::2], halves[1::2], strict=False))


def _tone(symbol: Sequence[int]) -> int:
    if isinstance(symbol, array) and (exact := symbol.tobytes()) in _TONES:
        return _TONES.index(exact)
    return max(range(16), key=lambda tone: _power(symbol, tone))


def _power(symbol: Sequence[int], tone: int) -> float:
    in_phase: float = sum(map(mul, symbol, _SINES[tone]))
    across: float = sum(map(mul, symbol, _COSINES[tone]))
    return in_phase * in_phase + across * across
