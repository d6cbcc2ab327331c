"""
The texts among the arguments of a call: what a person wrote, wherever the task puts it.

Floor 1. For stages that look through prompts, or change them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hfpipe.address import REMOTE
from hfpipe.evolving import evolve
from hfpipe.shapes import is_mapping, is_sequence

Change = Callable[[str], str]


def map_text(args: Mapping[str, Any], f: Change) -> Mapping[str, Any]:
    """
    The arguments with `f` applied to every text in the content of messages and inputs.

    Text parts of a message's content are texts too; roles, names and addresses are none. What `f`
    leaves as it is stays the very same object, and nothing is changed in place.

    >>> map_text({"messages": [{"role": "user", "content": "my name is Ann"}]}, str.upper)
    {'messages': [{'role': 'user', 'content': 'MY NAME IS ANN'}]}
    """
    changed = {
        name: new
        for name, change in (("messages", _messages), ("inputs", _inputs))
        if name in args and (new := change(args[name], f)) is not args[name]
    }
    return {**args, **changed} if changed else args


def _messages(value: Any, f: Change) -> Any:
    return _same(f(value), value) if isinstance(value, str) else _each(value, f, _message)


def _message(value: Any, f: Change) -> Any:
    if is_mapping(value):
        return _entry(value, "content", _content(value.get("content"), f))
    content: Any = getattr(value, "content", None)
    new = _content(content, f)
    return value if new is content else evolve(value, content=new)


def _content(value: Any, f: Change) -> Any:
    return _same(f(value), value) if isinstance(value, str) else _each(value, f, _part)


def _part(value: Any, f: Change) -> Any:
    text = value.get("text") if is_mapping(value) else None
    return _entry(value, "text", _same(f(text), text)) if isinstance(text, str) else value


def _inputs(value: Any, f: Change) -> Any:
    if isinstance(value, str):
        return value if _address(value) else _same(f(value), value)
    if is_mapping(value):
        new = {name: _inputs(item, f) for name, item in value.items()}
        return new if any(new[name] is not value[name] for name in new) else value
    return _each(value, f, _inputs)


def _address(text: str) -> bool:
    return text.startswith(REMOTE) and not any(letter.isspace() for letter in text)


def _each(value: Any, f: Change, change: Callable[[Any, Change], Any]) -> Any:
    if not is_sequence(value):
        return value
    new = [change(item, f) for item in value]
    if all(one is other for one, other in zip(new, value, strict=True)):
        return value
    return tuple(new) if isinstance(value, tuple) else new


def _entry(value: Mapping[Any, Any], name: str, new: Any) -> Any:
    return value if new is value.get(name) else {**value, name: new}


def _same(new: str, old: str) -> str:
    return old if new == old else new
