"""
replicate: predictions, which are answered when they are done or after a minute, done or not.

Floor 4. https://replicate.com/docs/reference/http: everything of the caller's goes into `input`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from returns.result import Failure, Result, Success

from hfpipe.address import in_path
from hfpipe.codec.json import decoded
from hfpipe.errors import HfpipeError, ProviderOutputError
from hfpipe.evolving import evolve
from hfpipe.media import Media
from hfpipe.outputs.audio import Transcription
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, model, parameters
from hfpipe.providers.download import Linked, file_at
from hfpipe.providers.jobs import Job
from hfpipe.providers.lora import with_lora_weights
from hfpipe.providers.media_url import MediaUrlBody
from hfpipe.providers.poll_urls import below
from hfpipe.providers.row import Recipe, Value
from hfpipe.providers.states import Told, Words, reason
from hfpipe.records import Exchange
from hfpipe.shapes import is_array, is_object

_WORDS: Final = Words(
    pending=frozenset({"starting", "processing", "queued"}),
    done=frozenset({"succeeded"}),
    failed=frozenset({"failed", "canceled", "aborted"}),
)


def told(answer: dict[str, Any]) -> Told:
    """How far a prediction is: one with an `output` is done, whatever its word."""
    found = _WORDS(answer.get("status"), answer, reason(answer.get("error")))
    return evolve(found, stands="done") if answer.get("output") is not None else found


def prediction_at(exchange: Exchange, answer: dict[str, Any]) -> Result[str, HfpipeError]:
    """Where a prediction is asked for, by its name."""
    return below(exchange, "/v1/predictions/{job}", answer.get("id"), "$.id")


def route(exchange: Exchange) -> str:
    """Of an official model its own route, of a version (`owner/name:version`) the general one."""
    name = model(exchange)
    return "/v1/predictions" if ":" in name else f"/v1/models/{in_path(name)}/predictions"


def wrapped(exchange: Exchange, given: dict[str, Any]) -> dict[str, Any]:
    """`{"input": {...}}`, and the version where the model's name has one."""
    _, _, version = model(exchange).partition(":")
    return {"input": given, **({"version": version} if version else {})}


def prompt_body(exchange: Exchange) -> Outcome:
    """The prompt, then the parameters."""
    given = {"prompt": exchange.args["inputs"], **parameters(exchange)}
    adapted = with_lora_weights(exchange, given) if "image" in exchange.task else given
    return json_body(exchange, wrapped(exchange, adapted))


def speech_body(exchange: Exchange) -> Outcome:
    """The parameters, then the text."""
    given = {**parameters(exchange), "text": exchange.args["inputs"]}
    return json_body(exchange, wrapped(exchange, given))


def sound_body(exchange: Exchange, url: str) -> dict[str, Any]:
    """The recording, then the parameters."""
    return wrapped(exchange, {"audio": url, **parameters(exchange)})


def edit_body(exchange: Exchange, url: str) -> dict[str, Any]:
    """The picture under the four names that models have for it."""
    pictures = {"image": url, "images": [url], "input_image": url, "input_images": [url]}
    given = with_lora_weights(exchange, {**pictures, **parameters(exchange)})
    return wrapped(exchange, given)


def spoken_output(exchange: Exchange) -> Outcome:
    """What was said: a text, a list that begins with one, or an object with one of three keys."""
    body = exchange.response.body if exchange.response else b"{}"
    answer = decoded(body)
    output = answer.get("output") if is_object(answer) else None
    first = output[0] if is_array(output) and output else output
    if isinstance(first, str):
        return Success(evolve(exchange, output=Transcription(first)))
    if is_object(first):
        for key in ("transcription", "translation"):
            if isinstance(text := first.get(key), str):
                return Success(evolve(exchange, output=Transcription(text)))
        if isinstance(url := first.get("txt_file"), str):
            return file_at(exchange, url, "$.output.txt_file", "text", texted)
    return Failure(
        ProviderOutputError(
            "the answer does not tell what was said at $.output",
            path="$.output",
            expected="text, or an object with transcription, translation or txt_file",
            got=type(first).__name__,
        )
    )


def texted(exchange: Exchange) -> Outcome:
    """The text that came is what was said."""
    media: Media = exchange.output
    text = bytes(media).decode("utf-8", "replace")
    return Success(evolve(exchange, output=Transcription(text)))


def _recipe(payload: Callable[[Exchange], Outcome], value: Value, accept: str = "") -> Recipe:
    return Recipe(route, payload, Job(told, prediction_at, value), accept=accept)


def _file(kind: str) -> Linked:
    return Linked(kind, ("output", 0), ("output",))


RECIPES: Final[dict[str, Recipe]] = {
    "text-to-image": _recipe(prompt_body, _file("image"), "image/png"),
    "text-to-video": _recipe(prompt_body, _file("video")),
    "text-to-speech": _recipe(speech_body, _file("audio")),
    "image-to-image": _recipe(MediaUrlBody("image/jpeg", edit_body), _file("image"), "image/png"),
    "automatic-speech-recognition": _recipe(MediaUrlBody("audio/wav", sound_body), spoken_output),
}
