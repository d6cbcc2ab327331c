"""
hf-inference and whatever speaks its dialect: `{"inputs", "parameters"}`, or the media as they are.

Floor 4. An endpoint of one's own is spoken to in the same way, at its own address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from attrs import frozen
from returns.result import Failure

from hfpipe.codec.media import base64_text
from hfpipe.errors import InputError
from hfpipe.media import Media
from hfpipe.outputs.answers import Answer, DocumentAnswer, TableAnswer, VisualAnswer
from hfpipe.outputs.image import DetectedObject, ImageToText
from hfpipe.outputs.text import Summary, Translation
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, parameters, raw_body
from hfpipe.providers.completions import generated, text_fold, tgi_body
from hfpipe.providers.embeddings import embedding_body, tensor
from hfpipe.providers.files import File
from hfpipe.providers.given_media import with_bytes, with_media
from hfpipe.providers.labels import fillings, labels, pieces
from hfpipe.providers.parts import audio_parts, segments
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe, Route
from hfpipe.providers.values import First, Ranked, Typed, similarities, transcription
from hfpipe.records import Exchange

Given: TypeAlias = "dict[str, Any]"

_FEWEST_LABELS: Final = 2


def inputs_body(exchange: Exchange) -> Outcome:
    """`{"inputs": ..., "parameters": {...}}`, the second also when it is empty."""
    body = {"inputs": exchange.args["inputs"], "parameters": parameters(exchange)}
    return json_body(exchange, body)


def zero_shot_body(exchange: Exchange) -> Outcome:
    """The same, with `multi_label` always said."""
    given = parameters(exchange)
    given.setdefault("multi_label", False)
    return json_body(exchange, {"inputs": exchange.args["inputs"], "parameters": given})


def translation_body(exchange: Exchange) -> Outcome:
    """The same; a language to translate from needs one to translate to, and the reverse."""
    given = parameters(exchange)
    if ("src_lang" in given) != ("tgt_lang" in given):
        return Failure(InputError("translation takes both src_lang and tgt_lang, or neither"))
    return json_body(exchange, {"inputs": exchange.args["inputs"], "parameters": given})


def table_body(exchange: Exchange) -> Outcome:
    """`{"inputs": {"data": {...}}}`, with parameters only where some are given."""
    given = parameters(exchange)
    body = {"inputs": exchange.args["inputs"]}
    return json_body(exchange, {**body, "parameters": given} if given else body)


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


def labelled_image_body(exchange: Exchange) -> Outcome:
    """An image and the labels to choose from: one label is no choice."""
    given = parameters(exchange)
    if len(given["candidate_labels"]) < _FEWEST_LABELS:
        return Failure(InputError("candidate_labels must be two or more"))
    return with_bytes(exchange, exchange.args["inputs"], AsBase64(given))


@frozen
class AskedOf:
    """A body with an image and a question: `shape(question, image, parameters)` builds it."""

    shape: Callable[[Any, str, Given], Given]

    def __call__(self, exchange: Exchange) -> Outcome:
        return with_bytes(exchange, exchange.args["inputs"]["image"], AskedOfBytes(self.shape))


@frozen
class AskedOfBytes:
    """The image is there."""

    shape: Callable[[Any, str, Given], Given]

    def __call__(self, exchange: Exchange, media: Media) -> Outcome:
        image, question = base64_text(bytes(media)), exchange.args["inputs"]["question"]
        return json_body(exchange, self.shape(question, image, parameters(exchange)))


def document_question(question: Any, image: str, given: Given) -> Given:
    """Documents: question and image are the input."""
    return {"inputs": {"question": question, "image": image}, "parameters": given}


def visual_question(question: Any, image: str, given: Given) -> Given:
    """Pictures: the image is the input, and stands beside the question once more."""
    return {"inputs": image, "parameters": given, "question": question, "image": image}


def recipes(route: Route) -> dict[str, Recipe]:
    """The tasks of the dialect at this route, except for chat."""
    image, audio = File("image"), File("audio")
    return {
        "audio-classification": Recipe(route, media_body, labels),
        "audio-to-audio": Recipe(route, media_body, audio_parts),
        "automatic-speech-recognition": Recipe(route, media_body, transcription),
        "document-question-answering": Recipe(
            route, AskedOf(document_question), Ranked(DocumentAnswer)
        ),
        "feature-extraction": Recipe(route, embedding_body, tensor),
        "fill-mask": Recipe(route, inputs_body, fillings),
        "image-classification": Recipe(route, media_body, labels),
        "image-segmentation": Recipe(route, media_body, segments),
        "image-to-image": Recipe(route, media_body, image, accept="image/png"),
        "image-to-text": Recipe(route, media_body, First(ImageToText)),
        "object-detection": Recipe(route, media_body, Ranked(DetectedObject)),
        "question-answering": Recipe(route, inputs_body, Ranked(Answer)),
        "sentence-similarity": Recipe(route, inputs_body, similarities),
        "summarization": Recipe(route, inputs_body, First(Summary)),
        "table-question-answering": Recipe(route, inputs_body, First(TableAnswer)),
        "tabular-classification": Recipe(route, table_body, Typed(tuple[int | float | str, ...])),
        "tabular-regression": Recipe(route, table_body, Typed(tuple[float, ...])),
        "text-classification": Recipe(route, inputs_body, labels),
        "text-generation": Recipe(route, tgi_body, generated, text_fold),
        "text-to-audio": Recipe(route, inputs_body, audio),
        "text-to-image": Recipe(route, inputs_body, image, accept="image/png"),
        "text-to-speech": Recipe(route, inputs_body, audio),
        "token-classification": Recipe(route, inputs_body, pieces),
        "translation": Recipe(route, translation_body, First(Translation)),
        "visual-question-answering": Recipe(route, AskedOf(visual_question), Ranked(VisualAnswer)),
        "zero-shot-classification": Recipe(route, zero_shot_body, labels),
        "zero-shot-image-classification": Recipe(route, labelled_image_body, labels),
    }


PIPED: Final = Path("/models/{model}/pipeline/{task}")
HF_INFERENCE: Final[dict[str, Recipe]] = {
    **recipes(Path("/models/{model}")),
    # a model of either task is served for the other one too, so the route has to say which
    "feature-extraction": Recipe(PIPED, embedding_body, tensor),
    "sentence-similarity": Recipe(PIPED, inputs_body, similarities),
}
