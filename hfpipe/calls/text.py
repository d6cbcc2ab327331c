"""The tasks that write: one text gives one answer, a list of texts gives a tuple. Floor 7."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from returns.result import Result

from hfpipe.door import task

if TYPE_CHECKING:
    from typing import Unpack

    from hfpipe.clients import AnyClient, CallOptions
    from hfpipe.errors import HfpipeError
    from hfpipe.outputs.text import Summary, TextGeneration, Translation

__all__ = ["summarization", "text_generation", "translation"]

Texts: TypeAlias = "list[str] | tuple[str, ...]"
Args: TypeAlias = "Mapping[str, Any]"


@overload
def text_generation(
    client: AnyClient,
    first: str | Args | None = None,
    /,
    *,
    inputs: str = ...,
    parameters: Args = ...,
    **options: Unpack[CallOptions],
) -> Result[TextGeneration, HfpipeError]: ...
@overload
def text_generation(
    client: AnyClient, first: Texts, /, *, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[TextGeneration, ...], HfpipeError]: ...
@overload
def text_generation(
    client: AnyClient, /, *, inputs: Texts, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[TextGeneration, ...], HfpipeError]: ...
@task("text-generation")
def text_generation(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
    """
    What the model writes on from the text.

    `parameters`: `max_new_tokens`, `temperature`, `stop`, `details`, ...

    >>> import hfpipe
    >>> hfpipe.text_generation({"provider": "sandbox"}, "say hello").map(lambda t: t.generated_text)
    <Success: hello>
    """


@overload
def summarization(
    client: AnyClient,
    first: str | Args | None = None,
    /,
    *,
    inputs: str = ...,
    parameters: Args = ...,
    **options: Unpack[CallOptions],
) -> Result[Summary, HfpipeError]: ...
@overload
def summarization(
    client: AnyClient, first: Texts, /, *, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[Summary, ...], HfpipeError]: ...
@overload
def summarization(
    client: AnyClient, /, *, inputs: Texts, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[Summary, ...], HfpipeError]: ...
@task("summarization")
def summarization(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
    """
    A shorter text that says the same. `parameters`: `generate_parameters`, `truncation`, ...

    >>> import hfpipe
    >>> hfpipe.summarization({"provider": "sandbox"}, "It rains. It pours.")
    <Success: Summary(summary_text='It rains.')>
    """


@overload
def translation(
    client: AnyClient,
    first: str | Args | None = None,
    /,
    *,
    inputs: str = ...,
    parameters: Args = ...,
    **options: Unpack[CallOptions],
) -> Result[Translation, HfpipeError]: ...
@overload
def translation(
    client: AnyClient, first: Texts, /, *, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[Translation, ...], HfpipeError]: ...
@overload
def translation(
    client: AnyClient, /, *, inputs: Texts, parameters: Args = ..., **options: Unpack[CallOptions]
) -> Result[tuple[Translation, ...], HfpipeError]: ...
@task("translation")
def translation(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
    """The text in another language. `parameters`: `src_lang` and `tgt_lang`, both or neither."""
