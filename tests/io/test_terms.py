"""The terms on which needs are performed: how long, how late, and what an answer counts as."""

from __future__ import annotations

import pytest
from attrs import evolve
from returns.result import Failure, Success

import hfpipe
from hfpipe import HttpRequest, HttpResponse, InputError, TransportError
from hfpipe.io import terms
from hfpipe.io.terms import Deadline
from hfpipe.pipeline import Need, Pipeline, Stage, Waiting
from hfpipe.progress import Progress
from hfpipe.records import Options

ASKED = HttpRequest("GET", "https://h.example/job")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.time = 50.0

    def __call__(self):
        return self.time


def after(seconds, limit):
    """A deadline of which so much has passed."""
    clock = Clock()
    deadline = Deadline(clock, limit)
    clock.time += seconds
    return deadline


def exchange(stream=None, **options):
    hf = hfpipe.client("hf_x", provider="sandbox", model="org/m")
    made = hfpipe.new_exchange(hf, hfpipe.chat_completion, "hi")
    return evolve(made, args={"stream": stream}, options=Options(model="org/m", **options))


def waiting(walk=None, **need):
    made = Need(**{"request": ASKED, "then": lambda *_: Success(walk), **need})
    return Waiting(Pipeline((Stage("send", Success),)), 0, walk or exchange(), made)


@pytest.mark.parametrize(
    ("options", "stream", "seconds"),
    [
        ({}, False, 120.0),
        ({}, True, 300.0),
        ({"timeout": 7.0}, False, 7.0),
        ({"timeout": 7.0}, True, 7.0),
        ({"timeout": None}, False, None),
        ({"timeout": None}, True, None),
    ],
)
def test_how_long_a_call_may_take(options, stream, seconds):
    """
    Two minutes, a stream five; a number sets both, None is no limit. Whoever knows it before the
    options are merged is not told otherwise.
    """
    unknown, known = Deadline(Clock()), Deadline(Clock(), 3.0)
    for deadline in (unknown, known):
        deadline.learn(exchange(stream, **options))

    assert seconds == unknown.limit
    assert 3.0 == known.limit


def test_a_limit_is_learnt_once():
    """
    What a later stage makes of the options does not move the end of the call.
    """
    deadline = Deadline(Clock())
    deadline.learn(exchange(timeout=None))
    deadline.learn(exchange(timeout=1.0))

    assert None is deadline.limit


@pytest.mark.parametrize(
    ("passed", "limit", "left"),
    [(0.0, 10.0, 10.0), (4.0, 10.0, 6.0), (10.0, 10.0, 0.0), (11.0, 10.0, 0.0), (9.0, None, None)],
)
def test_how_much_time_is_left(passed, limit, left):
    """
    Never less than none, and what was waited is counted all the same.
    """
    deadline = after(passed, limit)

    assert (left, passed) == (deadline.left(), deadline.waited())


@pytest.mark.parametrize(
    ("wait", "limit", "late"), [(5.9, 10.0, False), (6.0, 10.0, True), (999.0, None, False)]
)
def test_a_wait_that_does_not_fit_is_not_begun(wait, limit, late):
    """
    Up to the last moment; nothing could be done in none.
    """
    walk = waiting(exchange(timeout=limit), after=wait)

    due = terms.due(walk, after(4.0, limit), lambda: 0.5)

    if late:
        assert ("deadline", 4.0, 1) == (due.code, due.waited, due.attempts)
    else:
        assert wait == due


@pytest.mark.parametrize(
    ("need", "wait"),
    [
        ({}, 0.0),
        ({"after": 2.0}, 2.0),
        ({"spread": 4.0}, 1.0),
        ({"after": 2.0, "spread": 4.0}, 3.0),
    ],
)
def test_a_part_of_a_wait_is_left_to_chance(need, wait):
    """
    A quarter of what is left to it, where that is what chance has it.
    """
    assert wait == terms.due(waiting(**need), after(0.0, 10.0), lambda: 0.25)


