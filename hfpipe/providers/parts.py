"""
Answers that hold media in their records: masks of a picture, parts of a recording.

Floor 4. They come in base64, and leave as `Media` under the same name.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.json import learned
from hfpipe.errors import HfpipeError
from hfpipe.outputs.audio import AudioPart
from hfpipe.outputs.image import Segment
from hfpipe.outputs.read import convert
from hfpipe.pipeline import Outcome
from hfpipe.providers.files import base64_media
from hfpipe.providers.values import best_first, json_of, put
from hfpipe.records import Exchange
from hfpipe.results import then
from hfpipe.shapes import is_array, is_object


@frozen(slots=False)
class _Segment:
    label: str
    mask: str
    score: float | None = None


def segments(exchange: Exchange) -> Outcome:
    """The parts of a picture, the best first; a score may be null or missing."""
    return put(exchange, then(then(json_of(exchange), _masks), _segments).map(best_first))


def _masks(value: Any) -> Result[tuple[_Segment, ...], HfpipeError]:
    return convert(tuple[_Segment, ...], value)


def _segments(found: tuple[_Segment, ...]) -> Result[tuple[Segment, ...], HfpipeError]:
    segments: list[Segment] = []
    for at, one in enumerate(found):
        mask = base64_media(one.mask, f"$[{at}].mask", "image/png")
        if not isinstance(mask, Success):
            return Failure(mask.failure())
        segments.append(Segment(one.label, mask.unwrap(), one.score))
    return Success(tuple(segments))


@frozen(slots=False)
class _AudioPart:
    label: str
    blob: str
    content_type: str


def audio_parts(exchange: Exchange) -> Outcome:
    """The sounds of an answer; the key of their type really is `content-type`."""
    return put(exchange, then(then(json_of(exchange), _sounds), _audio_parts))


def _sounds(value: Any) -> Result[tuple[_AudioPart, ...], HfpipeError]:
    items: list[Any] = value if is_array(value) else [value]
    plain: list[Any] = [
        {key.replace("-", "_"): held for key, held in item.items()} if is_object(item) else item
        for item in items
    ]
    return convert(tuple[_AudioPart, ...], plain)


def _audio_parts(found: tuple[_AudioPart, ...]) -> Result[tuple[AudioPart, ...], HfpipeError]:
    parts: list[AudioPart] = []
    for at, one in enumerate(found):
        blob = base64_media(one.blob, f"$[{at}].blob", one.content_type)
        if not isinstance(blob, Success):
            return Failure(blob.failure())
        parts.append(AudioPart(one.label, blob.unwrap()))
    return Success(tuple(parts))


learned(_Segment, _AudioPart)
