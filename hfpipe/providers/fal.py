"""
fal-ai: answers at once at one host, jobs in a queue at another.

Floor 4. https://docs.fal.ai/model-apis: the router knows the queue by `?_subdomain=queue`, which
stays on every poll. A model's name is its whole route.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.json import decoded
from hfpipe.errors import HfpipeError, ProviderOutputError
from hfpipe.evolving import evolve
from hfpipe.media import Media
from hfpipe.outputs.audio import AudioPart
from hfpipe.outputs.image import Segment
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, parameters
from hfpipe.providers.download import Linked
from hfpipe.providers.jobs import Job
from hfpipe.providers.lora import with_loras
from hfpipe.providers.media_url import MediaUrlBody
from hfpipe.providers.poll_urls import at_path
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.providers.speech import heard
from hfpipe.providers.states import Told, Words, reason
from hfpipe.records import Exchange
from hfpipe.shapes import is_object
from hfpipe.stages.recipe import recipe
from hfpipe.stages.url import routed

QUEUE: Final = "https://queue.fal.run"

_SUBDOMAIN: Final = "?_subdomain=queue"
_STATUS: Final = "/status"
_MODEL: Final = Path("/{model}")


def queue_route(exchange: Exchange) -> str:
    """
    The route of a job.

    A model that edits pictures has one beside it that makes them, at the address above; the
    router finds the model by the whole of it.
    """
    route = _MODEL(exchange)
    if routed(exchange, recipe(exchange)[0]):
        return route + _SUBDOMAIN
    if exchange.task.startswith("image-text-") and exchange.args.get("inputs") is None:
        return route.rpartition("/")[0] or route
    return route


def status_at(exchange: Exchange, answer: dict[str, Any]) -> Result[str, HfpipeError]:
    """Where a job's state is told: below the path of its `response_url`."""
    if not answer.get("request_id"):
        return Failure(
            ProviderOutputError(
                "the answer names no job at $.request_id",
                path="$.request_id",
                expected="the job's name",
                got="nothing",
            )
        )
    query = _SUBDOMAIN if routed(exchange, recipe(exchange)[0]) else ""
    where = at_path(exchange, answer.get("response_url"), "$.response_url")
    return where.map(lambda url: f"{url}{_STATUS}{query}")


def result_of(status: str) -> str:
    """
    Where the result is, from where the state is told.

    >>> result_of("https://queue.fal.run/a/b/requests/r1/status?_subdomain=queue")
    'https://queue.fal.run/a/b/requests/r1?_subdomain=queue'
    """
    path, mark, query = status.partition("?")
    return path.removesuffix(_STATUS) + mark + query


# A failed job is COMPLETED, and its result an error; the other words are not known to occur.
_WORDS: Final = Words(
    done=frozenset({"COMPLETED"}),
    failed=frozenset({"FAILED", "ERROR", "CANCELLED", "CANCELED"}),
    other="pending",
)


def told(answer: dict[str, Any]) -> Told:
    """How far a job in the queue is."""
    return _WORDS(answer.get("status"), answer, reason(answer))


def _job(value: Any) -> Job:
    return Job(told, status_at, value, 0.5, result_of)


def picture_body(exchange: Exchange) -> Outcome:
    """`{"prompt", ..., "image_size"}`: width and height as one, where both are given."""
    body = {"prompt": exchange.args["inputs"], **parameters(exchange)}
    if "width" in body and "height" in body:
        size = {"width": body.pop("width"), "height": body.pop("height")}
        body["image_size"] = size
    return json_body(exchange, with_loras(exchange, body))


@frozen
class TextBody:
    """The text under its name, then the parameters; a film may have adapters."""

    key: str
    loras: bool = False

    def __call__(self, exchange: Exchange) -> Outcome:
        body = {self.key: exchange.args["inputs"], **parameters(exchange)}
        return json_body(exchange, with_loras(exchange, body) if self.loras else body)


