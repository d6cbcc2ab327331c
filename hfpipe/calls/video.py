"""The tasks that make films: they take from seconds to minutes. Floor 7."""

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

__all__ = ["image_text_to_video", "image_to_video", "text_to_video"]

Args: TypeAlias = "Mapping[str, Any]"


@task("text-to-video")
def text_to_video(
    client: AnyClient,
    first: str | Args | None = None,
    /,
    *,
    inputs: str = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[Media, HfpipeError]:
    """
    A film of what the text says.

    `parameters`: `num_frames`, `num_inference_steps`, `guidance_scale`, `negative_prompt`, `seed`.
    """
    raise Signature


@task("image-to-video")
def image_to_video(
    client: AnyClient,
    first: MediaInput = None,
    /,
    *,
    inputs: MediaInput = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[Media, HfpipeError]:
    """
    A film that begins with the picture.

    `parameters`: `prompt`, `negative_prompt`, `num_frames`, `num_inference_steps`,
    `guidance_scale`, `seed`, `target_size`.
    """
    raise Signature


@task("image-text-to-video")
def image_text_to_video(
    client: AnyClient,
    first: MediaInput = None,
    /,
    *,
    inputs: MediaInput = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[Media, HfpipeError]:
    """
    A film of `parameters["prompt"]`, with or without a picture to begin from.

    `parameters` as for `image_to_video`.
    """
    raise Signature
