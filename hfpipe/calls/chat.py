"""Chat, whole and streamed. Floor 7."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from returns.result import Result

from hfpipe.door import Signature, task
from hfpipe.streaming import stream_task

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hfpipe.clients import AnyClient
    from hfpipe.errors import HfpipeError
    from hfpipe.outputs.chat import ChatChunk, ChatCompletion, Message
    from hfpipe.retry import Retry
    from hfpipe.secret import Secret
    from hfpipe.streaming import Stream

Messages: TypeAlias = "str | Sequence[Mapping[str, Any] | Message]"


@task("conversational")
def chat_completion(
    client: AnyClient,
    first: Messages | Mapping[str, Any] | None = None,
    /,
    *,
    messages: Messages = ...,
    model: str | None = ...,
    frequency_penalty: float | None = ...,
    logit_bias: Mapping[str, float] | Sequence[float] | None = ...,
    logprobs: bool | None = ...,
    max_tokens: int | None = ...,
    n: int | None = ...,
    presence_penalty: float | None = ...,
    reasoning_effort: str | None = ...,
    response_format: Mapping[str, Any] | None = ...,
    seed: int | None = ...,
    stop: str | Sequence[str] | None = ...,
    temperature: float | None = ...,
    tool_choice: str | Mapping[str, Any] | None = ...,
    tool_prompt: str | None = ...,
    tools: Sequence[Mapping[str, Any]] | None = ...,
    top_logprobs: int | None = ...,
    top_p: float | None = ...,
    token: str | Secret | None = ...,
    access_token: str | Secret | None = ...,
    provider: str = ...,
    task: str = ...,
    bill_to: str | None = ...,
    endpoint_url: str | None = ...,
    timeout: float | None = ...,
    idle_timeout: float | None = ...,
    retry_on_503: bool = ...,
    retry: int | Retry | None = ...,
    extra_headers: Mapping[str, str | Secret] = ...,
    extra_body: Mapping[str, Any] = ...,
    save_to: str | Path | None = ...,
    on_progress: Callable[[Any], object] | None = ...,
    **extra: Any,
) -> Result[ChatCompletion, HfpipeError]:
    """
    The model's answer to a conversation.

    `first` is the user's message, or a list of messages, or a mapping of arguments; fields of
    the wire that are not named here pass through as they are.

    >>> import hfpipe
    >>> hfpipe.chat_completion({"provider": "sandbox"}, "say hello").map(lambda answer: answer.text)
    <Success: hello>
    """
    raise Signature


@stream_task("conversational")
def chat_completion_stream(
    client: AnyClient,
    first: Messages | Mapping[str, Any] | None = None,
    /,
    *,
    messages: Messages = ...,
    model: str | None = ...,
    frequency_penalty: float | None = ...,
    logit_bias: Mapping[str, float] | Sequence[float] | None = ...,
    logprobs: bool | None = ...,
    max_tokens: int | None = ...,
    n: int | None = ...,
    presence_penalty: float | None = ...,
    reasoning_effort: str | None = ...,
    response_format: Mapping[str, Any] | None = ...,
    seed: int | None = ...,
    stop: str | Sequence[str] | None = ...,
    stream_options: Mapping[str, Any] | None = ...,
    temperature: float | None = ...,
    tool_choice: str | Mapping[str, Any] | None = ...,
    tool_prompt: str | None = ...,
    tools: Sequence[Mapping[str, Any]] | None = ...,
    top_logprobs: int | None = ...,
    top_p: float | None = ...,
    token: str | Secret | None = ...,
    access_token: str | Secret | None = ...,
    provider: str = ...,
    task: str = ...,
    bill_to: str | None = ...,
    endpoint_url: str | None = ...,
    timeout: float | None = ...,
    idle_timeout: float | None = ...,
    retry_on_503: bool = ...,
    retry: int | Retry | None = ...,
    extra_headers: Mapping[str, str | Secret] = ...,
    extra_body: Mapping[str, Any] = ...,
    save_to: str | Path | None = ...,
    on_progress: Callable[[Any], object] | None = ...,
    **extra: Any,
) -> Result[Stream[ChatChunk], HfpipeError]:
    """
    The model's answer as it is written: a `ChatStream`, whose items are Results of chunks.

    The status has been checked when it is handed out. A fault in the middle is its last item.

    >>> import hfpipe
    >>> stream = hfpipe.chat_completion_stream({"provider": "sandbox"}, "say hello").unwrap()
    >>> [chunk.unwrap().text for chunk in stream if chunk.unwrap().text]
    ['hello']
    """
    raise Signature
