"""
Records print and compare as attrs would have them.
"""

import pytest
from attrs import field, frozen

from hfpipe.printing import equal, hashed, printed


def shape(**body):
    """A record with a field of each kind, made with whatever its class is to have besides."""
    fields = {"plain": str, "hidden": str, "veiled": str, "last": int}
    seen = {"hidden": field(default="h", repr=False), "veiled": field(default="v", repr=len)}
    kind = type("Kind", (), {"__annotations__": fields, **seen, "last": 1, **body})
    return frozen(kind)


def test_a_record_prints_as_attrs_prints_it():
    """
    Fields in their order, those that are hidden left out, those with a printer of their own by it.
    """
    ours, theirs = shape(__repr__=printed)("it's"), shape()("it's")

    assert repr(theirs) == repr(ours)
    assert """Kind(plain="it's", veiled=1, last=1)""" == repr(ours)


OTHERS = {
    "another first field": (("b", "h", "v", 1), False),
    "another last field": (("a", "h", "v", 2), False),
    "another field that is not compared": (("a", "other", "v", 1), True),
    "the same": (("a", "h", "v", 1), True),
}


@pytest.mark.parametrize(("given", "same"), OTHERS.values(), ids=OTHERS)
def test_a_record_equals_what_attrs_says_it_equals(given, same):
    """
    Field by field, without those that take no part; equal records have equal hashes.
    """
    kinds = (
        shape(__eq__=equal, __hash__=hashed, hidden=field(default="h", eq=False)),
        shape(hidden=field(default="h", eq=False)),
    )
    pairs = [(kind("a"), kind(*given)) for kind in kinds]

    assert [same, same] == [one == other for one, other in pairs]
    assert [same, same] == [hash(one) == hash(other) for one, other in pairs]


def test_a_record_of_another_class_is_another():
    """
    Equal fields do not make a record of one kind one of another, nor a tuple.
    """
    one, other = (shape(__eq__=equal, __hash__=hashed)("a") for _ in range(2))

    assert one != other
    assert one != ("a", "h", "v", 1)


def test_a_record_of_what_has_no_hash_has_none():
    """
    As with attrs' own.
    """
    for methods in ({}, {"__eq__": equal, "__hash__": hashed}):
        with pytest.raises(TypeError, match="unhashable"):
            hash(shape(**methods)([]))
