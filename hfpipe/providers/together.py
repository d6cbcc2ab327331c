"""Together's images. Floor 4."""

from __future__ import annotations

from typing import Any, Final

from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, parameters
from hfpipe.providers.images import first_image
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.records import Exchange


def image_body(exchange: Exchange) -> Outcome:
    """
    `{"prompt", "response_format": "base64", ..., "steps", "model"}`.

    `steps` is Together's word for `num_inference_steps`, after the other parameters.
    """
    given = parameters(exchange)
    steps = given.pop("num_inference_steps", None)
    mapping = exchange.mapping
    body: dict[str, Any] = {"prompt": exchange.args["inputs"], "response_format": "base64", **given}
    if steps is not None:
        body.setdefault("steps", steps)
    return json_body(exchange, {**body, "model": mapping.provider_id if mapping else ""})


TEXT_TO_IMAGE: Final = Recipe(
    Path("/v1/images/generations"), image_body, first_image, accept="image/png"
)
