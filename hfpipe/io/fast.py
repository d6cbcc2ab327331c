"""
One request and its answer straight over a socket.

It takes the place of http.client's parsing under urllib3's public seam, `ConnectionCls`, for
direct connections, plain and TLS; `http_options={"fast": False}` switches it off. Proxies and
uploads from files stay urllib3's own, and compressed bodies are its to decode. See
benchmarks/RESULTS.md for what it is worth.
"""

from __future__ import annotations

import os
from contextlib import suppress
from http.client import IncompleteRead
from io import BytesIO
from socket import SHUT_RD, socket
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from urllib3 import HTTPHeaderDict
from urllib3.response import HTTPResponse

from hfpipe.io.framing import INTERIM, Chunked, Head, headed, unanswered
from hfpipe.io.watch import GONE
from hfpipe.io.written import named, request_head
from hfpipe.wire import FileBody

if TYPE_CHECKING:
    from hfpipe.io.watch import Watch
    from hfpipe.wire import Body, Headers

# Up to here a body is sent together with its head: one segment, and a copy of no account.
TOGETHER: Final = 64 * 1024
_PIECE: Final = 64 * 1024
# On other systems a socket is no file.
_WRITABLE: Final = os.name == "posix"


class Asked(NamedTuple):
    """
    What is to be sent over a connection, and within which limits.

    `coding` is how its answer may be encoded, where the headers say nothing of it.
    """

    method: str
    target: str
    coding: str
    headers: Headers
    body: Body
    watch: Watch


class Whole(NamedTuple):
    """An answer that came all in one piece; its connection is back in the pool."""

    status: int
    fields: list[tuple[str, str]]
    body: bytes


def host(pool: Any) -> str:
    """The host as requests name it, over a direct connection of this pool; else empty."""
    if pool.proxy is not None:
        return ""
    usual = pool.port == pool.ConnectionCls.default_port
    return named(pool.host, None if usual else pool.port)


def head_of(asked: Asked, host: str) -> bytes | None:
    """The head of a request of the usual kind; None for one that is left to the libraries."""
    method, target, coding, headers, body, _ = asked
    if isinstance(body, FileBody):
        return None
    return request_head(method, target, host, coding, headers, body)


def exchanged(
    pool: Any, connection: Any, head: bytes, asked: Asked
) -> Whole | Answer | HTTPResponse:
    """Sends the request, and reads its answer's head at least. Raises as http.client does."""
    body: Any = asked.body or b""
    watch, sock = asked.watch, connection.sock
    try:
        for piece in (head + body,) if len(body) <= TOGETHER else (head, body):
            watch.bound(sock)
            _send(sock, piece, watch)
    except GONE:
        if not watch.sent:
            raise
        # The server may have answered before it had read everything, as with a 413.
        watch.broke = True
    return _answered(pool, connection, watch)


def _send(sock: Any, piece: bytes, watch: Watch) -> None:
    """
    Sends all of it, and notes that some has left.

    A socket with a time limit asks before it sends whether it may, and nearly always may. Without
    being asked, sixteen threads are 10% faster: each stands in line for the interpreter once less.
    """
    sent = 0
    if _WRITABLE and type(sock) is socket:  # over anything else the bytes do not go as they are
        with suppress(BlockingIOError):
            sent = os.write(sock.fileno(), piece)
            watch.sent = True
    if sent < len(piece):
        sock.sendall(memoryview(piece)[sent:])
        watch.sent = True


def _answered(pool: Any, connection: Any, watch: Watch) -> Whole | Answer | HTTPResponse:
    sock, data = connection.sock, b""
    while True:
        found = headed(data) if data else None
        if found is None:
            piece: bytes = watch.waited(sock, sock.recv, _PIECE)
            if not piece:
                raise unanswered(data)
            data += piece
            continue
        head, data = found
        if head.status in INTERIM:
            continue
        if len(data) == head.length and head.keeps and not (head.unusual or watch.streams):
            # as most answers come: 10k of a call's 537k instructions less than by an Answer
            pool._put_conn(connection)
            return Whole(head.status, head.fields, data)
        answer = Answer(pool, connection, head, data, watch)
        return _decoded(answer) if head.unusual else answer


