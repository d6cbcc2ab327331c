"""The tasks that put labels on texts, and words into them. Floor 7."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from returns.result import Result

from hfpipe.door import task

if TYPE_CHECKING:
    from typing import Unpack

    from hfpipe.clients import AnyClient, CallOptions
    from hfpipe.errors import HfpipeError
    from hfpipe.outputs.text import Classification, FillMask, TokenClassification

__all__ = ["fill_mask", "text_classification", "token_classification", "zero_shot_classification"]

Texts: TypeAlias = "list[str] | tuple[str, ...]"
Args: TypeAlias = "Mapping[str, Any]"


@overload
def text_classification(
    client: AnyClient,
    first: str | Args | None = None,
    /,
    *,
    inputs: str = ...,
    parameters: Args = ...,
    **options: Unpack[CallOptions],
) -> Result[tuple[Classification, ...], HfpipeError]: ...
@overload
def text_classification(
    client: AnyClient, first: Texts, /, *, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[tuple[Classification, ...], ...], HfpipeError]: ...
@overload
def text_classification(
    client: AnyClient, /, *, inputs: Texts, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[tuple[Classification, ...], ...], HfpipeError]: ...
@task("text-classification")
def text_classification(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
    """
    What the text is, the best label first. `parameters`: `top_k`, `function_to_apply`.
    """


@overload
def token_classification(
    client: AnyClient,
    first: str | Args | None = None,
    /,
    *,
    inputs: str = ...,
    parameters: Args = ...,
    **options: Unpack[CallOptions],
) -> Result[tuple[TokenClassification, ...], HfpipeError]: ...
@overload
def token_classification(
    client: AnyClient, first: Texts, /, *, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[tuple[TokenClassification, ...], ...], HfpipeError]: ...
@overload
def token_classification(
    client: AnyClient, /, *, inputs: Texts, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[tuple[TokenClassification, ...], ...], HfpipeError]: ...
@task("token-classification")
def token_classification(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
    """
    The pieces of the text that are names, places, ..., in the order of the text.

    `parameters`: `aggregation_strategy` (`none`, `simple`, `first`, `average`, `max`),
    `ignore_labels`, `stride`.
    """


@overload
def zero_shot_classification(
    client: AnyClient,
    first: str | Args | None = None,
    /,
    *,
    inputs: str = ...,
    parameters: Args = ...,
    **options: Unpack[CallOptions],
) -> Result[tuple[Classification, ...], HfpipeError]: ...
@overload
def zero_shot_classification(
    client: AnyClient, first: Texts, /, *, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[tuple[Classification, ...], ...], HfpipeError]: ...
@overload
def zero_shot_classification(
    client: AnyClient, /, *, inputs: Texts, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[tuple[Classification, ...], ...], HfpipeError]: ...
@task("zero-shot-classification")
def zero_shot_classification(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
    """
    Which of the labels fit the text, the best first.

    `parameters`: `candidate_labels` (needed), `multi_label`, `hypothesis_template`.
    """


@overload
def fill_mask(
    client: AnyClient,
    first: str | Args | None = None,
    /,
    *,
    inputs: str = ...,
    parameters: Args = ...,
    **options: Unpack[CallOptions],
) -> Result[tuple[FillMask | Any, ...], HfpipeError]: ...
@overload
def fill_mask(
    client: AnyClient, first: Texts, /, *, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[tuple[FillMask | Any, ...], ...], HfpipeError]: ...
@overload
def fill_mask(
    client: AnyClient, /, *, inputs: Texts, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[tuple[FillMask | Any, ...], ...], HfpipeError]: ...
@task("fill-mask")
def fill_mask(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
    """
    What may stand at the model's mask in the text, the likeliest first: `FillMask` records.

    A text with several masks gives a tuple of them for each mask, which a checker believes after
    `isinstance(found[0], tuple)`. `parameters`: `top_k`, `targets` (the only words to consider).
    """
