"""
Many calls at a time, and no more than so many.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from typing import Any, TypeVar

from hfpipe.errors import InputError

T = TypeVar("T")


async def gather(*calls: Awaitable[T], limit: int = 100) -> list[T]:
    """
    What the calls give, in their order, at most `limit` of them under way at a time.

    Failures are Results like any other. A call that raises (it was cancelled, or a callback of
    yours raised) ends the others, and `gather` raises what it raised. What is no call, and a
    `limit` that is no whole number from 1 on, are an `InputError`.
    """
    given: list[Any] = [None] * len(calls)
    queue = iter(enumerate(calls))
    wrong = _wrong(calls, limit)
    if wrong is not None:
        _forget(queue)
        raise wrong
    workers = [asyncio.ensure_future(_work(queue, given)) for _ in range(min(limit, len(calls)))]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        _forget(queue)
    return given


def _wrong(calls: tuple[object, ...], limit: object) -> InputError | None:
    for call in calls:
        if not isinstance(call, Awaitable):
            return InputError(
                f"gather takes what can be awaited, not {type(call).__name__}",
                hint="Give the calls one by one: `gather(*calls)`.",
            )
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        return InputError(
            f"limit must be a whole number from 1 on, not {limit!r}", code="bad_option"
        )
    return None


async def _work(queue: Iterator[tuple[int, Awaitable[Any]]], given: list[Any]) -> None:
    # One task a slot, not one a call: the calls of a slot follow each other in it.
    for place, call in queue:
        given[place] = await call


def _forget(queue: Iterator[tuple[int, Awaitable[Any]]]) -> None:
    for _, call in queue:
        # A coroutine that was never begun would complain; a task ends as any that is cancelled.
        end = getattr(call, "close", None) or getattr(call, "cancel", None)
        if end is not None:
            end()
