"""
One request and its answer straight over a socket.

It takes the place of http.client's parsing under urllib3's public seam, `ConnectionCls`, for
direct connections, plain and TLS; `http_options={"fast": False}` switches it off. Proxies,
uploads from files and compressed answers stay urllib3's own. See benchmarks/RESULTS.md for what it
is worth: a chat call costs about two thirds of urllib3's.
"""

from __future__ import annotations

import re
from contextlib import suppress
from http.client import IncompleteRead, LineTooLong, RemoteDisconnected
from io import BytesIO
from socket import SHUT_RD
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from urllib3 import HTTPHeaderDict
from urllib3.response import HTTPResponse

from hfpipe.io.framing import LARGEST_HEAD, Chunked, Head, Malformed, begins, parsed
from hfpipe.io.watch import WatchedResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hfpipe.io.watch import Watch

# Up to here a body is sent together with its head: one segment, and a copy of no account.
_TOGETHER: Final = 64 * 1024
_PIECE: Final = 64 * 1024
# What neither http.client nor a server would take for more than one line each.
_HOST: Final = re.compile(r"[0-9A-Za-z.-]+")
_TARGET: Final = re.compile(r"/[!-~]*")
_FIELDS: Final = re.compile(r"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t -~\x80-\xff]*\r\n)*")


class Asked(NamedTuple):
    """What is to be sent over a connection, and within which limits."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | Iterable[bytes] | None
    watch: Watch


def suits(connection: Any, asked: Asked) -> bool:
    """Whether the request is one of the usual kind, which is nearly all of them."""
    body = asked.body
    return bool(
        connection.proxy is None
        and (body is None or isinstance(body, bytes))
        and asked.method in _METHODS
        and _HOST.fullmatch(connection.host)
        and _TARGET.fullmatch(asked.target)
    )


# The methods in use, and what says that one of them has no body.
_METHODS: Final = {"POST": "content-length: 0\r\n", "GET": ""}


def exchanged(pool: Any, connection: Any, asked: Asked) -> Answer | HTTPResponse:
    """Sends the request, and reads the head of its answer. Raises as http.client does."""
    body: Any = asked.body
    head, watch, sock = _head(connection, asked), asked.watch, connection.sock
    sock.settimeout(watch.left())
    try:
        if body is None or len(body) <= _TOGETHER:
            sock.sendall(head + body if body else head)
            watch.sent = True
        else:
            sock.sendall(head)
            watch.sent = True
            sock.settimeout(watch.left())
            sock.sendall(body)
    except ConnectionError:
        if not watch.sent:
            raise
        # The server may have answered before it had read everything, as with a 413.
    return _answered(pool, connection, asked)


def _head(connection: Any, asked: Asked) -> bytes:
    method, target, headers, body, _ = asked
    port = connection.port
    host = connection.host if port == connection.default_port else f"{connection.host}:{port}"
    fields = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    if not _FIELDS.fullmatch(fields) or fields.count("\n") != len(headers):
        raise ValueError("a header holds a character that none may")
    length = f"content-length: {len(body)}\r\n" if isinstance(body, bytes) else _METHODS[method]
    text = f"{method} {target} HTTP/1.1\r\nhost: {host}\r\n{fields}{length}\r\n"
    return text.encode("latin-1")


def _answered(pool: Any, connection: Any, asked: Asked) -> Answer | HTTPResponse:
    sock, watch = connection.sock, asked.watch
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0 and len(data) <= LARGEST_HEAD:
        piece = _recv(sock, watch)
        if not piece and data and not begins(data):
            raise Malformed("no status line")
        if not piece:
            raise RemoteDisconnected("the server closed the connection without an answer")
        data = data + piece if data else piece
    if not 0 <= end <= LARGEST_HEAD:
        raise LineTooLong("head")
    if data[:10] not in _INTERIM:
        head = parsed(data[:end])
        if not head.unusual:
            return Answer(pool, connection, head, data[end + 4 :], watch)
    return _replayed(pool, connection, asked.method, data, watch)


_INTERIM: Final = frozenset({b"HTTP/1.1 1", b"HTTP/1.0 1"})


def _recv(sock: Any, watch: Watch, size: int = _PIECE) -> bytes:
    sock.settimeout(watch.left())
    try:
        data: bytes = sock.recv(size)
    except TimeoutError:
        watch.timed_out()
        raise
    return data


def _replayed(pool: Any, connection: Any, method: str, data: bytes, watch: Watch) -> HTTPResponse:
    """The same bytes, read by http.client and decoded by urllib3."""
    raw = WatchedResponse(connection.sock, method=method, watch=watch, ahead=data)
    raw.begin()
    response: Any = HTTPResponse(
        body=raw,
        headers=HTTPHeaderDict(raw.msg.items()),
        status=raw.status,
        version=raw.version,
        reason=raw.reason,
        preload_content=False,
        original_response=raw,
        request_method=method,
        sock_shutdown=connection.sock.shutdown,
    )
    if raw.will_close:
        connection.close()
    response._connection, response._pool = connection, pool
    made: HTTPResponse = response
    return made


class Answer:
    """
    An answer under way, with as much of urllib3's response as is used of it.

    Its connection goes back to the pool when the body has been read to its end.
    """

    def __init__(self, pool: Any, connection: Any, head: Head, ahead: bytes, watch: Watch) -> None:
        self.status = head.status
        self.headers = head.fields
        self._pool, self._connection, self._watch = pool, connection, watch
        self._sock: Any = connection.sock
        self._chunked = Chunked() if head.chunked else None
        self._keeps = head.keeps
        self._ahead = ahead
        self.length_remaining = head.length

    def read(self) -> bytes:
        """The whole of a body whose length is told, in one buffer."""
        try:
            body = self._filled(self.length_remaining or 0)
        except BaseException:
            self.close()
            raise
        self.length_remaining = 0
        self.release_conn()
        return body

    def _filled(self, size: int) -> bytes:
        ahead, self._ahead = self._ahead, b""
        have = len(ahead)
        if have < size:
            # The one way to fill bytes in place: the buffer becomes the value without a copy.
            buffer = BytesIO(bytes(size))
            with buffer.getbuffer() as view:
                view[:have] = ahead
                while have < size:
                    have += self._into(view[have:], size - have)
            ahead = buffer.getvalue()
        if have > size:
            self._keeps, ahead = False, ahead[:size]
        return ahead

    def _into(self, view: memoryview, left: int) -> int:
        self._sock.settimeout(self._watch.left())
        try:
            count: int = self._sock.recv_into(view)
        except TimeoutError:
            self._watch.timed_out()
            raise
        if not count:
            raise IncompleteRead(b"", left)
        return count

    def read1(self, size: int = _PIECE) -> bytes:
        """The next piece of the body, as soon as there is any; empty at its end."""
        if self._chunked is not None:
            return self._dechunked(self._chunked, size)
        left = self.length_remaining
        if left == 0:
            return b""
        data = self._next(size)
        if left is None:
            return data
        if not data:
            raise IncompleteRead(b"", left)
        if len(data) > left:
            self._keeps, data = False, data[:left]
        self.length_remaining = left - len(data)
        return data

    def _dechunked(self, chunked: Chunked, size: int) -> bytes:
        while not chunked.done:
            data = self._next(size)
            if not data:
                raise IncompleteRead(b"")
            body = chunked.feed(data)
            if body:
                return body
        if chunked.rest:
            self._keeps = False
        self.length_remaining = 0
        return b""

    def _next(self, size: int) -> bytes:
        if self._ahead:
            data, self._ahead = self._ahead, b""
            return data
        return _recv(self._sock, self._watch, size)

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
