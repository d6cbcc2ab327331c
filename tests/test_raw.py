"""Requests of one's own over the same walk."""

from __future__ import annotations

import pytest

import hfpipe
from hfpipe.testing import scripted
from hfpipe.wire import HttpResponse


def asked(answer, **args):
    sender = scripted(answer)
    hf = hfpipe.endpoint_client("hf_abc", "http://127.0.0.1:9/base/", send=sender)
    return hfpipe.request(hf, **args), sender


def test_any_path_and_method_go_over_the_wire():
    """
    With the client's token, and no body where none is given.
    """
    value, sender = asked({"data": [1]}, path="/v1/models?full=1", method="GET")
    sent = sender.requests[0]

    assert {"data": [1]} == value.unwrap()
    assert ("GET", "http://127.0.0.1:9/base/v1/models?full=1") == (sent.method, sent.url)
    assert (None, "Bearer hf_abc") == (sent.body, sent.headers["authorization"])


@pytest.mark.parametrize(
    ("body", "sent", "kind"),
    [
        ({"a": [1, "ä"]}, '{"a":[1,"ä"]}'.encode(), "application/json"),
        (b"\0\1", b"\0\1", "application/octet-stream"),
        (hfpipe.Media(b"\0\1", "audio/wav"), b"\0\1", "audio/wav"),
    ],
)
def test_a_body_goes_as_what_it_is(body, sent, kind):
    """
    JSON values, bytes and media.
    """
    _, sender = asked({}, path="/x", body=body)

    assert sent == sender.requests[0].body
    assert kind == sender.requests[0].headers["content-type"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (HttpResponse(200, {"content-type": "application/json"}, b"[1]"), [1]),
        (HttpResponse(204), None),
        (HttpResponse(200, {"content-type": "image/png"}, b"1"), hfpipe.Media(b"1", "image/png")),
        (HttpResponse(200, {"content-type": "text/html"}, b"<"), hfpipe.Media(b"<", "text/html")),
    ],
)  # fmt: skip
def test_an_answer_is_json_or_media(answer, expected):
    """
    Whatever its status, if that is a success.
    """
    assert expected == asked(answer, path="/x")[0].unwrap()


def test_a_refusal_is_the_failure_of_every_call():
    """
    With its code, and redacted.
    """
    error = asked(HttpResponse(402, body=b'{"error":"no credits"}'), path="/x")[0].failure()

    assert ("out_of_credits", 402, "endpoint") == (error.code, error.status, error.provider)
    assert "hf_abc" not in repr(error.request.headers.reveal())


def test_the_path_stands_below_the_provider():
    """
    Through the router with a Hugging Face token, straight to the provider with its own key.
    """
    for token, url in {
        "hf_abc": "https://router.huggingface.co/groq/x/org/m",
        "gsk_abc": "https://api.groq.com/x/org/m",
    }.items():
        sender = scripted({})
        hf = hfpipe.client(token, provider="groq", send=sender)
        hfpipe.request(hf, path="/x/{model}", model="org/m").unwrap()
        assert url == sender.requests[0].url


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"path": "x"}, "bad_input"),
        ({"path": "/x\r\n"}, "bad_input"),
        ({"path": "/x", "method": "BREW"}, "bad_input"),
        ({"path": "/x", "method": ["GET"]}, "bad_input"),
        ({"path": "/x", "pth": 1}, "bad_option"),
        ({"path": "/x", "body": {"a": float("nan")}}, "bad_input"),
    ],
)
def test_what_cannot_be_sent_is_not(args, code):
    """
    A Failure before anything is asked.
    """
    error = hfpipe.request({"endpoint_url": "http://127.0.0.1:9", "send": scripted()}, **args)

    assert (hfpipe.InputError, code) == (type(error.failure()), error.failure().code)


def test_events_come_as_json():
    """
    Whatever their shape; the end is checked as in every stream.
    """
    body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "say hello"}]}
    with hfpipe.request_stream(
        {"provider": "sandbox"}, path="/v1/chat/completions", body=body
    ).unwrap() as stream:
        events = [event.unwrap() for event in stream]

    assert "chat.completion.chunk" == events[0]["object"]
    assert "hello" == "".join(
        e["choices"][0]["delta"].get("content") or "" for e in events if e["choices"]
    )