def _decoded(answer: Answer) -> HTTPResponse:
    """The same answer, its body decompressed by urllib3."""
    body: Any = answer
    fields = HTTPHeaderDict(answer.headers)
    made: Any = HTTPResponse(body, fields, answer.status, preload_content=False)
    made.shutdown = answer.shutdown  # urllib3's own asks for a connection of http.client's
    decoded: HTTPResponse = made
    return decoded


class Answer:
    """
    An answer under way, with as much of urllib3's response as is used of it.

    Its connection goes back to the pool as soon as the body has been read to its end.
    """

    def __init__(self, pool: Any, connection: Any, head: Head, ahead: bytes, watch: Watch) -> None:
        self.status = head.status
        self.headers = head.fields
        self.length_remaining = head.length
        self._pool, self._connection, self._watch = pool, connection, watch
        self._sock: Any = connection.sock
        self._chunked = Chunked() if head.chunked else None
        self._keeps = head.keeps
        self._ahead = ahead

    @property
    def closed(self) -> bool:
        """Whether the connection is this answer's no more."""
        return self._connection is None

    def read(self) -> bytes:
        """The whole of a body whose length is told, in one buffer."""
        size, body = self.length_remaining or 0, self._ahead
        try:
            if len(body) < size:
                body = self._filled(body, size)
        except BaseException:
            self.close()
            raise
        self._ahead, self.length_remaining = body[size:], 0
        self.release_conn()
        return body[:size]

    def _filled(self, ahead: bytes, size: int) -> bytes:
        have = len(ahead)
        # The one way to fill bytes in place: the buffer becomes the value without a copy.
        buffer = BytesIO(bytes(size))
        with buffer.getbuffer() as view:
            view[:have] = ahead
            while have < size:
                count: int = self._watch.waited(self._sock, self._sock.recv_into, view[have:])
                if not count:
                    raise IncompleteRead(b"", size - have)
                have += count
        return buffer.getvalue()

    def read1(self, size: int = _PIECE) -> bytes:
        """The next piece of the body, as soon as there is any; empty at its end."""
        if self._connection is None:
            return b""
        data = self._dechunked(self._chunked, size) if self._chunked else self._counted(size)
        if not data or self.length_remaining == 0:
            self.release_conn()
        return data

    def _counted(self, size: int) -> bytes:
        left = self.length_remaining
        data = self._next(size) if left != 0 else b""
        if left is None:
            return data
        if left and not data:
            raise IncompleteRead(b"", left)
        self.length_remaining = max(0, left - len(data))
        self._ahead = self._ahead or data[left:]
        return data[:left]

    def _dechunked(self, chunked: Chunked, size: int) -> bytes:
        body = b""
        while not body and not chunked.done:
            data = self._next(size)
            if not data:
                raise IncompleteRead(b"")
            body = chunked.feed(data)
        if chunked.done:
            self.length_remaining, self._ahead = 0, chunked.rest
        return body

    def _next(self, size: int) -> bytes:
        if self._ahead:
            data, self._ahead = self._ahead, b""
        else:
            data = self._watch.waited(self._sock, self._sock.recv, size)
        return data

    def release_conn(self) -> None:
        """Gives the connection back: for the next request, if the body was read to its end."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if not self._keeps or self.length_remaining != 0 or self._ahead:
            connection.close()
        self._pool._put_conn(connection)

    def close(self) -> None:
        """Ends the answer, and its connection with it."""
        self._keeps = False
        self.release_conn()

    def shutdown(self) -> None:
        """Wakes a thread that waits for the next piece; the connection is of no use any more."""
        self._keeps = False
        with suppress(OSError):
            self._sock.shutdown(SHUT_RD)

    def __del__(self) -> None:
        # Whoever forgets an answer keeps no connection open. The pool is not told: its lock may be
        # held by the very thread in which this runs.
        connection = getattr(self, "_connection", None)
        if connection is not None:
            connection.close()
