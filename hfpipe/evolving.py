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
        size, guarded, put = _LAYOUTS[cls]
        if put is None:
            return attrs.evolve(record, **changes)
        changed = record.__dict__ | changes
        if len(changed) != size or (guarded and not guarded.isdisjoint(changes)):
            return attrs.evolve(record, **changes)  # raises where there is no such field
        copy = _bare(cls)
        # in one go, past the `__setattr__` that makes it frozen: 0.4 us, by two updates 0.7 us
        put(copy, changed)
        return copy

    _bare = object.__new__


__all__ = ["evolve"]


class _Layouts(dict[type, tuple[int, frozenset[str], Any]]):
    """
    Of a class: how many fields it has, those that only `__init__` may write (they have a converter
    or a validator), and what gives a bare one its dictionary; None where `__init__` writes all.
    """

    def __missing__(self, cls: type[Any]) -> tuple[int, frozenset[str], Any]:
        fields = attrs.fields(cls)
        guarded = frozenset(f.name for f in fields if f.converter or f.validator)
        put = None if _written_by_init(cls) else _dictionary(cls).__set__
        found = self[cls] = (len(fields), guarded, put)
        return found


_LAYOUTS = _Layouts()


def _written_by_init(cls: type[Any]) -> bool:
    slotted = any(base.__dict__.get("__slots__") for base in cls.__mro__)
    if cls.__dictoffset__ == 0 or issubclass(cls, BaseException) or slotted:
        return True
    if hasattr(cls, "__attrs_post_init__") or hasattr(cls, "__attrs_pre_init__"):
        return True
    # attrs leaves an `__init__` of the class's own alone, which may look at what it is given
    made = next(base.__dict__ for base in cls.__mro__ if "__init__" in base.__dict__)
    if "__attrs_attrs__" not in made or "__attrs_init__" in made:
        return True
    return any(not f.init or f.alias != f.name for f in attrs.fields(cls))


def _dictionary(cls: type[Any]) -> Any:
    return next(base.__dict__["__dict__"] for base in cls.__mro__ if "__dict__" in base.__dict__)
