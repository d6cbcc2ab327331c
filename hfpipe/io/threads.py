"""
Blocking work of an event loop, done in threads: files, names, and senders that block.

The pool is hfpipe's own. The loop's has about as many threads as the machine has processors, and
a few slow answers would hold up everybody else's work in it.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from attrs import frozen
from returns.result import Success

from hfpipe.evolving import evolve
from hfpipe.io.reading import end
from hfpipe.io.stop import STOP, Stop
from hfpipe.wire import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from returns.result import Result

    from hfpipe.errors import TransportError
    from hfpipe.io.driver import Send

T = TypeVar("T")

# A thread is made when none is idle, so that this many are calls at a time, not threads in wait.
MOST: Final = 512

_pools: Final[list[ThreadPoolExecutor]] = []


def _pool() -> ThreadPoolExecutor:
    if not _pools:
        _pools.append(ThreadPoolExecutor(MOST, "hfpipe-aio"))
    return _pools[0]


# In the child of a fork the threads are not there.
os.register_at_fork(after_in_child=_pools.clear)


async def off(f: Callable[..., T], *args: Any) -> T:
    """
    What `f` gives, computed in a thread while the loop goes on.

    For what waits on a file or a socket. A long computation in C, such as the decoding of a large
    JSON text, keeps the loop from running wherever it is done: it holds the interpreter's lock.
    """
    work = _pool().submit(copy_context().run, f, *args)
    return await asyncio.wrap_future(work)


async def settled(promise: Future[T]) -> T:
    """
    What another thread or task promises; giving up the wait leaves the promise as it is.

    `asyncio.wrap_future` would cancel it for all who wait, and behind `asyncio.shield` would
    report an error when the loop is gone before the promise is kept.
    """
    loop = asyncio.get_running_loop()
    kept = asyncio.Event()

    def tell(_: object) -> None:
        with suppress(RuntimeError):  # the loop is gone, and who waited with it
            loop.call_soon_threadsafe(kept.set)

    promise.add_done_callback(tell)
    await kept.wait()
    return promise.result()


@frozen
class Threaded:
    """A blocking sender for an event loop. Cancelling ends the wait of hfpipe's own at once."""

    send: Send

    async def __call__(self, request: HttpRequest) -> Result[HttpResponse, TransportError]:
        """The answer of the blocking sender, its chunks read in threads too."""
        stop = Stop()
        context = copy_context()
        context.run(STOP.set, stop)
        work: Future[Any] = _pool().submit(context.run, self.send, request)
        try:
            given = await asyncio.wrap_future(work)
        except asyncio.CancelledError:
            work.add_done_callback(_unwanted)
            stop.now()
            raise
        finally:
            stop.release()
        if isinstance(given, Success):
            response = cast("Success[object]", given).unwrap()
            chunks: Any = getattr(response, "chunks", None)
            if isinstance(response, HttpResponse) and hasattr(chunks, "__iter__"):
                return Success(evolve(response, chunks=InThreads(iter(chunks))))
        return given  # type: ignore[no-any-return]  # what a foreign sender gives, the driver checks


def _unwanted(work: Future[Any]) -> None:
    if not work.cancelled() and work.exception() is None and isinstance(work.result(), Success):
        response = work.result().unwrap()
        if isinstance(response, HttpResponse):
            end(response)


class InThreads:
    """The pieces of a blocking iterator, each waited for in a thread."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        piece = await off(self._next)
        if piece is None:
            raise StopAsyncIteration
        return piece

    def _next(self) -> bytes | None:
        # the end as a value: no future takes a StopIteration
        return next(self._pieces, None)
