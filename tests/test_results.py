"""Making Successes: quickly, and no other than those of the class."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from returns.primitives.container import BaseContainer
from returns.result import Success

from hfpipe.results import filling, success, successes


def test_many_successes_are_those_of_the_class() -> None:
    """They are equal, hashed, pickled, matched and mapped as any Success is."""
    made = successes(["one", "two"])
    assert [Success("one"), Success("two")] == made
    assert hash(Success("one")) == hash(made[0])
    assert made == pickle.loads(pickle.dumps(made))
    assert Success("TWO") == made[1].map(str.upper)
    match success("one"):
        case Success(value):
            assert "one" == value
        case other:
            pytest.fail(f"{other} is no Success")


class Other:
    """A container that keeps its value under another name."""


@pytest.mark.parametrize("container", [BaseContainer, Other])
def test_a_version_of_returns_that_keeps_its_value_elsewhere_is_asked_politely(
    container: Any,
) -> None:
    """Without the slot that is known the constructor is called."""
    made: Any = object.__new__(Success)
    filling(container, Success)(made, 3)
    assert Success(3) == made


def test_the_slot_is_where_it_is_looked_for() -> None:
    """With the installed `returns` the quick way is taken: else it would be slow unnoticed."""
    assert filling(BaseContainer, Success) is not Success.__init__
