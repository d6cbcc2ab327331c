"""
Chat answers in pieces, as the wire names them.

Floor 3. Every field may be missing: providers send what is new, and of usage a chunk of its own.
"""

from __future__ import annotations

from attrs import frozen

# msgspec finds the types of the fields here
from hfpipe.codec.json import lean, learned
from hfpipe.outputs.chat import Logprobs, ToolCallPart
from hfpipe.outputs.usage import Usage


@frozen(slots=False)
class Delta:
    """
    What a chunk adds to a `Message`: to its `content`, its `reasoning` or `reasoning_content`,
    its `refusal`, its `tool_calls`. The `role` comes with the first chunk, a `tool_call_id`
    seldom.
    """

    role: str | None = None
    content: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    refusal: str | None = None
    # old TGI sends one object instead of a list
    tool_calls: tuple[ToolCallPart, ...] | ToolCallPart | None = None
    tool_call_id: str | None = None


@frozen(slots=False)
class ChunkChoice:
    """
    What a chunk adds (`delta`) to one of the answers (`index`); `finish_reason` comes with its
    last piece, `logprobs` where they were asked for.
    """

    delta: Delta = Delta()
    index: int = 0
    finish_reason: str | None = None
    logprobs: Logprobs | None = None


@frozen(slots=False)
class Groq:
    """What Groq tells beside the wire's own fields: its usage, without being asked for it."""

    id: str | None = None
    usage: Usage | None = None


@frozen(slots=False)
class ChatChunk:
    """
    One event of a streamed answer: what it adds to each of the `choices`.

    `usage` is in the last chunk where it was asked for (`stream_options`), with Groq in `x_groq`.
    `id`, `object`, `created` (seconds since 1970), `model` and `system_fingerprint` are as the
    provider sends them.
    """

    choices: tuple[ChunkChoice, ...] = ()
    id: str | None = None
    object: str | None = None
    created: int | float | None = None
    model: str | None = None
    usage: Usage | None = None
    system_fingerprint: str | None = None
    x_groq: Groq | None = None

    @property
    def text(self) -> str:
        """What the chunk adds to the first answer's text; empty in a chunk of usage alone."""
        for choice in self.choices:
            if choice.index == 0:
                return choice.delta.content or ""
        return ""


lean(Delta, ChunkChoice, ChatChunk)
learned(ChatChunk)
