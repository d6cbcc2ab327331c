"""
Waits of tasks that end in time, with one timer for all of them.
"""

from __future__ import annotations

import asyncio

import pytest

from hfpipe.io.bell import Bell

# A bell that does not ring is seen by a wait that goes well, after ten seconds.
SOON, NEVER = 0.02, 10.0


async def waited(bell, seconds, wait):
    """What became of a wait: how it ended, and whether the bell says that it was the one."""
    until = None if seconds is None else asyncio.get_running_loop().time() + seconds
    waits, ended = bell.set(until), "well"
    try:
        await wait
    except asyncio.CancelledError:
        ended = "cancelled"
    return ended, bell.cleared(waits)


def on_a_loop(told):
    async def made():
        return await told(Bell())

    return asyncio.run(made())


def test_a_wait_ends_when_its_time_is_up():
    """
    And its task is as if nobody had cancelled it.
    """

    async def told(bell):
        ended = await waited(bell, SOON, asyncio.sleep(NEVER))
        return ended, asyncio.current_task().cancelling()

    assert (("cancelled", True), 0) == on_a_loop(told)


@pytest.mark.parametrize("seconds", [NEVER, None])
def test_a_wait_that_is_over_in_time_is_left_alone(seconds):
    """
    With a limit or without.
    """
    assert ("well", False) == on_a_loop(lambda bell: waited(bell, seconds, asyncio.sleep(0.0)))


def test_a_later_wait_has_a_limit_of_its_own():
    """
    The timer of the first rings during the second, and is wound anew; who was late once is not
    late for ever.
    """

    async def told(bell):
        first = await waited(bell, SOON, asyncio.sleep(0.0))
        second = await waited(bell, 3 * SOON, asyncio.sleep(NEVER))
        third = await waited(bell, SOON, asyncio.sleep(NEVER))
        fourth = await waited(bell, NEVER, asyncio.sleep(0.0))
        return [first, second, third, fourth]

    late, fine = ("cancelled", True), ("well", False)
    assert [fine, late, late, fine] == on_a_loop(told)


def test_each_of_many_tasks_has_its_own_time():
    """
    Who is late is called, who is not goes on.
    """

    async def told(bell):
        waits = (waited(bell, s, asyncio.sleep(5 * SOON)) for s in (2 * SOON, SOON, NEVER, None))
        return await asyncio.gather(*waits)

    late, fine = ("cancelled", True), ("well", False)
    assert [late, late, fine, fine] == on_a_loop(told)


@pytest.mark.parametrize("too", [False, True])
def test_who_cancels_a_waiting_task_cancels_it(too):
    """
    Also where its time is up at the same moment.
    """

    async def told(bell):
        task = asyncio.ensure_future(waited(bell, SOON if too else NEVER, asyncio.sleep(NEVER)))
        await asyncio.sleep(0.0)
        if too:
            asyncio.get_running_loop().call_at(bell._alarm._rings, task.cancel)
        else:
            task.cancel()
        return await task

    assert ("cancelled", False) == on_a_loop(told)


@pytest.mark.parametrize(("waits", "timers"), [(False, 0), (True, 1)])
def test_nothing_is_left_to_ring_for_who_waits_no_more(waits, timers):
    """
    Who still waits when the stream is closed is called in time.
    """

    async def told(bell):
        task = asyncio.ensure_future(waited(bell, SOON, asyncio.sleep(NEVER if waits else 0.0)))
        await asyncio.sleep(0.0)
        if not waits:
            await task
        timer = bell._alarm._timer
        bell.stop()
        return int(not timer.cancelled()), await task

    ended = ("cancelled", True) if waits else ("well", False)
    assert (timers, ended) == on_a_loop(told)
