"""
The asynchronous face of a function: the same walk, awaited.

A function of hfpipe says what it asks for (`hfpipe.door.asking`); from that its coroutine function
is made, so that no task is written twice.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Mapping
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeAlias, TypeVar, cast

from returns.result import Failure, Result, Success

from hfpipe.aio.stream import AsyncStream
from hfpipe.clients import Client
from hfpipe.door import pipeline, veiled
from hfpipe.errors import InputError
from hfpipe.io.async_driver import WORLD, run
from hfpipe.io.async_sending import AsyncDefaultSender, for_a_loop
from hfpipe.io.spans import begun
from hfpipe.io.terms import Deadline
from hfpipe.io.threads import off
from hfpipe.shapes import is_mapping

if TYPE_CHECKING:
    from hfpipe.door import Asked, Walk
    from hfpipe.errors import HfpipeError
    from hfpipe.io.async_driver import AsyncSend
    from hfpipe.records import Exchange

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E")
R = TypeVar("R")
S = TypeVar("S", bound=AsyncStream[Any])

# What an argument is in nearly every call.
_NO_FILES: Final = (str, int, float, list, tuple, bytes, type(None))

Ended: TypeAlias = "Coroutine[Any, Any, Result[Exchange, HfpipeError]]"
Face: TypeAlias = Callable[P, Coroutine[Any, Any, R]]


def awaited(function: Callable[P, Result[T, E]]) -> Face[P, Result[T, E]]:
    """The coroutine function of a function: same arguments, same Result."""
    return cast("Face[P, Result[T, E]]", _face(function, _performed))


def awaited_stream(function: Callable[P, Result[Any, E]], kind: type[S]) -> Face[P, Result[S, E]]:
    """The same of a function that gives a stream: it gives one of `kind`."""
    return cast("Face[P, Result[S, E]]", _face(function, partial(_opened, kind)))


def _face(function: Any, end: Callable[[Walk], Coroutine[Any, Any, Result[Any, Any]]]) -> Any:
    ask: Callable[..., Asked] = function.ask

    @wraps(function)
    async def face(*args: Any, **kwargs: Any) -> Any:
        kwargs = veiled(kwargs)
        homeless = off_asyncio()
        asked = Failure(homeless) if homeless else await prepared(ask, args, kwargs)
        return await end(asked.unwrap()) if isinstance(asked, Success) else asked

    # What `wraps` took over says how to ask, which is the blocking face's own matter.
    face.__dict__.pop("ask", None)
    return face


async def _performed(walk: Walk) -> Result[Any, HfpipeError]:
    span = begun(walk.exchange)
    if span is None:
        return (await walked(walk)).map(walk.worth)
    with span.around():
        ended = await walked(walk)
    span.end(ended)
    return ended.map(walk.worth)


async def _opened(kind: type[S], walk: Walk) -> Result[S, HfpipeError]:
    span, deadline = begun(walk.exchange), Deadline(WORLD.clock)
    ended = await walked(walk, deadline)
    if span and not isinstance(ended, Success):
        span.fail(ended.failure())
    return ended.map(lambda found: kind(found, span, deadline))


def walked(walk: Walk, deadline: Deadline | None = None) -> Ended:
    """The exchange at the end of the walk, to await."""
    exchange = walk.exchange
    send = sender(exchange)
    return run(pipeline(exchange), exchange, send, trace=walk.trace, deadline=deadline)


def sender(exchange: Exchange) -> AsyncSend:
    """The sender of this call: the client's own, in a thread where it blocks, else hfpipe's."""
    options = exchange.client.options
    if options.send is not None:
        return for_a_loop(options.send)
    return AsyncDefaultSender(options.http_options)


async def prepared(make: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    """What is made of the arguments, in a thread where that may read a file."""
    if reads(args, kwargs):
        return await off(lambda: make(*args, **kwargs))
    return make(*args, **kwargs)


def off_asyncio() -> InputError | None:
    """Why nothing can be awaited here: it is another library's event loop; or None."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return InputError(
            "hfpipe.aio runs on an asyncio event loop, and none is running here",
            code="bad_option",
            hint="Under trio call the blocking function in a thread, as in "
            "`await trio.to_thread.run_sync(hfpipe.chat_completion, hf, 'hi')`; "
            "with anyio choose backend='asyncio'.",
        )
    return None


def reads(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """
    Whether making sense of the arguments may read a file: a saved login, a media input.

    >>> import hfpipe
    >>> from pathlib import Path
    >>> hf = hfpipe.client("hf_abc")
    >>> reads((hf, "a text"), {}), reads((hf, Path("cat.png")), {}), reads(({}, "a text"), {})
    (False, True, True)
    """
    if not args or not isinstance(args[0], Client):
        return True
    given = (*args[1:], *kwargs.values())
    for one in given:
        if isinstance(one, _NO_FILES):
            continue
        if any(map(_a_file, one.values())) if is_mapping(one) else _a_file(one):
            return True
    return False


def _a_file(value: object) -> bool:
    return not isinstance(value, _NO_FILES) and (
        isinstance(value, os.PathLike)
        or hasattr(value, "read")
        or (hasattr(value, "save") and not isinstance(value, Mapping))
    )
