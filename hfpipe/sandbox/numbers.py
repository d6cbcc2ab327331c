"""
A number within the bounds of a JSON schema.

Floor 5.
"""

from __future__ import annotations

import math
from typing import Any, Final

_MOST_PARTS: Final = 1001  # of a whole number, that a step may be


def whole_or_not(
    schema: dict[str, Any], hint: float | None, turn: int, *, whole: bool
) -> float | None:
    """
    The hint where it fits the schema, else the number nearest to 1; None where none fits.

    `turn` is how many numbers of the same schema came before it.

    >>> whole_or_not({"minimum": 3, "multipleOf": 2}, None, 0, whole=True)
    4
    >>> whole_or_not({"maximum": 9}, 7.0, 0, whole=True)
    7
    """
    low, high = _bounds(schema)
    step = float(schema.get("multipleOf") or (1 if whole else 0))
    if whole:
        step = next((step * by for by in range(1, _MOST_PARTS) if (step * by).is_integer()), step)
    if hint is not None and not turn and _fits(schema, hint, step, low, high):
        return int(hint) if whole else hint
    start = min(max(1.0, low), high)
    tried = [start + turn, low + (high - low) / 2, start]
    if step:
        up, down = math.ceil(start / step), math.floor(start / step)
        tried = [(up + turn) * step, (down - turn) * step, (up + 1) * step, (down - 1) * step]
    for number in tried:
        if math.isfinite(number) and _fits(schema, number, step, low, high):
            return int(number) if whole else number
    return None


def _bounds(schema: dict[str, Any]) -> tuple[float, float]:
    lows = [schema.get(name, -math.inf) for name in ("minimum", "exclusiveMinimum")]
    highs = [schema.get(name, math.inf) for name in ("maximum", "exclusiveMaximum")]
    return max(map(float, lows)), min(map(float, highs))


def _fits(schema: dict[str, Any], number: float, step: float, low: float, high: float) -> bool:
    if step and not math.isclose(number / step, round(number / step), abs_tol=1e-9):
        return False
    above = number > low or (number == low and schema.get("exclusiveMinimum") != low)
    below = number < high or (number == high and schema.get("exclusiveMaximum") != high)
    return above and below
