"""
The blocking driver: performs what a walk needs until it needs nothing more.

On what terms is said in `hfpipe.io.terms`, which the asynchronous driver shares; here it is only
done: slept, sent, read.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.errors import HfpipeError
from hfpipe.io import keeping, reading, terms
from hfpipe.io.shelf import SHELF, Shelf, key
from hfpipe.io.terms import Deadline
from hfpipe.pipeline import Answer, Pipeline, Step, Waiting, resume, start
from hfpipe.printing import equal, hashed, printed
from hfpipe.records import Exchange
from hfpipe.wire import FileBody, HttpRequest, HttpResponse

if TYPE_CHECKING:
    from hfpipe.errors import TransportError
    from hfpipe.pipeline import Clock

Send: TypeAlias = "Callable[[HttpRequest], Result[HttpResponse, TransportError]]"


@frozen
class World:
    """What a driver may touch beside the sender: each part can be another one in a test."""

    sleep: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    shelf: Shelf = SHELF

    __repr__, __eq__, __hash__ = printed, equal, hashed


WORLD = World()


def run(
    pipeline: Pipeline,
    exchange: Exchange,
    send: Send,
    world: World = WORLD,
    trace: Clock | None = None,
    deadline: Deadline | None = None,
) -> Result[Exchange, HfpipeError]:
    """Walks the exchange down the pipeline, to its end or to the failure that ends it."""
    deadline = deadline or Deadline(world.clock)
    return go_on(start(pipeline, exchange, trace), send, deadline, world)


def go_on(
    step: Step, send: Send, deadline: Deadline, world: World = WORLD
) -> Result[Exchange, HfpipeError]:
    """Performs the needs of a walk that waits, until it waits no more."""
    while isinstance(step, Success):
        waiting = step.unwrap()
        if isinstance(waiting, Exchange):
            return _kept(step, waiting)
        step = performed(waiting, send, deadline, world)
        if not isinstance(step, Success) and (left := waiting.exchange.response) is not None:
            reading.end(left)  # a stream that came, and a later stage that failed
    return Failure(step.failure())


def _kept(ended: Step, exchange: Exchange) -> Result[Any, HfpipeError]:
    if exchange.options.save_to is None or (found := keeping.to_save(exchange)) is None:
        return ended
    response, path = found
    return keeping.kept(exchange, reading.saved(response, path, len(response.body)))


def performed(waiting: Waiting, send: Send, deadline: Deadline, world: World = WORLD) -> Step:
    """The walk after what it needs now has been done."""
    need = waiting.need
    wait = terms.due(waiting, deadline, world.chance)
    if isinstance(wait, HfpipeError):
        return Failure(wait)
    if wait:
        world.sleep(wait)
    if isinstance(need.request, FileBody):
        return resume(waiting, reading.file_answer(need.request))
    if need.keep:
        return _shared(waiting, need.request, send, deadline, world)
    return _asked(waiting, need.request, send, deadline, world)[1]


def _asked(
    waiting: Waiting, request: HttpRequest, send: Send, deadline: Deadline, world: World
) -> tuple[Answer | None, Step]:
    try:
        given: Any = send(terms.bounded(request, deadline))
    except Exception as error:  # noqa: BLE001 - whatever a foreign sender raises is a value
        given = Failure(reading.fault(error))
    if not isinstance(given, Success) and isawaitable(given):
        getattr(given, "close", bool)()
        return None, terms.for_an_event_loop()
    answer = terms.answered(given, world.now)
    if isinstance(answer, Success):
        answer = _whole(waiting, request, answer)
    return terms.resumed(waiting, answer, deadline)


def _whole(waiting: Waiting, request: HttpRequest, answer: Answer) -> Answer:
    response = answer.unwrap()
    if request.stream and reading.live(response) and hasattr(response.chunks, "__iter__"):
        return answer
    most = waiting.exchange.options.max_response_bytes
    path = waiting.need.save
    if path is None and response.chunks is None and len(response.body) <= most:
        return answer
    if path is not None and reading.to_disk(request, response):
        return reading.saved(response, path, most)
    return reading.read(response, most)


def _shared(
    waiting: Waiting, request: HttpRequest, send: Send, deadline: Deadline, world: World
) -> Step:
    """Answers from the shelf; who claims an answer asks for everybody who waits for it."""
    shelf, name = world.shelf, key(request, waiting.exchange.options.send)
    while True:
        promise, mine = shelf.claim(name)
        if mine:
            answer: Answer | None = None
            try:
                answer, step = _asked(waiting, request, send, deadline, world)
            finally:
                shelf.settle(name, promise, terms.to_keep(answer), waiting.need.keep)
            return step
        try:
            kept = promise.result(deadline.left())
        except FutureTimeout:
            return Failure(terms.out_of_time(waiting, deadline))
        if kept is not None:
            return resume(waiting, Success(kept))
