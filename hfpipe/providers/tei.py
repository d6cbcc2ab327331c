"""
Text Embeddings Inference: `/embed`, `/rerank` and `/predict`.

Floor 4. https://huggingface.github.io/text-embeddings-inference: all parameters stand at the
root, and the labels of one text come in a flat list.
"""

from __future__ import annotations

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.json import learned
from hfpipe.errors import HfpipeError, ProviderOutputError
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, parameters
from hfpipe.providers.values import as_many_as_sentences, put, read_then
from hfpipe.records import Exchange
from hfpipe.results import then


def rerank_body(exchange: Exchange) -> Outcome:
    """The source sentence as the query, the sentences as the texts to rank."""
    given = exchange.args["inputs"]
    body = {"query": given["source_sentence"], "texts": given["sentences"]}
    return json_body(exchange, {**body, **parameters(exchange)})


def predict_body(exchange: Exchange) -> Outcome:
    """The text; of several, a list with a list of one for each: that is its form of a batch."""
    inputs = exchange.args["inputs"]
    asked = inputs if isinstance(inputs, str) else [[text] for text in inputs]
    return json_body(exchange, {"inputs": asked, **parameters(exchange)})


@frozen(slots=False)
class _Rank:
    index: int
    score: float


def ranks(exchange: Exchange) -> Outcome:
    """The scores in the order of the sentences: they are answered best first."""
    found = read_then(exchange, tuple[_Rank, ...], _in_order)
    return put(exchange, then(found, lambda scores: as_many_as_sentences(exchange, scores)))


def _in_order(found: tuple[_Rank, ...]) -> Result[tuple[float, ...], HfpipeError]:
    ranked = sorted(found, key=lambda rank: rank.index)
    places = [rank.index for rank in ranked]
    if places != list(range(len(ranked))):
        return Failure(
            ProviderOutputError(
                "the answer does not rank each sentence once",
                path="$",
                expected="every index once",
                got=str(places)[:80],
            )
        )
    return Success(tuple(rank.score for rank in ranked))


learned(_Rank)
