"""The audio tasks. Floor 7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from returns.result import Result

from hfpipe.door import Signature, task, unset

if TYPE_CHECKING:
    from typing import Unpack

    from hfpipe.calls.image import Args, MediaInput
    from hfpipe.clients import AnyClient, CallOptions
    from hfpipe.errors import HfpipeError
    from hfpipe.outputs.audio import Transcription


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
    """What is said in the recording. `parameters`: `return_timestamps`, `language`, ..."""
    raise Signature
