"""
Answers into values, for the tasks whose answer is JSON.

Floor 4. A list of inputs gives a tuple of values, one input gives one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.json import decoded
from hfpipe.errors import HfpipeError, ProviderOutputError
from hfpipe.evolving import evolve
from hfpipe.outputs.audio import Transcription
from hfpipe.outputs.read import read, told_error, unfit
from hfpipe.pipeline import Outcome
from hfpipe.records import Exchange
from hfpipe.results import then
from hfpipe.shapes import is_sequence

T = TypeVar("T")


def body_of(exchange: Exchange) -> bytes:
    """The bytes of the answer; none where there is no answer."""
    return exchange.response.body if exchange.response else b""


def put(exchange: Exchange, value: Result[Any, HfpipeError]) -> Outcome:
    """The exchange with the value as its output."""
    return value.map(lambda output: evolve(exchange, output=output))


@frozen
class Typed:
    """An answer that is JSON of this type."""

    type: Any

    def __call__(self, exchange: Exchange) -> Outcome:
        return put(exchange, read(self.type, body_of(exchange)))


@frozen
class First:
    """
    An answer that is one record, or a list of them: one input gives the first, a list all.

    Servers answer one input with a list of one, some with the record itself.
    """

    type: Any

    def __call__(self, exchange: Exchange) -> Outcome:
        body = body_of(exchange)
        several = is_sequence(exchange.args.get("inputs"))
        if body.lstrip()[:1] != b"[":
            one = read(self.type, body)
            if not several:
                return put(exchange, one)
            return put(exchange, then(one, lambda record: counted(exchange, (record,))))
        kind: Any = tuple.__class_getitem__((self.type, ...))
        records = read(kind, body)
        if several:
            return put(exchange, then(records, lambda found: counted(exchange, found)))
        return put(exchange, then(records, _one))


def _one(records: tuple[Any, ...]) -> Result[Any, HfpipeError]:
    if records:
        return Success(records[0])
    return Failure(
        ProviderOutputError(
            "the answer is an empty list", path="$", expected="one record at least", got="none"
        )
    )


def decoded_of(exchange: Exchange) -> Result[Any, HfpipeError]:
    """The answer as a JSON value, whatever it tells; a Failure where it is no JSON."""
    body = body_of(exchange)
    try:
        return Success(decoded(body))
    except ValueError as error:
        return Failure(unfit(body, error))


def json_of(exchange: Exchange) -> Result[Any, HfpipeError]:
    """The answer as a JSON value, or the error that it tells of."""
    return then(decoded_of(exchange), _untroubled)


def _untroubled(value: Any) -> Result[Any, HfpipeError]:
    told = told_error(value)
    return Success(value) if told is None else Failure(told)


def read_then(
    exchange: Exchange, kind: type[T], value: Callable[[T], Result[Any, HfpipeError]]
) -> Result[Any, HfpipeError]:
    """What is made of an answer that is JSON of this type."""
    return then(read(kind, body_of(exchange)), value)


def best_first(found: tuple[T, ...]) -> tuple[T, ...]:
    """The records by falling score; those without one keep their order, at the end."""
    return tuple(sorted(found, key=_score, reverse=True))


def _score(record: Any) -> float:
    score: float | None = record.score
    return float("-inf") if score is None else score


def counted(exchange: Exchange, found: Sequence[Any]) -> Result[Any, HfpipeError]:
    """The values of a list of inputs: exactly one for each, or nobody knows which is whose."""
    inputs = exchange.args.get("inputs")
    wanted = len(inputs) if is_sequence(inputs) else 1
    if len(found) == wanted:
        return Success(found)
    return Failure(_miscounted(len(found), wanted, "inputs"))


@frozen
class Ranked:
    """An answer that is a list of records with scores, or a single record: the best first."""

    type: Any

    def __call__(self, exchange: Exchange) -> Outcome:
        body = body_of(exchange)
        if body.lstrip()[:1] == b"{":
            return put(exchange, read(self.type, body).map(lambda record: (record,)))
        kind: Any = tuple.__class_getitem__((self.type, ...))
        return put(exchange, read(kind, body).map(best_first))


def transcription(exchange: Exchange) -> Outcome:
    """What was said, of an answer that has `text` and perhaps `chunks`."""
    return put(exchange, read(Transcription, body_of(exchange)))


def similarities(exchange: Exchange) -> Outcome:
    """One number for each of the sentences."""
    found = read(tuple[float, ...], body_of(exchange))
    return put(exchange, then(found, lambda numbers: as_many_as_sentences(exchange, numbers)))


def as_many_as_sentences(
    exchange: Exchange, numbers: tuple[float, ...]
) -> Result[tuple[float, ...], HfpipeError]:
    """The numbers, where there is one for each sentence."""
    wanted = len(exchange.args["inputs"]["sentences"])
    if len(numbers) == wanted:
        return Success(numbers)
    return Failure(_miscounted(len(numbers), wanted, "sentences"))


def _miscounted(got: int, wanted: int, what: str) -> ProviderOutputError:
    return ProviderOutputError(
        f"the answer has {got} values for {wanted} {what}",
        path="$",
        expected=str(wanted),
        got=str(got),
    )
