"""The image and video tasks. Floor 7."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from returns.result import Result

from hfpipe.door import Signature, task, unset

if TYPE_CHECKING:
    from typing import Unpack

    from hfpipe.clients import AnyClient, CallOptions
    from hfpipe.errors import HfpipeError
    from hfpipe.media import Media
    from hfpipe.outputs.text import Classification

# bytes, a path, an open binary file, an http(s) or data URL, a PIL image, or a Media
MediaInput: TypeAlias = Any
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

    `parameters`: `width` and `height` in pixels, `seed`, `num_inference_steps`, ...
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
    """What the picture shows, the best first. `parameters`: `top_k`, `function_to_apply`."""
    raise Signature
