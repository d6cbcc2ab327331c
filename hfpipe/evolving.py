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
        guarded = _GUARDED.get(cls)
        if guarded is None:
            guarded = _GUARDED.setdefault(cls, _guarded(cls))
        if guarded and (guarded is _ALL or not guarded.isdisjoint(changes)):
            return attrs.evolve(record, **changes)
        fields = record.__dict__
        changed = fields | changes
        if len(changed) != len(fields):
            return attrs.evolve(record, **changes)  # raises: there is no such field
        copy = _bare(cls)
        # in one go, past the `__setattr__` that makes it frozen: 0.4 us, by two updates 0.7 us
        _put(copy, "__dict__", changed)
        return copy

    _bare, _put = object.__new__, object.__setattr__


__all__ = ["evolve"]

_ALL = frozenset({""})
_GUARDED: dict[type, frozenset[str]] = {}


def _guarded(cls: type[Any]) -> frozenset[str]:
    # The fields that only __init__ may write, having a converter or a validator: all of them in a
    # class that does something there or that has no dictionary.
    slotted = any(base.__dict__.get("__slots__") for base in cls.__mro__)
    if cls.__dictoffset__ == 0 or issubclass(cls, BaseException) or slotted:
        return _ALL
    if hasattr(cls, "__attrs_post_init__") or hasattr(cls, "__attrs_pre_init__"):
        return _ALL
    fields = attrs.fields(cls)
    if any(not f.init or f.alias != f.name for f in fields):
        return _ALL
    return frozenset(f.name for f in fields if f.converter or f.validator)
