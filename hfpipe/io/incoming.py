"""
A body as it comes: pieces within their time, and an end that leaves nothing open.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

from hfpipe.io.faults import failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from urllib3.response import HTTPResponse

    from hfpipe.errors import TransportError
    from hfpipe.io.fast import Answer
    from hfpipe.io.watch import Watch

_PIECE: Final = 64 * 1024
# Of a stream less: events that are decoded some hundreds at a time take 5% longer, since they
# are more than the garbage collector's youngest generation and the processor's cache hold.
_EVENTS: Final = 16 * 1024
# How long an answer that is complete may take to end its connection's part, too.
_LINGER: Final = 0.005
_FEW: Final = 4


class Incoming:
    """
    The decoded pieces of a body, each as soon as it is there.

    A fault is raised as a `TransportError`. `close` may be called at any time and from any
    thread, also while another one waits for the next piece, which it then ends.
    """

    def __init__(self, response: Answer | HTTPResponse, watch: Watch) -> None:
        self._response = response
        self._watch = watch
        self._most = _EVENTS if watch.streams else _PIECE
        self._reading = Lock()
        self._over = False

    def __iter__(self) -> Incoming:
        return self

    def __next__(self) -> bytes:
        with self._reading:
            if self._over:
                raise StopIteration
            try:
                piece = self._response.read1(self._most)
            except BaseException as error:  # noqa: BLE001 - whatever it is, it ends the body
                raise self._ended(error) from None
            if not piece:
                self._over = True
                raise StopIteration
            return piece

    def whole(self, most: int) -> bytes | None:
        """
        All of the body in one buffer, where its length is told and no more than `most`.

        None where that cannot be. Five megabytes take half as long as in pieces that are joined.
        """
        length = self._response.length_remaining
        if length is None or length > most or "content-encoding" in dict(self._response.headers):
            return None
        with self._reading:
            try:
                body = self._response.read()
            except BaseException as error:  # noqa: BLE001 - whatever it is, it ends the body
                raise self._ended(error) from None
            # not before: `close` would take the body for read, and wake nobody
            self._over = True
            return body

    def _ended(self, error: BaseException) -> BaseException:
        # what is raised instead of a fault, which ends the body and the connection with it
        self._end()
        return failure(error, self._watch) if isinstance(error, Exception) else error

    def finish(self) -> None:
        """Ends a body of which nothing more matters; keeps the connection if that is all of it."""
        self._watch.deadline = monotonic() + _LINGER
        with suppress(Exception):
            for _ in range(_FEW):
                next(self)
        self.close()

    def close(self) -> None:
        """Closes the connection, unless the body was read to its end."""
        if self._over:
            return
        if not self._reading.acquire(blocking=False):
            # Another thread waits in a read: closing would wait for it (urllib3#2868). Without
            # its socket it comes back at once and closes everything itself.
            with suppress(OSError, ValueError, RuntimeError):
                self._response.shutdown()
            return
        try:
            self._end()
        finally:
            self._reading.release()

    def _end(self) -> None:
        self._over = True
        with suppress(Exception):
            self._response.close()


class AsyncIncoming:
    """
    The same on an event loop: what `more` gives, until that is empty.

    A fault is raised as the `TransportError` that `told` makes of it, behind which no other
    exception stands.
    """

    def __init__(
        self,
        more: Callable[[], Awaitable[bytes]],
        told: Callable[[BaseException], TransportError],
    ) -> None:
        self._more = more
        self._told = told

    def __aiter__(self) -> AsyncIncoming:
        return self

    async def __anext__(self) -> bytes:
        try:
            piece = await self._more()
        except Exception as error:  # noqa: BLE001 - it becomes a TransportError, whatever it is
            fault = self._told(error)
        else:
            if piece:
                return piece
            raise StopAsyncIteration
        raise fault
