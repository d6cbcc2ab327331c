"""What all faces of a stream share: the fold so far, what is ready, and how it is told of."""

from __future__ import annotations

import pytest
from attrs import evolve, frozen
from returns.result import Failure, Success

import hfpipe
from hfpipe.errors import StreamError, TransportError
from hfpipe.folded import NOTHING, Both, Folded
from hfpipe.io.terms import Deadline
from hfpipe.testing import scripted


@frozen
class Counting:
    """A fold that gives each piece back, and ends well at `done`, badly at anything else."""

    count: int = 0
    done: bool = False
    failed: StreamError | None = None
    usage: object = None

    def feed(self, piece):
        fold = evolve(self, count=self.count + 1, done=piece == b"done")
        return fold, [Success(piece)]

    def close(self, why=None):
        if self.done:
            return self, []
        failed = why or StreamError("cut", code="truncated")
        return evolve(self, done=True, failed=failed), [Success("the last"), Failure(failed)]

    def answer(self):
        return Success(self.count) if self.count < 3 else Failure(StreamError("too much"))


class Clock:
    def __init__(self):
        self.time = 10.0

    def __call__(self):
        return self.time


class Span:
    def __init__(self):
        self.told = []

    def stop(self, exchange):
        self.told.append(exchange.output.count)

    def fail(self, error):
        self.told.append(error.code)


def folded(span=None, deadline=None):
    hf = hfpipe.endpoint_client("hf_canary", "https://h.example", model="m", send=scripted("hi"))
    walked = hfpipe.exchange(hf, hfpipe.chat_completion, "hi").unwrap()
    return Folded(evolve(walked, output=Counting()), span, deadline)


def test_pieces_are_fed_until_the_last_that_matters():
    """
    Each is ready at once, and the fold is the exchange's output.
    """
    stream = folded()
    assert "open, 0 events" == stream.state

    assert [False, False, True] == [stream._fed(piece) for piece in (b"a", b"b", b"done")]

    assert [Success(b"a"), Success(b"b"), Success(b"done")] == list(stream.ready)
    assert (3, None) == (stream.exchange.output.count, stream.error)
    assert "open, 3 events" == stream.state


def test_an_end_that_is_none_is_the_last_item():
    """
    As an error that knows whose call it was; what was ready before it stays.
    """
    stream = folded()
    stream._fed(b"a")

    assert stream._fed(None)

    first, last, error = stream.ready
    assert (Success(b"a"), Success("the last")) == (first, last)
    assert Failure(stream.error) == error == stream._completed()
    assert ("truncated", "decode", "m", 200) == (
        stream.error.code,
        stream.error.stage,
        stream.error.model,
        stream.error.response.status,
    )


def test_a_stream_that_is_broken_off_ends_as_the_terms_have_it():
    """
    A time-out at the end of the call's time is the call's.
    """
    clock = Clock()
    stream, other = folded(deadline=Deadline(clock, 5.0)), folded(deadline=Deadline(clock, 50.0))
    clock.time += 5.0

    assert stream._broken(TransportError("slow", code="timeout"))
    assert other._broken(TransportError("slow", code="timeout"))

    assert ("deadline", "idle") == (stream.error.code, other.error.code)


def test_who_leaves_has_no_whole_answer():
    """
    The stream was given up; what is ready already is for its face to throw away.
    """
    stream = folded()
    stream._fed(b"a")

    stream._left()

    assert "cancelled" == stream.error.code
    assert "cancelled" == stream._completed().failure().code


def test_leaving_a_stream_that_has_ended_changes_nothing():
    """
    It ended well before.
    """
    stream = folded()
    stream._fed(b"done")

    stream._left()

    assert (None, Success(1)) == (stream.error, stream._completed())


def test_an_answer_that_cannot_be_given_knows_whose_it_is():
    """
    As any other error of the call.
    """
    stream = folded()
    for piece in (b"a", b"b", b"done"):
        stream._fed(piece)

    error = stream._completed().failure()

    assert ("too much", "decode", "m") == (error.message, error.stage, error.model)


@pytest.mark.parametrize(
    ("passed", "limit", "late"),
    [(4.9, 5.0, False), (5.0, 5.0, True), (9.0, 5.0, True), (99.0, None, False)],
)
def test_when_the_time_of_a_call_is_up(passed, limit, late):
    """
    Where nobody counts it, never.
    """
    clock = Clock()
    deadline = Deadline(clock, limit)
    clock.time += passed

    assert late == folded(deadline=deadline)._late()
    assert not folded()._late()


def test_how_long_it_took_stands_still_when_it_has_ended():
    """
    Until then it is what has passed so far.
    """
    clock = Clock()
    stream = folded(deadline=Deadline(clock, None))
    clock.time += 2.0
    before = stream.meta.duration
    clock.time += 1.0
    stream._told()
    clock.time += 9.0
    stream._told()

    assert (2.0, 3.0) == (before, stream.meta.duration)


def test_a_stream_that_nobody_timed_took_no_time():
    """
    Before its end and after it.
    """
    stream = folded()
    before = stream.meta.duration
    stream._told()

    assert (0.0, 0.0) == (before, stream.meta.duration)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (lambda stream: stream._fed(b"done"), 1),
        (lambda stream: stream._fed(None), "truncated"),
        (lambda stream: stream._broken(TransportError("gone")), "reset"),
        (lambda stream: stream._left(), 0),
    ],
    ids=["well", "badly", "broken off", "left"],
)
def test_the_end_is_told_once(end, told):
    """
    Who leaves early has what they wanted: that is an end, and no fault.
    """
    span = Span()
    stream = folded(span)

    end(stream)
    stream._told()
    stream._told()

    assert [told] == span.told


def test_what_the_first_function_passes_over_the_second_never_sees():
    """
    And all else goes through both.
    """
    both = Both(lambda n: NOTHING if n == 1 else n + 1, lambda n: n * 10)

    assert (NOTHING, 30) == (both(1), both(2))
