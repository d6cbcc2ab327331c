"""
A streamed answer: the pure fold of the walk joined with the live bytes of the connection.

Floor 7. The only place where the two meet. It is a class, and no generator: a generator that is
closed before its first item never runs its `finally`, and its connection would leak.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

from returns.result import Failure, Result, Success

from hfpipe.door import Asked, asked, asking, opened, output
from hfpipe.errors import HfpipeError, StreamError
from hfpipe.io.reading import end, fault
from hfpipe.outputs.chat import ChatChunk, ChatCompletion
from hfpipe.outputs.fold import Fold
from hfpipe.redaction import located
from hfpipe.tasks import TASKS

if TYPE_CHECKING:
    from types import TracebackType

    from hfpipe.clients import AnyClient
    from hfpipe.io.spans import Span
    from hfpipe.records import Exchange

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class Folded(Generic[T]):
    """What every face of a stream is: the fold so far, what is ready, and how it ends."""

    def __init__(self, exchange: Exchange, span: Span | None = None) -> None:
        fold: Fold[T] = exchange.output
        self._exchange = exchange
        self._response = exchange.response
        self._fold = fold
        self._ready: deque[Result[T, HfpipeError]] = deque()
        self._over = False
        self._span = span

    @property
    def exchange(self) -> Exchange:
        """The record of the call, its request and response among it."""
        return self._exchange

    def _fed(self, piece: bytes | None) -> bool:
        """Takes the next piece, or None for the end; whether that was the last that matters."""
        return self._took(*(self._fold.close() if piece is None else self._fold.feed(piece)))

    def _broken(self, why: HfpipeError) -> bool:
        """Takes what broke the stream off."""
        return self._took(*self._fold.close(why))

    def _took(self, fold: Fold[T], items: list[Result[T, HfpipeError]]) -> bool:
        self._fold = fold
        self._ready.extend(item.alt(self._located) for item in items)
        return fold.done

    def _located(self, error: HfpipeError) -> HfpipeError:
        return located(error, self._exchange, "decode")

    def _told(self) -> None:
        span, self._span = self._span, None
        if span is None:
            return
        failed = self._fold.failed
        if failed is None:
            span.stop(self._exchange)
        else:
            span.fail(self._located(failed))

    def _left(self) -> None:
        """Notes that nobody wants the rest."""
        self._fold, _ = self._fold.close(StreamError("the stream was closed", code="cancelled"))

    def _completed(self) -> Result[ChatCompletion, HfpipeError]:
        failed = self._fold.failed
        if failed is not None:
            return Failure(self._located(failed))
        return Success(self._fold.completion() or ChatCompletion(()))

    def __repr__(self) -> str:
        state = "ended" if self._over else "open"
        return f"<{type(self).__name__} {state}, {self._fold.count} events>"


class Stream(Folded[T]):
    """
    An answer as it comes: an iterator of Results, and a context manager.

    A fault in the middle is the last item, a Failure. Leaving early, `close()`, or forgetting
    the stream closes its connection.
    """

    def __init__(self, exchange: Exchange, span: Span | None = None) -> None:
        super().__init__(exchange, span)
        response = exchange.response
        self._pieces: Iterator[bytes] = iter(cast("Any", response and response.chunks) or ())

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Result[T, HfpipeError]:
        ready = self._ready
        while not ready:
            if self._over:
                raise StopIteration
            self._more()
        return ready.popleft()

    def _more(self) -> None:
        try:
            piece = next(self._pieces, None)
        except Exception as error:  # noqa: BLE001 - whatever a sender's chunks raise is a value
            done = self._broken(fault(error))
        else:
            done = self._fed(piece)
        if done:
            self._end()

    def _end(self) -> None:
        self._over = True
        finish = getattr(self._pieces, "finish", None)
        if finish is not None and self._fold.failed is None:
            finish()
        elif self._response is not None:
            end(self._response)
        self._told()

    def close(self) -> None:
        """Ends the stream early, and its connection with it."""
        if not self._over:
            self._left()
            self._end()

    def response(self) -> Result[ChatCompletion, HfpipeError]:
        """The whole answer, when the stream has ended: reads what has not been read yet."""
        for _ in self:
            pass
        return self._completed()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        # What failed in __init__ has no connection to close.
        if not getattr(self, "_over", True):
            self.close()


ChatStream = Stream[ChatChunk]


def stream_task(name: str) -> Callable[[F], F]:
    """Makes a streaming task function of a signature, as `hfpipe.door.task` does."""
    chosen = TASKS[name]

    def ask(client: AnyClient, first: Any = None, /, **args: Any) -> Asked:
        return asked(chosen, client, first, {**args, "stream": True}, output)

    def made(signature: F) -> F:
        @wraps(signature)
        def function(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
            return opened(chosen, client, first, {**args, "stream": True}, Stream)

        return asking(cast("F", function), ask)

    return made
