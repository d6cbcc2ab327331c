"""The tasks on speech and sound. Floor 7."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from returns.result import Result

from hfpipe.door import Signature, task, unset

if TYPE_CHECKING:
    from typing import Unpack

    from hfpipe.calls.media import MediaInput
    from hfpipe.clients import AnyClient, CallOptions
    from hfpipe.errors import HfpipeError
    from hfpipe.media import Media
    from hfpipe.outputs.audio import AudioPart, Transcription
    from hfpipe.outputs.text import Classification

__all__ = [
    "audio_classification",
    "audio_to_audio",
    "automatic_speech_recognition",
    "text_to_audio",
    "text_to_speech",
]

Args: TypeAlias = "Mapping[str, Any]"


@task("automatic-speech-recognition")
def automatic_speech_recognition(
    client: AnyClient,
    first: MediaInput = None,
    /,
    *,
    inputs: MediaInput = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[Transcription, HfpipeError]:
    """
    What is said in the recording. `parameters`: `return_timestamps`, `language`, ...
    """
    raise Signature


@task("audio-classification")
def audio_classification(
    client: AnyClient,
    first: MediaInput = None,
    /,
    *,
    inputs: MediaInput = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[Classification, ...], HfpipeError]:
    """
    What is to be heard, the best label first. `parameters`: `top_k`, `function_to_apply`.
    """
    raise Signature


@task("audio-to-audio")
def audio_to_audio(
    client: AnyClient,
    first: MediaInput = None,
    /,
    *,
    inputs: MediaInput = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[AudioPart, ...], HfpipeError]:
    """
    The recording, changed or taken apart: each sound with its label, as `Media` in `blob`.
    """
    raise Signature


@task("text-to-speech")
def text_to_speech(
    client: AnyClient,
    first: str | Args | None = None,
    /,
    *,
    inputs: str = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[Media, HfpipeError]:
    """
    The text, spoken. `parameters`: `voice`, `speed` and `response_format` where the provider has
    them; `temperature`, `top_k`, ... where the model has.
    """
    raise Signature


@task("text-to-audio")
def text_to_audio(
    client: AnyClient,
    first: str | Args | None = None,
    /,
    *,
    inputs: str = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[Media, HfpipeError]:
    """
    The sound or music that the text describes. `parameters` as for `text_to_speech`.
    """
    raise Signature
