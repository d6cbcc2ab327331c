"""
Chat answers as the wire names them.

Floor 3. Only `choices` is required of an answer: providers leave out everything else.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.json import decoded, encoded, lean, learned
from hfpipe.errors import HfpipeError, ProviderOutputError
from hfpipe.outputs.usage import Usage
from hfpipe.printing import equal, hashed, printed
from hfpipe.shapes import is_object


@frozen(slots=False)
class Function:
    """A function that the model calls. `arguments` is JSON text; TGI sends the object itself."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None
    description: str | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


@frozen(slots=False)
class ToolCallPart:
    """A tool call as the wire has it; in a stream its pieces are joined by `index`."""

    id: str | None = None
    type: str | None = None
    function: Function | None = None
    index: int | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


@frozen(slots=False)
class ToolCall:
    """
    A call of a tool that the model asks for: its name, and its arguments as a mapping. `id` is
    what the answer to it names.

    `raw` is the text of the arguments as the model wrote it; where that is no JSON object (a cut
    answer), `arguments` is empty and `parsed()` is the failure.
    """

    id: str
    name: str
    raw: str

    __repr__, __eq__, __hash__ = printed, equal, hashed

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments by name."""
        given: dict[str, Any] = {}
        return self.parsed().value_or(given)

    def parsed(self) -> Result[dict[str, Any], HfpipeError]:
        """The arguments by name, or a `ProviderOutputError` where the text is no JSON object."""
        try:
            value = decoded(self.raw.encode("utf-8", "replace") if self.raw.strip() else b"{}")
        except ValueError as error:
            return Failure(self._broken(str(error)))
        return Success(value) if is_object(value) else Failure(self._broken(self.raw[:40]))

    def _broken(self, got: str) -> ProviderOutputError:
        return ProviderOutputError(
            f"the arguments of the tool call {self.name!r} are no JSON object",
            path="$.choices[0].message.tool_calls[].function.arguments",
            expected="a JSON object",
            got=got,
        )

    def reply(self, result: Any) -> dict[str, Any]:
        """The message that tells the model what the tool gave: a text as it is, else as JSON."""
        text = result if isinstance(result, str) else encoded(result).decode()
        return {"role": "tool", "tool_call_id": self.id, "content": text}


@frozen(slots=False)
class Message:
    """
    A message of the model. It may be put among the `messages` of the next call as it is.

    `content` is its text. `reasoning` and `reasoning_content` are two names under which models
    tell their thoughts, `refusal` is why they will not answer, `tool_calls` are the calls as the
    wire has them. `role`, `name` and `tool_call_id` say whose message it is.
    """

    role: str | None = "assistant"
    content: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    refusal: str | None = None
    tool_calls: tuple[ToolCallPart, ...] | None = None
    tool_call_id: str | None = None
    name: str | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


@frozen(slots=False)
class TopLogprob:
    """A token that might have come instead, and the logarithm of its probability."""

    token: str
    logprob: float | None = None
    bytes: list[int] | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


@frozen(slots=False)
class TokenLogprob:
    """A token of the answer, the logarithm of its probability, and its rivals."""

    token: str
    logprob: float | None = None
    bytes: list[int] | None = None
    top_logprobs: tuple[TopLogprob, ...] | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


@frozen(slots=False)
class Logprobs:
    """The probabilities of an answer's tokens; some providers send other fields only."""

    content: tuple[TokenLogprob, ...] | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


@frozen(slots=False)
class Choice:
    """
    One of the answers: its number (`index`), its `message`, and why it ended (`finish_reason`:
    `stop`, `length`, `tool_calls`, ...). `logprobs` are there where they were asked for.
    """

    message: Message
    index: int = 0
    finish_reason: str | None = None
    logprobs: Logprobs | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


@frozen(slots=False)
class ChatCompletion:
    """
    A whole answer of a chat.

    `choices` are the answers, one unless `n` asked for more; `usage` counts the tokens. `id`,
    `object`, `created` (seconds since 1970), `model` and `system_fingerprint` are as the
    provider sends them.
    """

    choices: tuple[Choice, ...]
    id: str | None = None
    object: str | None = None
    created: int | float | None = None
    model: str | None = None
    usage: Usage | None = None
    system_fingerprint: str | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed

    @property
    def message(self) -> Message:
        """The first answer's message; an empty one where there is no answer."""
        return self.choices[0].message if self.choices else Message()

    @property
    def text(self) -> str:
        """The first answer's text; the empty text where there is none."""
        return self.message.content or ""

    @property
    def finish_reason(self) -> str | None:
        """Why the first answer ended: stop, length, tool_calls, ..."""
        return self.choices[0].finish_reason if self.choices else None

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The tools that the first answer calls."""
        return tuple(_tool_call(part) for part in self.message.tool_calls or ())


def _tool_call(part: ToolCallPart) -> ToolCall:
    function = part.function or Function()
    given = function.arguments
    raw = given if isinstance(given, str) else encoded(given).decode() if given else ""
    return ToolCall(part.id or "", function.name or "", raw)


lean(Message, Choice, ChatCompletion)
learned(ChatCompletion)
