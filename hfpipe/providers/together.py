"""
Together's pictures and films.

Floor 4. https://docs.together.ai: `steps` is its word for `num_inference_steps`.
"""

from __future__ import annotations

from typing import Any, Final

from returns.result import Result

from hfpipe.errors import HfpipeError
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, model, parameters
from hfpipe.providers.download import Linked
from hfpipe.providers.images import first_image
from hfpipe.providers.jobs import Job
from hfpipe.providers.media_url import MediaUrlBody
from hfpipe.providers.poll_urls import below
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.providers.states import Told, Words, reason
from hfpipe.records import Exchange
from hfpipe.shapes import is_mapping


def image_body(exchange: Exchange) -> Outcome:
    """
    `{"prompt", "response_format": "base64", ..., "steps", "model"}`.

    `steps` is Together's word for `num_inference_steps`, after the other parameters.
    """
    body = {"prompt": exchange.args["inputs"], "response_format": "base64", **_renamed(exchange)}
    return json_body(exchange, {**body, "model": model(exchange)})


def _renamed(exchange: Exchange) -> dict[str, Any]:
    """The parameters with `steps` after them; a size as `width` and `height`, last."""
    given = parameters(exchange)
    steps, size = given.pop("num_inference_steps", None), given.pop("target_size", None)
    if steps is not None:
        given.setdefault("steps", steps)
    if is_mapping(size):
        given |= {side: size[side] for side in ("width", "height") if side in size}
    return given


def edit_body(exchange: Exchange, url: str) -> dict[str, Any]:
    """
    `{"prompt", "reference_images", ...}`; FLUX.1 Kontext takes one `image_url` instead.

    The prompt is never left out: null is refused.
    """
    given = _renamed(exchange)
    name = model(exchange).lower()
    alone = "kontext" in name and "flux.1" in name
    pictures: dict[str, Any] = {"image_url": url} if alone else {"reference_images": [url]}
    first = {"prompt": given.pop("prompt", ""), **pictures, "response_format": "base64"}
    return {**first, **given, "model": model(exchange)}


def film_body(exchange: Exchange) -> Outcome:
    """`{"prompt", "model", ..., "steps"}`."""
    body = {"prompt": exchange.args["inputs"], "model": model(exchange), **_renamed(exchange)}
    return json_body(exchange, body)


def motion_body(exchange: Exchange, url: str) -> dict[str, Any]:
    """`{"model", "frame_images", ..., "steps", "width", "height"}`."""
    frames = [{"input_image": url, "frame": "first"}]
    return {"model": model(exchange), "frame_images": frames, **_renamed(exchange)}


_WORDS: Final = Words(
    pending=frozenset({"queued", "in_progress"}),
    done=frozenset({"completed"}),
    failed=frozenset({"failed"}),
)


def told(answer: dict[str, Any]) -> Told:
    """How far a film is."""
    return _WORDS(answer.get("status"), answer, reason(answer.get("error")))


def job_at(exchange: Exchange, answer: dict[str, Any]) -> Result[str, HfpipeError]:
    """Where a film is asked for, by its name."""
    return below(exchange, "/v2/videos/{job}", answer.get("id"), "$.id")


_PICTURES: Final = Path("/v1/images/generations")
_FILMS: Final = Path("/v2/videos")
_FILM: Final = Job(told, job_at, Linked("video", ("outputs", "video_url")), 2.0)

TEXT_TO_IMAGE: Final[Recipe] = Recipe(_PICTURES, image_body, first_image, accept="image/png")
IMAGE_TO_IMAGE: Final[Recipe] = Recipe(
    _PICTURES, MediaUrlBody("image/jpeg", edit_body), first_image, accept="image/png"
)
TEXT_TO_VIDEO: Final[Recipe] = Recipe(_FILMS, film_body, _FILM)
IMAGE_TO_VIDEO: Final[Recipe] = Recipe(_FILMS, MediaUrlBody("image/png", motion_body), _FILM)
