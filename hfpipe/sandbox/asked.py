"""
Fields of a request's body, checked: what is missing or of the wrong kind is refused with 422.

Floor 5.
"""

from __future__ import annotations

from typing import Any

from hfpipe.sandbox.replies import unfit
from hfpipe.shapes import is_array, is_object


def text(body: dict[str, Any], name: str) -> str:
    """A text that has to be there."""
    value = body.get(name)
    if not isinstance(value, str):
        raise unfit(f"`{name}` must be a string, not {_kind(value)}")
    return value


def whole(body: dict[str, Any], *names: str, least: int = 0) -> int | None:
    """The whole number of the first of these names that is there; None where there is none."""
    for name in names:
        value = body.get(name)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise unfit(f"`{name}` must be an integer of at least {least}")
        return value
    return None


def number(body: dict[str, Any], name: str, low: float, high: float) -> float | None:
    """A number between two bounds, both allowed; None where there is none."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not low <= value <= high:
        raise unfit(f"`{name}` must be between {low:g} and {high:g}")
    return value


def texts(body: dict[str, Any], name: str) -> tuple[str, ...]:
    """A text or a list of texts; none where it is not there."""
    value = body.get(name)
    if value is None:
        return ()
    listed: list[Any] = [value] if isinstance(value, str) else value if is_array(value) else [None]
    if not all(isinstance(item, str) for item in listed):
        raise unfit(f"`{name}` must be a string or a list of strings")
    return tuple(listed)


def objects(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects; an empty one where it is not there."""
    value = body.get(name)
    if value is None:
        return []
    if not is_array(value) or not all(is_object(item) for item in value):
        raise unfit(f"`{name}` must be a list of objects")
    return value


def mapping(body: dict[str, Any], name: str) -> dict[str, Any]:
    """An object; an empty one where it is not there."""
    value = body.get(name)
    if value is None:
        return {}
    if not is_object(value):
        raise unfit(f"`{name}` must be an object, not {_kind(value)}")
    return value


def _kind(value: Any) -> str:
    return "missing" if value is None else type(value).__name__
