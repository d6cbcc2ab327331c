"""Many calls at a time, and no more than so many."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

import hfpipe
import hfpipe.aio


def test_the_results_are_in_order_and_the_limit_is_kept():
    """
    Whichever call ends first.
    """
    running, most = 0, 0

    async def call(number):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001 * (number % 3))
        running -= 1
        return number

    results = asyncio.run(hfpipe.aio.gather(*map(call, range(40)), limit=7))

    assert list(range(40)) == results
    assert 7 == most


def test_nothing_to_do_is_done_at_once():
    """
    No calls, no results.
    """
    assert [] == asyncio.run(hfpipe.aio.gather())


@pytest.mark.parametrize("error", [ZeroDivisionError, asyncio.CancelledError])
def test_a_call_that_raises_ends_the_others(error):
    """
    What it raised comes out as it is; what has not begun never does.
    """
    begun, ended = [], []

    async def call(number):
        begun.append(number)
        try:
            await asyncio.sleep(0 if number == 1 else 60)
            raise error
        finally:
            ended.append(number)

    with pytest.raises(error):
        asyncio.run(hfpipe.aio.gather(*map(call, range(9)), limit=3))

    assert [0, 1, 2] == begun
    assert {0, 1, 2} == set(ended)


def test_cancelling_it_cancels_the_calls():
    """
    All of them are over when it is.
    """
    numbers = count()
    ended = []

    async def call():
        number = next(numbers)
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(number)

    async def main():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(hfpipe.aio.gather(*(call() for _ in range(5)), limit=2), 0.01)
        return set(ended)

    assert {0, 1} == asyncio.run(main())


@pytest.mark.parametrize("limit", [0, -1, 2.5, "3", None, True])
def test_a_limit_that_is_no_count_is_refused(limit):
    """
    And no coroutine is left that nobody awaited.
    """

    async def call():
        return 1

    with pytest.raises(hfpipe.InputError, match="limit"):
        asyncio.run(hfpipe.aio.gather(call(), limit=limit))


def test_what_is_no_call_is_refused_with_a_word_on_what_to_do():
    """
    Calls in a list are the usual slip; those beside it are not left unawaited.
    """

    async def call():
        return 1

    with pytest.raises(hfpipe.InputError, match="not list") as raised:
        asyncio.run(hfpipe.aio.gather(call(), [1]))
    assert "gather(*calls)" in raised.value.hint