def edit_body(exchange: Exchange, url: str) -> dict[str, Any]:
    """`{"image_url", "image_urls", ..., "image_size"}`: models disagree on the key."""
    given = parameters(exchange)
    size = given.pop("target_size", None)
    sized = {} if size is None else {"image_size": size}
    pictures = {"image_url": url, "image_urls": [url]} if url else {}
    return with_loras(exchange, {**pictures, **given, **sized})


def motion_body(exchange: Exchange, url: str) -> dict[str, Any]:
    """`{"image_url", ...}`, with the size as it was given."""
    picture = {"image_url": url} if url else {}
    return with_loras(exchange, {**picture, **parameters(exchange)})


def mask_body(exchange: Exchange, url: str) -> dict[str, Any]:
    """`{"image_url", ..., "sync_mode": true}`: the mask in the answer itself."""
    return {"image_url": url, **parameters(exchange), "sync_mode": True}


def sound_body(exchange: Exchange, url: str) -> dict[str, Any]:
    """`{"audio_url", ...}`."""
    return {"audio_url": url, **parameters(exchange)}


_LABELS: Final = {
    "audio/wav": "audio/x-wav",
    "audio/wave": "audio/x-wav",
    "audio/x-wav": "audio/x-wav",
    "audio/webm": "video/webm",
    "video/webm": "video/webm",
}


def sound_label(kind: str) -> str:
    """
    The label under which a recording is taken: all others are "Unsupported data URL".

    >>> sound_label("audio/wav"), sound_label("video/webm"), sound_label("audio/flac")
    ('audio/x-wav', 'video/webm', 'audio/mpeg')
    """
    return _LABELS.get(kind.partition(";")[0].strip().lower(), "audio/mpeg")


def masked(exchange: Exchange) -> Outcome:
    """The picture that came is a mask."""
    return Success(evolve(exchange, output=(Segment("mask", exchange.output),)))


def parted(exchange: Exchange) -> Outcome:
    """The sound that came, with the label and the type that the answer tells."""
    body = exchange.response.body if exchange.response else b"{}"
    answer = decoded(body)
    audio = answer.get("audio") if is_object(answer) else None
    told_type = audio.get("content_type") if is_object(audio) else None
    media: Media = exchange.output
    kind = told_type if isinstance(told_type, str) and told_type else media.media_type
    text = answer.get("text") if is_object(answer) else None
    label = text if isinstance(text, str) and text else "speech"
    blob = Media(media.content, kind or "audio/wav")
    return Success(evolve(exchange, output=(AudioPart(label, blob),)))


_IMAGE: Final = Linked("image", ("images", 0, "url"))
_VIDEO: Final = _job(Linked("video", ("video", "url")))
_EDIT: Final = MediaUrlBody("image/jpeg", edit_body)
_MOTION: Final = MediaUrlBody("image/jpeg", motion_body)


def _queued(payload: Any, value: Any, accept: str = "") -> Recipe:
    return Recipe(queue_route, payload, value, accept=accept, base=QUEUE)


RECIPES: Final[dict[str, Recipe]] = {
    "text-to-image": Recipe(_MODEL, picture_body, _IMAGE, accept="image/png"),
    "text-to-speech": Recipe(_MODEL, TextBody("text"), Linked("audio", ("audio", "url"))),
    "automatic-speech-recognition": Recipe(
        _MODEL, MediaUrlBody("audio/mpeg", sound_body, label=sound_label), heard
    ),
    "text-to-video": _queued(TextBody("prompt", loras=True), _VIDEO),
    "image-to-video": _queued(_MOTION, _VIDEO),
    "image-text-to-video": _queued(_MOTION, _VIDEO),
    "image-to-image": _queued(_EDIT, _job(_IMAGE), "image/png"),
    "image-text-to-image": _queued(_EDIT, _job(_IMAGE)),
    "image-segmentation": _queued(
        MediaUrlBody("image/png", mask_body),
        _job(Linked("image", ("image", "url"), then=masked)),
    ),
    "text-to-audio": _queued(
        TextBody("prompt"), _job(Linked("audio", ("audio_file", "url"), ("audio", "url")))
    ),
    "audio-to-audio": _queued(
        MediaUrlBody("audio/wav", sound_body),
        _job(Linked("audio", ("audio", "url"), then=parted)),
    ),
}
