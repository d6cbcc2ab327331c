"""
The providers that the Hub's router served until 1 July 2026.

Floor 4. With a key of their own they are still called at their last known address; their models
have the provider's own names, for the Hub lists them no more. Black Forest Labs has no task left:
its jobs are polled at other hosts than its own, and others serve its models.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen

from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, model, parameters
from hfpipe.providers.chat import CHAT, chat
from hfpipe.providers.completions import completions, one_message
from hfpipe.providers.embeddings import embeddings
from hfpipe.providers.files import base64_media
from hfpipe.providers.images import ROUTE, first_image
from hfpipe.providers.row import Provider, Recipe
from hfpipe.providers.values import put, read_then
from hfpipe.records import Exchange
from hfpipe.shapes import is_mapping

SINCE: Final = "1 July 2026"


def lenient_schema(given: Any) -> Any:
    """Sambanova: it refuses strict schemas."""
    held = given.get("json_schema") if is_mapping(given) else None
    if not is_mapping(held) or held.get("strict") is False:
        return given
    return {**given, "json_schema": {**held, "strict": False}}


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
class _Image:
    image: str


@frozen(slots=False)
class _Images:
    images: tuple[_Image, ...]


def hyperbolic_image(exchange: Exchange) -> Outcome:
    """The first of `images`, in base64."""
    return put(
        exchange,
        read_then(
            exchange,
            _Images,
            lambda answer: base64_media(
                answer.images[0].image if answer.images else None,
                "$.images[0].image",
                "image/png",
            ),
        ),
    )


def _row(name: str, base: str, recipes: dict[str, Recipe], scheme: str = "Bearer") -> Provider:
    return Provider(name, base, recipes, "direct", scheme, mapped=False, removed=SINCE)


REMOVED: Final = (
    _row("black-forest-labs", "https://api.us1.bfl.ai", {}),
    _row(
        "clarifai",
        "https://api.clarifai.com",
        {"conversational": chat("/v2/ext/openai/v1/chat/completions")},
    ),
    _row(
        "hyperbolic",
        "https://api.hyperbolic.xyz",
        {
            "conversational": CHAT,
            "text-generation": one_message("/v1/chat/completions"),
            "text-to-image": Recipe(ROUTE, hyperbolic_image_body, hyperbolic_image),
        },
    ),
    _row(
        "nebius",
        "https://api.studio.nebius.ai",
        {
            "conversational": CHAT,
            "feature-extraction": embeddings("/v1/embeddings"),
            "text-generation": completions("/v1/completions"),
            "text-to-image": Recipe(ROUTE, nebius_image_body, first_image),
        },
    ),
    _row("nvidia", "https://integrate.api.nvidia.com", {"conversational": CHAT}),
    _row(
        "sambanova",
        "https://api.sambanova.ai",
        {
            "conversational": chat("/v1/chat/completions", schema=lenient_schema),
            "feature-extraction": embeddings("/v1/embeddings"),
        },
    ),
)
