"""Chat. Floor 7."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from returns.result import Result

from hfpipe.door import Signature, task, unset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hfpipe.clients import AnyClient
    from hfpipe.errors import HfpipeError
    from hfpipe.outputs.chat import ChatCompletion, Message
    from hfpipe.progress import Progress
    from hfpipe.retry import Retry
    from hfpipe.secret import Secret

__all__ = ["chat_completion"]

Messages: TypeAlias = "str | Sequence[Mapping[str, Any] | Message]"


@task("conversational")
def chat_completion(
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
