"""
A streamed answer on an event loop: the fold of the walk joined with bytes that are awaited.

What it shows and how it ends is `hfpipe.streaming`'s; here is only what is awaited.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, Never, Self, TypeVar, cast, overload

from returns.result import Success

from hfpipe.folded import NOTHING, Face, Folded
from hfpipe.io.reading import fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from returns.result import Result

    from hfpipe.errors import HfpipeError
    from hfpipe.io.arriving import Arriving
    from hfpipe.io.span import Span
    from hfpipe.io.terms import Deadline
    from hfpipe.outputs.chat import ChatCompletion
    from hfpipe.outputs.chunks import ChatChunk
    from hfpipe.outputs.text import TextGeneration, TextGenerationChunk
    from hfpipe.records import Exchange

T = TypeVar("T")
U = TypeVar("U")


class AsyncLive(Folded[Any]):
    """A stream and its connection: what `AsyncStream` shows, and what its maps share."""

    def __init__(
        self, exchange: Exchange, span: Span | None = None, deadline: Deadline | None = None
    ) -> None:
        super().__init__(exchange, span, deadline)
        self._pieces = cast("Arriving", self._response and self._response.chunks)

    async def more(self) -> None:
        """Makes one item ready at least; raises StopAsyncIteration where there are no more."""
        while not self.ready:
            if self._over:
                raise StopAsyncIteration
            await self._ask()

    async def _ask(self) -> None:
        try:
            piece = await anext(self._pieces, None)
        except Exception as error:  # noqa: BLE001 - whatever a sender's chunks raise is a value
            done = self._broken(fault(error))
        except BaseException:
            self.drop()
            raise
        else:
            done = self._fed(piece)
        if done and not self._over:
            await self._end()

    async def _end(self) -> None:
        self._over = True
        self._told()
        if self._error is None:
            await self._pieces.finish()
        else:
            await self._pieces.close()

    def drop(self) -> None:
        """`close` for who cannot wait: a task that is cancelled, a stream that is forgotten."""
        if not self._over:
            self._over = True
            self._left()
            self._told()
            self._pieces.drop()
        self.ready.clear()

    async def close(self) -> None:
        """Ends the stream early, and its connection with it."""
        if not self._over:
            self._left()
            await self._end()
        self.ready.clear()

    async def completed(self) -> Result[Any, HfpipeError]:
        """The whole answer; reads what has not been read yet, and gives nothing more of it."""
        with suppress(StopAsyncIteration):
            while True:
                self.ready.clear()
                await self.more()
        return self._completed()

    def __del__(self) -> None:
        # What failed in __init__ has no connection to close; at exit nobody is to be told.
        if not getattr(self, "_over", True) and hasattr(self, "_pieces"):
            with suppress(Exception):
                self.drop()


class AsyncStream(Face[T, AsyncLive], Generic[T]):
    """
    An answer as it comes: an asynchronous iterator of Results, and a context manager.

    A fault in the middle is the last item, a Failure. Leaving early, `await stream.close()`,
    cancelling the task that waits for the next item, or forgetting the stream closes its
    connection.

    >>> import asyncio
    >>> import hfpipe
    >>> async def said(hf: hfpipe.Client) -> list[str]:
    ...     opened = await hfpipe.aio.chat_completion_stream(hf, "say hello")
    ...     async with opened.unwrap() as stream:
    ...         return [chunk.unwrap().text async for chunk in stream]
    >>> asyncio.run(said(hfpipe.client(provider="sandbox")))
    ['', 'hello', '']
    """

    __slots__ = ()

    def __init__(
        self, exchange: Exchange, span: Span | None = None, deadline: Deadline | None = None
    ) -> None:
        self._show(AsyncLive(exchange, span, deadline), None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Result[T, HfpipeError]:
        while True:
            if not self._ready:
                await self._live.more()
            item = self._ready.popleft()
            if self._f is None or not isinstance(item, Success):
                return item
            try:
                value = self._f(item.unwrap())
            except BaseException:
                await self.close()
                raise
            if value is not NOTHING:
                return Success(value)

    def map(self, f: Callable[[T], U]) -> AsyncStream[U]:
        """
        The same stream with `f` of each value: lazily, and Failures as they are.

        Both read from the one connection. What `f` raises comes out of the iteration, after the
        stream has been closed.
        """
        mapped = cast("AsyncStream[U]", object.__new__(AsyncStream))
        mapped._show(self._live, self._then(f))
        return mapped

    async def close(self) -> None:
        """Ends the stream early, and its connection with it."""
        await self._live.close()

    def drop(self) -> None:
        """`close` for who cannot wait, such as a callback."""
        self._live.drop()

    # first, for a stream of Any: mypy would take it for one of a chat
    @overload
    async def response(self: AsyncStream[Never]) -> Result[Any, HfpipeError]: ...
    @overload
    async def response(self: AsyncStream[ChatChunk]) -> Result[ChatCompletion, HfpipeError]: ...
    @overload
    async def response(
        self: AsyncStream[TextGenerationChunk],
    ) -> Result[TextGeneration, HfpipeError]: ...
    @overload
    async def response(self) -> Result[Any, HfpipeError]: ...
    async def response(self) -> Result[Any, HfpipeError]:
        """
        The whole answer, when the stream has ended: reads what has not been read yet.

        A `ChatCompletion`, or a `TextGeneration`, of everything from the stream's beginning on.
        """
        return await self._live.completed()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class AsyncChatStream(AsyncStream["ChatChunk"]):
    """The stream of a chat: its values are `ChatChunk`s, its whole answer a `ChatCompletion`."""

    __slots__ = ()
