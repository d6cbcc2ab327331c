"""
What `embed` returns: one vector for each text.

Floor 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class Embeddings(Sequence[tuple[float, ...]]):
    """
    One vector for each text, in the order of the texts; equal to a tuple of tuples.

    >>> vectors = Embeddings([(0.0, 1.0), (1.0, 0.0)])
    >>> len(vectors), vectors[0], vectors == ((0.0, 1.0), (1.0, 0.0))
    (2, (0.0, 1.0), True)
    """

    __slots__ = ("_rows",)
    _rows: tuple[tuple[float, ...], ...]

    def __init__(self, rows: Sequence[tuple[float, ...]]) -> None:
        self._rows = tuple(rows)

    @overload
    def __getitem__(self, at: int) -> tuple[float, ...]: ...
    @overload
    def __getitem__(self, at: slice) -> Embeddings: ...
    def __getitem__(self, at: int | slice) -> tuple[float, ...] | Embeddings:
        return Embeddings(self._rows[at]) if isinstance(at, slice) else self._rows[at]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[tuple[float, ...]]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Embeddings):
            return self._rows == other._rows
        return isinstance(other, tuple) and self._rows == other

    def __hash__(self) -> int:
        return hash(self._rows)

    def __repr__(self) -> str:
        width = len(self._rows[0]) if self._rows else 0
        return f"<Embeddings of {len(self._rows)} x {width}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Embeddings, (self._rows,))

    def to_numpy(self) -> NDArray[float32]:
        """The vectors as a matrix of 32-bit floats, a row each (extra `numpy`)."""
        import numpy as np

        return np.array(self._rows, dtype=np.float32)