def test_what_a_need_gives_otherwise_is_the_failure():
    """
    With what the walk knows of the call, in the place of a DeadlineError; nobody is told of a
    wait that is not begun.
    """
    told = []
    otherwise = hfpipe.ProviderApiError("busy", status=503)
    walk = waiting(
        exchange(on_progress=told.append), otherwise=otherwise, after=9.0, progress="queued"
    )

    refused = terms.due(walk, after(4.0, 10.0), lambda: 0.5)

    assert ("busy", 503, "send") == (refused.message, refused.status, refused.stage)
    assert [] == told
    assert 9.0 == terms.due(walk, after(0.0, 10.0), lambda: 0.5)
    assert ["queued"] == told


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (None, "the call was not finished after 4 s"),
        (Progress(state=""), "the call was not finished after 4 s; its job is under way"),
        (Progress(state="queued"), "the call was not finished after 4 s; its job is queued"),
    ],
)
def test_a_call_that_is_out_of_time_says_where_it_stood(progress, words):
    """
    The walk to finish later, the request that it waited for, and how far the job was.
    """
    walk = waiting(progress=progress)

    error = terms.out_of_time(walk, after(4.0, 4.0))

    assert words == error.message
    assert walk == error.waiting
    assert ("GET", ASKED.url) == (error.request.method, error.request.url)
    assert ("send", "org/m", 1, 4.0) == (error.stage, error.model, error.attempts, error.waited)


def test_a_call_that_waits_for_a_file_has_no_request():
    """
    The need of a piece of a file is no request.
    """
    walk = waiting(request=hfpipe.FileBody("x", 0, 1))

    assert None is terms.out_of_time(walk, after(4.0, 4.0)).request


def test_a_request_gets_the_time_that_is_left():
    """
    And where there is no limit it stays as it is.
    """
    assert 6.0 == terms.bounded(ASKED, after(4.0, 10.0)).timeout
    assert ASKED is terms.bounded(ASKED, after(4.0, None))


@pytest.mark.parametrize(
    ("given", "came"),
    [
        (HttpResponse(200), 0.0),
        (HttpResponse(299), 0.0),
        (HttpResponse(199), 99.0),
        (HttpResponse(300), 99.0),
        (HttpResponse(503), 99.0),
        (HttpResponse(503, received_at=7.0), 7.0),
    ],
)
def test_when_an_answer_came(given, came):
    """
    It is noted of those that may say when to come again, unless the sender knew it.
    """
    assert came == terms.answered(Success(given), lambda: 99.0).unwrap().received_at


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (None, "NoneType"),
        (HttpResponse(), "HttpResponse"),
        (Success(b"x"), "Success"),
        (Failure("no"), "Failure"),
        (Failure(InputError("no")), "Failure"),
    ],
)
def test_a_sender_that_gives_something_else(given, kind):
    """
    Is a fault of the transport, after which nobody knows what was billed.
    """
    error = terms.answered(given, lambda: 99.0).failure()

    assert (TransportError, "unknown") == (type(error), error.billed)
    assert f"the sender gave {kind}, no Result of a response" == error.message


def test_a_senders_own_failure_stands():
    """
    As it is.
    """
    error = TransportError("gone", code="dns")

    assert Failure(error) == terms.answered(Failure(error), lambda: 99.0)


@pytest.mark.parametrize(
    ("answer", "passed", "limit", "ran_out"),
    [
        (Failure(TransportError("slow", code="timeout")), 10.0, 10.0, True),
        (Failure(TransportError("slow", code="timeout")), 9.995, 10.0, True),
        (Failure(TransportError("slow", code="timeout")), 9.9, 10.0, False),
        (Failure(TransportError("slow", code="timeout")), 99.0, None, False),
        (Failure(TransportError("slow", code="idle")), 10.0, 10.0, True),
        (Failure(TransportError("slow", code="deadline")), 10.0, 10.0, True),
        (Failure(TransportError("gone", code="reset")), 10.0, 10.0, False),
        (Success(HttpResponse()), 10.0, 10.0, False),
    ],
)
def test_whose_time_ran_out(answer, passed, limit, ran_out):
    """
    A time-out with a hundredth of a second left is the whole call's; any other answer goes on.
    """
    walk = waiting(exchange(), then=lambda walked, answer: Success(evolve(walked, output=answer)))

    given, step = terms.resumed(walk, answer, after(passed, limit))

    if ran_out:
        assert (None, "deadline", walk) == (given, step.failure().code, step.failure().waiting)
    else:
        assert (answer, answer) == (given, step.unwrap().output)


