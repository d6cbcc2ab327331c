"""Events out of bytes: the few things that no stream of the table shows."""

from __future__ import annotations

from hfpipe.codec.sse import Events


def fed(*pieces):
    events, found = Events(), []
    for piece in pieces:
        events, more = events.feed(piece)
        found += more
    return found + events.close()


def test_what_might_have_become_a_bom_is_a_line_of_its_own():
    """
    Its end is no second half of a line end.
    """
    assert [(b"", b"a")] == fed(b"\xef", b"\ndata: a\n\n") == fed(b"\xef\ndata: a\n\n")
