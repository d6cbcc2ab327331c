"""
Chat as OpenAI's interface has it, whole and streamed.

Floor 5. What is said is decided in `hfpipe.sandbox.saying`; here it gets its form on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hfpipe.codec.json import encoded
from hfpipe.sandbox import asked
from hfpipe.sandbox.faults import played
from hfpipe.sandbox.replies import (
    Reply,
    event,
    fingerprint,
    json_reply,
    stream_reply,
    unfit,
)
from hfpipe.sandbox.saying import Said, last_text, said, script_of
from hfpipe.sandbox.words import pieces

# The answer is the same at any time, and so is its date.
_CREATED: Final = 1_700_000_000
_MOST_ANSWERS: Final = 64
_CALL_PIECE: Final = 12


def reply(body: dict[str, Any]) -> Reply:
    """The answer to a chat."""
    asked.text(body, "model")
    if not asked.objects(body, "messages"):
        raise unfit("`messages` must be a list of at least one message, not missing")
    asked.number(body, "temperature", 0, 2)
    asked.number(body, "top_p", 0, 1)
    script = script_of(body)
    if script.refusal is not None:
        return script.refusal
    count = asked.whole(body, "n", least=1) or 1
    if count > _MOST_ANSWERS:
        raise unfit(f"`n` must be {_MOST_ANSWERS} at most")
    answer = said(body, script)
    form = Form(body, answer, count)
    whole = stream_reply(form.events()) if body.get("stream") is True else json_reply(form.whole())
    return played(script, whole)


class Form:
    """One answer of a chat in either of its two forms."""

    def __init__(self, body: dict[str, Any], answer: Said, count: int) -> None:
        self._body = body
        self._answer = answer
        self._count = count
        self._name = fingerprint(encoded(body))

    def whole(self) -> dict[str, Any]:
        """The body of an answer that is not streamed."""
        answer = self._answer
        message: dict[str, Any] = {"role": "assistant", "content": answer.told.text or None}
        if answer.reasoning:
            message["reasoning"] = answer.reasoning
        if answer.calls:
            message["tool_calls"] = list(answer.calls)
        choices = [
            {
                "index": index,
                "message": message,
                "finish_reason": answer.finish_reason,
                "logprobs": self._logprobs(answer.told.pieces),
            }
            for index in range(self._count)
        ]
        return {**self._head("chat.completion"), "choices": choices, "usage": self._usage()}

    def events(self) -> Iterator[bytes]:
        """The events of one that is."""
        head = self._head("chat.completion.chunk")
        first: dict[str, Any] = {"role": "assistant", "content": ""}
        for index in range(self._count):
            yield event({**head, "choices": [_choice(index, first)]})
            for delta in _deltas(self._answer):
                logprobs = self._logprobs((delta["content"],) if "content" in delta else ())
                yield event({**head, "choices": [_choice(index, delta, logprobs)]})
            end = {**_choice(index, {}), "finish_reason": self._answer.finish_reason}
            yield event({**head, "choices": [end]})
        if asked.mapping(self._body, "stream_options").get("include_usage") is True:
            yield event({**head, "choices": [], "usage": self._usage()})
        yield b"data: [DONE]\n\n"

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": f"chatcmpl-{self._name}",
            "object": kind,
            "created": _CREATED,
            "model": self._body["model"],
            "system_fingerprint": "sandbox",
        }

    def _usage(self) -> dict[str, int]:
        prompt = sum(len(pieces(last_text(one))) for one in self._body["messages"])
        calls = sum(len(pieces(call["function"]["arguments"])) for call in self._answer.calls)
        answer = len(self._answer.told.pieces) + len(pieces(self._answer.reasoning)) + calls
        return {
            "prompt_tokens": prompt,
            "completion_tokens": answer * self._count,
            "total_tokens": prompt + answer * self._count,
        }

    def _logprobs(self, tokens: tuple[str, ...]) -> dict[str, Any] | None:
        if self._body.get("logprobs") is not True:
            return None
        # nothing here is left to chance, and the logarithm of certainty is 0
        rivals = asked.whole(self._body, "top_logprobs") or 0
        one = [{"token": each, "logprob": 0.0, "bytes": list(each.encode())} for each in tokens]
        return {"content": [{**each, "top_logprobs": [each][:rivals]} for each in one]}


def _choice(index: int, delta: dict[str, Any], logprobs: Any = None) -> dict[str, Any]:
    return {"index": index, "delta": delta, "finish_reason": None, "logprobs": logprobs}


def _deltas(answer: Said) -> Iterator[dict[str, Any]]:
    for piece in pieces(answer.reasoning):
        yield {"reasoning": piece}
    for piece in answer.told.pieces:
        yield {"content": piece}
    for index, call in enumerate(answer.calls):
        function = call["function"]
        text = function["arguments"]
        yield {"tool_calls": [{**call, "index": index, "function": {**function, "arguments": ""}}]}
        for at in range(0, len(text), _CALL_PIECE):
            part = {"arguments": text[at : at + _CALL_PIECE]}
            yield {"tool_calls": [{"index": index, "function": part}]}
