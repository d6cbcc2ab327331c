"""What a command leaves behind: its answer, or a failure in words and an exit code. Floor 7."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from hfpipe.codec.json import encoded
from hfpipe.dicts import to_dict
from hfpipe.errors import HfpipeError, InputError, RoutingError

if TYPE_CHECKING:
    from hfpipe.hints import Code

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130

_CODES: Final[dict[Code, int]] = {
    "missing_token": 3,
    "invalid_token": 3,
    "missing_permission": 3,
    "rate_limited": 4,
    "out_of_credits": 4,
    "timeout": 5,
    "deadline": 5,
    "idle": 5,
    "truncated": 6,
}
_USAGE: Final[frozenset[Code]] = frozenset({"unknown_provider", "unsupported_task"})


def exit_code(error: HfpipeError) -> int:
    """
    0 ok, 1 provider failure, 2 usage, 3 token or permission, 4 rate or credits, 5 timeout,
    6 truncated, 130 interrupted.

    >>> exit_code(InputError("no such model", code="bad_option"))
    2
    """
    if error.code in _CODES:
        return _CODES[error.code]
    mine = isinstance(error, InputError) or (
        isinstance(error, RoutingError) and error.code in _USAGE
    )
    return USAGE if mine else FAILED


def out(text: str = "", end: str = "\n") -> None:
    """Writes to standard output, at once."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


def note(text: str) -> None:
    """Writes a line for people to standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def as_json(value: Any) -> str:
    """A value or a record as one line of JSON."""
    return encoded(to_dict(value)).decode()


def failed(error: HfpipeError, *, json: bool = False) -> int:
    """Tells a failure on standard error, and gives its exit code."""
    if json:
        note(as_json({"error": facts(error)}))
        return exit_code(error)
    known = {"provider": error.provider, "status": error.status, "request": error.request_id}
    told = " ".join(f"{name}={value}" for name, value in known.items() if value)
    note(f"{type(error).__name__} ({error.code}): {_line(error.message)}{told and f'  [{told}]'}")
    note(f"  {_line(error.hint)}")
    return exit_code(error)


def facts(error: HfpipeError) -> dict[str, Any]:
    """What a program wants to know of a failure."""
    return {
        "type": type(error).__name__,
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "stage": error.stage,
        "task": error.task,
        "model": error.model,
        "provider": error.provider,
        "status": error.status,
        "request_id": error.request_id,
        "attempts": error.attempts,
        "retryable": error.retryable,
        "billed": error.billed,
    }


def _line(text: str) -> str:
    # A server's words must not steer the terminal.
    return "".join(letter if letter.isprintable() else " " for letter in text)
