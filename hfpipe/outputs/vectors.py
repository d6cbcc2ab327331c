"""
What `embed` returns: one vector for each text.

Floor 3. The numbers are kept as the bytes of a matrix: a quarter of what as many Python floats
take, and numpy copies them without making one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from struct import Struct, error
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeAlias, overload

import msgspec

from hfpipe.codec.media import from_base64

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

# Of 64 bits or of 32, both with the lowest byte first.
Code: TypeAlias = Literal["d", "f"]


class Embeddings(Sequence[tuple[float, ...]]):
    """
    One vector for each text, in the order of the texts; equal to a tuple of tuples.

    A vector is made into a tuple when it is asked for. Raises ValueError where the vectors are
    not of one length.

    >>> vectors = Embeddings([(0.0, 1.0), (1.0, 0.0)])
    >>> len(vectors), vectors[0], vectors == ((0.0, 1.0), (1.0, 0.0))
    (2, (0.0, 1.0), True)
    """

    __slots__ = ("_code", "_count", "_flat", "_width")
    _flat: bytes
    _code: Code
    _count: int
    _width: int

    def __init__(self, rows: Iterable[Sequence[float]]) -> None:
        packed = [Packed.of(row) for row in rows]
        if len({len(row) for row in packed}) > 1:
            raise ValueError("the vectors are of different lengths")
        self._keep(b"".join(packed), "d", len(packed))

    @classmethod
    def packed(cls, flat: bytes, code: Code, count: int) -> Embeddings:
        """
        So many vectors of one length that are in memory one after the other.

        >>> Embeddings.packed(bytes(32), "d", 2)
        <Embeddings of 2 x 2>
        """
        made = cls.__new__(cls)
        made._keep(flat, code, count)
        return made

    def _keep(self, flat: bytes, code: Code, count: int) -> None:
        self._flat, self._code, self._count = flat, code, count
        self._width = len(flat) // (count * _row(code, 1).size) if count else 0

    @overload
    def __getitem__(self, at: int) -> tuple[float, ...]: ...
    @overload
    def __getitem__(self, at: slice) -> Embeddings: ...
    def __getitem__(self, at: int | slice) -> tuple[float, ...] | Embeddings:
        row = _row(self._code, self._width)
        places = range(self._count)[at]
        if isinstance(places, int):
            return row.unpack_from(self._flat, places * row.size)
        rows = [self._flat[place * row.size : (place + 1) * row.size] for place in places]
        return Embeddings.packed(b"".join(rows), self._code, len(rows))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[tuple[float, ...]]:
        return map(self.__getitem__, range(self._count))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Embeddings):
            return tuple(self) == tuple(other)
        return isinstance(other, tuple) and tuple(self) == other

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<Embeddings of {self._count} x {self._width}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Embeddings.packed, (self._flat, self._code, self._count))

    def to_numpy(self) -> NDArray[float32]:
        """The vectors as a matrix of 32-bit floats, a row each (extra `numpy`)."""
        import numpy as np

        flat = np.frombuffer(self._flat, "<f8" if self._code == "d" else "<f4")
        return flat.reshape(self._count, self._width).astype(np.float32)


@cache
def _row(code: Code, width: int) -> Struct:
    return Struct(f"<{width}{code}")


class Packed(bytes):
    """A vector as bytes. In a type that `packed` reads it stands for a list of numbers."""

    code: Code = "d"

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Self:
        """The numbers, of 64 bits each."""
        return cls(_row("d", len(numbers)).pack(*numbers))


class Encoded(Packed):
    """The same, but it also stands for the base64 of floats of 32 bits, as OpenAI writes them."""

    @classmethod
    def decoded(cls, text: str) -> Self:
        """The floats in the text; raises ValueError where there are none."""
        made = cls(from_base64(text))
        if len(made) % 4:
            raise ValueError("no floats of 32 bits")
        made.code = "f"
        return made


def packed(kind: Any, body: bytes) -> Any:
    """
    The JSON text as a value of the type, with its lists of numbers as `Packed`; else None.

    It takes a quarter more than to read tuples of floats, and a third of their memory: there is
    never more than one vector's list.

    >>> packed(tuple[Packed, ...], b"[[1, 2], [3, 4]]") == (Packed.of((1, 2)), Packed.of((3, 4)))
    True
    >>> packed(tuple[Packed, ...], b"[[true]]")
    """
    try:
        return _decoder(kind).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError, error):
        return None


def _packed(kind: type[Packed], found: Any) -> Packed:
    if isinstance(found, str) and issubclass(kind, Encoded):
        return kind.decoded(found)
    return kind.of(msgspec.convert(found, _NUMBERS))


_NUMBERS: Final = list[float]


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, dec_hook=_packed)
