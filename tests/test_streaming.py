"""Streams as users hold them: how they end, and that they leave nothing open."""

from __future__ import annotations

import gc
import threading
import weakref
from queue import Queue

import pytest
import structlog
from returns.result import Failure, Success

import hfpipe
from hfpipe.errors import InputError, ProviderOutputError, StreamError, TransportError
from hfpipe.io.driver import World, run
from hfpipe.io.terms import Deadline
from hfpipe.streaming import ChatStream, Stream
from hfpipe.testing import scripted

EVENTS = {"content-type": "text/event-stream", "x-request-id": "r-1"}
END = b'data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"total_tokens":5}}\n\n'
DONE = b"data: [DONE]\n\n"


def said(text):
    return b'data: {"choices":[{"delta":{"content":"%s"}}]}\n\n' % text.encode()


class Connection:
    """A connection that notes how often it was closed."""

    def __init__(self, *pieces):
        self.pieces = iter(pieces)
        self.closed = 0

    def __iter__(self):
        return self

    def __next__(self):
        piece = next(self.pieces)
        if isinstance(piece, BaseException):
            raise piece
        return piece() if callable(piece) else piece

    def end(self):
        self.closed += 1

    def answer(self, status=200, headers=EVENTS):
        return hfpipe.HttpResponse(status, headers, chunks=self, close=self.end)


def client(*answers, **options):
    return hfpipe.endpoint_client(
        "hf_secret", "https://x.example/v1", send=scripted(*answers), **options
    )


def opened(*pieces, **options):
    connection = Connection(*pieces)
    return connection, hfpipe.chat_completion_stream(
        client(connection.answer(), **options), "q"
    ).unwrap()


def texts(items):
    return [item.unwrap().text for item in items if isinstance(item, Success)]


def test_a_stream_gives_its_pieces_and_then_its_whole():
    """
    The chunks as they come, then the answer put together; its connection is closed once.
    """
    connection, stream = opened(said("Hel"), said("lo"), END, DONE)

    assert ["Hel", "lo", ""] == texts(stream)
    assert [] == list(stream)
    assert None is stream.error
    assert "Hello" == stream.response().unwrap().text
    assert 1 == connection.closed


def test_a_whole_answer_needs_no_loop():
    """
    `response()` reads what has not been read yet, and counts what has.
    """
    _, stream = opened(said("Hel"), said("lo"), END)
    first = next(stream).unwrap()

    assert "Hel" == first.text
    assert "Hello" == stream.response().unwrap().text
    assert [] == list(stream)


def test_the_types_are_what_the_contract_says():
    """
    A chat's stream is a `ChatStream`, which is a `Stream`.
    """
    _, stream = opened(END)

    assert isinstance(stream, ChatStream)
    assert isinstance(stream, Stream)
    assert stream is iter(stream)
    assert "<ChatStream open, 0 events>" == repr(stream)
    stream.close()
    assert "<ChatStream ended, 0 events>" == repr(stream)


@pytest.mark.parametrize("leave", ["close", "with", "forget", "cycle", "error"])
def test_a_stream_that_is_left_closes_its_connection(leave):
    """
    By `close()`, at the end of a `with`, when it is forgotten, even in a cycle of references.
    """
    connection, stream = opened(said("Hel"), said("lo"), END)
    next(stream)

    if leave == "close":
        stream.close()
        stream.close()
    elif leave == "with":
        with stream:
            pass
    elif leave == "error":
        with pytest.raises(KeyError), stream:
            raise KeyError
    else:
        around = [stream]
        if leave == "cycle":
            around.append(around)
        del around, stream
        gc.collect()

    assert 1 == connection.closed


def test_a_stream_that_nobody_has_read_from_is_closed_too():
    """
    A generator would not have begun, and its connection would stay open.
    """
    connection, stream = opened(said("Hel"))
    gone = weakref.ref(stream)
    gc.disable()
    try:
        del stream
        assert None is gone()
        assert 1 == connection.closed
    finally:
        gc.enable()


def test_a_stream_that_was_closed_gives_nothing_more_and_is_no_whole_answer():
    """
    What was ready is gone; `response()` says that the stream was cancelled.
    """
    _, stream = opened(said("Hel") + said("lo"), END)
    next(stream)
    stream.close()

    assert [] == list(stream)
    error = stream.response().failure()
    assert ("cancelled", "Hello", 2) == (error.code, error.partial.text, error.chunks)


