"""
Waits of tasks that end in time, one after another: `asyncio.timeout_at` with one timer for many.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from hfpipe.io.alarm import Alarm

if TYPE_CHECKING:
    from asyncio import Task


class Bell:
    """Cancels a task that waits when the loop's clock shows its time."""

    __slots__ = ("_alarm", "_cancelling", "_rung")

    def __init__(self) -> None:
        self._alarm: Alarm[Task[Any]] = Alarm(self._call)
        self._cancelling: dict[Task[Any], int] = {}
        self._rung: set[Task[Any]] = set()

    def set(self, until: float | None) -> Task[Any] | None:
        """The task that begins to wait here, until this time; None where that has no limit."""
        task = asyncio.current_task()
        if until is None or task is None:
            return None
        self._cancelling[task] = task.cancelling()
        self._alarm.set(task, until)
        return task

    def cleared(self, task: Task[Any] | None) -> bool:
        """Notes that the wait is over; whether it was ended here, and by nobody else besides."""
        if task is None:
            return False
        self._alarm.clear(task)
        cancelled = self._cancelling.pop(task)
        if task not in self._rung:
            return False
        self._rung.discard(task)
        return task.uncancel() <= cancelled

    def stop(self) -> None:
        """Nobody will begin to wait any more; who does is still called in time."""
        self._alarm.stop()

    def _call(self, task: Task[Any]) -> None:
        self._rung.add(task)
        task.cancel()
