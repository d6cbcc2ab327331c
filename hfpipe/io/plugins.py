"""
Providers that other packages bring: the entry points of the group `hfpipe.providers`.

They are looked for only when a provider is named that the table does not have, for looking reads
the metadata of every package there is.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Final

from hfpipe.errors import InputError
from hfpipe.providers.row import Provider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

GROUP: Final = "hfpipe.providers"

_found: Final[dict[str, Provider | None]] = {}


def _installed(name: str) -> Iterable[EntryPoint]:
    return entry_points(group=GROUP, name=name)


def plugged(
    name: str, installed: Callable[[str], Iterable[EntryPoint]] = _installed
) -> Provider | None:
    """
    The row that an installed package has for this name, or None; raises `InputError`.

    It is looked for once: a package that is installed later is found by the next process.
    """
    if name not in _found:
        _found[name] = _loaded(name, installed(name))
    return _found[name]


def _loaded(name: str, points: Iterable[EntryPoint]) -> Provider | None:
    for point in points:
        try:
            row = point.load()
        except Exception as error:  # noqa: BLE001 - whatever a foreign module raises is said
            why = f"{type(error).__name__}: {error}"
            raise InputError(
                f"provider {name!r} comes from {point.value}, which cannot be loaded: {why}",
                code="bad_option",
            ) from None
        if not isinstance(row, Provider):
            raise InputError(
                f"provider {name!r} comes from {point.value}, which is no hfpipe.Provider",
                code="bad_option",
            )
        return row
    return None
