"""
Waits of tasks that end in time, one after another: `asyncio.timeout_at` with one timer for many.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task, TimerHandle


class Bell:
    """
    Cancels a task that waits when the loop's clock shows its time.

    A timer for each piece of a stream, which hardly ever rings, was a quarter of what a piece
    costs. Here one rings now and then, and is wound anew where nobody is late.
    """

    __slots__ = ("_loop", "_rings", "_rung", "_timer", "_waits")

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._waits: dict[Task[Any], tuple[float, int]] = {}
        self._rung: set[Task[Any]] = set()
        self._rings = inf
        self._timer: TimerHandle | None = None

    def set(self, until: float | None) -> Task[Any] | None:
        """The task that begins to wait here, until this time; None where that has no limit."""
        task = asyncio.current_task()
        if until is None or task is None:
            return None
        self._waits[task] = until, task.cancelling()
        if until < self._rings:
            self._wound(until)
        return task

    def cleared(self, task: Task[Any] | None) -> bool:
        """Notes that the wait is over; whether it was ended here, and by nobody else besides."""
        if task is None:
            return False
        _, cancelled = self._waits.pop(task)
        if task not in self._rung:
            return False
        self._rung.discard(task)
        return task.uncancel() <= cancelled

    def stop(self) -> None:
        """Nobody will begin to wait any more; who does is still called in time."""
        if self._timer is not None and not self._waits:
            self._timer.cancel()
            self._timer, self._rings = None, inf

    def _wound(self, until: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings = until
        self._timer = self._loop.call_at(until, self._ring)

    def _ring(self) -> None:
        self._timer, self._rings = None, inf
        now, later = self._loop.time(), inf
        for task, (until, _) in self._waits.items():
            if until > now:
                later = min(later, until)
            elif task not in self._rung:
                self._rung.add(task)
                task.cancel()
        if later < inf:
            self._wound(later)
