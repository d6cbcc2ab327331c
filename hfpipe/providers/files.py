"""
Answers that are a file: an image, a sound or a film.

Floor 4. Most servers send the bytes as they are; some put them into JSON, in base64 or by their
address.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.address import REMOTE
from hfpipe.codec.json import decoded
from hfpipe.codec.media import HEAD, from_base64, from_data_url, media_type
from hfpipe.errors import HfpipeError, ProviderOutputError
from hfpipe.media import Media
from hfpipe.outputs.read import told_error
from hfpipe.pipeline import Outcome
from hfpipe.providers.download import file_at
from hfpipe.providers.values import put
from hfpipe.records import Exchange
from hfpipe.shapes import is_array, is_object

_DEFAULTS: Final = {"image": "image/png", "audio": "audio/flac", "video": "video/mp4"}


@frozen
class File:
    """
    An answer that is a file of this kind ("image", "audio", "video").

    Its bytes, or JSON that holds it: `{"data": [{"b64_json"}]}`, `{"output": ["<address>"]}`,
    `{"audio": "<base64>"}`. HTML, other JSON and nothing at all are no such file, whatever their
    status says.
    """

    kind: str

    def __call__(self, exchange: Exchange) -> Outcome:
        response = exchange.response
        body = response.body if response else b""
        given = response.content_type if response else ""
        found = given if given.startswith(f"{self.kind}/") else media_type(body[:HEAD])
        if body and found.startswith(f"{self.kind}/"):
            return put(exchange, Success(Media((response and response.file) or body, found)))
        try:
            value = decoded(body)
        except ValueError:
            return Failure(self._other(body, given))
        if (told := told_error(value)) is not None:
            return Failure(told)
        place, path = self._place(value)
        if not isinstance(place, str):
            return Failure(self._other(body, given))
        if place.startswith(REMOTE):
            return file_at(exchange, place, path, self.kind)
        return put(exchange, base64_media(place, path, _DEFAULTS[self.kind]))

    def _place(self, value: Any) -> tuple[Any, str]:
        """Where in the JSON the file is, and the path to there."""
        if not is_object(value):
            return None, "$"
        for key, at in (("data", "$.data[0]"), ("output", "$.output[0]"), (self.kind, "$")):
            held = value.get(key)
            held = held[0] if is_array(held) and held else held
            if is_object(held):
                for inner in ("b64_json", "url"):
                    if held.get(inner):
                        return held[inner], f"{at}.{inner}"
            elif held is not None:
                return held, at if at != "$" else f"$.{key}"
        return None, "$"

    def _other(self, body: bytes, given: str) -> HfpipeError:
        got = given or "no content type"
        return ProviderOutputError(
            f"the answer is {got if body else 'empty'}, and not {self.kind}",
            path="$",
            expected=f"{self.kind}/*",
            got=got,
        )


def base64_media(text: Any, path: str, default: str) -> Result[Media, HfpipeError]:
    """The media in a base64 text or data URL of an answer."""
    try:
        if text.startswith("data:"):
            return Success(from_data_url(text))
        content = from_base64(text)
    except (ValueError, TypeError, AttributeError) as error:
        return Failure(
            ProviderOutputError(
                f"the answer has no base64 at {path}",
                path=path,
                expected="base64",
                got=f"{type(text).__name__}: {error}",
            )
        )
    return Success(Media(content, media_type(content[:HEAD]) or default))
