"""
The sandbox: hf-inference's dialect for every task there is, at addresses that name the task.

Floor 4. What answers is `hfpipe.sandbox`, in this process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, parameters
from hfpipe.providers.classic import PIPED, inputs_body, media_body, recipes
from hfpipe.providers.files import File
from hfpipe.providers.row import Recipe
from hfpipe.records import Exchange


def media_or_prompt_body(exchange: Exchange) -> Outcome:
    """The media, or the parameters alone, where the prompt among them is all there is."""
    if exchange.args.get("inputs") is not None:
        return media_body(exchange)
    return json_body(exchange, {"parameters": parameters(exchange)})


RECIPES: Final[Mapping[str, Recipe]] = {
    # one model does everything, so that its name cannot say which task is meant
    **recipes(PIPED),
    "image-text-to-image": Recipe(PIPED, media_or_prompt_body, File("image")),
    "image-text-to-video": Recipe(PIPED, media_or_prompt_body, File("video")),
    "image-to-video": Recipe(PIPED, media_body, File("video")),
    "text-to-video": Recipe(PIPED, inputs_body, File("video")),
}
