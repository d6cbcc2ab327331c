"""The tasks that make pictures, and that look at them. Floor 7."""

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
    from hfpipe.outputs.image import DetectedObject, ImageToText, Segment
    from hfpipe.outputs.text import Classification

__all__ = [
    "image_classification",
    "image_segmentation",
    "image_text_to_image",
    "image_to_image",
    "image_to_text",
    "object_detection",
    "text_to_image",
    "zero_shot_image_classification",
]

Args: TypeAlias = "Mapping[str, Any]"


@task("text-to-image")
def text_to_image(
    client: AnyClient,
    first: str | Args | None = None,
    /,
    *,
    inputs: str = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[Media, HfpipeError]:
    """
    A picture of what the text says.

    `parameters`: `width` and `height` in pixels, `seed`, `negative_prompt`,
    `num_inference_steps`, `guidance_scale`, `scheduler`.
    """
    raise Signature


@task("image-to-image")
def image_to_image(
    client: AnyClient,
    first: MediaInput = None,
    /,
    *,
    inputs: MediaInput = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[Media, HfpipeError]:
    """
    The picture, changed as `parameters` say: `prompt`, `negative_prompt`,
    `target_size` (`{"width": ..., "height": ...}`), `num_inference_steps`, `guidance_scale`.
    """
    raise Signature


@task("image-text-to-image")
def image_text_to_image(
    client: AnyClient,
    first: MediaInput = None,
    /,
    *,
    inputs: MediaInput = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[Media, HfpipeError]:
    """
    A picture of `parameters["prompt"]`, with or without a picture to begin from.

    `parameters` as for `image_to_image`, and `seed`.
    """
    raise Signature


@task("image-to-text")
def image_to_text(
    client: AnyClient,
    first: MediaInput = None,
    /,
    *,
    inputs: MediaInput = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[ImageToText, HfpipeError]:
    """
    The picture in words. `parameters`: `max_new_tokens`, `generation_parameters`.
    """
    raise Signature


@task("image-classification")
def image_classification(
    client: AnyClient,
    first: MediaInput = None,
    /,
    *,
    inputs: MediaInput = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[Classification, ...], HfpipeError]:
    """
    What the picture shows, the best label first. `parameters`: `top_k`, `function_to_apply`.
    """
    raise Signature


@task("zero-shot-image-classification")
def zero_shot_image_classification(
    client: AnyClient,
    first: MediaInput = None,
    /,
    *,
    inputs: MediaInput = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[Classification, ...], HfpipeError]:
    """
    Which of the labels fit the picture, the best first.

    `parameters`: `candidate_labels` (two or more are needed), `hypothesis_template`.
    """
    raise Signature


@task("image-segmentation")
def image_segmentation(
    client: AnyClient,
    first: MediaInput = None,
    /,
    *,
    inputs: MediaInput = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[Segment, ...], HfpipeError]:
    """
    The parts of the picture, each with its mask, the surest first.

    `parameters`: `subtask` (`instance`, `panoptic`, `semantic`), `threshold`, `mask_threshold`,
    `overlap_mask_area_threshold`. The score of a semantic part may be None.
    """
    raise Signature


@task("object-detection")
def object_detection(
    client: AnyClient,
    first: MediaInput = None,
    /,
    *,
    inputs: MediaInput = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[DetectedObject, ...], HfpipeError]:
    """
    What is to be seen and where, the surest first. `parameters`: `threshold`.
    """
    raise Signature
