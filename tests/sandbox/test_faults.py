"""Answers that come late, slowly, or not whole."""

from __future__ import annotations

import time

import pytest
from returns.result import Failure

import hfpipe
from hfpipe.errors import TransportError
from hfpipe.io.paced import Paced
from hfpipe.sandbox.replies import Piece


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("truncation", "truncated"),
        ("error", "in_band"),
        ("reset", "reset"),
        ("garbage", "bad_answer"),
        ("stall", "idle"),
    ],
)
def test_broken_streams(hf, fault, code):
    """
    Each fault is met in the middle of a stream, with what came before it kept.
    """
    stream = hfpipe.chat_completion_stream(
        hf, f"break with {fault}: say one two three four", idle_timeout=0.2
    ).unwrap()
    *texts, last = list(stream)
    error = last.failure()

    assert code == error.code
    assert "one two" == "".join(chunk.unwrap().text for chunk in texts) == error.partial.text


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ("truncation", "ProviderOutputError", "bad_answer"),
        ("error", "ProviderApiError", "in_band"),
        ("reset", "TransportError", "reset"),
        ("garbage", "ProviderOutputError", "bad_answer"),
        ("stall", "DeadlineError", "deadline"),
    ],
)
def test_broken_whole_answers(hf, fault, kind, code):
    """
    Each fault breaks an answer that is not streamed, too.
    """
    error = hfpipe.chat_completion(hf, f"break with {fault}", timeout=0.2).failure()

    assert (kind, code) == (type(error).__name__, error.code)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("400", "bad_request"),
        ("401", "invalid_token"),
        ("402", "out_of_credits"),
        ("403", "missing_permission"),
        ("404", "unknown_model"),
        ("409", "bad_request"),
        ("413", "too_large"),
        ("422", "bad_request"),
        ("429", "rate_limited"),
        ("500", "server_error"),
        ("503", "loading"),
        ("503 asleep", "endpoint_asleep"),
        ("504", "timeout"),
        ("302", "redirected"),
    ],
)
@pytest.mark.parametrize("call", [hfpipe.chat_completion, hfpipe.chat_completion_stream])
def test_refusals_have_their_code(hf, call, status, code):
    """
    `fail with STATUS` gives the error that a real service's answer gives, and a hint.
    """
    error = call(hf, f"fail with {status}").failure()

    assert (code, int(status[:3])) == (error.code, error.status)
    assert error.hint


def test_a_loading_model_is_asked_once_more():
    """
    The default patience waits as `estimated_time` says, and asks a second time.
    """
    began = time.monotonic()
    error = hfpipe.chat_completion({"provider": "sandbox"}, "fail with 503 after 0.2 s").failure()

    assert 2 == error.attempts
    assert 0.2 <= time.monotonic() - began


def test_a_slow_stream_takes_its_time(hf):
    """
    Each piece comes when it should, and not all of them at the end.
    """
    began = time.monotonic()
    stream = hfpipe.chat_completion_stream(hf, "stream every 0.1 s: count to 3").unwrap()
    times = [time.monotonic() - began for _ in stream]

    assert all(0.1 * at <= moment for at, moment in enumerate(times, 1))


def test_a_slow_stream_keeps_to_the_time_of_the_call(hf):
    """
    A stream that would take longer than the call may is ended when the time is up.
    """
    asked = "stream every 0.2 s: count to 100"
    error = hfpipe.chat_completion_stream(hf, asked, timeout=0.5).unwrap().response().failure()

    assert "deadline" == error.code
    assert "1" == error.partial.text


def test_a_late_answer_keeps_to_the_time_of_the_call(hf):
    """
    An answer that would come too late is a DeadlineError.
    """
    error = hfpipe.chat_completion(hf, "wait 60 s, then say late", timeout=0.2).failure()

    assert "DeadlineError" == type(error).__name__


def test_an_answer_that_is_waited_for(hf):
    """
    `wait` holds the whole answer back.
    """
    began = time.monotonic()
    answer = hfpipe.chat_completion(hf, "wait 0.2 s, then say hello").unwrap()

    assert "hello" == answer.text
    assert 0.2 <= time.monotonic() - began


class Clock:
    """A clock that goes only by naps."""

    def __init__(self):
        self.now = 0.0
        self.naps = []

    def __call__(self):
        return self.now

    def nap(self, _, seconds):
        self.naps.append(seconds)
        self.now += seconds
        return False


@pytest.mark.parametrize(
    ("waits", "timeout", "idle", "naps", "code"),
    [
        ((1, 2, 3), None, None, [1, 2, 3], None),
        ((1, 2, 3), 10, 5, [1, 2, 3], None),
        ((1, 2, 3), 4, None, [1, 2, 1], "deadline"),
        ((1, 2, 3), None, 2.5, [1, 2, 2.5], "idle"),
        ((1, 2, 3), 5, 2.5, [1, 2, 2], "deadline"),
        ((1, 2, 3), 3, None, [1, 2], "deadline"),
        ((0, 0), 0, 0, [], None),
        ((float("inf"),), None, None, [86400.0], None),
    ],
)
def test_pieces_in_their_time(waits, timeout, idle, naps, code):
    """
    Waits are those of the pieces, as far as the two limits allow.
    """
    clock = Clock()
    pieces = [Piece(b"x", wait) for wait in waits]
    paced = Paced(pieces, timeout, idle, clock, clock.nap)
    got, error = [], None
    try:
        got.extend(paced)
    except TransportError as caught:
        error = caught

    assert naps == clock.naps
    assert code == (error and error.code)
    assert error is None or error.timeout


def test_a_closed_stream_stops_waiting(hf):
    """
    Closing from another thread ends a wait that is under way.
    """
    import threading

    stream = hfpipe.chat_completion_stream(hf, "break with stall", idle_timeout=None).unwrap()
    threading.Timer(0.2, stream.exchange.response.close).start()
    *_, last = list(stream)

    assert isinstance(last, Failure)
    assert "cancelled" == last.failure().code
