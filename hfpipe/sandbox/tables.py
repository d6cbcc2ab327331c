"""
Rows of a table, judged by their numbers.

Floor 5.
"""

from __future__ import annotations

from typing import Any

from hfpipe.sandbox import asked
from hfpipe.sandbox.replies import unfit
from hfpipe.shapes import is_array


def regressed(body: dict[str, Any]) -> list[float]:
    """tabular-regression: the mean of each row's numbers, 0 where it has none."""
    return [round(sum(row) / len(row), 6) if row else 0.0 for row in _rows(body)]


def classified(body: dict[str, Any]) -> list[int]:
    """tabular-classification: 1 for a row whose mean is above that of all rows, else 0."""
    means = regressed(body)
    middle = sum(means) / len(means) if means else 0.0
    return [int(mean > middle) for mean in means]


def _rows(body: dict[str, Any]) -> list[list[float]]:
    table = asked.mapping(asked.mapping(body, "inputs"), "data")
    if not table or not all(is_array(column) for column in table.values()):
        raise unfit("`data` must be an object of columns")
    columns: list[list[Any]] = list(table.values())
    if len({len(column) for column in columns}) > 1:
        raise unfit("all columns of `data` must have the same length")
    return [
        [number for cell in row if (number := _number(cell)) is not None]
        for row in zip(*columns, strict=True)
    ]


def _number(cell: Any) -> float | None:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return None
