"""
A body that comes in its time: the pieces of a reply, each after its wait, within the limits asked.
"""

from __future__ import annotations

from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Final

from hfpipe.errors import TransportError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hfpipe.hints import Code
    from hfpipe.sandbox.replies import Piece

_LONGEST: Final = 24 * 3600.0


class Paced:
    """
    The pieces as bytes. A fault among them is raised, and so is a wait that passes a limit.

    `timeout` is how many seconds are left for all of them, `idle` how long a wait may be; None is
    no limit. `close` may be called from any thread: it ends a wait that is under way. `nap(event,
    seconds)` waits, and says whether the event came first.
    """

    def __init__(
        self,
        pieces: Iterable[Piece],
        timeout: float | None = None,
        idle: float | None = None,
        clock: Callable[[], float] = monotonic,
        nap: Callable[[Event, float], bool] = Event.wait,
    ) -> None:
        self._pieces = iter(pieces)
        self._deadline = None if timeout is None else clock() + timeout
        self._idle = idle
        self._clock = clock
        self._nap = nap
        self._closed = Event()

    def __iter__(self) -> Paced:
        return self

    def __next__(self) -> bytes:
        if self._closed.is_set():
            raise StopIteration
        piece = next(self._pieces, None)
        if piece is None:
            raise StopIteration
        self.wait(piece.after)
        if piece.fault is not None:
            self.close()
            raise piece.fault
        return piece.content

    def wait(self, seconds: float) -> None:
        """Waits; raises `TransportError` where that passes a limit, or where it is closed."""
        left = None if self._deadline is None else max(0.0, self._deadline - self._clock())
        bounds = [
            (bound, code)
            for bound, code in ((left, "deadline"), (self._idle, "idle"))
            if bound is not None and bound < seconds
        ]
        bound, code = min(bounds, default=(min(seconds, _LONGEST), ""))
        if bound and self._nap(self._closed, bound):
            raise TransportError("the stream was closed", code="cancelled")
        if code:
            self.close()
            raise _out_of_time("idle" if code == "idle" else "deadline")

    def close(self) -> None:
        """Ends the body: nothing more comes of it."""
        self._closed.set()


def _out_of_time(code: Code) -> TransportError:
    why = "nothing came for too long" if code == "idle" else "no answer came in time"
    return TransportError(why, code=code, timeout=True)
