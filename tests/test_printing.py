"""
Records print as attrs would have them print.
"""

from attrs import field, frozen

from hfpipe.printing import printed


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
