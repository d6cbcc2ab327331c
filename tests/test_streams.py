"""What to do with a stream: each function reads it to its end and says how it ended."""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import threading
from queue import Full, Queue, SimpleQueue

import pytest
from returns.result import Failure, Success

import hfpipe
from hfpipe import streams
from hfpipe.errors import TransportError
from hfpipe.streams import DONE
from hfpipe.testing import scripted

CALL = {
    "choices": [
        {
            "delta": {
                "content": "Hel",
                "reasoning": "hm",
                "tool_calls": [{"index": 0, "function": {"name": "f", "arguments": "{}"}}],
            }
        }
    ]
}
STOP = {
    "choices": [{"delta": {"content": "lo"}, "finish_reason": "stop"}],
    "usage": {"total_tokens": 5},
}
CUT = [{"choices": [{"delta": {"content": "Hel"}}]}, {"choices": [{"delta": {"content": "lo"}}]}]


class Closing:
    """A sender of one stream that notes when it was closed."""

    def __init__(self, pieces):
        self.send, self.closed = scripted(pieces), 0

    def __call__(self, request):
        return self.send(request).map(lambda answer: hfpipe.evolve(answer, close=self.close))

    def close(self):
        self.closed += 1


def chat(pieces):
    sender = Closing(pieces)
    hf = hfpipe.endpoint_client(None, "https://x.example/v1", send=sender)
    return sender, hfpipe.chat_completion_stream(hf, "q").unwrap()


def generated(pieces):
    sender = Closing(pieces)
    hf = hfpipe.endpoint_client(None, "https://x.example", send=sender)
    return sender, hfpipe.text_generation_stream(hf, "q").unwrap()


BOTH = pytest.mark.parametrize("made", [chat, generated])


@BOTH
def test_each_content_calls_with_each_text(made):
    """
    Empty pieces are passed over; the Result says that the stream was finished.
    """
    texts = []
    sender, stream = made(["Hel", "", "lo"])

    assert Success(None) == streams.each_content(stream, texts.append)
    assert ["Hel", "lo"] == texts
    assert 1 == sender.closed


@BOTH
@pytest.mark.parametrize("raised", [ValueError("mine"), KeyboardInterrupt()], ids=repr)
def test_what_a_callback_raises_comes_out_after_the_stream_was_closed(made, raised):
    """
    A user's own error is not one of the call's.
    """

    def fail(_):
        raise raised

    sender, stream = made(["Hel", "lo"])
    with pytest.raises(type(raised)):
        streams.each_content(stream, fail)

    assert 1 == sender.closed
    assert "cancelled" == stream.error.code


@BOTH
def test_collect_content_is_the_text(made):
    """
    Whole, in one piece.
    """
    assert Success("Hello") == streams.collect_content(made(["Hel", "lo"])[1])


def test_collect_content_is_what_is_still_to_come():
    """
    What somebody has taken already is not given twice.
    """
    _, stream = chat(["Hel", "lo"])
    next(stream)

    assert Success("lo") == streams.collect_content(stream)


@BOTH
def test_content_stream_is_texts_without_empty_ones(made):
    """
    Results of texts, as they come.
    """
    found = streams.content_stream(made(["Hel", "", "lo"])[1])

    assert [Success("Hel"), Success("lo")] == list(found)


def test_content_stream_closes_what_it_reads_from():
    """
    It is a stream itself.
    """
    sender, stream = chat(["Hel", "lo"])
    with streams.content_stream(stream) as found:
        next(found)

    assert 1 == sender.closed


def test_helpers_take_a_stream_of_texts_too():
    """
    A map that gives texts, or their upper case.
    """
    _, stream = chat(["Hel", "lo"])

    assert Success("HELLO") == streams.collect_content(stream.map(lambda chunk: chunk.text.upper()))


def test_collect_response_puts_everything_together():
    """
    Text, reasoning, tool calls, usage, and why it ended.
    """
    whole = streams.collect_response(chat([CALL, STOP])[1]).unwrap()

    assert ("Hello", "hm", "f", {}, 5, "stop") == (
        whole.text,
        whole.message.reasoning,
        whole.tool_calls[0].name,
        whole.tool_calls[0].arguments,
        whole.usage.total_tokens,
        whole.finish_reason,
    )


def test_collect_response_of_a_text_is_a_generated_text():
    """
    With the details of its last event.
    """
    whole = streams.collect_response(generated(["Hel", "lo"])[1]).unwrap()

    assert ("Hello", "eos_token") == (whole.generated_text, whole.details.finish_reason)


def read(name, stream):
    if name == "each_content":
        return streams.each_content(stream, lambda text: None)
    if name == "stream_to":
        return streams.stream_to(stream, SimpleQueue(), "t")
    if name == "async_collect":
        return streams.async_collect(stream).result(20)
    if name == "content_stream":
        return list(streams.content_stream(stream))[-1]
    return getattr(streams, name)(stream)