def test_closing_a_stream_that_has_ended_changes_nothing():
    """
    Its whole answer stays.
    """
    connection, stream = opened(said("Hello"), END)
    list(stream)
    stream.close()

    assert "Hello" == stream.response().unwrap().text
    assert 1 == connection.closed


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (TransportError("x", code="reset"), "reset"),
        (TransportError("x", code="idle", timeout=True), "idle"),
        (TransportError("x", code="timeout", timeout=True), "idle"),
        (TransportError("x", code="deadline", timeout=True), "deadline"),
        (TransportError("x", code="bad_answer"), "bad_answer"),
        (TransportError("x", code="too_large"), "too_large"),
        (TransportError("x", code="tls"), "reset"),
        (TransportError("x", code="dns"), "reset"),
        (TimeoutError("x"), "idle"),
        (ConnectionResetError("x"), "reset"),
        (RuntimeError("x"), "reset"),
        ("no bytes", "reset"),
        (None, "reset"),
    ],
    ids=repr,
)
def test_a_fault_is_the_last_item(fault, code):
    """
    Whatever a sender's chunks raise, or give in place of bytes.
    """
    connection, stream = opened(said("Hel"), fault, said("lo"))
    first, last = stream
    error = last.failure()

    assert ("Hel", code) == (first.unwrap().text, error.code)
    assert isinstance(error, StreamError)
    assert ("Hel", 1, "yes") == (error.partial.text, error.chunks, error.billed)
    assert 1 == connection.closed
    assert error == stream.error == stream.response().failure()


def test_an_error_says_where_it_happened():
    """
    The stage, the task, the model, the provider, the ids and the request; never the token.
    """
    connection = Connection(said("Hel"))
    sender = scripted(connection.answer())
    hf = hfpipe.client(
        "gsk_secret",
        provider="groq",
        send=sender,
        mappings={
            "m": [
                {"provider": "groq", "providerId": "n", "task": "conversational", "status": "live"}
            ]
        },
    )
    *_, last = hfpipe.chat_completion_stream(hf, "q", model="m").unwrap()
    error = last.failure()

    assert ("decode", "conversational", "m", "groq", "r-1", 1) == (
        error.stage,
        error.task,
        error.model,
        error.provider,
        error.request_id,
        error.attempts,
    )
    assert sender.requests[0].url == error.request.url
    assert "secret" not in f"{error!r} {error} {error.request} {error.__dict__}"
    assert error.retryable


def test_events_before_an_error_in_the_same_piece_are_given():
    """
    One piece of the connection may hold both.
    """
    _, stream = opened(said("Hel") + said("lo") + b'data: {"error": "no GPU"}\n\n' + said("x"))
    *items, last = stream

    assert ["Hel", "lo"] == texts(items)
    assert ("in_band", "HelLO".lower()) == (
        last.failure().code,
        last.failure().partial.text.lower(),
    )


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_bytes_of_other_kinds_are_bytes(kind):
    """
    A sender may give what its library gives.
    """
    _, stream = opened(kind(said("Hello")), kind(END))

    assert "Hello" == stream.response().unwrap().text


def test_a_keyboard_interrupt_closes_the_connection():
    """
    It is raised out of `next()`, and nothing is left open.
    """
    connection, stream = opened(said("Hel"), KeyboardInterrupt())
    next(stream)

    with pytest.raises(KeyboardInterrupt):
        next(stream)
    assert 1 == connection.closed
    assert "cancelled" == stream.response().failure().code


class Waiting(Connection):
    """A connection whose next piece does not come until it is closed."""

    def __init__(self, *pieces):
        super().__init__(*pieces, self.wait)
        self.waits, self.ended = threading.Event(), threading.Event()

    def wait(self):
        self.waits.set()
        assert self.ended.wait(20)
        raise OSError("closed")

    def end(self):
        super().end()
        self.ended.set()


def test_another_thread_may_close_a_stream_that_waits():
    """
    The thread that waits is told so; nobody waits for the server.
    """
    connection = Waiting(said("Hel"))
    stream = hfpipe.chat_completion_stream(client(connection.answer()), "q").unwrap()
    got = Queue()
    reader = threading.Thread(target=lambda: got.put(list(stream)))
    reader.start()
    assert connection.waits.wait(20)
    stream.close()
    reader.join(20)
    first, last = got.get(timeout=20)

    assert ("Hel", "cancelled") == (first.unwrap().text, last.failure().code)
    assert "Hel" == last.failure().partial.text
    assert 1 == connection.closed


