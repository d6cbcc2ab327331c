"""
A stream of events as a pure fold: from a state and a piece of bytes to the next state.

Floor 3. What comes out does not depend on how the bytes were cut. A stream that ends in any way
but a finished one ends with a `StreamError`: it is never taken for a whole answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

import msgspec
from attrs import evolve as attrs_evolve
from attrs import field, frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.json import decoded
from hfpipe.codec.sse import Event, Events, TooLarge
from hfpipe.errors import HfpipeError, StreamError
from hfpipe.evolving import evolve
from hfpipe.hints import Code
from hfpipe.outputs.chat import ChatChunk, ChatCompletion
from hfpipe.outputs.read import decoder, told_error, unfit
from hfpipe.outputs.told import Told
from hfpipe.verdict import spoken

T = TypeVar("T")
Item = Result[T, HfpipeError]

_BATCH: Final = 64


@frozen
class Kind(Generic[T]):
    """
    What a stream is made of: the `type` of its events, and how each is understood.

    `seen(event)` is what the event adds, as a chunk of a chat; `tells(event)` is False for one
    that tells nothing, and may thus be an error in disguise; `shown(event)` is what the user
    gets, None for the event itself.
    """

    type: Any
    seen: Callable[[Any], ChatChunk]
    tells: Callable[[Any], bool]
    shown: Callable[[Any], T] | None = None


@frozen(slots=False)
class Fold(Generic[T]):
    """
    A stream so far. `feed` and `close` change nothing and give the next state.

    `finished` holds the answers that gave their reason to end, `top` the highest one seen,
    `done` says that nothing more is to be read, `failed` why not.
    """

    kind: Kind[T]
    events: Events = field(factory=Events)
    told: Told = field(factory=Told)
    recent: tuple[Any, ...] = ()
    count: int = 0
    finished: frozenset[int] = frozenset()
    top: int = 0
    done: bool = False
    failed: StreamError | None = None

    @property
    def complete(self) -> bool:
        """Whether every answer gave its reason to end."""
        return len(self.finished) > self.top

    def feed(self, piece: bytes) -> tuple[Fold[T], list[Item[T]]]:
        """The state after this piece, and the events in it: a Failure is the last one."""
        if self.done:
            return self, []
        try:
            events, found = self.events.feed(piece)
        except TooLarge as error:
            return self._ended(StreamError(str(error), code="too_large"))
        state, items = self._take(found)
        return (state if state.done else evolve(state, events=events)), items

    def close(self, why: HfpipeError | None = None) -> tuple[Fold[T], list[Item[T]]]:
        """The state after the last byte, and what is left: `why` is what broke the stream off."""
        if self.done:
            return self, []
        state, items = self._take(self.events.close())
        if state.failed is not None and state.failed.code == "bad_answer":
            state, items = self, []  # what breaks off in its middle is cut, not broken
        if state.done:
            return state, items
        if state.complete:
            return evolve(state, done=True), items
        if why is None:
            error = StreamError("the stream ended before the answer was finished")
        else:
            error = StreamError(why.message, code=why.code, cause=why.cause)
        state, failure = state._ended(error)
        return state, items + failure

    def _take(self, found: list[Event]) -> tuple[Fold[T], list[Item[T]]]:
        kind = self.kind
        decode, tells, seen = decoder(kind.type).decode, kind.tells, kind.seen
        finished, top, done = self.finished, self.top, False
        error: StreamError | None = None
        good: list[Any] = []
        for name, data in found:
            if data == b"[DONE]" or not data.strip() or data.strip() == b"[DONE]":
                if not data.strip():
                    continue
                done = True
                break
            try:
                event = decode(data)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
                error = (_told(name, data) if name == b"error" else None) or _error(
                    unfit(data, wrong)
                )
                break
            if (name or b'"error"' in data or not tells(event)) and (error := _told(name, data)):
                break
            for choice in seen(event).choices:
                if choice.finish_reason:
                    finished |= {choice.index}
                top = max(top, choice.index)
            good.append(event)
        state = self._plus(good, finished, top, done)
        given = good if kind.shown is None else map(kind.shown, good)
        items: list[Item[T]] = [Success(event) for event in given]
        if error is None:
            return state, items
        state, failure = state._ended(error)
        return state, items + failure

    def _plus(self, good: list[Any], finished: frozenset[int], top: int, done: bool) -> Fold[T]:
        recent, told = (*self.recent, *good), self.told
        if len(recent) > _BATCH:
            recent, told = (), told.plus(map(self.kind.seen, recent))
        count = self.count + len(good)
        return evolve(
            self, told=told, recent=recent, count=count, finished=finished, top=top, done=done
        )

    def _ended(self, error: StreamError) -> tuple[Fold[T], list[Item[T]]]:
        failed = attrs_evolve(error, partial=self.completion(), chunks=self.count)
        return evolve(self, done=True, failed=failed), [Failure(failed)]

    def completion(self) -> ChatCompletion | None:
        """The answer so far; None where there is none, or it was too long to keep."""
        told = self.told.plus(map(self.kind.seen, self.recent))
        return told.completion() if told.whole else None


def _told(name: bytes, data: bytes) -> StreamError | None:
    """The error that an event tells of, by its name or in its data."""
    try:
        value = decoded(data)
    except ValueError:
        if name != b"error":
            return None
        value = data.decode("utf-8", "replace")
    told = told_error(value)
    if told is None and name != b"error":
        return None
    words = told.message if told else "; ".join(spoken(value)) or "the stream tells of an error"
    return StreamError(words, code="in_band")


def _error(error: HfpipeError) -> StreamError:
    code: Code = "in_band" if error.code == "in_band" else "bad_answer"
    return StreamError(error.message, code=code)
