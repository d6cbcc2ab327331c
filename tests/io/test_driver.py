"""The drivers: what a walk needs is done, once and in time, by the blocking one as by the other."""

from __future__ import annotations

import asyncio
import inspect
from concurrent.futures import Future

import pytest
from attrs import evolve
from returns.result import Failure, Success

import hfpipe
from hfpipe import FileBody, HttpRequest, HttpResponse, InputError, TransportError
from hfpipe.io.async_driver import AsyncWorld
from hfpipe.io.async_driver import run as run_on_a_loop
from hfpipe.io.driver import World, run
from hfpipe.io.shelf import Shelf, key
from hfpipe.pipeline import Need, Pipeline, Stage
from hfpipe.records import Options
from hfpipe.testing import scripted

ASKED = HttpRequest("GET", "https://h.example/x")
EVENTS = {"content-type": "text/event-stream"}


class Clock:
    """A clock that is moved by sleeping alone."""

    def __init__(self):
        self.time, self.slept = 0.0, []

    def __call__(self):
        return self.time

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds

    async def rest(self, seconds):
        self.sleep(seconds)


def blocking(pipeline, exchange, send, clock, shelf):
    world = World(clock.sleep, clock, lambda: 1_000.0, lambda: 0.5, shelf)
    return run(pipeline, exchange, send, world)


def on_a_loop(pipeline, exchange, send, clock, shelf):
    async def asynchronous(request):
        return send(request)

    world = AsyncWorld(clock.rest, clock, lambda: 1_000.0, lambda: 0.5, shelf)
    return asyncio.run(run_on_a_loop(pipeline, exchange, asynchronous, world))


@pytest.fixture(params=[blocking, on_a_loop], ids=["blocking", "on a loop"])
def drive(request):
    """The end of a walk that needs these things, one after the other."""

    def driven(*needs, send=None, clock=None, shelf=None, **options):
        hf = hfpipe.client("hf_x", model="org/m")
        exchange = hfpipe.new_exchange(hf, hfpipe.chat_completion, "hi")
        exchange = evolve(exchange, options=Options(**options), output=())
        stages = tuple(Stage(f"ask {n}", asking(need)) for n, need in enumerate(needs))
        send, clock, shelf = send or scripted(), clock or Clock(), shelf or Shelf()
        return request.param(Pipeline(stages), exchange, send, clock, shelf)

    return driven


def asking(need):
    return lambda _: Success(need)


def noted(exchange, answer):
    """Goes on with an answer: it is put behind those that came before."""
    return Success(hfpipe.evolve(exchange, output=(*exchange.output, answer)))


def broken(exchange, answer):
    return Failure(InputError("no"))


@pytest.mark.parametrize(
    ("need", "slept"),
    [
        (Need(ASKED, noted), []),
        (Need(ASKED, noted, after=2.0), [2.0]),
        (Need(ASKED, noted, after=2.0, spread=1.0), [2.5]),
    ],
)
def test_a_wait_is_slept_before_anything_is_asked(drive, need, slept):
    """
    As long as the need says, half of what it leaves to chance with it; no wait is not slept.
    """
    clock, seen = Clock(), []
    sender = scripted("hello")

    def send(request):
        seen.append(clock.time)
        return sender(request)

    assert 1 == len(drive(need, send=send, clock=clock).unwrap().output)
    assert (slept, [sum(slept)]) == (clock.slept, seen)


def test_a_wait_that_does_not_fit_is_a_failure(drive):
    """
    Nothing is slept, and nobody asked.
    """
    clock, sender = Clock(), scripted("hello")

    error = drive(Need(ASKED, noted, after=9.0), send=sender, clock=clock, timeout=9.0).failure()

    assert ("deadline", [], ()) == (error.code, clock.slept, sender.requests)


