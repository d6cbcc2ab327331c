"""
A connection that keeps its time, and the pool that hands it out.

The public seam of urllib3 is `ConnectionCls`; proxies, TLS and pooling stay its own. What is sent
and read over a direct connection is `hfpipe.io.fast`'s, unless it is unusual or switched off.
"""

from __future__ import annotations

import select
from functools import cached_property, partial
from queue import Empty, Full
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, cast

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.wait import wait_for_read

from hfpipe.io.dialing import dialed
from hfpipe.io.fast import TOGETHER, exchanged, head_of, host
from hfpipe.io.stop import held
from hfpipe.io.watch import GONE, Watch, WatchedResponse
from hfpipe.wire import FileBody

if TYPE_CHECKING:
    from socket import socket

    from urllib3.response import HTTPResponse

    from hfpipe.io.fast import Answer, Asked, Whole


# Some servers (llama.cpp's among them) close a connection after a stream although they said that
# they would keep it. Within these seconds after one its end is waited for; a request that is sent
# into it would be lost, and could not be sent again: it may have been billed.
DOUBT: Final = 0.05


def poller(sock: Any) -> Any:
    """What tells whether there is something to read, where the system has such a thing."""
    made: Any = getattr(select, "poll", None)
    if made is None:
        return None
    polling = made()
    polling.register(sock, select.POLLIN)
    return polling


class WatchedConnection(HTTPConnection):
    """A connection whose every wait is bounded by the watch of the request under way."""

    _watch = Watch(None)
    _connecting = Watch(None)
    _public_only = False
    _doubtful_until = 0.0
    _news: Any = None
    _together = False
    _head = b""

    def opening(self, watch: Watch, connect_timeout: float, public_only: bool) -> None:
        """Readies the connection for being made."""
        left = watch.left()
        bound = connect_timeout if left is None else min(left, connect_timeout)
        self._connecting = Watch(bound)
        self._public_only = public_only and self.proxy is None
        self.asking(watch)

    def asking(self, watch: Watch) -> None:
        """Has what is answered read within the watch."""
        response: Any = partial(WatchedResponse, watch=watch)
        self.response_class = response

    def rests(self) -> None:
        """Notes when the connection was given back."""
        self._doubtful_until = monotonic() + DOUBT if self._watch.streams else 0.0

    def doubtful(self) -> bool:
        """Whether the connection has given a stream a moment ago."""
        until = self._doubtful_until
        return until > 0 and self.sock is not None and monotonic() < until

    def dropped(self) -> bool:
        """Whether the server closes the connection within that moment."""
        left = max(0.0, self._doubtful_until - monotonic())
        return wait_for_read(self.sock, left)

    def connect(self) -> None:
        """Makes the connection, and what tells later whether it still stands."""
        super().connect()
        # made once: urllib3 makes one for each request, which takes 1.1 us in place of 0.4
        self._news = poller(self.sock)

    @property
    def is_connected(self) -> bool:
        """Whether nothing has come on an idle connection: no end, and nothing unasked."""
        if self.sock is None or self._news is None:
            return super().is_connected
        return not self._news.poll(0)

    def send(self, data: Any) -> None:
        """Sends bytes, and notes that some have left; a head waits for a small body behind it."""
        if self._together:
            self._together, self._head = False, data
            return
        head, self._head = self._head, b""
        super().send(head + data if head else data)
        self._watch.sent = True

    def _new_conn(self) -> socket:
        return dialed(
            self._dns_host,
            self.port,
            self._connecting,
            self.socket_options,
            self.source_address,
            self._public_only,
        )


class WatchedTlsConnection(WatchedConnection, HTTPSConnection):
    """The same over TLS."""


