"""
A streamed answer on an event loop: the fold of the walk joined with bytes that are awaited.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Self, TypeAlias, TypeVar, cast

from hfpipe.folded import Folded
from hfpipe.io.arriving import Arriving
from hfpipe.io.reading import fault
from hfpipe.outputs.chat import ChatChunk, ChatCompletion

if TYPE_CHECKING:
    from types import TracebackType

    from returns.result import Result

    from hfpipe.errors import HfpipeError
    from hfpipe.io.spans import Span
    from hfpipe.records import Exchange

T = TypeVar("T")


class AsyncStream(Folded[T]):
    """
    An answer as it comes: an asynchronous iterator of Results, and a context manager.

    A fault in the middle is the last item, a Failure. Leaving early, `await stream.close()`,
    cancelling the task that waits for the next item, or forgetting the stream closes its
    connection.
    """

    def __init__(self, exchange: Exchange, span: Span | None = None) -> None:
        super().__init__(exchange, span)
        self._pieces = cast("Arriving", exchange.response and exchange.response.chunks)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Result[T, HfpipeError]:
        ready = self._ready
        while not ready:
            if self._over:
                raise StopAsyncIteration
            await self._more()
        return ready.popleft()

    async def _more(self) -> None:
        try:
            piece = await anext(self._pieces, None)
        except Exception as error:  # noqa: BLE001 - whatever a sender's chunks raise is a value
            done = self._broken(fault(error))
        except BaseException:
            self._drop()
            raise
        else:
            done = self._fed(piece)
        if done:
            await self._end()

    async def _end(self) -> None:
        self._over = True
        self._told()
        if self._fold.failed is None:
            await self._pieces.finish()
        else:
            await self._pieces.close()

    def _drop(self) -> None:
        if not self._over:
            self._over = True
            self._left()
            self._told()
            self._pieces.drop()

    async def close(self) -> None:
        """Ends the stream early, and its connection with it."""
        if not self._over:
            self._left()
            await self._end()

    async def response(self) -> Result[ChatCompletion, HfpipeError]:
        """The whole answer, when the stream has ended: reads what has not been read yet."""
        async for _ in self:
            pass
        return self._completed()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __del__(self) -> None:
        # What failed in __init__ has no connection to close.
        if not getattr(self, "_over", True):
            with suppress(Exception):
                self._drop()


AsyncChatStream: TypeAlias = AsyncStream[ChatChunk]
