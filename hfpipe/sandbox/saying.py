"""
What the sandbox says in a chat: by a command, by the tools offered, by the format asked for.

Floor 5.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from hfpipe.codec.json import encoded
from hfpipe.sandbox import asked
from hfpipe.sandbox.commands import HELP, Script, understood
from hfpipe.sandbox.told import Told, told
from hfpipe.shapes import is_array, is_object


@frozen
class Said:
    """An answer before it has its form: what is told, thought, and called."""

    told: Told
    reasoning: str = ""
    calls: tuple[dict[str, Any], ...] = ()

    @property
    def finish_reason(self) -> str:
        """Why it ended, in the words of the wire."""
        if self.calls:
            return "tool_calls"
        return "length" if self.told.ended == "length" else "stop"


def last_text(message: dict[str, Any]) -> str:
    """The text of a message: its content, or the text parts of it joined."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts: list[Any] = content if is_array(content) else []
    found = [part.get("text") for part in parts if is_object(part) and part.get("type") == "text"]
    return "\n".join(text for text in found if isinstance(text, str))


def script_of(body: dict[str, Any]) -> Script:
    """What the last message of the user's commands."""
    users = [one for one in asked.objects(body, "messages") if one.get("role") == "user"]
    return understood(last_text(users[-1])) if users else Script()


def said(body: dict[str, Any], script: Script) -> Said:
    """The answer, cut to the length and the stop texts that were asked for."""
    text = encoded(body).decode() if script.shown else script.text
    most = asked.whole(body, "max_completion_tokens", "max_tokens")
    stops = asked.texts(body, "stop")
    return Said(told(HELP if text is None else text, most, stops), script.reasoning)
