"""
Compressed bodies, as they come: fed with bytes, asked for bytes. Pure.

The codings and their decoders are urllib3's, so that what is compressed means the same whichever
way it came.
"""

from __future__ import annotations

from typing import Any, Final

from urllib3.exceptions import DecodeError
from urllib3.response import HTTPResponse, MultiDecoder

# What is unpacked at a time: a few bytes may be gigabytes.
_PIECE: Final = 64 * 1024


class Unpacking:
    """
    A body of one `Content-Encoding`. Of codings that nobody knows the bytes stay as they are.

    >>> import gzip
    >>> body = Unpacking("gzip")
    >>> body.fed(gzip.compress(b"hello")), body.more, body.ended()
    (b'hello', False, b'')
    """

    def __init__(self, coding: str) -> None:
        known = {part.strip() for part in coding.lower().split(",")} & set(
            HTTPResponse.CONTENT_DECODERS
        )
        self._decoder: Any = MultiDecoder(coding.lower()) if known else None

    @property
    def more(self) -> bool:
        """Whether `fed(b"")` would give more of what was fed before."""
        return self._decoder is not None and bool(self._decoder.has_unconsumed_tail)

    def fed(self, data: bytes) -> bytes:
        """The next bytes, 64 KiB at most; raises urllib3's DecodeError."""
        if self._decoder is None:
            return data
        return self._guarded(self._decoder.decompress, data, max_length=_PIECE)

    def ended(self) -> bytes:
        """The last bytes, when everything has been fed; raises urllib3's DecodeError."""
        return b"" if self._decoder is None else self._guarded(self._decoder.flush)

    def _guarded(self, step: Any, *given: Any, **bounds: Any) -> bytes:
        try:
            made: bytes = step(*given, **bounds)
        except HTTPResponse.DECODER_ERROR_CLASSES as error:
            raise DecodeError("the body is not compressed as it says") from error
        return made
