"""Spans: what is told of a call to those who have configured structlog, and what never is."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
import structlog
from structlog.testing import LogCapture

import hfpipe
from hfpipe import HttpResponse, TransportError
from hfpipe.codec.json import encoded
from hfpipe.testing import scripted

ANSWER = {
    "choices": [{"message": {"role": "assistant", "content": "the answer"}}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
}


@pytest.fixture
def events():
    """The events that a configured structlog is told."""
    capture = LogCapture()
    structlog.configure(processors=[capture])
    yield capture.entries
    structlog.reset_defaults()


def hf(*answers, **options):
    return hfpipe.endpoint_client(
        "hf_x", "https://a.example", model="m", send=scripted(*answers), **options
    )


def names(events):
    return [event["event"].removeprefix("hfpipe.") for event in events]


def test_a_call_is_a_start_and_a_stop(events):
    """
    The stop tells status, duration, attempts, tokens and the names of trace and span.
    """
    answer = HttpResponse(200, {"x-request-id": "r1"}, encoded(ANSWER))

    hfpipe.chat_completion(hf(answer), "the prompt")

    start, stop = events
    assert ["request.start", "request.stop"] == names(events)
    assert ("endpoint", "conversational", "m") == tuple(
        stop[key] for key in ("provider", "task", "model")
    )
    assert (200, 1, "r1") == (stop["status"], stop["attempts"], stop["request_id"])
    assert (3, 4, 7) == tuple(stop[f"{kind}_tokens"] for kind in ("prompt", "completion", "total"))
    assert (start["trace_id"], start["span_id"]) == (stop["trace_id"], stop["span_id"])
    assert stop["duration_ms"] > 0


@pytest.mark.parametrize(
    ("own", "asked"),
    [
        ({}, ("groq", "org/m")),
        ({"provider": "together", "model": "org/n"}, ("together", "org/n")),
        ({"provider": 5, "model": None}, ("groq", "org/m")),
    ],
)
def test_the_start_tells_whom_the_client_or_the_call_asks(events, own, asked):
    """
    What a client was made with is known before its options and the call's are merged.
    """
    client = hfpipe.client("hf_x", provider="groq", model="org/m", send=scripted())

    hfpipe.chat_completion(client, "the prompt", **own)

    assert asked == (events[0]["provider"], events[0]["model"])


def test_a_failure_is_a_start_and_an_exception(events):
    """
    The exception tells the code, the stage, the status and how often was asked.
    """
    hfpipe.chat_completion(hf(HttpResponse(429, {}, b'{"error": "slow"}')), "hi")

    assert ["request.start", "request.exception"] == names(events)
    told = events[1]
    assert ("rate_limited", "decode", 429, 1) == tuple(
        told[key] for key in ("code", "stage", "status", "attempts")
    )


def test_a_warning_of_a_call_is_an_event_of_its_own(events):
    """
    What `Meta.warnings` says is told as it is: here that a try failed.
    """
    hfpipe.chat_completion(hf(HttpResponse(503, {"retry-after": "0"}), ANSWER), "hi")

    assert ["request.start", "warning", "request.stop"] == names(events)
    assert "try 1 failed" in events[1]["warning"]
    assert 2 == events[2]["attempts"]


@pytest.mark.parametrize(
    ("pieces", "last"),
    [
        (["Ann", "!"], "request.stop"),
        (["Ann", TransportError("gone", code="reset")], "request.exception"),
    ],
)
def test_a_streams_last_event_comes_when_it_ends(events, pieces, last):
    """
    A stream that is open has begun and not stopped.
    """
    stream = hfpipe.chat_completion_stream(hf(pieces), "hi").unwrap()
    next(stream)
    assert ["request.start"] == names(events)

    list(stream)

    assert ["request.start", last] == names(events)


@pytest.mark.parametrize("leave", ["close", "with", "forget"])
def test_a_stream_that_is_left_early_stops(events, leave):
    """
    Who wants no more of it has what they wanted: no fault of the call is told of.
    """
    stream = hfpipe.chat_completion_stream(hf(["Ann", "!", "?"]), "hi").unwrap()
    next(stream)
    if leave == "close":
        stream.close()
    elif leave == "with":
        with stream:
            pass
    else:
        del stream

    assert ["request.start", "request.stop"] == names(events)
    assert 200 == events[-1]["status"]


@pytest.mark.parametrize("leave", ["close", "with", "forget"])
def test_so_does_one_on_an_event_loop(events, leave):
    """
    However it is left.
    """

    async def main():
        opened = await hfpipe.aio.chat_completion_stream(hf(["Ann", "!", "?"]), "hi")
        stream = opened.unwrap()
        await anext(stream)
        if leave == "close":
            await stream.close()
        elif leave == "with":
            async with stream:
                pass
        else:
            del opened, stream

    asyncio.run(main())

    assert ["request.start", "request.stop"] == names(events)


def test_a_call_within_a_span_knows_its_parent(events):
    """
    A sender that calls on its own account is a child: the same trace, the span above named.
    """

    def send(request):
        if "outer" in request.url:
            hfpipe.chat_completion(hf(ANSWER), "hi")
        return scripted(ANSWER)(request)

    hfpipe.chat_completion(
        hfpipe.endpoint_client(None, "https://outer.example", model="m", send=send), "hi"
    )

    outer, inner = events[0], events[1]
    assert outer["trace_id"] == inner["trace_id"]
    assert outer["span_id"] == inner["parent_id"]


def test_no_event_holds_a_prompt_an_answer_or_a_secret(events):
    """
    Facts about the call, and nothing of what was said in it.
    """
    hfpipe.chat_completion(hf(ANSWER), "the prompt")
    hfpipe.chat_completion(hf(HttpResponse(400, {}, b'{"error": "no"}')), "the prompt")

    assert not [word for word in ("the prompt", "the answer", "hf_x") if word in repr(events)]


def test_nothing_is_told_where_structlog_is_not_configured(capsys):
    """
    An imported structlog that nobody configured would print: it is not told.
    """
    structlog.reset_defaults()

    hfpipe.chat_completion(hf(ANSWER), "hi")

    assert ("", "") == capsys.readouterr()


def test_structlog_is_not_imported_by_a_call():
    """
    A whole call leaves structlog and the library's own logs alone.
    """
    code = """
import sys, hfpipe
from hfpipe.testing import scripted
hf = hfpipe.endpoint_client(None, "https://a.example", model="m", send=scripted("hi"))
assert hfpipe.chat_completion(hf, "hi").unwrap().text == "hi"
print([name for name in ("structlog", "urllib3", "logging.handlers") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]\n" == done.stdout
