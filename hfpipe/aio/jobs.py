"""
Long jobs on an event loop: what `hfpipe.jobs` does, awaited.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, overload

from returns.result import Failure, Result, Success

from hfpipe import door, jobs
from hfpipe.aio.faces import off_asyncio, prepared, sender
from hfpipe.errors import HfpipeError, InputError
from hfpipe.io.async_driver import WORLD, go_on, performed
from hfpipe.io.spans import begun
from hfpipe.io.terms import Deadline
from hfpipe.pipeline import Step, Waiting, start
from hfpipe.records import Exchange

if TYPE_CHECKING:
    from pathlib import Path

    from hfpipe.clients import AnyClient
    from hfpipe.progress import Progress

T = TypeVar("T")


@overload
async def submit(
    client: AnyClient,
    task: Callable[..., Result[T, HfpipeError]],
    first: Any = None,
    /,
    **args: Any,
) -> Result[Waiting | T, HfpipeError]: ...
@overload
async def submit(
    client: AnyClient,
    task: Callable[..., Coroutine[Any, Any, Result[T, HfpipeError]]],
    first: Any = None,
    /,
    **args: Any,
) -> Result[Waiting | T, HfpipeError]: ...
@overload
async def submit(
    client: AnyClient, task: str, first: Any = None, /, **args: Any
) -> Result[Waiting | Any, HfpipeError]: ...
async def submit(
    client: AnyClient, task: Any, first: Any = None, /, **args: Any
) -> Result[Any, HfpipeError]:
    """
    Walks to the job's ticket, as `hfpipe.submit` does: a `Waiting`, or the value itself.

    `task` is a task function of either face, or its name.
    """
    args = door.veiled(args)
    if (homeless := off_asyncio()) is not None:
        return Failure(homeless)
    try:
        exchange = await prepared(door.new_exchange, (client, task, first), args)
    except InputError as error:
        return Failure(error)
    return await _to_ticket(start(door.pipeline(exchange), exchange), exchange)


async def poll(waiting: Waiting, client: AnyClient) -> Result[Any, HfpipeError]:
    """Asks once, now, how far the job is, as `hfpipe.poll` does."""
    found = await _regained(waiting, client, {})
    if not isinstance(found, Success):
        return found
    there = jobs.at_once(found.unwrap())
    step = await performed(there, sender(there.exchange), Deadline(WORLD.clock), WORLD)
    return await _to_ticket(step, there.exchange)


async def finish(
    waiting: Waiting,
    client: AnyClient,
    *,
    timeout: float | None = jobs.UNSET,  # noqa: ASYNC109 - of the call, as everywhere in hfpipe
    on_progress: Callable[[Progress], object] | None = None,
    save_to: str | Path | None = None,
) -> Result[Any, HfpipeError]:
    """
    Goes on with a walk to its end, and gives its value, as `hfpipe.finish` does.

    The walk may come from either face. The client brings token, sender, pipeline and a fresh
    deadline: `timeout` in seconds, else the client's own.
    """
    found = await _regained(waiting, client, jobs.options(timeout, on_progress, save_to))
    if not isinstance(found, Success):
        return found
    there = found.unwrap()
    span = begun(there.exchange)
    ended = await go_on(Success(there), sender(there.exchange), Deadline(WORLD.clock))
    if span:
        span.end(ended)
    return ended.map(door.output)


async def _regained(
    waiting: Waiting, client: AnyClient, said: dict[str, Any]
) -> Result[Waiting, HfpipeError]:
    if (homeless := off_asyncio()) is not None:
        return Failure(homeless)
    return await prepared(partial(jobs.regained, waiting, said=said), (client,), {})


async def _to_ticket(step: Step, exchange: Exchange) -> Result[Any, HfpipeError]:
    send, deadline = sender(exchange), Deadline(WORLD.clock)
    while isinstance(step, Success):
        there = step.unwrap()
        if isinstance(there, Exchange):
            return Success(there.output)
        if jobs.has_ticket(there):
            return Success(there)
        step = await performed(there, send, deadline)
    return Failure(step.failure())
