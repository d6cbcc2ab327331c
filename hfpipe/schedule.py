"""
When to ask again: schedules as data.

Floor 0.

>>> from hfpipe.schedule import exponential
>>> schedule = exponential(0.5).capped(2.0).up_to(5)
>>> [schedule.wait(n) for n in (1, 2, 3, 4, 5)]
[(0.5, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 0.0), None]
"""

from __future__ import annotations

import math
import sys
from typing import Final

from attrs import evolve, frozen

from hfpipe.printing import equal, hashed, printed

# A wait without bounds has parts all the same, where infinity times nothing is no number.
_LONGEST: Final = sys.float_info.max


@frozen(kw_only=True)
class Schedule:
    """
    How long to wait before each further try, and how many tries there are.

    The wait before try n + 1 is `first * factor ** (n - 1)`, at most `cap` seconds; of it the
    part `jitter` (0 to 1) is left to chance. `tries` counts the first one too.
    """

    first: float = 0.5
    factor: float = 2.0
    cap: float = 30.0
    jitter: float = 0.0
    tries: int = 3

    __repr__, __eq__, __hash__ = printed, equal, hashed

    def capped(self, seconds: float) -> Schedule:
        """The same, with no wait above so many seconds."""
        return evolve(self, cap=min(self.cap, seconds))

    def jittered(self, part: float = 1.0) -> Schedule:
        """The same, with this part of each wait (0 to 1) left to chance."""
        return evolve(self, jitter=part)

    def up_to(self, tries: int) -> Schedule:
        """The same, with at most so many tries in all."""
        return evolve(self, tries=min(self.tries, tries))

    def wait(self, n: int) -> tuple[float, float] | None:
        """The seconds to wait after the nth try, sure and by chance; None: no further try."""
        if n >= self.tries:
            return None
        try:
            whole = min(self.first * self.factor ** (n - 1), self.cap, _LONGEST)
        except OverflowError:
            whole = min(self.cap, _LONGEST)
        return whole * (1 - self.jitter), whole * self.jitter


def exponential(first: float = 0.5, factor: float = 2.0) -> Schedule:
    """Waits that grow by `factor` each time, without a cap, for ever: narrow it down."""
    return Schedule(first=first, factor=factor, cap=math.inf, tries=2**31)


def constant(seconds: float) -> Schedule:
    """The same wait each time, for ever: narrow it down."""
    return exponential(seconds, 1.0)
