"""
HTTP/1.1 answers out of bytes, strictly: the head, and chunked bodies. Pure.

It is stricter than `http.client` and never laxer: what is refused here would there be guessed at
(folded lines, two lengths, control characters), and what is accepted means the same there. A
test feeds both the same bytes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from http.client import HTTPException, LineTooLong, RemoteDisconnected
from typing import Final, NamedTuple

LARGEST_HEAD: Final = 64 * 1024
MOST_FIELDS: Final = 100  # as http.client has it
_LONGEST_LINE: Final = 16 * 1024
# The size of a chunk that ends within so many bytes is remembered: events are of few sizes.
_SHORT: Final = 12

NAME: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_STATUS: Final = re.compile(r"HTTP/1\.([01]) ([1-9][0-9]{2})(?: [^\r]*)?(?:\r\n|\Z)")
# All fields at once: as many as there are line ends, or some line is none.
_FIELD: Final = re.compile(rf"\r\n({NAME}):[ \t]*([^\r]*)")
# The fields that say how a body ends, and what becomes of the connection.
_FRAMING: Final = frozenset(
    {"content-length", "transfer-encoding", "connection", "content-encoding"}
)
# Blanks, tabs and visible characters: all that a line may hold (RFC 9110, 5.5).
SHOWN: Final = bytes([9, *range(0x20, 0x7F), *range(0x80, 0x100)])
_DIGITS: Final = 18  # of a length
_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[\t -~\x80-\xff]*)?")
_TRAILER: Final = re.compile(rb"%b:[\t -~\x80-\xff]*" % NAME.encode())
# Answers that have no body, whatever their fields say (RFC 9112, 6.3).
_BODILESS: Final = frozenset({*range(100, 200), 204, 304})
# From 101 on another protocol is spoken.
_SWITCHED: Final = 101
# Any number of these may come before the answer (RFC 9110, 15.2).
INTERIM: Final = frozenset({100, *range(102, 200)})


class Malformed(HTTPException):
    """Bytes that are no head of an HTTP/1.1 answer."""


class BrokenChunks(HTTPException):
    """Bytes within a chunked body that are no chunk: the rest of it is lost."""


class Head(NamedTuple):
    """
    The head of an answer: its status, its fields as they came, and how its body ends.

    `length` is its bytes where they are told, else None: `chunked`, or the end of the connection.
    `keeps` says whether another request may follow on it. The body of an `unusual` one is
    compressed.
    """

    status: int
    fields: list[tuple[str, str]]
    length: int | None
    chunked: bool
    keeps: bool
    unusual: bool = False


def headed(data: bytes) -> tuple[Head, bytes] | None:
    r"""
    The head that the bytes begin with, and what came behind it; None as long as it is not whole.

    Raises as `parsed` does, and LineTooLong where there is no end of it.

    >>> headed(b"HTTP/1.1 200 OK\r\nContent-Le")
    >>> headed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")[1]
    b'hello'
    """
    end = data.find(b"\r\n\r\n")
    if end < 0 and len(data) <= LARGEST_HEAD:
        return None
    if not 0 <= end <= LARGEST_HEAD:
        raise LineTooLong("head")
    return parsed(data[:end]), data[end + 4 :]


def unanswered(data: bytes) -> HTTPException:
    """Why there is no head, where the connection ended after these bytes."""
    first, end, _ = data.partition(b"\r\n")
    begun = end and _STATUS.match(first.decode("latin-1")) and not first.translate(None, SHOWN)
    if data and not begun:
        return Malformed("no status line")
    return RemoteDisconnected("the server closed the connection without an answer")


def parsed(head: bytes) -> Head:
    r"""
    The head in these bytes, which end before its empty line; of an interim answer (1xx), too.

    Raises `Malformed`, and HTTPException itself where it has too many fields.

    >>> parsed(b"HTTP/1.1 200 OK\r\nContent-Length: 5")
    Head(status=200, fields=[('Content-Length', '5')], length=5, chunked=False, keeps=True, ...)
    """
    text = head.decode("latin-1")
    first, fields = _STATUS.match(text), _FIELD.findall(text)
    if first is None or head.translate(None, SHOWN) != b"\r\n" * len(fields):
        raise Malformed("no status line, or a line that is no header field")
    if len(fields) > MOST_FIELDS:
        raise HTTPException(f"got more than {MOST_FIELDS} headers")  # as http.client does
    told: dict[str, str] = {}
    for name, value in fields:
        key = name.lower()
        if key in _FRAMING and told.setdefault(key, value) != value:
            raise Malformed(f"two values of {key}")
    modern, status = first[1] == "1", int(first[2])
    length, coding = told.get("content-length"), told.get("transfer-encoding")
    # of the characters that a head may hold, only 0 to 9 are decimal
    sound = length is None or (length.isdecimal() and len(length) <= _DIGITS)
    if not sound or (length is not None and coding is not None):
        raise Malformed("lengths that contradict each other, or no length")
    if coding is not None and (coding.lower() != "chunked" or not modern):
        raise Malformed("a transfer coding that is not chunked")
    size = None if length is None else int(length)
    if status in _BODILESS:
        size, coding = 0, None
    ends = size is None and coding is None
    closes = ends or status == _SWITCHED or "close" in told.get("connection", "").lower()
    keeps = modern and not closes
    return Head(status, fields, size, coding is not None, keeps, "content-encoding" in told)


class Chunked:
    r"""
    A chunked body as it comes: `feed` gives what the bytes hold of it, all chunks joined.

    `done` says that its end was seen; `rest` is what came behind that.

    >>> body = Chunked()
    >>> body.feed(b"5\r\nhello\r\n6\r\n wor"), body.done
    (b'hello wor', False)
    >>> body.feed(b"ld\r\n0\r\n\r\n"), body.done
    (b'ld', True)
    """

    __slots__ = ("_due", "_held", "_left", "_trailing", "done")

    def __init__(self) -> None:
        self._left = 0  # bytes of the chunk under way
        self._due = False  # the line end after a chunk's data
        self._trailing = 0  # bytes of the fields after the last chunk, and one
        self._held = b""  # what is not yet a whole line
        self.done = False

    @property
    def rest(self) -> bytes:
        """What came behind the end: nothing, unless the server is broken."""
        return self._held

    def feed(self, data: bytes) -> bytes:
        """The body's bytes in this piece; raises `BrokenChunks`."""
        if not (self._held or self._left or self._due or self._trailing):
            # As an event comes that is sent alone: one chunk, and whole. 0.4 us where the loop
            # takes 1.9 us.
            end = data.find(b"\r\n", 0, _SHORT)
            size = _known_size(data[:end]) if end > 0 else 0
            if size and size == len(data) - end - 4 and data[-2:] == b"\r\n":
                return data[end + 2 : -2]
        if self._held:
            data = self._held + data
        at = 0
        pieces: list[bytes] = []
        while not self.done:
            if self._left:
                piece = data[at : at + self._left]
                pieces.append(piece)
                at += len(piece)
                self._left -= len(piece)
                if self._left:
                    break
                self._due = True
            end = data.find(b"\r\n", at)
            if end < 0:
                if len(data) - at > _LONGEST_LINE:
                    raise LineTooLong("chunk size")
                break
            self._line(data[at:end])
            at = end + 2
        self._held = data[at:]
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _line(self, line: bytes) -> None:
        if self._due:
            if line:
                raise BrokenChunks("a chunk longer than it said")
            self._due = False
        elif self._trailing:
            self.done = not line
            self._trailing += len(line)
            if line and (self._trailing > LARGEST_HEAD or not _TRAILER.fullmatch(line)):
                raise BrokenChunks("a line that is no field after a chunked body")
        else:
            size = _size(line)
            if size is None:
                raise BrokenChunks("no size of a chunk")
            self._left = size
            self._trailing = int(not self._left)


def _size(line: bytes) -> int | None:
    found = _SIZE.fullmatch(line)
    return int(found[1], 16) if found else None


_known_size: Final = lru_cache(256)(_size)
