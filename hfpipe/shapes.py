"""
What a value of unknown origin is: JSON from a server, arguments from a user.

Floor 0. `isinstance` alone leaves the items of a mapping or list unknown to strict checkers;
these say that they may be anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Whether it is a mapping of anything to anything."""
    # nearly every value is of these: 0.05 us, where the abstract class takes 0.3 to say so
    if isinstance(value, (dict, str, list)):
        return isinstance(value, dict)
    return isinstance(value, Mapping)


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether it is a decoded JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether it is a decoded JSON array."""
    return isinstance(value, list)


def is_sequence(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether it is a list or a tuple."""
    return isinstance(value, (list, tuple))
