"""
Labels with their scores, and the pieces of a text, in every shape that services answer.

Floor 4. One text gives a tuple, a list of texts a tuple for each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.json import learned
from hfpipe.errors import HfpipeError, ProviderOutputError
from hfpipe.outputs.read import convert
from hfpipe.outputs.text import Classification, FillMask, TokenClassification
from hfpipe.pipeline import Outcome
from hfpipe.providers.values import best_first, counted, json_of, put
from hfpipe.records import Exchange
from hfpipe.results import then
from hfpipe.shapes import is_array, is_object, is_sequence

Found: TypeAlias = Result[Any, HfpipeError]


@frozen
class ForEach:
    """
    An answer that is a list of records: of the one text, or of each text.

    A server may wrap the answer to one text into a list of one, as if it had been a list of
    texts, and may leave the list out where there is one record for each text.
    """

    one: Callable[[Any], Found]

    def __call__(self, exchange: Exchange) -> Outcome:
        return put(exchange, then(json_of(exchange), lambda value: self._read(exchange, value)))

    def _read(self, exchange: Exchange, value: Any) -> Found:
        inputs = exchange.args.get("inputs")
        if is_sequence(inputs):
            return then(self._each(value, len(inputs)), lambda found: counted(exchange, found))
        if is_array(value) and len(value) == 1 and _whole(value[0]):
            value = value[0]
        return self.one(value)

    def _each(self, value: Any, texts: int) -> Found:
        items: list[Any] = value if is_array(value) else [value]
        if texts == 1 and (len(items) != 1 or not _whole(items[0])):
            items = [items]
        found: list[Any] = []
        for item in items:
            one = self.one(item if _whole(item) else [item])
            if not isinstance(one, Success):
                return one
            found.append(one.unwrap())
        return Success(tuple(found))


def _whole(value: Any) -> bool:
    return is_array(value) or (is_object(value) and "labels" in value)


def _labels(value: Any) -> Found:
    if is_object(value) and "labels" in value:
        return then(convert(_Columns, value), _paired)
    return convert(tuple[Classification, ...], value).map(best_first)


@frozen(slots=False)
class _Columns:
    labels: tuple[str, ...]
    scores: tuple[float, ...]


def _paired(columns: _Columns) -> Found:
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
    return Success(best_first(tuple(Classification(label, score) for label, score in pairs)))


def _pieces(value: Any) -> Found:
    return then(convert(tuple[TokenClassification, ...], value), _named)


def _named(pieces: tuple[TokenClassification, ...]) -> Found:
    for at, piece in enumerate(pieces):
        if piece.entity_group is None and piece.entity is None:
            return Failure(
                ProviderOutputError(
                    f"the answer does not say at $[{at}] what the piece is",
                    path=f"$[{at}]",
                    expected="entity_group or entity",
                    got="neither",
                )
            )
    return Success(pieces)


def _fillings(value: Any) -> Found:
    # A text with several masks has a list for each of them.
    if is_array(value) and value and all(is_array(item) for item in value):
        return convert(tuple[tuple[FillMask, ...], ...], value)
    return convert(tuple[FillMask, ...], value)


labels: Final[ForEach] = ForEach(_labels)
pieces: Final[ForEach] = ForEach(_pieces)
fillings: Final[ForEach] = ForEach(_fillings)


learned(_Columns)
