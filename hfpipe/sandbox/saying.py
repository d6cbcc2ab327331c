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
from hfpipe.sandbox.formats import formatted
from hfpipe.sandbox.looking import caption, seen
from hfpipe.sandbox.media import from_text
from hfpipe.sandbox.replies import refused
from hfpipe.sandbox.told import Told, told
from hfpipe.sandbox.tools import calls
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
    return understood(_asked_last(asked.objects(body, "messages")))


def said(body: dict[str, Any], script: Script) -> Said:
    """The answer, cut to the length and the stop texts that were asked for."""
    listed: list[dict[str, Any]] = body["messages"]
    message = _asked_last(listed)
    if listed[-1].get("role") != "tool" and (called := calls(body, script, message)):
        return Said(Told(()), script.reasoning, called)
    most = asked.whole(body, "max_completion_tokens", "max_tokens")
    return Said(told(_text(body, script), most, asked.texts(body, "stop")), script.reasoning)


def _text(body: dict[str, Any], script: Script) -> str:
    last = body["messages"][-1]
    message = _asked_last(body["messages"])
    plain = encoded(body).decode() if script.shown else script.text
    wanted = asked.mapping(body, "response_format")
    if wanted.get("type", "text") != "text":
        return formatted(wanted, plain, message)
    if last.get("role") == "tool":
        return f"The tool says: {last_text(last)}"
    if plain is not None:
        return plain
    pictures = _pictures(body["messages"])
    return f"I see {'; '.join(map(_described, pictures))}." if pictures else HELP


def _pictures(messages: list[dict[str, Any]]) -> list[Any]:
    """The addresses of the pictures in the last message of the user's."""
    users = [one for one in messages if one.get("role") == "user"]
    content = users[-1].get("content") if users else None
    parts: list[Any] = content if is_array(content) else []
    shown = [one["image_url"] for one in parts if is_object(one) and "image_url" in one]
    return [one.get("url") if is_object(one) else one for one in shown]


def _described(address: Any) -> str:
    if not isinstance(address, str) or not address.startswith("data:"):
        raise refused(400, "the sandbox has no network: give the image as a data URL")
    try:
        return caption(seen(from_text(address, "image_url")))
    except ValueError as error:
        raise refused(400, f"invalid image: {error}") from None


def _asked_last(messages: list[dict[str, Any]]) -> str:
    return next((last_text(one) for one in reversed(messages) if one.get("role") == "user"), "")
