"""
zai-org: chat as everybody's, pictures as jobs, documents read into Markdown.

Floor 4. https://docs.z.ai; every call and every poll says where it comes from.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen
from returns.result import Result

from hfpipe.codec.json import learned
from hfpipe.errors import HfpipeError
from hfpipe.outputs.image import ImageToText
from hfpipe.outputs.read import read
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, model, parameters
from hfpipe.providers.download import Linked
from hfpipe.providers.jobs import Job
from hfpipe.providers.media_url import MediaUrlBody
from hfpipe.providers.poll_urls import below
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.providers.states import Told, Words, reason
from hfpipe.providers.values import body_of, put
from hfpipe.records import Exchange

_WORDS: Final = Words(
    pending=frozenset({"PROCESSING"}), done=frozenset({"SUCCESS"}), failed=frozenset({"FAIL"})
)


def told(answer: dict[str, Any]) -> Told:
    """How far a picture is; one that names its result is done, whatever its word."""
    word = answer.get("task_status")
    if word not in {"PROCESSING", "FAIL"} and answer.get("image_result"):
        word = "SUCCESS"
    return _WORDS(word, answer, reason(answer))


def job_at(exchange: Exchange, answer: dict[str, Any]) -> Result[str, HfpipeError]:
    """Where a picture is asked for, by its name."""
    return below(exchange, "/api/paas/v4/async-result/{job}", answer.get("id"), "$.id")


def picture_body(exchange: Exchange) -> Outcome:
    """`{"model", "prompt", "size": "32x64", ...}`; one side alone is no size, and is left out."""
    given = parameters(exchange)
    width, height = given.pop("width", None), given.pop("height", None)
    size = {"size": f"{width}x{height}"} if width is not None and height is not None else {}
    body = {"model": model(exchange), "prompt": exchange.args["inputs"], **size, **given}
    return json_body(exchange, body)


def document_body(exchange: Exchange, url: str) -> dict[str, Any]:
    """`{"model", "file"}`."""
    return {"model": model(exchange), "file": url, **parameters(exchange)}


@frozen(slots=False)
class _Layout:
    md_results: str


def markdown(exchange: Exchange) -> Outcome:
    """The text of the document, in Markdown."""
    found = read(_Layout, body_of(exchange))
    return put(exchange, found.map(lambda layout: ImageToText(layout.md_results)))


RECIPES: Final[dict[str, Recipe]] = {
    "text-to-image": Recipe(
        Path("/api/paas/v4/async/images/generations"),
        picture_body,
        Job(told, job_at, Linked("image", ("image_result", 0, "url")), 5.0),
        accept="image/png",
    ),
    "image-to-text": Recipe(
        Path("/api/paas/v4/layout_parsing"),
        MediaUrlBody("image/png", document_body, addresses=False),
        markdown,
    ),
}


learned(_Layout)
