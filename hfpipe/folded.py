"""
What every face of a stream is, blocking or not: the fold so far, what is ready, and how it ends.

Floor 7.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from returns.result import Failure, Result

from hfpipe import meta
from hfpipe.errors import HfpipeError, StreamError
from hfpipe.evolving import evolve
from hfpipe.io import terms
from hfpipe.redaction import located

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfpipe.io.span import Span
    from hfpipe.io.terms import Deadline
    from hfpipe.outputs.fold import Fold
    from hfpipe.records import Exchange, Meta

T = TypeVar("T")
L = TypeVar("L", bound="Folded[Any]")

# What a function of a stream's `map` gives for an item that is to be passed over.
NOTHING: Final = object()


class Folded(Generic[T]):
    """What every face of a stream is: the fold so far, what is ready, and how it ends."""

    def __init__(
        self, exchange: Exchange, span: Span | None = None, deadline: Deadline | None = None
    ) -> None:
        fold: Fold[T] = exchange.output
        self._exchange = exchange
        self._response = exchange.response
        self._fold = fold
        self.ready: deque[Result[T, HfpipeError]] = deque()
        self._over = False
        self._span = span
        self._deadline = deadline
        self._lasted: float | None = None
        self._error: HfpipeError | None = None

    @property
    def exchange(self) -> Exchange:
        """The record of the call, its request and response among it; `output` is the fold."""
        return evolve(self._exchange, output=self._fold)

    @property
    def meta(self) -> Meta:
        """What is known about the call so far beside its answer; the usage comes at the end."""
        lasted = self._lasted
        if lasted is None:
            lasted = self._deadline.waited() if self._deadline else 0.0
        return meta.told(self.exchange, lasted)

    @property
    def error(self) -> HfpipeError | None:
        """Why the stream ended badly; None while it goes on, and where it ended well."""
        return self._error

    def _late(self) -> bool:
        """Whether the time of the whole call is up."""
        return self._deadline is not None and self._deadline.left() == 0.0

    def _fed(self, piece: bytes | None) -> bool:
        """Takes the next piece, or None for the end; whether that was the last that matters."""
        return self._took(*(self._fold.close() if piece is None else self._fold.feed(piece)))

    def _broken(self, why: HfpipeError) -> bool:
        """Takes what broke the stream off."""
        return self._took(*self._fold.close(terms.broken_off(why, self._deadline)))

    def _took(self, fold: Fold[T], items: list[Result[T, HfpipeError]]) -> bool:
        self._fold = fold
        if fold.failed is not None:
            self._error = located(fold.failed, self._exchange, "decode")
            items = [*items[:-1], Failure(self._error)]
        self.ready.extend(items)
        return fold.done

    def _left(self) -> None:
        """Notes that nobody wants the rest."""
        self._took(*self._fold.close(StreamError("the stream was closed", code="cancelled")))

    def _told(self) -> None:
        """Says that the stream has ended, once, where somebody listens."""
        if self._lasted is None and self._deadline is not None:
            self._lasted = self._deadline.waited()
        span, self._span = self._span, None
        if span is None:
            return
        # who leaves early has what they wanted: that is an end, and no fault of the call
        if self._error is None or self._error.code == "cancelled":
            span.stop(self.exchange)
        else:
            span.fail(self._error)

    def _completed(self) -> Result[Any, HfpipeError]:
        if self._error is not None:
            return Failure(self._error)
        return self._fold.answer().alt(lambda error: located(error, self._exchange, "decode"))

    @property
    def state(self) -> str:
        """How far it has come."""
        return f"{'ended' if self._over else 'open'}, {self._fold.count} events"


class Face(Generic[T, L]):
    """What a user holds of a stream: each map of it is one, and all share what is `Folded`."""

    __slots__ = ("__weakref__", "_f", "_live", "_ready")

    def _show(self, live: L, f: Callable[[Any], Any] | None) -> None:
        self._live = live
        self._ready: deque[Result[T, HfpipeError]] = live.ready
        self._f = f

    def _then(self, f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return f if self._f is None else Both(self._f, f)

    @property
    def exchange(self) -> Exchange:
        """The record of the call, its request and response among it; `output` is the fold."""
        return self._live.exchange

    @property
    def meta(self) -> Meta:
        """What is known about the call so far beside its answer; the usage comes at the end."""
        return self._live.meta

    @property
    def error(self) -> HfpipeError | None:
        """Why the stream ended badly; None while it goes on, and where it ended well."""
        return self._live.error

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._live.state}>"


class Both:
    """One function after another; what the first passes over, the second never sees."""

    __slots__ = ("first", "then")

    def __init__(self, first: Callable[[Any], Any], then: Callable[[Any], Any]) -> None:
        self.first, self.then = first, then

    def __call__(self, value: Any) -> Any:
        made = self.first(value)
        return NOTHING if made is NOTHING else self.then(made)