@pytest.mark.parametrize(
    "name",
    [
        "each_content",
        "collect_content",
        "collect_response",
        "async_collect",
        "stream_to",
        "content_stream",
    ],
)
def test_a_stream_that_was_cut_is_a_failure_with_what_there_was(name):
    """
    None of the functions takes half an answer for a whole one.
    """
    error = read(name, chat(CUT)[1]).failure()

    assert ("truncated", "Hello", 2) == (error.code, error.partial.text, error.chunks)


@pytest.mark.parametrize(
    "name", ["each_content", "collect_content", "collect_response", "async_collect", "stream_to"]
)
def test_a_stream_that_was_closed_is_a_failure(name):
    """
    Also where nothing is left to read.
    """
    _, stream = chat(["Hello"])
    stream.close()

    assert "cancelled" == read(name, stream).failure().code


def test_async_collect_goes_on_while_the_program_does():
    """
    The value is there when it is asked for.
    """
    go, came = threading.Event(), threading.Event()

    def pieces(request):
        def chunks():
            yield b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'
            came.set()
            assert go.wait(20)
            yield b"data: [DONE]\n\n"

        return hfpipe.HttpResponse(200, {"content-type": "text/event-stream"}, chunks=chunks())

    hf = hfpipe.endpoint_client(None, "https://x.example/v1", send=scripted(pieces))
    future = streams.async_collect(hfpipe.chat_completion_stream(hf, "q").unwrap())
    assert came.wait(20)
    assert not future.done()
    go.set()

    assert Success("a") == future.result(20)


def test_cancelling_a_collection_closes_its_stream():
    """
    Nobody waits for a server whose answer nobody wants.
    """
    came, closed = threading.Event(), threading.Event()

    def pieces(request):
        def chunks():
            came.set()
            assert closed.wait(20)
            yield b""

        return hfpipe.HttpResponse(
            200, {"content-type": "text/event-stream"}, chunks=chunks(), close=closed.set
        )

    hf = hfpipe.endpoint_client(None, "https://x.example/v1", send=scripted(pieces))
    stream = hfpipe.chat_completion_stream(hf, "q").unwrap()
    future = streams.async_collect(stream)
    assert came.wait(20)

    assert future.cancel()
    assert closed.is_set()
    assert "cancelled" == stream.error.code


def test_a_collection_raises_what_a_map_raises():
    """
    It is the user's own error, kept for whoever asks for the value.
    """
    _, stream = chat(["Hel"])
    future = streams.async_collect(stream.map(lambda chunk: 1 // 0))

    assert isinstance(future.exception(20), ZeroDivisionError)


@BOTH
@pytest.mark.parametrize("kind", [Queue, SimpleQueue, multiprocessing.Queue])
def test_stream_to_puts_texts_and_then_done(made, kind):
    """
    Each under its tag, into a queue of any kind.
    """
    queue = kind()

    assert Success(None) == streams.stream_to(made(["Hel", "lo"])[1], queue, 7)
    assert [(7, "Hel"), (7, "lo"), (7, DONE)] == [queue.get(timeout=20) for _ in range(3)]


def test_stream_to_puts_the_failure_of_a_bad_end():
    """
    In place of `DONE`, and it is returned as well.
    """
    queue = SimpleQueue()
    ended = streams.stream_to(chat(["Hel", TransportError("x", code="reset")])[1], queue, "t")
    first, last = queue.get(), queue.get()

    assert ("t", "Hel") == first
    assert ("t", ended) == last
    assert isinstance(ended, Failure)
    assert "reset" == ended.failure().code


def test_a_queue_that_refuses_closes_the_stream():
    """
    What `put` raises comes out.
    """
    queue = Queue(1)
    full = type("Full", (), {"put": lambda self, item: queue.put_nowait(item)})()
    sender, stream = chat(["Hel", "lo"])
    with pytest.raises(Full):
        streams.stream_to(stream, full, "t")

    assert 1 == sender.closed


def test_a_queue_of_an_event_loop_is_refused():
    """
    Its `put` would be a coroutine that nobody awaits: the texts would be lost.
    """
    sender, stream = chat(["Hel"])
    error = streams.stream_to(stream, asyncio.Queue(), "t").failure()

    assert ("bad_input", True) == (error.code, "hfpipe.aio.streams" in error.message)
    assert 1 == sender.closed


def test_done_stays_itself():
    """
    Through any pickle, so that `is DONE` holds in another process.
    """
    assert pickle.loads(pickle.dumps(DONE)) is DONE
    assert "DONE" == repr(DONE)
