"""
Speech recognition: the upload in OpenAI's shape, and what was said, in all the shapes answered.

Floor 4. https://platform.openai.com/docs/api-reference/audio/createTranscription: the server
knows the format by the ending of the file's name, so the name is made of the media type.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen
from returns.result import Failure, Result

from hfpipe.codec.json import NotJson, encoded
from hfpipe.codec.multipart import Part, form
from hfpipe.errors import HfpipeError, InputError, ProviderOutputError
from hfpipe.media import Media
from hfpipe.outputs.audio import Transcription
from hfpipe.outputs.read import convert, told_error
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import model, parameters, raw_body
from hfpipe.providers.given_media import with_media
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.providers.values import decoded_of, put
from hfpipe.records import Exchange
from hfpipe.results import then
from hfpipe.shapes import is_array, is_object

_ENDINGS: Final = {
    "wav": "wav",
    "x-wav": "wav",
    "wave": "wav",
    "mpeg": "mp3",
    "mp3": "mp3",
    "mp4": "mp4",
    "m4a": "m4a",
    "x-m4a": "m4a",
    "flac": "flac",
    "x-flac": "flac",
    "ogg": "ogg",
    "webm": "webm",
}


def file_name(media_type: str) -> str:
    """
    The name under which a recording of this type is uploaded.

    >>> file_name("audio/webm;codecs=opus"), file_name("audio/mpeg"), file_name("")
    ('audio.webm', 'audio.mp3', 'audio.wav')
    """
    kind = media_type.partition(";")[0].rpartition("/")[2].strip().lower()
    return f"audio.{_ENDINGS.get(kind, 'wav')}"


@frozen
class Upload:
    """
    The recording as a form: `file`, the parameters, `model` last.

    A provider that takes `addresses` gets one as the text of `file`; else it is fetched first.
    """

    addresses: bool = False
    nameless: str = ""

    def __call__(self, exchange: Exchange) -> Outcome:
        given = exchange.args["inputs"]
        if isinstance(given, str) and self.addresses:
            return self.filled(exchange, Part("file", given))
        return with_media(exchange, given, Uploaded(self.addresses, self.nameless))

    def filled(self, exchange: Exchange, file: Part) -> Outcome:
        """The form with this as its file."""
        given = {name: value for name, value in parameters(exchange).items() if name != "model"}
        try:
            fields = [Part(name, field_text(value)) for name, value in given.items()]
        except NotJson as error:
            return Failure(InputError(f"the arguments are not JSON: {error}"))
        last = [Part("model", name)] if (name := model(exchange, self.nameless)) else []
        return raw_body(exchange, *form([file, *fields, *last]))


@frozen
class Uploaded:
    """The recording is there, in memory or in a file: it becomes the form's."""

    addresses: bool = False
    nameless: str = ""

    def __call__(self, exchange: Exchange, media: Media) -> Outcome:
        kind = media.media_type
        part = Part("file", media.content, file_name(kind), kind or "application/octet-stream")
        return Upload(self.addresses, self.nameless).filled(exchange, part)


def field_text(value: Any) -> str:
    """
    A parameter as the text of a form's field; raises `NotJson`.

    >>> field_text("en"), field_text(True), field_text(0.5), field_text(["word"])
    ('en', 'true', '0.5', '["word"]')
    """
    return value if isinstance(value, str) else encoded(value).decode()


def transcription_upload(route: str, *, addresses: bool = False) -> Recipe:
    """A recipe for speech recognition by upload at this route."""
    return Recipe(Path(route), Upload(addresses), heard)


def heard(exchange: Exchange) -> Outcome:
    """
    What was said: `text`, else `output`; `chunks`, else `segments` with `start` and `end`.
    """
    return put(exchange, then(decoded_of(exchange), _said))


def _said(value: Any) -> Result[Transcription, HfpipeError]:
    if not is_object(value):
        return Failure(_untold("$", "object", value))
    text = value.get("text", value.get("output"))
    if not isinstance(text, str):
        return Failure(told_error(value) or _untold("$.text", "text", text))
    chunks = value.get("chunks")
    if not is_array(chunks):
        chunks = _pieces(value.get("segments"))
    return convert(Transcription, {"text": text, "chunks": chunks})


def _pieces(segments: Any) -> list[Any] | None:
    if not is_array(segments):
        return None
    return [
        {"text": one.get("text"), "timestamp": [one.get("start"), one.get("end")]}
        if is_object(one)
        else one
        for one in segments
    ]


def _untold(path: str, expected: str, got: Any) -> HfpipeError:
    kind = "nothing" if got is None else type(got).__name__
    return ProviderOutputError(
        f"the answer does not tell what was said at {path}",
        path=path,
        expected=expected,
        got=kind,
    )
