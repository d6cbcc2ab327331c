"""The tasks that answer questions about texts, tables, documents and pictures. Floor 7."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from returns.result import Result

from hfpipe.door import Signature, task, unset

if TYPE_CHECKING:
    from typing import Unpack

    from hfpipe.clients import AnyClient, CallOptions
    from hfpipe.errors import HfpipeError
    from hfpipe.outputs.answers import Answer, DocumentAnswer, TableAnswer, VisualAnswer

__all__ = [
    "document_question_answering",
    "question_answering",
    "table_question_answering",
    "visual_question_answering",
]

Args: TypeAlias = "Mapping[str, Any]"


@task("question-answering")
def question_answering(
    client: AnyClient,
    first: Args | None = None,
    /,
    *,
    inputs: Args = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[Answer, ...], HfpipeError]:
    """
    The stretches of `context` that answer `question`, the two keys of the input; the best first.

    `parameters`: `top_k`, `doc_stride`, `max_answer_len`, `max_question_len`, `max_seq_len`,
    `align_to_words`, `handle_impossible_answer`.
    """
    raise Signature


@task("table-question-answering")
def table_question_answering(
    client: AnyClient,
    first: Args | None = None,
    /,
    *,
    inputs: Args = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[TableAnswer, HfpipeError]:
    """
    The answer to `query` out of `table`, the two keys of the input.

    The table is its columns: `{"City": ["Paris", "Rome"], "People": ["2100000", "2800000"]}`, all
    values texts. `parameters`: `padding`, `sequential`, `truncation`.
    """
    raise Signature


@task("document-question-answering")
def document_question_answering(
    client: AnyClient,
    first: Args | None = None,
    /,
    *,
    inputs: Args = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[DocumentAnswer, ...], HfpipeError]:
    """
    What the document in `image` answers to `question`, the two keys of the input; the best first.

    The image may be anything that is a media input. `parameters`: `lang`, `top_k`, `word_boxes`,
    `doc_stride`, `max_answer_len`, `max_question_len`, `max_seq_len`,
    `handle_impossible_answer`.
    """
    raise Signature


@task("visual-question-answering")
def visual_question_answering(
    client: AnyClient,
    first: Args | None = None,
    /,
    *,
    inputs: Args = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[VisualAnswer, ...], HfpipeError]:
    """
    What the picture in `image` answers to `question`, the two keys of the input; the best first.

    The image may be anything that is a media input. `parameters`: `top_k`.
    """
    raise Signature
