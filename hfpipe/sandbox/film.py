"""
Films: a few pictures after each other, as an AVI file that any player shows.

Floor 5. Uncompressed frames in RIFF, as Microsoft's "AVI RIFF File Reference" has them: an `hdrl`
list with the headers, a `movi` list with the frames from their last row to the first, an index.
"""

from __future__ import annotations

import struct
from typing import Final

from hfpipe.sandbox.png import Picture

RATE: Final = 8
_HAS_INDEX: Final = 0x10
_KEY_FRAME: Final = 0x10


def filmed(frames: list[Picture], rate: int = RATE) -> bytes:
    """The pictures, all of one size, as an AVI file of `rate` pictures a second."""
    width, height = frames[0].width, frames[0].height
    data = [_bottom_up(frame) for frame in frames]
    size = len(data[0])
    main = struct.pack(
        "<14I",
        1_000_000 // rate,
        size * rate,
        0,
        _HAS_INDEX,
        len(data),
        0,
        1,
        size,
        width,
        height,
        0,
        0,
        0,
        0,
    )
    stream = b"vidsDIB " + struct.pack(
        "<IHHIIIIIIIIHHHH", 0, 0, 0, 0, 1, rate, 0, len(data), size, 0, 0, 0, 0, width, height
    )
    form = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, size, 0, 0, 0, 0)
    headers = _list(
        b"hdrl",
        _chunk(b"avih", main),
        _list(b"strl", _chunk(b"strh", stream), _chunk(b"strf", form)),
    )
    chunks = [_chunk(b"00db", frame) for frame in data]
    at, places = 4, b""
    for chunk in chunks:
        places += b"00db" + struct.pack("<III", _KEY_FRAME, at, size)
        at += len(chunk)
    movie = _list(b"movi", *chunks)
    return _chunk(b"RIFF", b"AVI " + headers + movie + _chunk(b"idx1", places))


def _bottom_up(frame: Picture) -> bytes:
    # blue, green, red; each row is filled up to a multiple of four bytes
    gap = bytes(-3 * frame.width % 4)
    rows: list[bytes] = []
    for row in reversed(frame.rows):
        turned = bytearray(row)
        turned[0::3], turned[2::3] = row[2::3], row[0::3]
        rows.append(bytes(turned) + gap)
    return b"".join(rows)


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _list(name: bytes, *chunks: bytes) -> bytes:
    return _chunk(b"LIST", name + b"".join(chunks))
