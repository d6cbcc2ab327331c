"""
How long a connection may still take, asked before each wait of it.

urllib3's own total does not bound a body that comes in drops, nor headers that do: its limit is
for each wait. A watch turns one deadline into the limit of the next wait.
"""

from __future__ import annotations

import io
import socket
from http.client import HTTPResponse, parse_headers
from ssl import SSLEOFError
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# What sending raises where the server has closed the connection, in the clear and over TLS.
GONE: Final = (ConnectionError, SSLEOFError)
# By so many seconds a wait may be longer than its watch says.
_ABOUT: Final = 0.005


class Watch:
    """
    The limits of one exchange: `deadline` on the monotonic clock, `idle` seconds for each wait.

    It also notes what became of it: `expired` is which of the two limits was run into, `sent`
    whether any byte of the request left, `broke` whether the rest of it could not. `way` is
    "direct" or "proxy" as long as a connection is being made, and empty afterwards; `streams` says
    that the answer is wanted as it comes.
    """

    __slots__ = ("broke", "deadline", "expired", "idle", "sent", "streams", "way")

    def __init__(
        self, timeout: float | None, idle: float | None = None, *, streams: bool = False
    ) -> None:
        self.deadline = None if timeout is None else monotonic() + timeout
        self.idle = idle
        self.expired = self.way = ""
        self.sent = self.broke = False
        self.streams = streams

    def left(self) -> float | None:
        """Seconds that the next wait may take; raises TimeoutError where there are none."""
        if self.deadline is None:
            return self.idle
        left = self.deadline - monotonic()
        if left <= 0:
            self.expired = "deadline"
            raise TimeoutError("the time of the call is up")
        return left if self.idle is None else min(left, self.idle)

    def bound(self, sock: socket.socket) -> None:
        """
        Bounds the next wait on the socket; raises TimeoutError where no time is left.

        A limit that is longer by some thousandths stays: two system calls less for each request.
        """
        left, limit = self.left(), sock.gettimeout()
        if left is None or limit is None or not left <= limit <= left + _ABOUT:
            sock.settimeout(left)

    def waited(self, sock: socket.socket, wait: Callable[..., Any], *given: Any) -> Any:
        """What a bounded wait on the socket gives; raises TimeoutError, having noted why."""
        self.bound(sock)
        try:
            return wait(*given)
        except TimeoutError:
            self.timed_out()
            raise

    def timed_out(self) -> None:
        """Notes which limit a wait has just run into."""
        late = self.deadline is not None and monotonic() >= self.deadline - 0.001
        self.expired = "deadline" if late or self.idle is None else "idle"


class Watched(io.RawIOBase):
    """A socket as a raw file, of which each read waits no longer than its watch allows."""

    def __init__(self, sock: socket.socket, watch: Watch) -> None:
        super().__init__()
        self._sock = sock
        self._raw: Any = sock.makefile("rb", buffering=0)
        self.watch = watch

    def readable(self) -> bool:
        """It is only read from."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """The next bytes that come; raises TimeoutError, having told the watch."""
        count: int | None = self.watch.waited(self._sock, self._raw.readinto, buffer)
        return count

    def close(self) -> None:
        """Lets go of the socket; it is closed when its connection is, too."""
        if not self.closed:
            self._raw.close()
        super().close()


class _Reading:
    """What http.client wants of a socket: something to make a file of."""

    def __init__(self, sock: socket.socket, watch: Watch) -> None:
        self._sock, self._watch = sock, watch

    def makefile(self, mode: str) -> io.BufferedReader:
        _ = mode
        return io.BufferedReader(Watched(self._sock, self._watch), 64 * 1024)


# 101 would be another protocol, and is for nobody to pass over.
_INTERIM: Final = range(102, 200)


class WatchedResponse(HTTPResponse):
    """The standard library's response, reading through a watch."""

    def __init__(self, sock: socket.socket, *args: Any, watch: Watch, **options: Any) -> None:
        reading: Any = _Reading(sock, watch)
        super().__init__(reading, *args, **options)

    def _read_status(self) -> tuple[str, int, str]:
        # RFC 9110, 15.2: any number of 1xx may come before the answer. http.client passes over
        # 100 alone.
        read: Any = super()
        while True:
            version, status, reason = read._read_status()
            if status not in _INTERIM:
                return version, status, reason
            parse_headers(self.fp)
