"""
Waits that end in time: an event loop whose clock is set by hand.
"""

import asyncio

import pytest

from hfpipe.io.alarm import Alarm, timed_out


class Loop(asyncio.SelectorEventLoop):
    """An event loop on which time goes by only as it is told."""

    def __init__(self):
        super().__init__()
        self.now, self.timers, self.troubles = 100.0, [], []

    def time(self):
        return self.now

    def call_at(self, when, callback, *args, **more):
        self.timers.append(super().call_at(when, callback, *args, **more))
        return self.timers[-1]

    def call_exception_handler(self, context):
        self.troubles.append(context)


def at(moments, untils, *, clear=()):
    """How many of the waits are over at each of these moments; and how many timers that took."""
    loop = Loop()

    async def passing():
        alarm, waits, over = Alarm(timed_out), [loop.create_future() for _ in untils], []
        for wait, until in zip(waits, untils, strict=True):
            alarm.set(wait, until)
        for which in clear:
            alarm.clear(waits[which])
        assert sum(not timer.cancelled() for timer in loop.timers) <= 1
        for loop.now in moments:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            over.append(sum(wait.done() for wait in waits))
            for wait in waits:
                if wait.done():
                    with pytest.raises(TimeoutError):
                        wait.result()
                    alarm.clear(wait)
        return over

    try:
        return loop.run_until_complete(passing()), len(loop.timers)
    finally:
        loop.close()
        assert [] == loop.troubles


@pytest.mark.parametrize(
    ("untils", "over"),
    [
        ([101.0, 102.0, 103.0], [0, 1, 2, 3]),
        ([103.0, 102.0, 101.0], [0, 1, 2, 3]),
        ([102.0, 101.0, 102.0], [0, 1, 3, 3]),
        ([101.0, None], [0, 1, 1, 1]),
        ([99.0], [1, 1, 1, 1]),
        ([], [0, 0, 0, 0]),
    ],
)
def test_each_wait_ends_when_its_time_has_come(untils, over):
    """
    In whatever order they began; what has no time does not end, what is late at once.
    """
    assert over == at([100.9, 101.1, 102.1, 103.1], untils)[0]


def test_a_wait_that_is_over_is_left_alone():
    """
    Nor does it keep another one from its time.
    """
    assert [0, 1] == at([101.5, 102.5], [101.0, 102.0], clear=[0])[0]


def test_a_thousand_waits_need_one_timer():
    """
    As long as none begins that ends before the others: one that ends with them needs no more.
    """
    assert ([0], 1) == at([100.5], [101.0 + n // 2 / 1000 for n in range(1000)])


def test_a_wait_is_late_at_the_very_moment():
    """
    Not a look later.
    """
    assert ([0, 1], 1) == at([100.9, 101.0], [101.0])


def test_a_wait_that_ended_by_itself_is_not_late():
    """
    Though nobody has cleared it yet.
    """
    loop = Loop()
    try:
        wait = loop.create_future()
        wait.set_result(None)
        timed_out(wait)
        assert wait.result() is None
    finally:
        loop.close()


def test_waits_that_end_close_after_each_other_end_together():
    """
    Some thousandths later: each look at the clock is at all of them.
    """
    moments = [101.0 + n / 1000 for n in range(1, 1001)]
    over, timers = at(moments, moments)

    assert 1000 - 6 <= over[-1]
    assert timers < 250