@pytest.mark.parametrize("ends", [True, False])
def test_an_answer_that_nobody_will_read_is_closed(ends):
    """
    Where the walk ends with it in a failure, and only there.
    """
    closed = []
    answer = Success(HttpResponse(chunks=iter(()), close=lambda: closed.append("closed")))
    outcome = Failure(InputError("no")) if ends else Success(exchange())

    terms.resumed(waiting(then=lambda *_: outcome), answer, after(0.0, 10.0))

    assert (["closed"] if ends else []) == closed


@pytest.mark.parametrize(
    ("code", "passed", "limit", "ending"),
    [
        ("timeout", 10.0, 10.0, "deadline"),
        ("idle", 9.995, 10.0, "deadline"),
        ("idle", 5.0, 10.0, "idle"),
        ("timeout", 5.0, 10.0, "idle"),
        ("timeout", 5.0, None, "idle"),
        ("deadline", 5.0, 10.0, "deadline"),
        ("deadline", 5.0, None, "deadline"),
        ("bad_answer", 10.0, 10.0, "bad_answer"),
        ("cancelled", 5.0, 10.0, "cancelled"),
        ("reset", 10.0, 10.0, "reset"),
        ("too_large", 5.0, 10.0, "too_large"),
        ("tls", 5.0, 10.0, "reset"),
        ("proxy", 5.0, 10.0, "reset"),
    ],
)
def test_how_a_stream_that_was_broken_off_ends(code, passed, limit, ending):
    """
    Time up, nothing for too long, broken data, or the connection gone; its cause is kept.
    """
    why = TransportError("the words", code=code, cause="OSError: 7")

    error = terms.broken_off(why, after(passed, limit))

    assert (hfpipe.StreamError, ending, "OSError: 7") == (type(error), error.code, error.cause)
    assert (ending in {"deadline", "idle"}) == ("the words" != error.message)


def test_a_stream_without_a_deadline_was_idle():
    """
    Where nobody counted the time of the call.
    """
    assert "idle" == terms.broken_off(TransportError("slow", code="timeout"), None).code


def test_time_that_is_up_has_no_cause():
    """
    Unless somebody noticed it by one.
    """
    assert ("deadline", "") == (terms.time_is_up().code, terms.time_is_up().cause)


@pytest.mark.parametrize(
    ("answer", "serves"),
    [
        (None, False),
        (Failure(TransportError("gone")), False),
        (Success(HttpResponse(199)), False),
        (Success(HttpResponse(200)), True),
        (Success(HttpResponse(299)), True),
        (Success(HttpResponse(300)), False),
    ],
)
def test_which_answers_serve_others(answer, serves):
    """
    Any 2xx.
    """
    assert (answer.unwrap() if serves else None) == terms.to_keep(answer)


def test_an_asynchronous_sender_is_a_slip_in_an_option():
    """
    Of a blocking call.
    """
    error = terms.for_an_event_loop().failure()

    assert (InputError, "bad_option") == (type(error), error.code)


def test_progress_is_told_with_the_time_so_far():
    """
    To `on_progress`, where there is one, and something to tell.
    """
    told = []
    walk = exchange(on_progress=told.append)
    progress = Progress(state="queued")

    terms.tell(waiting(walk, progress=progress), after(4.0, 10.0))
    terms.tell(waiting(walk, progress=progress))
    terms.tell(waiting(walk, progress="sent 5 of 7"), after(4.0, 10.0))
    terms.tell(waiting(walk), after(4.0, 10.0))
    terms.tell(waiting(progress=progress), after(4.0, 10.0))

    assert [hfpipe.evolve(progress, waited=4.0), progress, "sent 5 of 7"] == told
