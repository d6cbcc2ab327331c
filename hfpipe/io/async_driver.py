"""
The asynchronous driver: performs what a walk needs while the event loop goes on.

The terms are those of the blocking one (`hfpipe.io.terms`), the answers those of the same shelf;
here it is only awaited: slept, sent, read. The deadline holds for any sender: time that is up
cancels it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.errors import HfpipeError
from hfpipe.io import arriving, keeping, reading, terms
from hfpipe.io.async_sending import AsyncDefaultSender
from hfpipe.io.shelf import SHELF, Shelf, key
from hfpipe.io.terms import Deadline
from hfpipe.io.threads import off, settled
from hfpipe.pipeline import Answer, Pipeline, Step, Waiting, resume, start
from hfpipe.records import Exchange
from hfpipe.wire import FileBody, HttpRequest, HttpResponse

if TYPE_CHECKING:
    from hfpipe.errors import TransportError
    from hfpipe.pipeline import Clock

AsyncSend: TypeAlias = "Callable[[HttpRequest], Awaitable[Result[HttpResponse, TransportError]]]"


@frozen
class AsyncWorld:
    """What the driver may touch beside the sender: each part can be another one in a test."""

    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    shelf: Shelf = SHELF


WORLD = AsyncWorld()


def run(
    pipeline: Pipeline,
    exchange: Exchange,
    send: AsyncSend,
    world: AsyncWorld = WORLD,
    trace: Clock | None = None,
    deadline: Deadline | None = None,
) -> Coroutine[Any, Any, Result[Exchange, HfpipeError]]:
    """Walks the exchange down the pipeline, to its end or to the failure that ends it."""
    deadline = deadline or Deadline(world.clock)
    return go_on(start(pipeline, exchange, trace), send, deadline, world)


async def go_on(
    step: Step, send: AsyncSend, deadline: Deadline, world: AsyncWorld = WORLD
) -> Result[Exchange, HfpipeError]:
    """Performs the needs of a walk that waits, until it waits no more."""
    while isinstance(step, Success):
        waiting = step.unwrap()
        if isinstance(waiting, Exchange):
            return await _kept(waiting)
        step = await performed(waiting, send, deadline, world)
        if not isinstance(step, Success) and (left := waiting.exchange.response) is not None:
            reading.end(left)  # a stream that came, and a later stage that failed
    return Failure(step.failure())


async def _kept(exchange: Exchange) -> Result[Exchange, HfpipeError]:
    if exchange.options.save_to is None or (found := keeping.to_save(exchange)) is None:
        return Success(exchange)
    response, path = found
    return keeping.kept(exchange, await arriving.saved(response, path, len(response.body)))


async def performed(
    waiting: Waiting, send: AsyncSend, deadline: Deadline, world: AsyncWorld = WORLD
) -> Step:
    """The walk after what it needs now has been done."""
    need = waiting.need
    wait = terms.due(waiting, deadline, world.chance)
    if isinstance(wait, HfpipeError):
        return Failure(wait)
    if wait:
        await world.sleep(wait)
    if isinstance(need.request, FileBody):
        return resume(waiting, await off(reading.file_answer, need.request))
    if need.keep:
        return await _shared(waiting, need.request, send, deadline, world)
    return (await _asked(waiting, need.request, send, deadline, world))[1]


async def _asked(
    waiting: Waiting, request: HttpRequest, send: AsyncSend, deadline: Deadline, world: AsyncWorld
) -> tuple[Answer | None, Step]:
    try:
        sent = send(terms.bounded(request, deadline))
        # hfpipe's own sender keeps the time by itself: a second timer would be 3 us of 150
        own = isinstance(send, AsyncDefaultSender)
        given: Any = await sent if own else await _in_time(sent, deadline)
        answer = terms.answered(given, world.now)
        if isinstance(answer, Success) and not _is_whole(waiting, answer.unwrap()):
            answer = await _whole(waiting, request, answer.unwrap(), deadline)
    except Exception as error:  # noqa: BLE001 - whatever a foreign sender raises is a value
        answer = Failure(reading.fault(error))
    return terms.resumed(waiting, answer, deadline)


async def _in_time(sent: Awaitable[Answer], deadline: Deadline) -> Answer:
    async with asyncio.timeout(deadline.left()):
        return await sent


def _is_whole(waiting: Waiting, response: HttpResponse) -> bool:
    most = waiting.exchange.options.max_response_bytes
    return response.chunks is None and waiting.need.save is None and len(response.body) <= most


async def _whole(
    waiting: Waiting, request: HttpRequest, response: HttpResponse, deadline: Deadline
) -> Answer:
    if response.chunks is not None:
        idle = request.idle_timeout if request.stream else None
        response = arriving.arriving(response, arriving.up(deadline.left()), idle)
        if request.stream and reading.live(response):
            return Success(response)
    most = waiting.exchange.options.max_response_bytes
    path = waiting.need.save
    if path is not None and reading.to_disk(request, response):
        return await arriving.saved(response, path, most)
    if response.chunks is None:
        return reading.read(response, most)
    return await arriving.read(response, most)


async def _shared(
    waiting: Waiting, request: HttpRequest, send: AsyncSend, deadline: Deadline, world: AsyncWorld
) -> Step:
    """Answers from the shelf; who claims an answer asks for everybody who waits for it."""
    shelf, name = world.shelf, key(request, waiting.exchange.options.send)
    while True:
        promise, mine = shelf.claim(name)
        if mine:
            answer: Answer | None = None
            try:
                answer, step = await _asked(waiting, request, send, deadline, world)
            finally:
                shelf.settle(name, promise, terms.to_keep(answer), waiting.need.keep)
            return step
        try:
            async with asyncio.timeout(deadline.left()):
                kept = promise.result() if promise.done() else await settled(promise)
        except TimeoutError:
            return Failure(terms.out_of_time(waiting, deadline))
        if kept is not None:
            return resume(waiting, Success(kept))
