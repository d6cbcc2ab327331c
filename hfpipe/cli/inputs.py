"""Inputs as a command line gives them: themselves, `-` for standard input, `@file`. Floor 7."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

from hfpipe.address import REMOTE
from hfpipe.codec.json import decoded
from hfpipe.errors import InputError
from hfpipe.shapes import is_object
from hfpipe.tasks import Task

STANDARD_INPUT: Final = "@-"


def text(given: str) -> str:
    """The text that is meant; raises `InputError` where it cannot be read."""
    if given == STANDARD_INPUT:
        return sys.stdin.read()
    if given.startswith("@"):
        return _read(Path(given[1:])).decode("utf-8", "replace")
    return given


def media(given: str) -> Any:
    """The bytes of standard input, a file, or an address."""
    if given == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    return given if given.startswith(REMOTE) else Path(given.removeprefix("@")).expanduser()


def value(given: str, what: str) -> Any:
    """A JSON value; raises `InputError`."""
    try:
        return decoded(text(given).encode())
    except ValueError as error:
        raise InputError(f"{what} must be JSON: {error}") from None


def of_task(task: Task, given: str) -> Any:
    """The input of a task: a text, media, or JSON where the task takes several things."""
    if task.kind == "media":
        return media(given)
    if task.kind != "mapping":
        return text(given)
    asked = value(given, f"the input of {task.function}")
    held = asked.get(task.media) if task.media and is_object(asked) else None
    return {**asked, task.media: media(held)} if isinstance(held, str) else asked


def parameters(pairs: list[str], whole: str) -> dict[str, Any]:
    """
    `name=value` pairs over a JSON object; values are JSON, and texts where they are none.

    >>> parameters(["width=64", "scheduler=ddim"], '{"seed": 1}')
    {'seed': 1, 'width': 64, 'scheduler': 'ddim'}
    """
    read = value(whole or "{}", "--parameters")
    if not is_object(read):
        raise InputError("--parameters must be a JSON object")
    given: dict[str, Any] = {**read}
    for pair in pairs:
        name, equals, text_of = pair.partition("=")
        if not equals or not name:
            raise InputError(f"--set takes name=value, not {pair!r}")
        try:
            given[name] = decoded(text_of.encode())
        except ValueError:
            given[name] = text_of
    return given


def _read(path: Path) -> bytes:
    try:
        return path.expanduser().read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
