"""
A streamed answer put together again: text, reasoning, tool calls, usage.

Floor 3. `plus` takes many chunks at a time, so that a long stream costs little for each. What is
joined is kept in parts of falling length (`longer`), so that the cost grows as the stream does.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import evolve as attrs_evolve
from attrs import frozen

from hfpipe.codec.json import encoded
from hfpipe.outputs.chat import (
    ChatChunk,
    ChatCompletion,
    Choice,
    ChunkChoice,
    Function,
    Logprobs,
    Message,
    TokenLogprob,
    ToolCallPart,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hfpipe.outputs.usage import Usage

S = TypeVar("S", bound="str | tuple[Any, ...]")

# Nobody has seen a model write a hundredth of this; a server that never stops must not fill
# the memory. What is no text counts as so many letters for each record of it.
MOST: Final = 8 * 2**20
_A_RECORD: Final = 16


def longer(parts: tuple[S, ...], new: S, joined: Callable[[tuple[S, ...]], S]) -> tuple[S, ...]:
    """
    The parts with one more; those that are no longer than what comes after them are joined to it.

    >>> longer(("abcd", "e"), "f", "".join)
    ('abcd', 'ef')
    """
    if not new:
        return parts
    at: int = len(parts)
    size: int = len(new)
    while at and len(parts[at - 1]) <= size:
        at -= 1
        size += len(parts[at])
    return (*parts[:at], joined((*parts[at:], new)))


def _flat(parts: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
    return tuple(chain.from_iterable(parts))


@frozen
class Call:
    """A tool call so far."""

    id: str = ""
    type: str = "function"
    name: str = ""
    arguments: tuple[str, ...] = ()

    def plus(self, part: ToolCallPart) -> Call:
        """The call with one more piece of it."""
        function = part.function or Function()
        given = function.arguments
        text = given if isinstance(given, str) else encoded(given).decode() if given else ""
        return Call(
            part.id or self.id,
            part.type or self.type,
            self.name or function.name or "",
            longer(self.arguments, text, "".join),
        )


@frozen
class Answer:
    """One of the answers so far."""

    role: str = "assistant"
    texts: Mapping[str, tuple[str, ...]] = {}
    calls: Mapping[int, Call] = {}
    logprobs: tuple[tuple[TokenLogprob, ...], ...] = ()
    finish_reason: str | None = None

    def plus(self, parts: list[ChunkChoice]) -> Answer:
        """The answer with more pieces of it."""
        texts: dict[str, list[str]] = {}
        calls = dict(self.calls)
        logprobs: list[TokenLogprob] = []
        role, finish_reason = self.role, self.finish_reason
        for part in parts:
            delta = part.delta
            for key in _TEXTS:
                if text := getattr(delta, key):
                    texts.setdefault(key, []).append(text)
            for call in _calls(delta.tool_calls):
                at = _place(call, calls)
                calls[at] = calls.get(at, Call()).plus(call)
            if part.logprobs is not None:
                logprobs.extend(part.logprobs.content or ())
            role = delta.role or role
            finish_reason = part.finish_reason or finish_reason
        joined = dict(self.texts)
        for key, pieces in texts.items():
            joined[key] = longer(joined.get(key, ()), "".join(pieces), "".join)
        probable = longer(self.logprobs, tuple(logprobs), _flat)
        return Answer(role, joined, calls, probable, finish_reason)

    def choice(self, index: int) -> Choice:
        """The answer as a whole one has it."""
        calls = tuple(
            ToolCallPart(call.id or None, call.type, Function(call.name, "".join(call.arguments)))
            for _, call in sorted(self.calls.items())
        )
        texts = {key: "".join(parts) for key, parts in self.texts.items()}
        message = Message(self.role, **texts, tool_calls=calls or None)
        logprobs = Logprobs(_flat(self.logprobs)) if self.logprobs else None
        return Choice(message, index, self.finish_reason, logprobs)


_TEXTS: Final = ("content", "reasoning", "reasoning_content", "refusal")


def _calls(given: tuple[ToolCallPart, ...] | ToolCallPart | None) -> tuple[ToolCallPart, ...]:
    if given is None:
        return ()
    return (given,) if isinstance(given, ToolCallPart) else given


def _place(call: ToolCallPart, calls: Mapping[int, Call]) -> int:
    # Without an index: a piece with an id of its own begins the next call, others go on.
    if call.index is not None:
        return call.index
    last = max(calls, default=-1)
    begins = call.id is not None and (last < 0 or calls[last].id not in {"", call.id})
    return last + 1 if begins or last < 0 else last


@frozen
class Told:
    """All that a stream has told so far; `size` counts the letters kept."""

    answers: Mapping[int, Answer] = {}
    first: ChatChunk | None = None
    usage: Usage | None = None
    size: int = 0

    def plus(self, chunks: Iterable[ChatChunk]) -> Told:
        """What is told with so many chunks more."""
        parts: dict[int, list[ChunkChoice]] = {}
        first, usage, size = self.first, self.usage, self.size
        for chunk in chunks:
            first = first or chunk
            usage = chunk.usage or (chunk.x_groq and chunk.x_groq.usage) or usage
            for choice in chunk.choices:
                size += _letters(choice)
                parts.setdefault(choice.index, []).append(choice)
        if size > MOST:
            return attrs_evolve(self, first=first, usage=usage, size=size)
        answers = {
            index: self.answers.get(index, Answer()).plus(parts.get(index, []))
            for index in self.answers.keys() | parts.keys()
        }
        return Told(answers, first, usage, size)

    @property
    def whole(self) -> bool:
        """Whether everything was kept: it is, unless the answer passed 8 MiB."""
        return self.size <= MOST

    def completion(self) -> ChatCompletion | None:
        """The answer so far as a whole one has it; None before there is any."""
        first = self.first
        if first is None:
            return None
        return ChatCompletion(
            tuple(answer.choice(index) for index, answer in sorted(self.answers.items())),
            first.id,
            "chat.completion",
            first.created,
            first.model,
            self.usage,
            first.system_fingerprint,
        )


def _letters(choice: ChunkChoice) -> int:
    delta = choice.delta
    held = len(delta.content or "") + len(delta.reasoning or "")
    held += len(delta.reasoning_content or "") + len(delta.refusal or "")
    for call in _calls(delta.tool_calls):
        arguments = call.function.arguments if call.function else None
        held += _A_RECORD + (len(arguments) if isinstance(arguments, str) else 0)
    for token in (choice.logprobs and choice.logprobs.content) or ():
        held += _A_RECORD * (1 + len(token.top_logprobs or ()))
    return held
