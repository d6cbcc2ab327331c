"""
Which of the offered tools is called, and with what.

Floor 5.
"""

from __future__ import annotations

from typing import Any

from hfpipe.codec.json import encoded
from hfpipe.sandbox import asked
from hfpipe.sandbox.commands import Script
from hfpipe.sandbox.hints import Hints
from hfpipe.sandbox.replies import fingerprint, refused, unfit
from hfpipe.sandbox.schema import instance
from hfpipe.sandbox.words import words
from hfpipe.shapes import is_object

_TELLING = 4  # letters that a word of a tool's name must have to call it


def calls(body: dict[str, Any], script: Script, message: str) -> tuple[dict[str, Any], ...]:
    """The tool calls of an answer: none where no tool is wanted."""
    offered = {_name(tool): tool["function"] for tool in asked.objects(body, "tools")}
    name = _chosen(body.get("tool_choice"), offered, script, message)
    if not name:
        return ()
    if name not in offered:
        listed = ", ".join(offered) or "none is"
        raise refused(400, f"there is no tool {name!r} among those offered: {listed}")
    arguments = script.arguments or _fitting(offered[name], message)
    identity = fingerprint(f"{name}{arguments}{len(body['messages'])}".encode())
    function = {"name": name, "arguments": arguments}
    return ({"id": f"call_{identity}", "type": "function", "function": function},)


def _name(tool: dict[str, Any]) -> str:
    function = tool.get("function")
    if not is_object(function) or not isinstance(function.get("name"), str):
        raise unfit("`tools` must be objects with a `function` that has a `name`")
    return str(function["name"])


def _chosen(choice: Any, offered: dict[str, Any], script: Script, message: str) -> str:
    if choice == "none":
        return ""
    if is_object(choice):
        function = choice.get("function")
        return str(function.get("name", "")) if is_object(function) else ""
    if script.tool:
        return next((name for name in offered if name.lower() == script.tool.lower()), script.tool)
    if script.text is not None or script.shown:
        return "" if choice != "required" else next(iter(offered), "")
    spoken = _spoken_of(offered, message)
    if choice == "required" and not spoken:
        return next(iter(offered), "")
    return spoken


def _spoken_of(offered: dict[str, Any], message: str) -> str:
    said = set(words(message))
    shares = {name: len(_telling(name) & said) for name in offered}
    best = max(shares, key=lambda name: shares[name], default="")
    return best if shares.get(best) else ""


def _telling(name: str) -> set[str]:
    return {word for word in words(name.replace("_", " ")) if len(word) >= _TELLING}


def _fitting(function: dict[str, Any], message: str) -> str:
    schema = function.get("parameters") or {"type": "object"}
    return encoded(instance(schema, Hints(message))).decode()
