"""Opening the box, and filling many at a time."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from returns.primitives.container import BaseContainer
from returns.result import Success

from hfpipe import results


@pytest.mark.parametrize("slot", [BaseContainer.__dict__.get("_inner_value"), None])
def test_many_successes_are_those_of_the_class(slot: Any) -> None:
    """However they are made they are equal, hashed, pickled and mapped as any Success is."""
    made = results.filled(["one", "two"], slot)
    assert [Success("one"), Success("two")] == made
    assert hash(Success("one")) == hash(made[0])
    assert made == pickle.loads(pickle.dumps(made))
    assert Success("TWO") == made[1].map(str.upper)
    assert "two" == made[1].unwrap()


def test_the_slot_is_where_it_is_looked_for() -> None:
    """With the installed `returns` the quick way is taken: else it would be slow unnoticed."""
    assert results.SLOT is not None