def test_a_piece_of_a_file_is_read_and_nobody_asked(drive, tmp_path):
    """
    Its bytes are the body of the answer.
    """
    path, sender = tmp_path / "x", scripted("hello")
    path.write_bytes(b"0123456789")

    (answer,) = drive(Need(FileBody(path, 2, 3), noted), send=sender).unwrap().output

    assert (b"234", ()) == (answer.unwrap().body, sender.requests)


@pytest.mark.parametrize(("keep", "asks"), [(60.0, 1), (0.0, 2)])
def test_an_answer_to_keep_serves_the_next_who_asks(drive, keep, asks):
    """
    What is not to be kept is asked for again.
    """
    need, sender = Need(ASKED, noted, keep=keep), scripted("hello", "hello")

    one, two = drive(need, need, send=sender).unwrap().output

    assert (one, asks) == (two, len(sender.requests))


def test_who_waits_for_anothers_answer_waits_no_longer_than_the_call_may(drive):
    """
    The other one may never have it.
    """
    shelf, sender = Shelf(), scripted("hello")
    shelf.claim(key(ASKED, None))

    error = drive(Need(ASKED, noted, keep=60.0), send=sender, shelf=shelf, timeout=0.05).failure()

    assert ("deadline", ()) == (error.code, sender.requests)


def test_what_is_not_to_be_kept_is_nobody_elses_answer(drive):
    """
    Two that ask the same of a model at once are two, and neither waits for the other.
    """
    shelf, sender = Shelf(), scripted("hello")
    shelf.claim(key(ASKED, None))

    drive(Need(ASKED, noted), send=sender, shelf=shelf, timeout=0.05).unwrap()

    assert 1 == len(sender.requests)


class Spoiled:
    """A shelf whose first promise came to nothing."""

    def __init__(self):
        nothing = Future()
        nothing.set_result(None)
        self.claims = [(nothing, False), (Future(), True)]
        self.settled = []

    def claim(self, _):
        return self.claims.pop(0)

    def settle(self, name, promise, response, keep):
        self.settled.append((response.status, keep))


def test_who_waited_in_vain_asks_for_itself(drive):
    """
    And keeps the answer for the others.
    """
    shelf, sender = Spoiled(), scripted("hello")

    drive(Need(ASKED, noted, keep=60.0), send=sender, shelf=shelf).unwrap()

    assert (1, [(200, 60.0)]) == (len(sender.requests), shelf.settled)


@pytest.mark.parametrize(
    ("raised", "code"),
    [(TransportError("no", code="dns"), "dns"), (OSError("gone"), "reset"), (KeyError(1), "reset")],
)
def test_what_a_sender_raises_is_an_answer(drive, raised, code):
    """
    The stage that asked goes on with it.
    """

    def send(_):
        raise raised

    (answer,) = drive(Need(ASKED, noted), send=send).unwrap().output

    assert code == answer.failure().code


@pytest.mark.parametrize(
    ("stream", "answer", "body"),
    [
        (False, HttpResponse(200, {}, b"1234"), b"1234"),
        (False, HttpResponse(200, {}, b"12345"), "too_large"),
        (False, HttpResponse(500, {}, b"12345"), b"12345"),
        (False, HttpResponse(200, {}, b"", [b"12", b"34"]), b"1234"),
        (False, HttpResponse(200, {}, b"", [b"12", b"345"]), "too_large"),
        (False, HttpResponse(200, EVENTS, b"", [b"12", b"34"]), b"1234"),
        (True, HttpResponse(200, {}, b"", [b"12", b"34"]), b"1234"),
        (True, HttpResponse(200, {}, b"", [b"12", b"345"]), "too_large"),
        (True, HttpResponse(500, EVENTS, b"", [b"12", b"34"]), b"1234"),
    ],
)
def test_a_body_is_there_before_a_stage_sees_it(drive, stream, answer, body):
    """
    Within its bound, which is four bytes here, whether or not a stream was asked for.
    """
    need = Need(evolve(ASKED, stream=stream), noted)

    (found,) = drive(need, send=scripted(answer), max_response_bytes=4).unwrap().output

    if isinstance(found, Failure):
        assert body == found.failure().code
    else:
        assert (body, None) == (found.unwrap().body, found.unwrap().chunks)


