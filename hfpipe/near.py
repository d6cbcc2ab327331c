"""
"Did you mean": the nearest of some known names.

Floor 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONG: Final = 8


def nearest(name: str, known: Iterable[str]) -> str:
    """
    A clause that names the nearest known name, to end a message with; empty where none is near.

    >>> nearest("modle", ["model", "provider"])
    "; did you mean 'model'?"
    """
    from difflib import get_close_matches  # 1 ms, and only for those who have slipped

    found = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


def slip(name: str, known: Iterable[str]) -> str:
    """
    The known name that `name` is probably a slip of: one edit away, two from eight letters on.

    >>> slip("modell", ["model", "provider"]), slip("metadata", ["model"])
    ('model', '')
    """
    allowed = 2 if len(name) >= _LONG else 1
    return next((other for other in known if 0 < edits(name, other) <= allowed), "")


def edits(a: str, b: str) -> int:
    """
    How many letters have to be added, dropped, changed or swapped with their neighbour.

    The restricted Damerau-Levenshtein distance: https://doi.org/10.1145/363958.363994
    """
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row, older = row, [i], before
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        before = last
    return row[-1]
