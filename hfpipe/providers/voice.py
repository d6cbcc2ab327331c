"""
Speech in OpenAI's shape: a text goes in, the bytes of a recording come out.

Floor 4.
"""

from __future__ import annotations

from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, model, parameters
from hfpipe.providers.files import File
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.records import Exchange


def speech_body(exchange: Exchange) -> Outcome:
    """`{"input", ..., "model"}`: the model cannot be replaced; no voice is chosen for the user."""
    body = {"input": exchange.args["inputs"], **parameters(exchange)}
    return json_body(exchange, {**body, "model": model(exchange)})


def speech(route: str) -> Recipe:
    """A recipe for OpenAI's speech at this route."""
    return Recipe(Path(route), speech_body, File("audio"))