def test_the_events_that_were_asked_for_are_left_as_they_come(drive):
    """
    However long they are: who reads them says when it is enough.
    """
    answer = HttpResponse(200, EVENTS, b"", iter([b"12345"]))

    (found,) = (
        drive(Need(evolve(ASKED, stream=True), noted), send=scripted(answer), max_response_bytes=4)
        .unwrap()
        .output
    )

    assert (b"", True) == (found.unwrap().body, found.unwrap().chunks is not None)


@pytest.mark.parametrize(
    ("method", "status", "kind", "saved"),
    [
        ("GET", 200, "application/json", True),
        ("GET", 404, "application/json", False),
        ("POST", 200, "image/png", True),
        ("POST", 200, "application/json", False),
    ],
)
@pytest.mark.parametrize("parts", [{"body": b"1234"}, {"chunks": [b"12", b"34"]}], ids=str)
def test_a_result_goes_to_disk(drive, tmp_path, method, status, kind, saved, parts):
    """
    And nothing else does: what went wrong, or only names the result, is read as ever.
    """
    path = tmp_path / "x"
    answer = HttpResponse(status, {"content-type": kind}, **parts)
    need = Need(evolve(ASKED, method=method), noted, save=path)

    (found,) = drive(need, send=scripted(answer)).unwrap().output

    assert saved == path.exists() == (found.unwrap().file is not None)
    assert b"1234" == (path.read_bytes() if saved else found.unwrap().body)


@pytest.mark.parametrize(("then", "closed"), [(broken, [True]), (noted, [])])
def test_a_stream_is_closed_where_a_later_stage_fails(drive, then, closed):
    """
    Nobody will read it; where all goes well somebody will.
    """
    ended = []
    live = HttpResponse(200, EVENTS, b"", iter([b"1"]), lambda: ended.append(True))

    def opened(exchange, _):
        return Success(hfpipe.evolve(exchange, response=live))

    result = drive(Need(ASKED, opened), Need(ASKED, then), send=scripted("one", "two"))

    assert (then is noted, closed) == (isinstance(result, Success), ended)


def walk(request=ASKED, **options):
    hf = hfpipe.client("hf_x", model="org/m")
    exchange = hfpipe.new_exchange(hf, hfpipe.chat_completion, "hi")
    exchange = evolve(exchange, options=Options(**options), output=())
    return Pipeline((Stage("ask", asking(Need(request, noted))),)), exchange


def driven_by(send, request=ASKED):
    return blocking(*walk(request), send, Clock(), Shelf())


def test_an_asynchronous_sender_is_not_left_waiting():
    """
    What it has begun is closed, and the failure says where such a sender belongs.
    """
    begun = []

    async def answering(_):
        return Success(HttpResponse())

    def send(request):
        begun.append(answering(request))
        return begun[0]

    error = driven_by(send).failure()

    assert "bad_option" == error.code
    assert "use it with hfpipe.aio" in error.message
    assert inspect.CORO_CLOSED == inspect.getcoroutinestate(begun[0])


def test_events_for_a_loop_are_none_without_one():
    """
    A stream that nobody could read is a failure at once.
    """

    async def chunks():
        yield b"data: 1\n\n"

    answer = HttpResponse(200, EVENTS, b"", chunks())

    (found,) = driven_by(scripted(answer), evolve(ASKED, stream=True)).unwrap().output

    assert "use hfpipe.aio" in found.failure().message


def test_a_sender_on_a_loop_is_given_no_more_time_than_the_call_has():
    """
    Whoever made it: time that is up ends what it does.
    """

    async def slow(_):
        await asyncio.sleep(20)

    error = asyncio.run(run_on_a_loop(*walk(timeout=0.05), slow)).failure()

    assert "deadline" == error.code
