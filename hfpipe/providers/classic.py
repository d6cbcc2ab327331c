"""
hf-inference and whatever speaks its dialect: `{"inputs", "parameters"}`, or the media as they are.

Floor 4. An endpoint of one's own is spoken to in the same way, at its own address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen

from hfpipe.codec.media import base64_text
from hfpipe.media import Media
from hfpipe.outputs.text import Summary, Translation
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, parameters, raw_body, with_bytes, with_media
from hfpipe.providers.chat import ChatBody, as_tgi_value, chat_fold, chat_value
from hfpipe.providers.completions import generated, text_fold, tgi_body
from hfpipe.providers.embeddings import embedding_parameters
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe, Route
from hfpipe.providers.values import File, First, Typed, labels, tensor, transcription
from hfpipe.records import Exchange
from hfpipe.tasks import CHAT


def inputs_body(exchange: Exchange) -> Outcome:
    """`{"inputs": ..., "parameters": {...}}`, the second also when it is empty."""
    body = {"inputs": exchange.args["inputs"], "parameters": parameters(exchange)}
    return json_body(exchange, body)


def zero_shot_body(exchange: Exchange) -> Outcome:
    """The same, with `multi_label` always said."""
    given = parameters(exchange)
    given.setdefault("multi_label", False)
    return json_body(exchange, {"inputs": exchange.args["inputs"], "parameters": given})


def embedding_body(exchange: Exchange) -> Outcome:
    """`{"inputs": ...}` with the parameters beside it."""
    given = embedding_parameters(exchange)
    return json_body(exchange, {"inputs": exchange.args["inputs"], **given})


def media_body(exchange: Exchange) -> Outcome:
    """The bytes as they are; with parameters, base64 in JSON."""
    given = parameters(exchange)
    if given:
        return with_bytes(exchange, exchange.args["inputs"], AsBase64(given))
    return with_media(exchange, exchange.args["inputs"], as_they_are)


def as_they_are(exchange: Exchange, media: Media) -> Outcome:
    """The media as the body, under their own type."""
    return raw_body(exchange, media.content, media.media_type)


@frozen
class AsBase64:
    """The media as a base64 text beside the parameters."""

    parameters: Mapping[str, Any]

    def __call__(self, exchange: Exchange, media: Media) -> Outcome:
        text = base64_text(bytes(media))
        return json_body(exchange, {"inputs": text, "parameters": dict(self.parameters)})


def recipes(route: Route, chat_route: Route, *, piped: bool) -> dict[str, Recipe]:
    """
    The tasks of the dialect at these routes.

    `piped`: embeddings and similarities have the task in their route, as on hf-inference.
    """

    def at(task: str) -> Route:
        return Path(f"/models/{{model}}/pipeline/{task}") if piped else route

    chat = ChatBody(as_tgi_value) if piped else ChatBody(nameless="dummy")
    return {
        CHAT: Recipe(chat_route, chat, chat_value, chat_fold),
        "text-generation": Recipe(route, tgi_body, generated, text_fold),
        "text-to-image": Recipe(route, inputs_body, File("image"), accept="image/png"),
        "feature-extraction": Recipe(at("feature-extraction"), embedding_body, tensor),
        "automatic-speech-recognition": Recipe(route, media_body, transcription),
        "image-classification": Recipe(route, media_body, labels),
        "summarization": Recipe(route, inputs_body, First(Summary)),
        "translation": Recipe(route, inputs_body, First(Translation)),
        "zero-shot-classification": Recipe(route, zero_shot_body, labels),
        "sentence-similarity": Recipe(
            at("sentence-similarity"), inputs_body, Typed(tuple[float, ...])
        ),
    }


MODEL: Final = Path("/models/{model}")
HF_INFERENCE: Final = recipes(MODEL, Path("/models/{model}/v1/chat/completions"), piped=True)
