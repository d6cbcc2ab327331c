"""
Embeddings in OpenAI's shape, for the providers that speak it.

Floor 4. One vector for each input, also for a single one.
"""

from __future__ import annotations

import struct
from typing import Any

from attrs import field, frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.media import from_base64
from hfpipe.errors import HfpipeError, ProviderOutputError
from hfpipe.outputs.read import read
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, parameters
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.providers.values import put
from hfpipe.records import Exchange
from hfpipe.results import then
from hfpipe.tasks import EMBEDDING


@frozen
class EmbeddingBody:
    """The body of embeddings: input, parameters, model; the model cannot be replaced."""

    nameless: str = ""

    def __call__(self, exchange: Exchange) -> Outcome:
        mapping = exchange.mapping
        model = (mapping.provider_id if mapping else "") or self.nameless
        given = embedding_parameters(exchange)
        return json_body(exchange, {"input": exchange.args["inputs"], **given, "model": model})


def embedding_parameters(exchange: Exchange) -> dict[str, Any]:
    """The parameters of an embedding, which may also be given as arguments of their own."""
    own = {name: value for name in EMBEDDING if (value := exchange.args.get(name)) is not None}
    return {**own, **parameters(exchange)}


@frozen(slots=False)
class _Vector:
    embedding: tuple[float, ...] | str
    index: int | None = None


@frozen(slots=False)
class _Vectors:
    data: tuple[_Vector, ...] = field()


def vectors(exchange: Exchange) -> Outcome:
    """The vectors in the order of their inputs."""
    body = exchange.response.body if exchange.response else b""
    return put(exchange, then(read(_Vectors, body), _ordered))


def _ordered(answer: _Vectors) -> Result[tuple[tuple[float, ...], ...], HfpipeError]:
    data = answer.data
    if all(vector.index is not None for vector in data):
        data = tuple(sorted(data, key=lambda vector: vector.index or 0))
    found: list[tuple[float, ...]] = []
    for at, vector in enumerate(data):
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


def embeddings(route: str) -> Recipe:
    """A recipe for OpenAI's embeddings at this route."""
    return Recipe(Path(route), EmbeddingBody(), vectors)
