"""Events out of bytes: the few things that no stream of the table shows."""

from __future__ import annotations

import pytest

from hfpipe.codec.sse import LARGEST, Events


def fed(*pieces):
    events, found = Events(), []
    for piece in pieces:
        events, *more = events.feed(piece)
        found += paired(*more)
    return found + paired(*events.close())


def paired(data, names):
    assert [] == names or any(names)
    return list(zip(names or [b""] * len(data), data, strict=True))


def test_what_might_have_become_a_bom_is_a_line_of_its_own():
    """
    Its end is no second half of a line end.
    """
    assert [(b"", b"a")] == fed(b"\xef", b"\ndata: a\n\n") == fed(b"\xef\ndata: a\n\n")


@pytest.mark.parametrize("more", [0, 1])
def test_the_end_of_the_last_line_is_no_byte_of_an_event(more):
    """
    Of 16 MiB exactly an event is read, though its line's end comes alone, behind another event.
    """
    largest = b"data: " + b"x" * (LARGEST - 6 + more)
    events, first, _ = Events(begun=True).feed(b"data: a\n\n" + largest + b"\n")
    events, second, _ = events.feed(b"\n")

    assert [b"a"] == first
    assert bool(more) == events.too_large
    assert ([] if more else [largest[6:]]) == second


def test_a_lone_cr_ends_a_line_between_events_too():
    """
    Also in a piece that begins and ends as most do; an event without a name has the empty one.
    """
    assert [(b"", b"a"), (b"", b"b\nc")] == fed(b"data: a\n\n", b"data: b\rdata: c\n\n")


def test_an_empty_piece_changes_nothing():
    """
    Not even between a CR and its LF.
    """
    assert [(b"", b"a\nb")] == fed(b"", b"data: a\r", b"", b"\ndata: b\r\n\r\n")


def test_a_bom_comes_first_or_is_none():
    """
    Behind an event it makes a field of another name, however the lines end.
    """
    assert [(b"", b"a")] == fed(b"data: a\r\r", b"\xef\xbb\xbfdata: b\n\n")
    assert [(b"", b"a")] == fed(b"data: a\n\n\xef\xbb\xbfdata: b", b"\n\n")


@pytest.mark.parametrize("begins", [b"data: a\n\n", b"data: a\n\ndata: b\n\n", b": a\n\n"])
@pytest.mark.parametrize("rest", [b"", b"data: c"])
def test_nothing_is_kept_of_events_that_are_complete(begins, rest):
    """
    Of what was read, the rest alone is held.
    """
    events, *_ = Events(begun=True).feed(begins + rest)

    assert Events(((), rest) if rest else (), len(rest), rest[-1:] or b"\n", begun=True) == events


@pytest.mark.parametrize("more", [0, 1])
def test_an_event_that_never_ends_is_too_large_with_its_first_byte_too_many(more):
    """
    From the very beginning of the bytes on.
    """
    events, *found = Events().feed(b"data: " + b"x" * (LARGEST - 6 + more))

    assert [[], []] == found
    assert bool(more) == events.too_large


def test_a_name_is_what_the_field_event_says():
    """
    The last one of an event, and no other field.
    """
    named = b"event: a\nevent:b\nid: 7\nretry: 3\n: c\ndata: 1\ndata:2\n\n"

    assert [(b"b", b"1\n2"), (b"", b"3")] == fed(named + b"data: 3\n\n")


def test_the_bound_is_the_same_where_the_line_ends_come_one_by_one():
    """
    Neither is a byte of the event.
    """
    largest = b"data: " + b"x" * (LARGEST - 6)

    assert [(b"", largest[6:])] == fed(b": a\n\n", largest, b"\n", b"\n")


@pytest.mark.parametrize("more", [0, 1])
def test_the_first_byte_too_many_is_known_behind_another_event_too(more):
    """
    Before anything else has come.
    """
    events, found, _ = Events().feed(b"data: a\n\ndata: " + b"x" * (LARGEST - 6 + more))

    assert ([b"a"], bool(more)) == (found, events.too_large)


@pytest.mark.parametrize("more", [0, 1])
def test_an_event_that_comes_whole_has_the_same_bound(more):
    """
    Alone in its piece, as most come.
    """
    events, *_ = Events().feed(b"data: a\n\n")
    events, found, _ = events.feed(b"data: " + b"x" * (LARGEST - 6 + more) + b"\n\n")

    assert (1 - more, bool(more)) == (len(found), events.too_large)
