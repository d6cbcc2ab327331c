"""Schedules as data: how long is waited before each further try, and how many there are."""

from __future__ import annotations

import math
import sys

import pytest

from hfpipe.schedule import Schedule, constant, exponential


@pytest.mark.parametrize(
    ("schedule", "waits"),
    [
        (Schedule(), [0.5, 1.0, None]),
        (Schedule(tries=9), [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, None]),
        (exponential().up_to(4), [0.5, 1.0, 2.0, None]),
        (exponential(3.0, 3.0).up_to(4), [3.0, 9.0, 27.0, None]),
        (exponential(1.0).capped(3.0).up_to(4), [1.0, 2.0, 3.0, None]),
        (exponential(1.0).capped(3.0).capped(9.0).up_to(4), [1.0, 2.0, 3.0, None]),
        (constant(2.0).up_to(4), [2.0, 2.0, 2.0, None]),
        (constant(2.0).up_to(3).up_to(9), [2.0, 2.0, None]),
        (constant(2.0).up_to(1), [None, None]),
    ],
)
def test_each_wait_follows_from_the_one_before(schedule, waits):
    """
    It grows by the factor up to the cap; a narrower schedule never becomes wider again.
    """
    given = [schedule.wait(n) for n in range(1, len(waits) + 1)]

    assert [None if wait is None else (wait, 0.0) for wait in waits] == given


@pytest.mark.parametrize(
    ("schedule", "parts"),
    [
        (constant(4.0), (4.0, 0.0)),
        (constant(4.0).jittered(0.25), (3.0, 1.0)),
        (constant(4.0).jittered(), (0.0, 4.0)),
    ],
)
def test_jitter_takes_its_part_from_the_wait(schedule, parts):
    """
    The sure part and the part by chance are the whole wait together; all of it by default.
    """
    assert parts == schedule.wait(1)


def test_a_schedule_goes_on_until_it_is_narrowed_down():
    """
    Two thousand million tries are for ever.
    """
    assert 2**31 == exponential().tries == constant(1.0).tries


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("schedule", [exponential(), exponential(1e300, 1e200), constant(math.inf)])
def test_a_wait_beyond_all_numbers_has_numbers_for_its_parts(schedule, jitter):
    """
    Neither part is NaN, which no deadline can be compared with; a cap holds here too.
    """
    sure, chance = schedule.jittered(jitter).wait(10_000)

    assert sys.float_info.max == sure + chance
    assert (5.0, 0.0) == schedule.capped(5.0).wait(10_000)


def test_each_part_of_a_schedule_is_given_by_its_name():
    """
    Numbers in a row would say nothing.
    """
    with pytest.raises(TypeError):
        Schedule(0.5, 2.0)
