"""
Images in OpenAI's shape.

Floor 4.
"""

from __future__ import annotations

from attrs import frozen
from returns.result import Failure, Success

from hfpipe.errors import ProviderOutputError
from hfpipe.outputs.read import read
from hfpipe.pipeline import Outcome
from hfpipe.providers.download import file_at
from hfpipe.providers.files import base64_media
from hfpipe.providers.values import put
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
    body = exchange.response.body if exchange.response else b""
    answer = read(_Images, body)
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
