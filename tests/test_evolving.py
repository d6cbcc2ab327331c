"""
`evolve` gives what `attrs.evolve` gives, whatever the class is like.
"""

import sys
from functools import cached_property
from typing import ClassVar

import attrs
import pytest

import hfpipe
from hfpipe import HttpRequest, InputError, evolve
from hfpipe.evolving import unshared
from hfpipe.records import Meta
from hfpipe.tasks import TASKS


@attrs.frozen(slots=False)
class Plain:
    """Fields, and a value that is found once."""

    a: int = 1
    b: int = 2

    @cached_property
    def both(self):
        """The sum."""
        return self.a + self.b


@attrs.frozen
class Slotted:
    """No dictionary."""

    a: int = 1
    b: int = 2


@attrs.frozen(slots=False)
class Below(Slotted):
    """A dictionary beside the slots of the class above."""

    c: int = 3


@attrs.frozen(slots=False)
class Converted:
    """A field that has a converter."""

    a: int = attrs.field(default=1, converter=int)
    b: int = 2


@attrs.frozen(slots=False)
class Measured:
    """A field whose converter looks at another one."""

    a: int = 1
    b: int = attrs.field(
        default=2, converter=attrs.Converter(lambda b, self: max(self.a, b), takes_self=True)
    )


@attrs.frozen(slots=False)
class Positive:
    """A field that is checked."""

    a: int = attrs.field(default=1, validator=attrs.validators.gt(0))


@attrs.frozen(slots=False)
class Checked:
    """A class that looks at what it is made of."""

    a: int = 1

    def __attrs_post_init__(self):
        if self.a < 0:
            raise ValueError


@attrs.frozen(slots=False)
class Prepared:
    """A class that does something before each record of it is filled."""

    a: int = 1

    made: ClassVar[list[type]] = []

    def __attrs_pre_init__(self):
        self.made.append(type(self))


@attrs.frozen(slots=False)
class Apart:
    """A dictionary of its own."""

    a: int = 1
    b: int = 2

    __attrs_pre_init__ = unshared


@attrs.frozen(slots=False)
class Derived:
    """A field that is no argument."""

    a: int = 1
    b: int = attrs.field(init=False, default=attrs.Factory(lambda self: -self.a, takes_self=True))


@attrs.frozen(slots=False)
class Renamed:
    """An argument of another name than its field's."""

    _a: int = 1


@attrs.frozen(slots=False)
class Looking:
    """A class with an `__init__` of its own."""

    a: int = 1

    def __init__(self, a):
        self.__attrs_init__(abs(a))


class Heir(Plain):
    """A class that attrs knows nothing of."""

    def __init__(self, a, b):
        super().__init__(abs(a), abs(b))


SAME = [
    (Plain(), {"a": 5}),
    (Plain(), {}),
    (Slotted(), {"b": 5}),
    (Slotted(), {}),
    (Below(), {"a": 5}),
    (Below(), {"c": 5}),
    (Converted(), {"a": "5"}),
    (Converted(), {"b": 5}),
    (Measured(), {"a": 5}),
    (Measured(), {"b": 0}),
    (Positive(), {"a": 5}),
    (Checked(), {"a": 5}),
    (Prepared(), {"a": 5}),
    (Apart(), {"a": 5}),
    (Apart(), {}),
    (Derived(), {"a": 5}),
    (Renamed(), {"a": 5}),
    (Looking(5), {"a": -5}),
    (Heir(5, 5), {"a": -5}),
    (Meta(), {"status": 200}),
    (HttpRequest("GET", "/"), {"headers": {"Accept": "*/*"}}),
    (HttpRequest("GET", "/"), {"timeout": 1.0}),
]


@pytest.mark.parametrize(("record", "changes"), SAME)
def test_a_changed_copy(record, changes):
    """
    Of the same class, with the changes as `__init__` would take them.
    """
    before = repr(record)

    for _ in range(2):  # the second time the class is known
        copy = evolve(record, **changes)

        assert attrs.evolve(record, **changes) == copy
        assert type(record) is type(copy)
        assert record is not copy
    assert before == repr(record)


@pytest.mark.parametrize("record", [Plain(), Slotted(), Converted(), Derived()])
def test_an_unknown_field(record):
    """
    Is refused as `attrs` refuses it.
    """
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        evolve(record, z=1)


@pytest.mark.parametrize("kind", [Checked, Positive])
def test_what_a_class_checks_is_checked(kind):
    """
    A copy is no way around it.
    """
    with pytest.raises(ValueError):
        evolve(kind(), a=-1)


def test_what_was_found_of_the_old_is_not_the_news():
    """
    A cached property belongs to one record.
    """
    old = Plain()
    assert 3 == old.both

    assert 7 == evolve(old, a=5).both


def test_what_a_class_prepares_is_prepared():
    """
    In a copy, too.
    """
    record = Prepared()
    Prepared.made.clear()

    evolve(record, a=5)

    assert [Prepared] == Prepared.made


def keys_of_its_own(record):
    """Whether its dictionary is as large as one that was filled key by key."""
    filled = {}
    for name, value in vars(record).items():
        filled[name] = value  # noqa: PERF403 - a copy may be smaller
    return sys.getsizeof(vars(record)) == sys.getsizeof(filled)


def test_a_dictionary_of_its_own():
    """
    Is what the records have that are read often, and what their copies have.
    """
    client = hfpipe.client("hf_abc")
    exchange = hfpipe.new_exchange(client, "conversational", "hi")

    for record in [Apart(), client, client.options, exchange, TASKS["conversational"]]:
        assert keys_of_its_own(record)
    assert keys_of_its_own(evolve(exchange, url="http://h/"))
    assert not keys_of_its_own(attrs.evolve(exchange.meta, provider="groq"))


def test_an_error_stays_an_error():
    """
    And tells its new text where it is raised.
    """
    with pytest.raises(InputError, match="yes"):
        raise evolve(InputError("no"), message="yes")
