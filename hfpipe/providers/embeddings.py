"""
Embeddings and features: OpenAI's shape, and the Hub's own nested lists.

Floor 4. `feature_extraction` gives what was answered; `embed` one vector for each text, whoever
answers.
"""

from __future__ import annotations

import struct
from typing import Any, Final, TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.json import learned
from hfpipe.codec.media import HEAD, from_base64
from hfpipe.errors import HfpipeError, ProviderOutputError
from hfpipe.outputs.read import read
from hfpipe.outputs.vectors import Embeddings, Encoded, Packed, packed
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, model, parameters
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.providers.values import body_of, counted, put
from hfpipe.records import Exchange
from hfpipe.results import then
from hfpipe.shapes import is_sequence
from hfpipe.tasks import EMBEDDING

V = TypeVar("V", "_Vector", "_PackedVector")


@frozen
class EmbeddingBody:
    """The body of embeddings: input, parameters, model; the model cannot be replaced."""

    nameless: str = ""

    def __call__(self, exchange: Exchange) -> Outcome:
        given = embedding_parameters(exchange)
        body = {"input": exchange.args["inputs"], **given}
        return json_body(exchange, {**body, "model": model(exchange, self.nameless)})


def embedding_parameters(exchange: Exchange) -> dict[str, Any]:
    """The parameters of an embedding, which may also be given as arguments of their own."""
    own = {name: value for name in EMBEDDING if (value := exchange.args.get(name)) is not None}
    return {**own, **parameters(exchange)}


def embedding_body(exchange: Exchange) -> Outcome:
    """`{"inputs": ...}` with the parameters beside it."""
    given = embedding_parameters(exchange)
    return json_body(exchange, {"inputs": exchange.args["inputs"], **given})


@frozen(slots=False)
class _Vector:
    embedding: tuple[float, ...] | str
    index: int | None = None


@frozen(slots=False)
class _Vectors:
    data: tuple[_Vector, ...]


@frozen(slots=False)
class _PackedVector:
    embedding: Encoded
    index: int | None = None


@frozen(slots=False)
class _PackedVectors:
    data: tuple[_PackedVector, ...]


def vectors(exchange: Exchange) -> Outcome:
    """OpenAI's `data[].embedding`, in the order of the inputs."""
    body = body_of(exchange)
    if exchange.task == "embed" and (matrix := _matrix(exchange, _encoded(body))) is not None:
        return put(exchange, matrix)
    return _asked(exchange, then(read(_Vectors, body), _ordered))


def _encoded(body: bytes) -> tuple[Packed, ...] | None:
    answer: _PackedVectors | None = packed(_PackedVectors, body)
    if answer is None:
        return None
    return tuple(vector.embedding for vector in _in_order(answer.data))


def _in_order(data: tuple[V, ...]) -> tuple[V, ...]:
    if all(vector.index is not None for vector in data):
        return tuple(sorted(data, key=lambda vector: vector.index or 0))
    return data


def _matrix(
    exchange: Exchange, rows: tuple[Packed, ...] | None
) -> Result[Embeddings, HfpipeError] | None:
    # None where they do not make one: read as tuples, they will tell why
    if rows is None or len({(row.code, len(row)) for row in rows}) != 1:
        return None
    return counted(exchange, rows).map(
        lambda found: Embeddings.packed(b"".join(found), found[0].code, len(found))
    )


def _ordered(answer: _Vectors) -> Result[tuple[tuple[float, ...], ...], HfpipeError]:
    found: list[tuple[float, ...]] = []
    for at, vector in enumerate(_in_order(answer.data)):
        one = _numbers(vector.embedding, f"$.data[{at}].embedding")
        if not isinstance(one, Success):
            return Failure(one.failure())
        found.append(one.unwrap())
    return Success(tuple(found))


def _numbers(given: tuple[float, ...] | str, path: str) -> Result[tuple[float, ...], HfpipeError]:
    if isinstance(given, tuple):
        return Success(given)
    try:
        # `encoding_format="base64"`: little-endian floats of 32 bits, as OpenAI writes them
        content = from_base64(given)
        return Success(struct.unpack(f"<{len(content) // 4}f", content))
    except (ValueError, struct.error):
        return Failure(
            ProviderOutputError(
                f"the embedding at {path} is no base64 of floats",
                path=path,
                expected="base64 of 32-bit floats",
                got=given[:20],
            )
        )


_ROWS: Final = tuple[Packed, ...]
_RANKS: Final[tuple[Any, ...]] = (
    tuple[float, ...],
    tuple[tuple[float, ...], ...],
    tuple[tuple[tuple[float, ...], ...], ...],
    tuple[tuple[tuple[tuple[float, ...], ...], ...], ...],
)


def tensor(exchange: Exchange) -> Outcome:
    """Numbers in one to four levels of lists: how many, the leading brackets tell."""
    body = body_of(exchange)
    if exchange.task == "embed" and (matrix := _matrix(exchange, packed(_ROWS, body))) is not None:
        return put(exchange, matrix)
    head = body[:HEAD].translate(None, b" \t\r\n")
    rank = len(head) - len(head.lstrip(b"["))
    return _asked(exchange, read(_RANKS[min(max(rank, 1), len(_RANKS)) - 1], body))


def _asked(exchange: Exchange, found: Result[Any, HfpipeError]) -> Outcome:
    if exchange.task != "embed":
        return put(exchange, found)
    rows = then(then(found, _rows), lambda rows: counted(exchange, rows))
    return put(exchange, rows.map(Embeddings))


def _rows(found: tuple[Any, ...]) -> Result[tuple[tuple[float, ...], ...], HfpipeError]:
    """The vectors among what was answered: one row for each text."""
    if found and not is_sequence(found[0]):
        return Success((found,))
    while found and found[0] and is_sequence(found[0][0]):
        if any(len(row) != 1 for row in found):
            return Failure(
                ProviderOutputError(
                    "the answer has a vector for each token, not one for each text",
                    path="$",
                    expected="one vector for each text",
                    got=f"{len(found[0])} vectors for the first text",
                    hint="Take a model of sentence embeddings, or pool feature_extraction's.",
                )
            )
        found = tuple(row[0] for row in found)
    widths = {len(row) for row in found}
    if len(widths) > 1:
        return Failure(
            ProviderOutputError(
                "the answer has vectors of different lengths",
                path="$",
                expected="vectors of one length",
                got=", ".join(str(width) for width in sorted(widths)),
            )
        )
    return Success(found)


def embeddings(route: str) -> Recipe:
    """A recipe for OpenAI's embeddings at this route."""
    return Recipe(Path(route), EmbeddingBody(), vectors)


EMBEDDINGS: Final[Recipe] = embeddings("/v1/embeddings")


learned(_Vectors, _PackedVectors)
