"""
Opening the box: from a Result to what a program goes on with.

Floor 1. `returns` has `.map .bind .alt .lash .value_or`; these three are what a client's user
wants beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from returns.primitives.container import BaseContainer
from returns.result import Result, Success

from hfpipe.errors import HfpipeError

A = TypeVar("A")
B = TypeVar("B")
E = TypeVar("E")
F = TypeVar("F")


def unwrap(result: Result[A, HfpipeError]) -> A:
    """
    The value; raises the `HfpipeError` of a Failure itself, where `.unwrap()` wraps it.

    >>> unwrap(Success(3))
    3
    """
    if isinstance(result, Success):
        value: A = result.unwrap()
        return value
    raise result.failure()


def fold(result: Result[A, E], ok: Callable[[A], B], err: Callable[[E], B]) -> B:
    """
    One value of both cases.

    >>> fold(Success(3), ok=str, err=repr)
    '3'
    """
    return ok(result.unwrap()) if isinstance(result, Success) else err(result.failure())


def then(result: Result[A, E], f: Callable[[A], Result[B, F]]) -> Result[B, E | F]:
    """
    `bind` for steps with errors of their own: the errors of both are possible afterwards.

    >>> from returns.result import Failure
    >>> then(Success(3), lambda n: Failure("odd") if n % 2 else Success(n))
    <Failure: odd>
    """
    chained: Any = result
    out: Result[B, E | F] = chained.bind(f)
    return out


def success(value: A) -> Result[A, Any]:
    """
    `Success(value)` past its constructors: 0.16 us, by calling the class 0.36. A call makes 16.

    >>> success(3) == Success(3)
    True
    """
    made: Result[A, Any] = _bare(Success)
    _fill(made, value)
    return made


def successes(values: Iterable[A]) -> list[Result[A, Any]]:
    """
    A `Success` of each value.

    >>> successes([1, 2])
    [<Success: 1>, <Success: 2>]
    """
    # written out: a call of `success` for each takes an eighth longer
    made: list[Result[A, Any]] = []
    for value in values:
        one = _bare(Success)
        _fill(one, value)
        made.append(one)
    return made


def filling(container: Any, kind: Any) -> Callable[[Any, Any], None]:
    """How a value gets into a bare one of a kind of container: by its one slot, else as usual."""
    slot: Any = container.__dict__.get("_inner_value")
    fill: Callable[[Any, Any], None] = kind.__init__ if slot is None else slot.__set__
    return fill


_bare: Any = object.__new__
_fill = filling(BaseContainer, Success)
