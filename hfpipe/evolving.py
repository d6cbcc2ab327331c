"""
`evolve`: a copy of a frozen record with some fields changed.

Floor 0. It is `attrs.evolve`, and typed as it, only faster: that calls `__init__` with every
field (2.3 us for an Exchange), copying the dictionary takes 0.5 us.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

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
        cls = type(record)
        try:
            size, converters, put = _LAYOUTS[cls]
        except KeyError:
            size, converters, put = _layout(cls)
        if put is None:
            return attrs.evolve(record, **changes)
        changed = record.__dict__ | changes
        if len(changed) != size:
            return attrs.evolve(record, **changes)  # raises: there is no such field
        if converters:  # what stays was converted when it came
            for name, convert in converters:
                if name in changes:
                    changed[name] = convert(changes[name])
        copy = _bare(cls)
        # in one go, past the `__setattr__` that makes it frozen: 0.4 us, by two updates 0.7 us
        put(copy, changed)
        return copy

    _bare = object.__new__


__all__ = ["evolve", "unshared"]


def unshared(record: Any) -> None:
    """
    Gives a new record a dictionary of its own: the `__attrs_pre_init__` of those that are read
    often.

    The dictionary that attrs fills shares its keys with the class's others, and so do all its
    copies. CPython 3.11 to 3.13 reads an attribute from such a one in 22 ns, from one of its own
    in 8.
    """
    _set(record, "__dict__", {})


_set: Any = object.__setattr__


_Layout: TypeAlias = "tuple[int, tuple[tuple[str, Callable[[Any], Any]], ...], Any]"


# Of each class that was met: how many fields it has, the converters of those that have one, and
# what gives a bare one its dictionary; None where `__init__` writes all.
_LAYOUTS: Final[dict[type, _Layout]] = {}


def _layout(cls: type[Any]) -> _Layout:
    fields = attrs.fields(cls)
    converters = tuple((f.name, f.converter) for f in fields if f.converter)
    put = None if _written_by_init(cls) else _dictionary(cls).__set__
    found = _LAYOUTS[cls] = (len(fields), converters, put)
    return found


def _written_by_init(cls: type[Any]) -> bool:
    slotted = any(base.__dict__.get("__slots__") for base in cls.__mro__)
    if cls.__dictoffset__ == 0 or issubclass(cls, BaseException) or slotted:
        return True
    if hasattr(cls, "__attrs_post_init__"):
        return True
    if getattr(cls, "__attrs_pre_init__", unshared) is not unshared:
        return True
    # attrs leaves an `__init__` of the class's own alone, which may look at what it is given
    made = next(base.__dict__ for base in cls.__mro__ if "__init__" in base.__dict__)
    if "__attrs_attrs__" not in made or "__attrs_init__" in made:
        return True
    # and what a record has not of its own (`hfpipe.codec.json.lean`) is no part of its dictionary
    return any(_by_init(f) or f.name in vars(cls) for f in attrs.fields(cls))


def _by_init(f: Any) -> bool:
    # a Converter may want to see the record, a validator does
    sees_it = isinstance(f.converter, attrs.Converter) or f.validator is not None
    return sees_it or not f.init or f.alias != f.name


def _dictionary(cls: type[Any]) -> Any:
    return next(base.__dict__["__dict__"] for base in cls.__mro__ if "__dict__" in base.__dict__)
