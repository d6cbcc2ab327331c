"""A call as its whole record, and a call by the name of its task."""

from __future__ import annotations

import pytest

import hfpipe
from hfpipe.testing import scripted
from hfpipe.wire import HttpResponse

SANDBOX = {"provider": "sandbox"}


def test_an_exchange_tells_what_is_known_beside_its_value():
    """
    Status, tokens, tries and time are in `meta`, and each stage has its line in the trace.
    """
    done = hfpipe.exchange(SANDBOX, hfpipe.chat_completion, "count to 3").unwrap()

    assert "1 2 3" == done.output.text
    assert (200, "sandbox", 1) == (done.meta.status, done.meta.provider, done.meta.attempts)
    assert done.output.usage == done.meta.usage
    assert done.meta.duration > 0
    assert hfpipe.default_pipeline().names() == tuple(record.name for record in done.trace)


def test_a_failed_walk_is_the_failure_of_its_exchange():
    """
    There is no record to hand back: the error has the request and the response.
    """
    error = hfpipe.exchange(SANDBOX, "chat-completion", "fail with 402").failure()

    assert ("out_of_credits", 402) == (error.code, error.status)


def test_an_exchange_of_a_stream_has_the_live_bytes():
    """
    Its output is the decoder, and nothing has been read of its answer.
    """
    done = hfpipe.exchange(SANDBOX, hfpipe.chat_completion_stream, "say hello").unwrap()

    fold = done.output
    for piece in done.response.chunks:
        fold, _ = fold.feed(piece)
    assert "hello" == fold.completion().text


@pytest.mark.parametrize(
    "task",
    [hfpipe.chat_completion, "chat_completion", "chat-completion", "conversational"],
)
def test_a_task_runs_by_each_of_its_names(task):
    """
    The function, its name, and the Hub's names are one.
    """
    assert "hello" == hfpipe.run(SANDBOX, task, "say hello").unwrap().text


def test_a_streaming_task_runs_by_its_name():
    """
    What `chat_completion_stream` gives, `run` gives by that name.
    """
    with hfpipe.run(SANDBOX, "chat_completion_stream", "say hello").unwrap() as stream:
        assert "hello" == stream.response().unwrap().text


@pytest.mark.parametrize("task", ["summarization_stream", "no-such-task", 3, None])
def test_what_is_no_task_is_a_failure(task):
    """
    Nothing raises, whatever is named.
    """
    assert isinstance(hfpipe.run(SANDBOX, task, "x").failure(), hfpipe.InputError)
    assert isinstance(hfpipe.exchange(SANDBOX, 3, "x").failure(), hfpipe.InputError)


def test_an_exchange_counts_what_the_sender_was_asked():
    """
    A refusal that was asked again is two tries.
    """
    sender = scripted(HttpResponse(503), "hello")
    hf = hfpipe.endpoint_client(None, "http://127.0.0.1:1", send=sender, retry=1)
    done = hfpipe.exchange(hf, hfpipe.chat_completion, "hi").unwrap()

    assert (2, 2) == (done.meta.attempts, len(sender.requests))
