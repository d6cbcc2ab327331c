"""The tasks that turn texts into numbers, and compare them. Floor 7."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from returns.result import Result

from hfpipe.door import Signature, task, unset

if TYPE_CHECKING:
    from typing import Unpack

    from hfpipe.clients import AnyClient, CallOptions
    from hfpipe.errors import HfpipeError
    from hfpipe.outputs.vectors import Embeddings

__all__ = ["embed", "feature_extraction", "sentence_similarity"]

Texts: TypeAlias = "list[str] | tuple[str, ...]"
Args: TypeAlias = "Mapping[str, Any]"


@task("embed")
def embed(
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
) -> Result[Embeddings, HfpipeError]:
    """
    One vector for each text, in the order of the texts, whichever provider answers.

    >>> import hfpipe
    >>> vectors = hfpipe.embed({"provider": "sandbox"}, ["a cat", "the cat"]).unwrap()
    >>> len(vectors), len(vectors[0]) == len(vectors[1])
    (2, True)
    """
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
