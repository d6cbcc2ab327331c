"""
Waits that end in time, on an event loop: one timer for all of them.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

W = TypeVar("W")

# How long it may be from one look at the clock to the next: each is at all the waits there are.
_LEAST: Final = 0.005


class Alarm(Generic[W]):
    """
    Calls `late` with each wait whose time the loop's clock shows, unless it was cleared before.

    A timer of the loop's for each would be 16k of the 700k instructions of a call and a quarter of
    what a piece of a stream costs, and hardly any of them ever rings.
    """

    __slots__ = ("_late", "_rings", "_timer", "_waits")

    def __init__(self, late: Callable[[W], object]) -> None:
        self._late = late
        self._waits: dict[W, float] = {}
        self._rings = inf
        self._timer: asyncio.TimerHandle | None = None

    def set(self, wait: W, until: float | None) -> None:
        """The wait begins, and is late at this time; None is never."""
        if until is None:
            return
        self._waits[wait] = until
        if until < self._rings:
            self._wound(until)

    def clear(self, wait: W) -> None:
        """The wait is over."""
        self._waits.pop(wait, None)

    def stop(self) -> None:
        """Nobody will begin to wait any more; who does is still called in time."""
        if self._timer is not None and not self._waits:
            self._timer.cancel()
            self._timer, self._rings = None, inf

    def _wound(self, until: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings = until
        self._timer = asyncio.get_running_loop().call_at(until, self._rung)

    def _rung(self) -> None:
        self._timer, self._rings = None, inf
        now = asyncio.get_running_loop().time()
        for wait in [wait for wait, until in self._waits.items() if until <= now]:
            del self._waits[wait]
            self._late(wait)
        if self._waits:
            self._wound(max(min(self._waits.values()), now + _LEAST))


def timed_out(wait: asyncio.Future[None]) -> None:
    """Ends a wait with a TimeoutError."""
    if not wait.done():
        wait.set_exception(TimeoutError("the time of the call is up"))
