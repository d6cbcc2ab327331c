"""
Images in OpenAI's shape: `/v1/images/generations`.

Floor 4. Providers differ in the words for sizes and steps; the answers are alike.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen
from returns.result import Failure, Success

from hfpipe.codec.json import learned
from hfpipe.errors import ProviderOutputError
from hfpipe.outputs.read import read
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, model, parameters
from hfpipe.providers.download import file_at
from hfpipe.providers.files import base64_media
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.providers.values import body_of, put, read_then
from hfpipe.records import Exchange


@frozen(slots=False)
class _Image:
    b64_json: str | None = None
    url: str | None = None


@frozen(slots=False)
class _Images:
    data: tuple[_Image, ...]


def first_image(exchange: Exchange) -> Outcome:
    """The first image of `data`: in base64, or fetched from its address."""
    answer = read(_Images, body_of(exchange))
    if not isinstance(answer, Success):
        return Failure(answer.failure())
    images = answer.unwrap().data
    image = images[0] if images else _Image()
    if image.b64_json:
        return put(exchange, base64_media(image.b64_json, "$.data[0].b64_json", "image/png"))
    if image.url:
        return file_at(exchange, image.url, "$.data[0].url", "image")
    return Failure(
        ProviderOutputError(
            "the answer holds no image",
            path="$.data[0]",
            expected="b64_json or url",
            got="neither",
        )
    )


def sized(given: dict[str, Any]) -> dict[str, Any]:
    """
    The parameters with `size` in place of `width` and `height`, where both are given.

    >>> sized({"width": 32, "height": 64, "seed": 7})
    {'seed': 7, 'size': '32x64'}
    """
    width, height = given.get("width"), given.get("height")
    if width is None or height is None:
        return given
    kept = {name: value for name, value in given.items() if name not in {"width", "height"}}
    return {**kept, "size": f"{width}x{height}"}


def nscale_body(exchange: Exchange) -> Outcome:
    """Nscale: base64 unless the caller wants it otherwise; it knows no steps and no cfg_scale."""
    given = sized(parameters(exchange))
    for name in ("num_inference_steps", "cfg_scale"):
        given.pop(name, None)
    body = {"response_format": "b64_json", "prompt": exchange.args["inputs"]}
    return json_body(exchange, {**body, "model": model(exchange), **given})


def endpoint_body(exchange: Exchange) -> Outcome:
    """Servers of one's own: OpenAI's words, in base64, for they need have no public address."""
    body = {"model": model(exchange, "dummy"), "prompt": exchange.args["inputs"]}
    return json_body(
        exchange, {**body, "response_format": "b64_json", **sized(parameters(exchange))}
    )


def nebius_image_body(exchange: Exchange) -> Outcome:
    """Nebius: base64 unless the caller wants it otherwise; it knows no guidance_scale."""
    given = parameters(exchange)
    given.pop("guidance_scale", None)
    body = {"prompt": exchange.args["inputs"], "response_format": "b64_json", **given}
    return json_body(exchange, {**body, "model": model(exchange)})


def hyperbolic_image_body(exchange: Exchange) -> Outcome:
    """Hyperbolic: words of its own, and sizes that it cannot do without."""
    given = {"width": 512, "height": 512, **parameters(exchange)}
    for ours, theirs in (("num_inference_steps", "steps"), ("guidance_scale", "cfg_scale")):
        if ours in given:
            given.setdefault(theirs, given.pop(ours))
    body = {"prompt": exchange.args["inputs"], "model_name": model(exchange)}
    return json_body(exchange, {**body, **given})


@frozen(slots=False)
class _Plain:
    image: str


@frozen(slots=False)
class _Plains:
    images: tuple[_Plain, ...]


def hyperbolic_image(exchange: Exchange) -> Outcome:
    """The first of `images`, in base64."""
    return put(
        exchange,
        read_then(
            exchange,
            _Plains,
            lambda answer: base64_media(
                answer.images[0].image if answer.images else None,
                "$.images[0].image",
                "image/png",
            ),
        ),
    )


ROUTE: Final = Path("/v1/images/generations")
NSCALE: Final[Recipe] = Recipe(ROUTE, nscale_body, first_image, accept="image/png")
NEBIUS: Final[Recipe] = Recipe(ROUTE, nebius_image_body, first_image)
HYPERBOLIC: Final[Recipe] = Recipe(ROUTE, hyperbolic_image_body, hyperbolic_image)


learned(_Images, _Plains)
