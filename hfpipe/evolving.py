"""
`evolve`: a copy of a frozen record with some fields changed.

Floor 0. It is `attrs.evolve`, and typed as it, only faster: that calls `__init__` with every
field (2.3 us for an Exchange), copying the dictionary takes 0.5 us.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    # mypy's attrs plug-in then checks the names and types of the changes
    from attrs import evolve
else:

    def evolve(record: Any, /, **changes: Any) -> Any:
        """
        A copy of a frozen attrs record with some fields changed.

        >>> from hfpipe.wire import HttpResponse
        >>> evolve(HttpResponse(status=404), body=b"gone").status
        404
        """
        cls = record.__class__
        copied = _COPIED.get(cls)
        if copied is None:
            copied = _COPIED.setdefault(cls, _copied(cls))
        if not changes.keys() <= copied:
            return attrs.evolve(record, **changes)
        copy = _bare(cls)
        # in one go, past the `__setattr__` that makes it frozen: 0.5 us, by two updates 0.7 us
        _put(copy, "__dict__", record.__dict__ | changes)
        return copy

    _bare, _put = object.__new__, object.__setattr__


__all__ = ["evolve"]

_COPIED: dict[type, frozenset[str]] = {}


def _copied(cls: type[Any]) -> frozenset[str]:
    # The fields that may be written past __init__: none in a class that does something there or
    # that has no dictionary, and no field with a converter or a validator.
    slotted = any(base.__dict__.get("__slots__") for base in cls.__mro__)
    if cls.__dictoffset__ == 0 or issubclass(cls, BaseException) or slotted:
        return frozenset()
    if hasattr(cls, "__attrs_post_init__") or hasattr(cls, "__attrs_pre_init__"):
        return frozenset()
    return frozenset(
        f.name
        for f in attrs.fields(cls)
        if f.init and f.alias == f.name and not f.converter and not f.validator
    )
