"""
wavespeed: every call is a job.

Floor 4. https://wavespeed.ai/docs: the answer names in `data.urls.get` where the job is asked for.
"""

from __future__ import annotations

from typing import Any, Final

from returns.result import Result

from hfpipe.errors import HfpipeError
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, parameters
from hfpipe.providers.download import Linked
from hfpipe.providers.jobs import Job
from hfpipe.providers.lora import with_lora_model
from hfpipe.providers.media_url import MediaUrlBody
from hfpipe.providers.poll_urls import at_path
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.providers.states import Told, Words, reason
from hfpipe.records import Exchange
from hfpipe.shapes import is_object

# What stands for a picture where none is given: one transparent point.
_NOTHING: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_ROUTE: Final = Path("/api/v3/{model}")
_WORDS: Final = Words(
    pending=frozenset({"created", "processing", "queued"}),
    done=frozenset({"completed"}),
    failed=frozenset({"failed"}),
)


def told(answer: dict[str, Any]) -> Told:
    """How far a job is."""
    data = _data(answer)
    return _WORDS(data.get("status"), data, reason(data.get("error")))


def job_at(exchange: Exchange, answer: dict[str, Any]) -> Result[str, HfpipeError]:
    """Where a job is asked for: the path of `data.urls.get`."""
    urls = _data(answer).get("urls")
    named = urls.get("get") if is_object(urls) else None
    return at_path(exchange, named, "$.data.urls.get")


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    data = answer.get("data")
    return data if is_object(data) else {}


def prompt_body(exchange: Exchange) -> Outcome:
    """`{"prompt", ...}`."""
    body = {"prompt": exchange.args["inputs"], **parameters(exchange)}
    return json_body(exchange, with_lora_model(exchange, body))


def picture_body(exchange: Exchange, url: str) -> dict[str, Any]:
    """`{"image", "images", ..., "prompt"}`: models disagree on the first key."""
    given = parameters(exchange)
    prompt = given.pop("prompt", None)
    last = {} if prompt is None else {"prompt": prompt}
    picture = url or _NOTHING
    body = {"image": picture, "images": [picture], **given, **last}
    return with_lora_model(exchange, body)


_PICTURE: Final = MediaUrlBody("image/jpeg", picture_body)
_IMAGE: Final = Job(told, job_at, Linked("image", ("data", "outputs", 0)))
_VIDEO: Final = Job(told, job_at, Linked("video", ("data", "outputs", 0)))

RECIPES: Final[dict[str, Recipe]] = {
    "text-to-image": Recipe(_ROUTE, prompt_body, _IMAGE, accept="image/png"),
    "image-to-image": Recipe(_ROUTE, _PICTURE, _IMAGE, accept="image/png"),
    "image-text-to-image": Recipe(_ROUTE, _PICTURE, _IMAGE),
    "text-to-video": Recipe(_ROUTE, prompt_body, _VIDEO),
    "image-to-video": Recipe(_ROUTE, _PICTURE, _VIDEO),
    "image-text-to-video": Recipe(_ROUTE, _PICTURE, _VIDEO),
}
