"""
Pictures as PNG files, written and read with zlib alone.

Floor 5. https://www.w3.org/TR/png-3: eight bits a sample, colour type 0, 2, 3, 4 or 6, not
interlaced. What is read comes back as rows of RGB.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

from attrs import field, frozen

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_RGB: Final = 2
_PALETTE: Final = 3
_EIGHT: Final = 8
_MOST_PIXELS: Final = 64 * 2**20


@frozen
class Picture:
    """A picture: its rows from the top, each of `width` pixels of three bytes: red, green, blue."""

    width: int
    rows: tuple[bytes, ...] = field(repr=False)

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.rows)


def written(picture: Picture) -> bytes:
    """
    The picture as a PNG file.

    >>> read(written(Picture(1, (b"abc", b"def")))).rows
    (b'abc', b'def')
    """
    return _file(picture.width, picture.rows, _RGB)


def grey(width: int, rows: tuple[bytes, ...]) -> bytes:
    """A mask as a PNG file: one byte a pixel, 0 for black and 255 for white."""
    return _file(width, rows, 0)


def _file(width: int, rows: tuple[bytes, ...], kind: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, len(rows), _EIGHT, kind, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def read(content: bytes) -> Picture:
    """The picture in a PNG file; raises ValueError where it is none that can be read."""
    try:
        return _read(content)
    except (struct.error, zlib.error, IndexError, KeyError) as error:
        raise ValueError(f"the PNG is broken: {error}") from None


def _read(content: bytes) -> Picture:
    if not content.startswith(_SIGNATURE):
        raise ValueError("no PNG")
    parts: dict[bytes, bytes] = {}
    at = len(_SIGNATURE)
    while at < len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        parts[name] = parts.get(name, b"") + content[at + 8 : at + 8 + size]
        at += 12 + size
    if b"IEND" not in parts:
        raise ValueError("the PNG is cut")
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    if depth != _EIGHT or interlaced or not 0 < width * height <= _MOST_PIXELS:
        raise ValueError("a PNG of a kind that is not read")
    samples = _SAMPLES[kind]
    data = zlib.decompressobj().decompress(parts[b"IDAT"], height * (1 + width * samples))
    lines = _unfiltered(data, width * samples, samples)
    if len(lines) != height:
        raise ValueError("the PNG is cut")
    palette = parts.get(b"PLTE", b"") if kind == _PALETTE else b""
    return Picture(width, tuple(_rgb(line, samples, palette) for line in lines))


def _unfiltered(data: bytes, size: int, back: int) -> list[bytes]:
    lines: list[bytes] = []
    above = bytes(size)
    for at in range(0, len(data) - size, size + 1):
        line = bytearray(data[at + 1 : at + 1 + size])
        if data[at]:
            _FILTERS[data[at]](line, above, back)
        above = bytes(line)
        lines.append(above)
    return lines


def _sub(line: bytearray, _: bytes, back: int) -> None:
    for at in range(back, len(line)):
        line[at] = (line[at] + line[at - back]) & 255


def _up(line: bytearray, above: bytes, _: int) -> None:
    line[:] = bytes((one + other) & 255 for one, other in zip(line, above, strict=True))


def _average(line: bytearray, above: bytes, back: int) -> None:
    for at in range(len(line)):
        left = line[at - back] if at >= back else 0
        line[at] = (line[at] + (left + above[at]) // 2) & 255


def _paeth(line: bytearray, above: bytes, back: int) -> None:
    for at in range(len(line)):
        left, corner = (line[at - back], above[at - back]) if at >= back else (0, 0)
        up = above[at]
        guess = left + up - corner
        from_left, from_up, from_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
        if from_left <= from_up and from_left <= from_corner:
            nearest = left
        else:
            nearest = up if from_up <= from_corner else corner
        line[at] = (line[at] + nearest) & 255


_FILTERS: Final = {1: _sub, 2: _up, 3: _average, 4: _paeth}


def _rgb(line: bytes, samples: int, palette: bytes) -> bytes:
    if samples == _SAMPLES[_RGB]:
        return line
    row = bytearray(3 * (len(line) // samples))
    for channel in range(3):
        if palette:
            row[channel::3] = line.translate(palette[channel::3].ljust(256, b"\0")[:256])
        else:
            row[channel::3] = line[channel if samples > _PALETTE else 0 :: samples]
    return bytes(row)
