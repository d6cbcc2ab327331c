"""
Measuring side by side: what is compared takes turns within one run, and only ratios are judged.

A machine is never quiet for long. So each round measures every contender, one after the other,
and the ratio of two contenders is the median of the ratios within each round.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter, process_time

from attrs import field, frozen

OURS = "hfpipe"
# How far from its goal a ratio may be in a smoke run, which measures too little to be exact.
LENIENT = 10


@frozen
class Figures:
    """What one unit took: seconds by the clock and seconds of this process's CPU."""

    wall: float
    cpu: float


Contender = Callable[[], object]
Measured = dict[str, list[Figures]]


def timed(work: Contender, units: int = 1) -> Figures:
    """What each of `units` took when `work` does them all."""
    gc.collect()
    wall, cpu = perf_counter(), process_time()
    work()
    return Figures((perf_counter() - wall) / units, (process_time() - cpu) / units)


def repeated(work: Contender, times: int) -> Contender:
    """The same work so many times over."""

    def over_and_over() -> None:
        for _ in range(times):
            work()

    return over_and_over


def interleaved(
    contenders: Mapping[str, Contender], *, units: int = 1, times: int = 1, rounds: int = 7
) -> Measured:
    """Each contender's figures, round by round; `times` is how often it works in each."""
    for work in contenders.values():
        work()
    measured: Measured = {name: [] for name in contenders}
    names = list(contenders)
    for turn in range(rounds):
        # every round begins with another one, so that none is always first after the pause
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            work = repeated(contenders[name], times)
            measured[name].append(timed(work, units * times))
    return measured


def peak(work: Contender) -> float:
    """The most memory, in MB, that Python's own allocations take while it works."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


@frozen
class Goal:
    """Ours is to be at most (`least`: at least) `factor` times `of`, in these measures."""

    factor: float
    of: str
    measures: tuple[str, ...] = ("wall", "cpu")


@frozen
class Row:
    """One thing measured, in the unit that `scale` gives (1e6: microseconds)."""

    what: str
    measured: Measured
    goals: tuple[Goal, ...]
    unit: str = "us"
    scale: float = 1e6
    measures: tuple[str, ...] = ("wall", "cpu")

    def typical(self, name: str, measure: str) -> float:
        """The median of a contender's figures, in the row's unit."""
        return self.scale * median(getattr(one, measure) for one in self.measured[name])

    def ratio(self, goal: Goal, measure: str) -> float:
        """Ours over the other one's, as the median of the rounds."""
        pairs = zip(self.measured[OURS], self.measured[goal.of], strict=True)
        return median(getattr(a, measure) / getattr(b, measure) for a, b in pairs)

    def verdicts(self) -> list[Verdict]:
        """What became of each goal, measure by measure."""
        return [
            Verdict(f"{goal.of}, {measure}", self.ratio(goal, measure), goal.factor)
            for goal in self.goals
            for measure in goal.measures
        ]


@frozen
class Verdict:
    """A ratio beside its goal."""

    against: str
    ratio: float
    goal: float

    @property
    def met(self) -> bool:
        """Whether the ratio is not above the goal."""
        return self.ratio <= self.goal

    @property
    def near(self) -> bool:
        """Whether it is not above the goal by far: all that a smoke run can tell."""
        return self.ratio <= self.goal * LENIENT


@frozen
class Fact:
    """Something that is no ratio of times: a number beside the number that it may be at most."""

    what: str
    value: float
    most: float
    unit: str

    def verdicts(self) -> list[Verdict]:
        """The number beside its goal."""
        return [Verdict(self.unit, self.value, self.most)]


@frozen
class Skipped:
    """What could not be measured, and why."""

    what: str
    reason: str

    def verdicts(self) -> list[Verdict]:
        """None."""
        return []


@frozen
class Scale:
    """How much is measured: everything, or just enough to see that it works."""

    smoke: bool = False
    rounds: int = field(init=False)

    @rounds.default
    def _rounds(self) -> int:
        return 2 if self.smoke else 3

    def of(self, count: int) -> int:
        """So many in a whole run, a twentieth in a smoke run."""
        return max(1, count // 20) if self.smoke else count
