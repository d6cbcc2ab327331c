"""
Answers into values, for the tasks whose answer is JSON or one file.

Floor 4. A list of inputs gives a tuple of values, one input gives one.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.json import decoded
from hfpipe.codec.media import HEAD, from_base64, media_type
from hfpipe.errors import HfpipeError, ProviderOutputError
from hfpipe.evolving import evolve
from hfpipe.media import Media
from hfpipe.outputs.audio import Transcription
from hfpipe.outputs.read import convert, read, told_error, unfit
from hfpipe.outputs.text import Classification
from hfpipe.pipeline import Outcome
from hfpipe.records import Exchange
from hfpipe.results import then
from hfpipe.shapes import is_array, is_object, is_sequence


def _body(exchange: Exchange) -> bytes:
    return exchange.response.body if exchange.response else b""


def put(exchange: Exchange, value: Result[Any, HfpipeError]) -> Outcome:
    """The exchange with the value as its output."""
    return value.map(lambda output: evolve(exchange, output=output))


@frozen
class Typed:
    """An answer that is JSON of this type."""

    type: Any

    def __call__(self, exchange: Exchange) -> Outcome:
        return put(exchange, read(self.type, _body(exchange)))


@frozen
class First:
    """
    An answer that is one record, or a list of them: one input gives the first, a list all.

    Servers answer one input with a list of one, some with the record itself.
    """

    type: Any

    def __call__(self, exchange: Exchange) -> Outcome:
        body = _body(exchange)
        several = is_sequence(exchange.args.get("inputs"))
        if body.lstrip()[:1] != b"[":
            one = read(self.type, body)
            return put(exchange, one.map(lambda record: (record,)) if several else one)
        kind: Any = tuple.__class_getitem__((self.type, ...))
        return put(exchange, then(read(kind, body), _all if several else _one))


def _all(records: tuple[Any, ...]) -> Result[Any, HfpipeError]:
    return Success(records)


def _one(records: tuple[Any, ...]) -> Result[Any, HfpipeError]:
    if records:
        return Success(records[0])
    return Failure(
        ProviderOutputError(
            "the answer is an empty list", path="$", expected="one record at least", got="none"
        )
    )


def labels(exchange: Exchange) -> Outcome:
    """Labels with their scores, the best first, in any of the three shapes that are answered."""
    body = _body(exchange)
    try:
        value = decoded(body)
    except ValueError as error:
        return Failure(unfit(body, error))
    if (told := told_error(value)) is not None:
        return Failure(told)
    if is_sequence(exchange.args.get("inputs")):
        return put(exchange, _labels_of_each(value))
    if is_array(value) and len(value) == 1 and _scored(value[0]):
        value = value[0]
    return put(exchange, _labels(value))


def _labels_of_each(value: Any) -> Result[Any, HfpipeError]:
    found: list[tuple[Classification, ...]] = []
    for item in value if is_array(value) else [value]:
        one = _labels(item)
        if not isinstance(one, Success):
            return one
        found.append(one.unwrap())
    return Success(tuple(found))


def _scored(value: Any) -> bool:
    return is_array(value) or (is_object(value) and "labels" in value)


def _labels(value: Any) -> Result[tuple[Classification, ...], HfpipeError]:
    if is_object(value) and "labels" in value:
        return then(convert(_Columns, value), _paired)
    return convert(tuple[Classification, ...], value).map(_best_first)


@frozen(slots=False)
class _Columns:
    labels: tuple[str, ...]
    scores: tuple[float, ...]


def _paired(columns: _Columns) -> Result[tuple[Classification, ...], HfpipeError]:
    if len(columns.labels) != len(columns.scores):
        return Failure(
            ProviderOutputError(
                "the answer has not as many scores as labels",
                path="$.scores",
                expected=str(len(columns.labels)),
                got=str(len(columns.scores)),
            )
        )
    pairs = zip(columns.labels, columns.scores, strict=True)
    return Success(_best_first(tuple(Classification(label, score) for label, score in pairs)))


def _best_first(found: tuple[Classification, ...]) -> tuple[Classification, ...]:
    return tuple(sorted(found, key=lambda one: one.score, reverse=True))


def transcription(exchange: Exchange) -> Outcome:
    """What was said, of an answer that has `text` and perhaps `chunks`."""
    return put(exchange, read(Transcription, _body(exchange)))


_RANKS: tuple[Any, ...] = (
    tuple[float, ...],
    tuple[tuple[float, ...], ...],
    tuple[tuple[tuple[float, ...], ...], ...],
    tuple[tuple[tuple[tuple[float, ...], ...], ...], ...],
)


def tensor(exchange: Exchange) -> Outcome:
    """Numbers in one to four levels of lists: how many, the leading brackets tell."""
    body = _body(exchange)
    head = body[:HEAD].translate(None, b" \t\r\n")
    rank = len(head) - len(head.lstrip(b"["))
    return put(exchange, read(_RANKS[min(max(rank, 1), len(_RANKS)) - 1], body))


@frozen
class File:
    """
    An answer that is a file of this kind ("image", "audio", "video"), as its bytes.

    JSON, HTML and nothing at all are no such file, whatever their status says.
    """

    kind: str

    def __call__(self, exchange: Exchange) -> Outcome:
        body = _body(exchange)
        given = exchange.response.content_type if exchange.response else ""
        found = given if given.startswith(f"{self.kind}/") else media_type(body[:HEAD])
        if body and found.startswith(f"{self.kind}/"):
            return put(exchange, Success(Media(body, found)))
        return Failure(self._other(body, given))

    def _other(self, body: bytes, given: str) -> HfpipeError:
        try:
            told = told_error(decoded(body))
        except ValueError:
            told = None
        got = given or "no content type"
        return told or ProviderOutputError(
            f"the answer is {got if body else 'empty'}, and not {self.kind}",
            path="$",
            expected=f"{self.kind}/*",
            got=got,
        )


def base64_media(text: Any, path: str, default: str) -> Result[Media, HfpipeError]:
    """The media in a base64 text of an answer."""
    try:
        content = from_base64(text)
    except (ValueError, TypeError, AttributeError) as error:
        return Failure(
            ProviderOutputError(
                f"the answer has no base64 at {path}",
                path=path,
                expected="base64",
                got=f"{type(text).__name__}: {error}",
            )
        )
    return Success(Media(content, media_type(content[:HEAD]) or default))
