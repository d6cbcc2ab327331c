"""
The way out of a wait, from another thread: what a cancelled task does to its thread's socket.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from contextvars import ContextVar
from threading import Lock
from typing import Final


class Stop:
    """
    Ends the wait on a socket, whoever waits on it, and every later one.

    It keeps a second descriptor of the socket: the connection's own may be closed meanwhile, and
    its number be another file's. A shutdown of the one ends a read or a handshake on the other.
    """

    __slots__ = ("_held", "_lock", "_stopped")

    def __init__(self) -> None:
        self._held: socket.socket | None = None
        self._lock = Lock()
        self._stopped = False

    def hold(self, sock: socket.socket) -> None:
        """Notes the socket that will be waited on; raises ConnectionAbortedError after `now`."""
        with self._lock:
            if self._stopped:
                raise ConnectionAbortedError("the call was cancelled")
            self._let_go()
            self._held = socket.socket(fileno=os.dup(sock.fileno()))

    def now(self) -> None:
        """Ends the wait. What is closed already stays so."""
        with self._lock:
            self._stopped = True
            if self._held is not None:
                with suppress(OSError):
                    self._held.shutdown(socket.SHUT_RDWR)
            self._let_go()

    def release(self) -> None:
        """Nobody waits any more."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


# The stop of the request that this thread performs; None where nobody could cancel it.
STOP: Final[ContextVar[Stop | None]] = ContextVar("hfpipe_stop", default=None)


def held(sock: socket.socket) -> None:
    """Tells whoever may cancel this thread's request which socket it waits on."""
    stop = STOP.get()
    if stop is not None:
        stop.hold(sock)
