"""The text tasks: one text gives one answer, a list of texts gives a tuple. Floor 7."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from returns.result import Result

from hfpipe.door import Signature, task, unset
from hfpipe.streaming import stream_task

if TYPE_CHECKING:
    from typing import Unpack

    from hfpipe.clients import AnyClient, CallOptions
    from hfpipe.errors import HfpipeError
    from hfpipe.outputs.text import (
        Classification,
        Summary,
        TextGeneration,
        TextGenerationChunk,
        Translation,
    )
    from hfpipe.streaming import Stream

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
@task("text-generation")
def text_generation(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
    """
    What the model writes on from the text.

    `parameters`: `max_new_tokens`, `temperature`, `stop`, `details`, ...

    >>> import hfpipe
    >>> hfpipe.text_generation({"provider": "sandbox"}, "say hello").map(lambda t: t.generated_text)
    <Success: hello>
    """


@stream_task("text-generation")
def text_generation_stream(
    client: AnyClient,
    first: str | Args | None = None,
    /,
    *,
    inputs: str = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[Stream[TextGenerationChunk], HfpipeError]:
    """What the model writes on from the text, as it is written."""
    raise Signature


@task("feature-extraction")
def feature_extraction(
    client: AnyClient,
    first: str | Texts | Args | None = None,
    /,
    *,
    inputs: str | Texts = unset,
    normalize: bool | None = unset,
    prompt_name: str | None = unset,
    truncate: bool | None = unset,
    truncation_direction: str | None = unset,
    dimensions: int | None = unset,
    encoding_format: str | None = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[Any, ...], HfpipeError]:
    """
    The model's features of a text, as nested as the server gives them: numbers in one to four
    levels of tuples. `embed` gives one vector a text, whoever answers.
    """
    raise Signature


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
@task("translation")
def translation(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
    """The text in another language. `parameters`: `src_lang` and `tgt_lang`, both or neither."""


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
@task("zero-shot-classification")
def zero_shot_classification(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
    """
    Which of the labels fit the text, the best first.

    `parameters`: `candidate_labels` (needed), `multi_label`, `hypothesis_template`.
    """


@task("sentence-similarity")
def sentence_similarity(
    client: AnyClient,
    first: Args | None = None,
    /,
    *,
    inputs: Args = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[float, ...], HfpipeError]:
    """
    How near each of `sentences` is to `source_sentence`, the two keys of the input.

    >>> import hfpipe
    >>> asked = {"source_sentence": "a cat", "sentences": ["the cat", "rust"]}
    >>> near, far = hfpipe.sentence_similarity({"provider": "sandbox"}, asked).unwrap()
    >>> near > far
    True
    """
    raise Signature
