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
    yours raised) ends the others, and `gather` raises what it raised. A `limit` below one is an
    `InputError`.
    """
    given: list[Any] = [None] * len(calls)
    queue = iter(enumerate(calls))
    if limit < 1:
        _forget(queue)
        raise InputError(f"limit must be 1 or more, not {limit}", code="bad_option")
    workers = [asyncio.ensure_future(_work(queue, given)) for _ in range(min(limit, len(calls)))]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        _forget(queue)
    return given


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
