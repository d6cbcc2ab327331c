"""
Which sender carries a request on an event loop: aiohttp's, the blocking one in threads, or the
sandbox in this process.
"""

from __future__ import annotations

import asyncio
from functools import cache
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from attrs import frozen
from returns.result import Failure, Success

from hfpipe.http_options import HttpOptions
from hfpipe.io.arriving import arriving, up
from hfpipe.io.faults import told
from hfpipe.io.sending import default_send
from hfpipe.io.threads import Threaded
from hfpipe.options import http_options as frozen_options
from hfpipe.providers.table import SANDBOX
from hfpipe.wire import HttpResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping

    from returns.result import Result

    from hfpipe.errors import TransportError
    from hfpipe.io.async_driver import AsyncSend
    from hfpipe.sandbox.replies import Piece
    from hfpipe.wire import HttpRequest


Answering: TypeAlias = "Awaitable[Result[HttpResponse, TransportError]]"
Carrier: TypeAlias = "Callable[[HttpOptions, HttpRequest], Answering]"


@frozen
class AsyncDefaultSender:
    """
    The sender in use where a client names none. Equal options share their connections.

    Each event loop has connections of its own. It keeps the `timeout` of a request by itself.
    """

    options: HttpOptions

    def __call__(self, request: HttpRequest) -> Answering:
        """The answer to the request, or why there is none: to await."""
        if request.url.startswith(SANDBOX):
            return _in_time(request, _sandbox)
        return carrier()(self.options, request)


@cache
def carrier() -> Carrier:
    """What carries requests to the network: aiohttp where it is installed, else threads."""
    try:
        from hfpipe.io.aiohttp_sender import send
    except ImportError:
        return _in_threads
    return send


async def _in_threads(
    options: HttpOptions, request: HttpRequest
) -> Result[HttpResponse, TransportError]:
    return await _in_time(request, Threaded(default_send(options)))


async def _in_time(
    request: HttpRequest, answer: Callable[[HttpRequest], Answering]
) -> Result[HttpResponse, TransportError]:
    time = asyncio.timeout(request.timeout)
    try:
        async with time:
            return await answer(request)
    except TimeoutError as error:
        if not time.expired():
            raise
        return Failure(told("timeout", error, sent=True))


async def _sandbox(request: HttpRequest) -> Result[HttpResponse, TransportError]:
    from hfpipe.sandbox.server import replied

    reply = replied(request)
    if reply.after:
        await asyncio.sleep(reply.after)
    if reply.fault is not None:
        return Failure(reply.fault)
    if not reply.pieces:
        return Success(HttpResponse(reply.status, reply.headers, reply.body))
    response = HttpResponse(reply.status, reply.headers, chunks=_paced(reply.pieces))
    return Success(arriving(response, up(request.timeout), request.idle_timeout))


async def _paced(pieces: Iterable[Piece]) -> AsyncIterator[bytes]:
    for piece in pieces:
        if piece.after:
            await asyncio.sleep(piece.after)
        if piece.fault is not None:
            raise piece.fault
        yield piece.content


_SENDERS: Final[dict[HttpOptions, AsyncDefaultSender]] = {}


def async_default_send(
    http_options: Mapping[str, Any] | HttpOptions = HttpOptions(),  # noqa: B008 - immutable
) -> AsyncDefaultSender:
    """
    The sender that `hfpipe.aio` uses by itself, to wrap in one of your own.

    Raises `InputError` on an unknown option.
    """
    options = frozen_options("http_options", http_options)
    found = _SENDERS.get(options)
    return found or _SENDERS.setdefault(options, AsyncDefaultSender(options))


def for_a_loop(send: Any) -> AsyncSend:
    """The sender as a coroutine function: one that blocks is called in a thread."""
    if isinstance(send, AsyncDefaultSender):  # a plain function that gives what is to be awaited
        return send
    if iscoroutinefunction(send) or iscoroutinefunction(getattr(send, "__call__", None)):  # noqa: B004 - the method is asked, not whether there is one
        return cast("AsyncSend", send)
    return _Plain(Threaded(send))


@frozen
class _Plain:
    """A plain function may give an awaitable too, as one that wraps an asynchronous sender does."""

    threaded: Threaded

    async def __call__(self, request: HttpRequest) -> Any:
        given: Any = await self.threaded(request)
        return await given if hasattr(given, "__await__") else given
