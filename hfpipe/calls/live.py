"""
The tasks whose answers may be had as they are written: chat and text. Floor 7.

Apart from those that wait for the whole answer: what a stream needs is 1.5 ms of a first answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfpipe.door import Signature, unset
from hfpipe.streaming import ChatStream, stream_task

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import Unpack

    from returns.result import Result

    from hfpipe.calls.chat import Messages
    from hfpipe.clients import AnyClient, CallOptions
    from hfpipe.errors import HfpipeError
    from hfpipe.outputs.text import TextGenerationChunk
    from hfpipe.progress import Progress
    from hfpipe.retry import Retry
    from hfpipe.secret import Secret
    from hfpipe.streaming import Stream

__all__ = ["chat_completion_stream", "text_generation_stream"]


@stream_task("conversational", ChatStream)
def chat_completion_stream(
    client: AnyClient,
    first: Messages | Mapping[str, Any] | None = None,
    /,
    *,
    messages: Messages = unset,
    model: str | None = unset,
    frequency_penalty: float | None = unset,
    logit_bias: Mapping[str, float] | Sequence[float] | None = unset,
    logprobs: bool | None = unset,
    max_tokens: int | None = unset,
    n: int | None = unset,
    presence_penalty: float | None = unset,
    reasoning_effort: str | None = unset,
    response_format: Mapping[str, Any] | None = unset,
    seed: int | None = unset,
    stop: str | Sequence[str] | None = unset,
    stream_options: Mapping[str, Any] | None = unset,
    temperature: float | None = unset,
    tool_choice: str | Mapping[str, Any] | None = unset,
    tool_prompt: str | None = unset,
    tools: Sequence[Mapping[str, Any]] | None = unset,
    top_logprobs: int | None = unset,
    top_p: float | None = unset,
    token: str | Secret | None = unset,
    access_token: str | Secret | None = unset,
    provider: str = unset,
    task: str = unset,
    bill_to: str | None = unset,
    endpoint_url: str | None = unset,
    timeout: float | None = unset,
    idle_timeout: float | None = unset,
    retry_on_503: bool = unset,
    retry: int | Retry | None = unset,
    extra_headers: Mapping[str, str | Secret] = unset,
    extra_body: Mapping[str, Any] = unset,
    save_to: str | Path | None = unset,
    on_progress: Callable[[Progress], object] | None = unset,
    **extra: Any,
) -> Result[ChatStream, HfpipeError]:
    """
    The model's answer as it is written: a `ChatStream`, whose items are Results of chunks.

    The status has been checked when it is handed out. A fault in the middle is its last item.

    >>> import hfpipe
    >>> stream = hfpipe.chat_completion_stream({"provider": "sandbox"}, "say hello").unwrap()
    >>> [chunk.unwrap().text for chunk in stream if chunk.unwrap().text]
    ['hello']
    """
    raise Signature


@stream_task("text-generation")
def text_generation_stream(
    client: AnyClient,
    first: str | Mapping[str, Any] | None = None,
    /,
    *,
    inputs: str = unset,
    parameters: Mapping[str, Any] = unset,
    **options: Unpack[CallOptions],
) -> Result[Stream[TextGenerationChunk], HfpipeError]:
    """What the model writes on from the text, as it is written."""
    raise Signature
