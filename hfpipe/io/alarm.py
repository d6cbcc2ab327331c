"""
Waits that end in time, on an event loop: one timer for all of them.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import Final

# How long it may be from one look at the clock to the next: each is at all the waits there are.
_LEAST: Final = 0.005


class Alarm:
    """
    Ends waits with a TimeoutError when the loop's clock shows their time.

    A timer of the loop's for each would be 16k of the 700k instructions of a call, and hardly any
    of them ever rings.
    """

    def __init__(self) -> None:
        self._waits: dict[asyncio.Future[None], float] = {}
        self._rings = inf
        self._timer: asyncio.TimerHandle | None = None

    def set(self, wait: asyncio.Future[None], until: float | None) -> None:
        """Ends the wait at this time, if at any, unless it is cleared before."""
        if until is None:
            return
        self._waits[wait] = until
        if until < self._rings:
            self._wound(until)

    def clear(self, wait: asyncio.Future[None]) -> None:
        """The wait is over."""
        self._waits.pop(wait, None)

    def _wound(self, until: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings = until
        self._timer = asyncio.get_running_loop().call_at(until, self._rung)

    def _rung(self) -> None:
        now, self._rings = asyncio.get_running_loop().time(), inf
        for wait, until in self._waits.items():
            if until <= now and not wait.done():
                wait.set_exception(TimeoutError("the time of the call is up"))
        later = [until for until in self._waits.values() if until > now]
        if later:
            self._wound(max(min(later), now + _LEAST))
