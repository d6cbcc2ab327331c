"""
A streamed answer: the pure fold of the walk joined with the live bytes of the connection.

Floor 7. The only place where the two meet. They are classes, and no generators: a generator that
is closed before its first item never runs its `finally`, and its connection would leak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, Final, Generic, Never, Self, TypeVar, cast, overload

from returns.result import Failure, Result, Success

from hfpipe.door import Asked, asked, asking, opened, output, veiled
from hfpipe.errors import HfpipeError
from hfpipe.folded import NOTHING, Face, Folded
from hfpipe.io import reading, terms
from hfpipe.tasks import TASKS

if TYPE_CHECKING:
    from hfpipe.clients import AnyClient
    from hfpipe.io.span import Span
    from hfpipe.io.terms import Deadline
    from hfpipe.outputs.chat import ChatCompletion
    from hfpipe.outputs.chunks import ChatChunk
    from hfpipe.outputs.text import TextGeneration, TextGenerationChunk
    from hfpipe.records import Exchange

T = TypeVar("T")
U = TypeVar("U")
F = TypeVar("F", bound=Callable[..., Any])

_END: Final[Any] = object()


class Live(Folded[Any]):
    """
    A stream and its connection: what `Stream` shows, and what its maps share.

    One thread at a time waits for a piece; `close` waits for nobody.
    """

    def __init__(
        self, exchange: Exchange, span: Span | None = None, deadline: Deadline | None = None
    ) -> None:
        super().__init__(exchange, span, deadline)
        chunks = self._response.chunks if self._response else None
        self._pieces: Iterator[Any] = iter(cast("Any", chunks if chunks is not None else ()))
        self._waits = Lock()
        # may be taken again by its owner: a signal's handler may close what it interrupts
        self._state = RLock()

    def more(self) -> None:
        """Makes one item ready at least; raises StopIteration where there are no more."""
        with self._waits:
            while not self.ready:
                if self._over:
                    raise StopIteration
                self._ask()

    def _ask(self) -> None:
        try:
            if self._late():
                self._settle(terms.time_is_up())
                return
            piece = next(self._pieces, _END)
            if type(piece) is not bytes and piece is not _END:
                piece = memoryview(piece).tobytes()
        except Exception as error:  # noqa: BLE001 - whatever a sender's chunks raise is a value
            self._settle(reading.fault(error))
        except BaseException:
            self.close()
            raise
        else:
            self._settle(None if piece is _END else piece)

    def _settle(self, found: bytes | HfpipeError | None) -> None:
        with self._state:
            if self._over:
                # closed by another thread while this one waited: it is told so
                self.ready.extend([Failure(self._error)] if self._error else [])
            elif self._broken(found) if isinstance(found, HfpipeError) else self._fed(found):
                self._end()

    def _end(self) -> None:
        self._over = True
        finish = getattr(self._pieces, "finish", None)
        if finish is not None and self._error is None:
            finish()
        elif self._response is not None:
            reading.end(self._response)
        self._told()

    def close(self) -> None:
        """Ends the stream early, and its connection with it."""
        with self._state:
            if not self._over:
                self._left()
                self._end()
            self.ready.clear()

    def completed(self) -> Result[Any, HfpipeError]:
        """The whole answer; reads what has not been read yet, and gives nothing more of it."""
        with suppress(StopIteration):
            while True:
                self.ready.clear()
                self.more()
        return self._completed()

    def __del__(self) -> None:
        # What failed in __init__ has no connection to close; at exit nobody is to be told.
        if not getattr(self, "_over", True) and hasattr(self, "_state"):
            with suppress(Exception):
                self.close()


class Stream(Face[T, Live], Generic[T]):
    """
    An answer as it comes: an iterator of Results, and a context manager.

    A fault in the middle is the last item, a Failure. Leaving early, `close()`, or forgetting
    the stream closes its connection; a stream that was closed gives nothing more.
    """

    __slots__ = ()

    def __init__(
        self, exchange: Exchange, span: Span | None = None, deadline: Deadline | None = None
    ) -> None:
        self._show(Live(exchange, span, deadline), None)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Result[T, HfpipeError]:
        while True:
            if not self._ready:
                self._live.more()
            try:
                item = self._ready.popleft()
            except IndexError:
                continue  # another thread was faster
            if self._f is None or not isinstance(item, Success):
                return item
            value = self._made(self._f, item.unwrap())
            if value is not NOTHING:
                return Success(value)

    def _made(self, f: Callable[[Any], Any], value: Any) -> Any:
        try:
            return f(value)
        except BaseException:
            self.close()
            raise

    def map(self, f: Callable[[T], U]) -> Stream[U]:
        """
        The same stream with `f` of each value: lazily, and Failures as they are.

        Both read from the one connection. What `f` raises comes out of the iteration, after the
        stream has been closed.

        >>> import hfpipe
        >>> stream = hfpipe.chat_completion_stream({"provider": "sandbox"}, "say hello").unwrap()
        >>> [size.unwrap() for size in stream.map(lambda chunk: len(chunk.text))]
        [0, 5, 0]
        """
        mapped = cast("Stream[U]", object.__new__(Stream))
        mapped._show(self._live, self._then(f))
        return mapped

    def close(self) -> None:
        """Ends the stream early, and its connection with it; from any thread, at any time."""
        self._live.close()

    # first, for a stream of Any: mypy would take it for one of a chat
    @overload
    def response(self: Stream[Never]) -> Result[Any, HfpipeError]: ...
    @overload
    def response(self: Stream[ChatChunk]) -> Result[ChatCompletion, HfpipeError]: ...
    @overload
    def response(self: Stream[TextGenerationChunk]) -> Result[TextGeneration, HfpipeError]: ...
    @overload
    def response(self) -> Result[Any, HfpipeError]: ...
    def response(self) -> Result[Any, HfpipeError]:
        """
        The whole answer, when the stream has ended: reads what has not been read yet.

        A `ChatCompletion`, or a `TextGeneration`, of everything from the stream's beginning on.
        """
        return self._live.completed()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ChatStream(Stream["ChatChunk"]):
    """The stream of a chat: its values are `ChatChunk`s, its whole answer a `ChatCompletion`."""

    __slots__ = ()


def stream_task(name: str, kind: type[Stream[Any]] = Stream) -> Callable[[F], F]:
    """Makes a streaming task function of a signature, as `hfpipe.door.task` does."""
    chosen = TASKS[name]

    def ask(client: AnyClient, first: Any = None, /, **args: Any) -> Asked:
        return asked(chosen, client, first, {**args, "stream": True}, output)

    def made(signature: F) -> F:
        @wraps(signature)
        def function(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
            args = {**veiled(args), "stream": True}
            return opened(asked(chosen, client, first, args, output), kind)

        return asking(cast("F", function), ask)

    return made
