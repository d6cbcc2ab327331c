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
    ChatCompletion,
    Choice,
    Function,
    Logprobs,
    Message,
    TokenLogprob,
    ToolCallPart,
)
from hfpipe.outputs.chunks import ChatChunk, ChunkChoice

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

    def plus(self, parts: list[ChunkChoice]) -> tuple[Answer, int]:
        """The answer with more pieces of it, and how much these hold."""
        # Field by field, and of these only the ones that came: a chunk takes 0.2 us so; 0.3 us with
        # all the fields that might have come, part by part 1.1 us.
        deltas = [part.delta.__dict__ for part in parts]
        came = _NOTHING.union(*deltas)
        held = 0
        texts = dict(self.texts)
        for key in _TEXTS:
            if key in came and (said := "".join([delta.get(key) or "" for delta in deltas])):
                texts[key] = longer(texts.get(key, ()), said, "".join)
                held += len(said)
        calls = dict(self.calls)
        for given in [delta.get("tool_calls") for delta in deltas] if "tool_calls" in came else ():
            for call in _calls(given):
                at = _place(call, calls)
                calls[at] = calls.get(at, Call()).plus(call)
                held += _A_RECORD + _length(call)
        logprobs: list[TokenLogprob] = []
        for probable in [part.logprobs for part in parts if part.logprobs is not None]:
            logprobs.extend(probable.content or ())
        held += sum(_A_RECORD * (1 + len(token.top_logprobs or ())) for token in logprobs)
        roles = (delta["role"] for delta in reversed(deltas) if delta.get("role"))
        reasons = [part.finish_reason for part in parts if part.finish_reason]
        answer = Answer(
            next(roles, self.role),
            texts,
            calls,
            longer(self.logprobs, tuple(logprobs), _flat),
            reasons[-1] if reasons else self.finish_reason,
        )
        return answer, held

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


_NOTHING: Final[frozenset[str]] = frozenset()
_TEXTS: Final = ("content", "reasoning", "reasoning_content", "refusal")


def _length(call: ToolCallPart) -> int:
    arguments = call.function.arguments if call.function else None
    return len(arguments) if isinstance(arguments, str) else 0


def _calls(given: tuple[ToolCallPart, ...] | ToolCallPart | None) -> tuple[ToolCallPart, ...]:
    return (given,) if isinstance(given, ToolCallPart) else given or ()


def _place(call: ToolCallPart, calls: Mapping[int, Call]) -> int:
    # Without an index: a piece with an id of its own begins the next call, others go on.
    if call.index is not None:
        return call.index
    if not calls:
        return 0
    last = max(calls)
    return last + 1 if call.id and calls[last].id not in {"", call.id} else last


@frozen
class Told:
    """
    All that a stream has told so far; `size` counts the letters kept, `ended` are the numbers of
    the answers that gave their reason to end.
    """

    answers: Mapping[int, Answer] = {}
    first: ChatChunk | None = None
    usage: Usage | None = None
    size: int = 0
    ended: frozenset[int] = frozenset()

    def plus(self, chunks: Iterable[ChatChunk]) -> Told:
        """What is told with so many chunks more."""
        chunks = list(chunks)
        choices = [choice for chunk in chunks for choice in chunk.choices]
        first = self.first or (chunks[0] if chunks else None)
        telling = [c for c in chunks if c.usage is not None or c.x_groq is not None]
        usages = [told for chunk in telling if (told := chunk.usage or _of_groq(chunk))]
        usage = usages[-1] if usages else self.usage
        ended = self.ended.union([choice.index for choice in choices if choice.finish_reason])
        answers, size = dict(self.answers), self.size
        indices = {choice.index for choice in choices}
        for index in indices:
            alone = len(indices) == 1
            parts = choices if alone else [part for part in choices if part.index == index]
            answers[index], held = answers.get(index, Answer()).plus(parts)
            size += held
        if size > MOST:
            return attrs_evolve(self, first=first, usage=usage, size=size, ended=ended)
        return Told(answers, first, usage, size, ended)

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


def _of_groq(chunk: ChatChunk) -> Usage | None:
    return chunk.x_groq.usage if chunk.x_groq is not None else None