class _Idle:
    """
    The idle connections of a pool: as much of a queue as urllib3 uses, the last one in first out.

    Appending to a list and popping from it need no lock: 0.7 us a call, the queue's are 4.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: list[Any] = []

    def get(self, block: bool = False, timeout: float | None = None) -> Any:  # noqa: FBT002
        """The connection that was put last; raises queue.Empty."""
        _ = block, timeout
        try:
            return self._kept.pop()
        except IndexError:
            raise Empty from None

    def put(self, connection: Any, block: bool = False) -> None:  # noqa: FBT002
        """Keeps a connection; raises queue.Full where there are enough."""
        _ = block
        if len(self._kept) >= self._most:
            raise Full
        self._kept.append(connection)

    def qsize(self) -> int:
        """How many there are."""
        return len(self._kept)


class _Asking(HTTPConnectionPool):
    """
    A pool that sends one request on one connection, within the time of its watch.

    `_faithful`: its server was seen to keep a connection after a stream, so that nobody waits to
    see it again.
    """

    QueueCls: Any = _Idle
    _faithful = False

    @cached_property
    def _host(self) -> str:
        return host(self)

    def ask(
        self, asked: Asked, connect_timeout: float, *, public_only: bool, fast: bool
    ) -> Whole | Answer | HTTPResponse:
        """
        The answer, its body unread unless it came with the head. Raises what http.client, ssl
        and socket raise.

        A kept connection that the server has closed meanwhile is replaced once, where no byte of
        the request had left.
        """
        connection: Any = self._get_conn()
        watch = asked.watch
        if not self._faithful and connection.doubtful():
            if connection.dropped():
                connection.close()
            else:
                self._faithful = True
        if public_only and self.proxy is None and not connection._public_only:
            # made for requests that may go anywhere: nobody has looked where it leads
            connection.close()
        kept = not connection.is_closed
        connection._watch = watch
        try:
            if kept:
                held(connection.sock)  # a new one is, as soon as there is a socket
            else:
                connection.opening(watch, connect_timeout, public_only)
                self._connect(connection, tunnels=asked.target.startswith("/"))
            head = head_of(asked, self._host) if fast and self._host else None
            if head is None:
                return self._stock(connection, asked)
            return exchanged(self, connection, head, asked)
        except BaseException as error:
            # Not kept: http.client would send what it holds of this request before the next one.
            connection.close()
            if kept and not watch.sent and isinstance(error, ConnectionError):
                return self.ask(asked, connect_timeout, public_only=public_only, fast=fast)
            raise

    def _put_conn(self, conn: Any) -> None:
        conn.rests()
        super()._put_conn(conn)

    def _stock(self, connection: Any, asked: Asked) -> HTTPResponse:
        method, target, coding, given, whole, watch = asked
        headers, body = {"accept-encoding": coding, **given.reveal()}, cast("Any", whole)
        if isinstance(whole, FileBody):
            from hfpipe.media import pieces  # 0.6 ms, with the record, for uploads

            headers["content-length"], body = str(len(whole)), pieces(whole)
        connection.asking(watch)
        connection.timeout = watch.left()
        # http.client sends the head alone: 15 us of 250, and a packet more
        connection._together = isinstance(body, bytes) and 0 < len(body) <= TOGETHER
        try:
            connection.request(method, target, body, headers, preload_content=False)
        except GONE:
            if not watch.sent:
                raise
            # The server may have answered before it had read everything, as with a 413.
            watch.broke = True
        response: Any = connection.getresponse()
        # as urllib3's own pool does: the response gives the connection back when it is read
        response._connection = connection
        response._pool = self
        made: HTTPResponse = response
        return made

    def _connect(self, connection: Any, *, tunnels: bool) -> None:
        watch: Watch = connection._watch
        watch.way = "direct" if self.proxy is None else "proxy"
        if self.proxy is not None and tunnels:
            self._prepare_proxy(connection)
        else:
            connection.connect()
        # what was said to a proxy is no part of the request
        watch.way, watch.sent = "", False


class PlainPool(_Asking):
    """Connections without TLS."""

    ConnectionCls: Any = WatchedConnection


class TlsPool(HTTPSConnectionPool, _Asking):  # pyright: ignore[reportIncompatibleMethodOverride] - as urllib3's own pools are
    """Connections over TLS."""

    ConnectionCls: Any = WatchedTlsConnection