def test_threads_may_share_a_stream():
    """
    Each piece goes to one of them, and none is lost.
    """
    _, stream = opened(*[said("x") for _ in range(300)], END)
    got = Queue()
    readers = [
        threading.Thread(target=lambda: [got.put(item.unwrap().text) for item in stream])
        for _ in range(4)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(20)

    assert 301 == got.qsize()
    assert 300 == len(stream.response().unwrap().text)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def after(self, seconds, piece):
        def come():
            self.now += seconds
            return piece

        return come


def under(deadline_of, *pieces, **args):
    """A stream under a clock of the test's own."""
    clock, connection = Clock(), Connection()
    connection.pieces = iter(piece(clock) if callable(piece) else piece for piece in pieces)
    hf = client(connection.answer(), timeout=deadline_of)
    exchange = hfpipe.new_exchange(hf, "chat_completion", "q", stream=True, **args)
    deadline = Deadline(clock)
    send = hf.options.send
    found = run(hfpipe.default_pipeline(), exchange, send, World(clock=clock), deadline=deadline)
    return clock, connection, Stream(found.unwrap(), None, deadline)


def later(seconds, text):
    return lambda clock: clock.after(seconds, said(text))


def test_the_time_of_a_call_bounds_a_stream_that_drips():
    """
    A sender that heeds no time is asked for nothing more once the time is up.
    """
    _, connection, stream = under(10.0, *[later(3.0, str(n)) for n in range(9)])
    *items, last = stream
    error = last.failure()

    assert ["0", "1", "2", "3"] == texts(items)
    assert ("deadline", "0123", True) == (error.code, error.partial.text, error.timed_out)
    assert 1 == connection.closed


def test_an_answer_that_is_finished_when_time_is_up_is_whole():
    """
    Nobody waits for [DONE] longer than the call may take.
    """
    _, connection, stream = under(10.0, lambda clock: clock.after(12.0, said("a") + END), DONE)

    assert "a" == stream.response().unwrap().text
    assert 1 == connection.closed


def test_without_a_limit_there_is_no_end_of_time():
    """
    `timeout=None` is no limit.
    """
    _, _, stream = under(None, *[later(1e6, "x") for _ in range(3)], END)

    assert "xxx" == stream.response().unwrap().text


def test_a_timeout_of_the_sender_at_the_end_of_time_is_the_deadline():
    """
    A sender that heeds the time it was given says so in its own words.
    """

    def at_the_end(clock):
        def come():
            clock.now = 9.999
            raise TimeoutError

        return come

    _, _, stream = under(10.0, later(3.0, "x"), at_the_end)

    assert "deadline" == list(stream)[-1].failure().code


def test_meta_is_known_when_a_stream_ends():
    """
    Status, ids and time from the start; the usage when it has come. The time stands still then.
    """
    clock, _, stream = under(100.0, later(3.0, "x"), lambda clock: clock.after(1.0, END))
    next(stream)
    begun = stream.meta
    list(stream)
    clock.now = 50.0
    ended = stream.meta

    assert (200, "r-1", None, 3.0) == (
        begun.status,
        begun.request_id,
        begun.usage,
        begun.duration,
    )
    assert (5, 4.0, 1) == (ended.usage.total_tokens, ended.duration, ended.attempts)
    assert 5 == stream.exchange.output.usage.total_tokens


def test_a_map_is_lazy_and_leaves_failures_as_they_are():
    """
    `f` is called for what is asked for, and never for a failure.
    """
    seen = []
    _, stream = opened(said("Hel"), said("lo"), TransportError("x", code="reset"))
    mapped = stream.map(lambda chunk: seen.append(chunk.text) or chunk.text).map(str.upper)

    assert [] == seen
    assert Success("HEL") == next(mapped)
    assert ["Hel"] == seen
    assert Success("LO") == next(mapped)
    assert "reset" == next(mapped).failure().code
    assert ["Hel", "lo"] == seen
    assert mapped.error == stream.error


def test_a_map_and_its_stream_read_from_one_connection():
    """
    Each piece comes once, whichever of them is asked; the whole answer is the same.
    """
    connection, stream = opened(said("Hel"), said("lo"), END)
    mapped = stream.map(lambda chunk: chunk.text)

    assert ["Hel", "lo"] == [next(mapped).unwrap(), next(stream).unwrap().text]
    assert "Hello" == mapped.response().unwrap().text
    mapped.close()
    assert 1 == connection.closed


def test_forgetting_a_map_closes_the_connection_when_it_was_the_last():
    """
    The map keeps its stream alive, and nothing else does.
    """
    connection, stream = opened(said("Hel"), said("lo"))
    mapped = stream.map(lambda chunk: chunk.text)
    del stream
    gc.collect()
    assert 0 == connection.closed
    del mapped
    gc.collect()

    assert 1 == connection.closed


@pytest.mark.parametrize("raised", [ValueError("mine"), KeyboardInterrupt()], ids=repr)
def test_what_a_map_raises_comes_out_after_the_stream_was_closed(raised):
    """
    A user's own error is not one of the call's.
    """

    def fail(_):
        raise raised

    connection, stream = opened(said("Hel"), END)
    with pytest.raises(type(raised)):
        next(stream.map(fail))

    assert 1 == connection.closed


@pytest.mark.parametrize(
    ("headers", "body", "code", "words"),
    [
        (
            {"content-type": "application/json"},
            b'{"choices": []}',
            "bad_answer",
            "application/json",
        ),
        (
            {"content-type": "application/json"},
            b'{"error": {"message": "no GPU"}}',
            "in_band",
            "no GPU",
        ),
        ({"content-type": "text/html"}, b"<html>", "bad_answer", "text/html instead"),
        ({}, said("Hel"), "bad_answer", "no content type"),
    ],
)
def test_a_success_that_is_no_event_stream_is_no_stream(headers, body, code, words):
    """
    The content type is looked at before the stream is handed out.
    """
    answer = hfpipe.HttpResponse(200, headers, body)
    error = hfpipe.chat_completion_stream(client(answer), "q").failure()

    assert (ProviderOutputError, code) == (type(error), code)
    assert code == error.code
    assert words in error.message


def test_an_error_status_is_known_before_the_stream():
    """
    Its body is read, and its connection closed.
    """
    connection = Connection(b'{"error": "no credits"}')
    answer = connection.answer(402, {"content-type": "application/json"})
    error = hfpipe.chat_completion_stream(client(answer), "q").failure()

    assert ("out_of_credits", True) == (error.code, "no credits" in error.message)
    assert 1 == connection.closed


@hfpipe.stage
def refusing(exchange):
    return Failure(InputError("not today"))


@pytest.mark.parametrize("place", ["send", "decode", "redact"])
def test_a_stage_that_fails_after_the_answer_has_come_closes_it(place):
    """
    Nobody will read the stream, so that its connection must not stay open.
    """
    connection = Connection(said("x"))
    pipeline = hfpipe.default_pipeline().after(place, refusing)
    hf = client(connection.answer(), pipeline=pipeline)

    assert "not today" == hfpipe.chat_completion_stream(hf, "q").failure().message
    assert 1 <= connection.closed


def asks_more(exchange):
    request = hfpipe.HttpRequest("GET", "https://x.example/more")
    return Success(hfpipe.Need(request, lambda exchange, answer: refusing(exchange)))


def test_a_stage_that_asks_and_then_fails_closes_it_too():
    """
    Between the stream's coming and the failure there may be other requests.
    """
    connection = Connection(said("x"))
    pipeline = hfpipe.default_pipeline().after("send", hfpipe.Stage("more", asks_more))
    hf = client(connection.answer(), "fine", pipeline=pipeline)

    assert "not today" == hfpipe.chat_completion_stream(hf, "q").failure().message
    assert 1 <= connection.closed


def test_chunks_of_an_event_loop_are_told_of():
    """
    A blocking call cannot read them.
    """

    async def chunks():
        yield said("x")

    answer = hfpipe.HttpResponse(200, EVENTS, chunks=chunks())
    error = hfpipe.chat_completion_stream(client(answer), "q").failure()

    assert "hfpipe.aio" in error.message


def test_a_generated_text_has_a_whole_of_its_own():
    """
    `response()` of a text's stream is a `TextGeneration`.
    """
    hf = hfpipe.endpoint_client(None, "https://x.example", send=scripted(["Hel", "lo"]))
    stream = hfpipe.text_generation_stream(hf, "q").unwrap()

    assert ("Hello", "eos_token") == (
        (whole := stream.response().unwrap()).generated_text,
        whole.details.finish_reason,
    )


def test_an_answer_too_long_to_keep_is_no_empty_answer():
    """
    Its pieces are all given; only the whole of it is not to be had.
    """
    _, stream = opened(*[said("x" * 2**20) for _ in range(9)], END)
    size = sum(len(text) for text in texts(stream))

    assert 9 * 2**20 == size
    assert None is stream.error
    assert "too_large" == stream.response().failure().code
    assert "decode" == stream.response().failure().stage


@pytest.fixture
def told():
    """What structlog was told, name by name."""
    events = []
    structlog.configure(processors=[lambda _, __, event: events.append(event) or "{}"])
    yield events
    structlog.reset_defaults()


def test_the_span_of_a_stream_ends_with_it(told):
    """
    Not when it is handed out: when its last piece has come, with its usage.
    """
    _, stream = opened(said("Hel"), END)
    assert ["hfpipe.request.start"] == [event["event"] for event in told]
    list(stream)
    stream.close()

    assert ["hfpipe.request.start", "hfpipe.request.stop"] == [event["event"] for event in told]
    assert (5, 200) == (told[-1]["total_tokens"], told[-1]["status"])


def test_a_bad_end_is_told_as_one(told):
    """
    A stream that was cut did not stop by itself.
    """
    _, stream = opened(said("Hel"), said("lo"))
    list(stream)

    assert ["hfpipe.request.exception"] == [event["event"] for event in told[1:]]
    assert "truncated" == told[-1]["code"]
