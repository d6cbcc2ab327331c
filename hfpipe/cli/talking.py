"""`hfpipe chat`: one answer as it is written, or a talk. Floor 7."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from returns.result import Success

from hfpipe.calls.chat import chat_completion
from hfpipe.calls.live import chat_completion_stream
from hfpipe.cli.outcomes import OK, as_json, failed, note, out

if TYPE_CHECKING:
    from hfpipe.clients import Client
    from hfpipe.errors import HfpipeError
    from hfpipe.outputs.chat import ChatCompletion


def answered(hf: Client, messages: list[Any], *, json: bool, **fields: Any) -> int:
    """One answer: its text as it comes, or the whole of it as JSON. Gives the exit code."""
    if json:
        answer = chat_completion(hf, messages, **fields)
        if not isinstance(answer, Success):
            return failed(answer.failure(), json=True)
        out(as_json(answer.unwrap()))
        return OK
    error = streamed(hf, messages, **fields)
    return OK if error is None else failed(error)


def streamed(hf: Client, messages: list[Any], **fields: Any) -> HfpipeError | None:
    """
    Writes an answer as it comes, and adds it to the messages; gives why it is not whole, if so.

    Reasoning goes to standard error, where that is a terminal; so do calls of tools.
    """
    opened = chat_completion_stream(hf, messages, **fields)
    if not isinstance(opened, Success):
        return opened.failure()
    last = "\n"
    with opened.unwrap() as stream:
        for item in stream:
            if not isinstance(item, Success):
                break
            chunk = item.unwrap()
            if sys.stderr.isatty():
                for choice in chunk.choices:
                    thought = choice.delta.reasoning or choice.delta.reasoning_content
                    if thought:
                        sys.stderr.write(f"\x1b[2m{thought}\x1b[0m")
                        sys.stderr.flush()
            if text := chunk.text:
                out(text, end="")
                last = text
        whole = stream.response()
    if not last.endswith("\n"):
        out()
    if not isinstance(whole, Success):
        error: HfpipeError = whole.failure()
        return error
    answer: ChatCompletion = whole.unwrap()
    for call in answer.tool_calls:
        note(f"the model calls {call.name}({call.raw})")
    messages.append(answer.message)
    return None


def talk(hf: Client, messages: list[Any], **fields: Any) -> int:
    """A talk: a line, an answer, until the end of input. Ctrl-C ends an answer, not the talk."""
    with suppress(ImportError):
        import_module("readline")  # gives input() its history and editing
    note("Talk to the model; Ctrl-D ends it, /clear forgets what was said.")
    start = len(messages)
    while True:
        try:
            line = input("> ")
        except (EOFError, KeyboardInterrupt):
            note("")
            return OK
        if line.strip() == "/clear":
            del messages[start:]
        elif line.strip():
            _turn(hf, messages, line, fields)


def _turn(hf: Client, messages: list[Any], line: str, fields: dict[str, Any]) -> None:
    before = len(messages)
    messages.append({"role": "user", "content": line})
    try:
        error = streamed(hf, messages, **fields)
    except KeyboardInterrupt:
        note("\n(the answer was left)")
        del messages[before:]
        return
    if error is not None:
        failed(error)
        del messages[before:]
