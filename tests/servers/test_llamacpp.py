"""llama.cpp's own server, with a tiny model whose answers are known."""

from __future__ import annotations

import json
import time
from urllib.request import urlopen

import pytest
from returns.result import Failure, Success

import hfpipe

pytestmark = pytest.mark.servers

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "integer"}, "ok": {"type": "boolean"}},
    "required": ["answer", "ok"],
}
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


@pytest.fixture(params=["", "/", "/v1", "/v1/chat/completions"])
def own(server, request) -> hfpipe.Client:
    """The same server under each of the addresses that users give for it."""
    port = server("llamacpp")
    return hfpipe.endpoint_client(None, f"http://127.0.0.1:{port}{request.param}", model="tiny")


@pytest.fixture
def one(server) -> hfpipe.Client:
    return hfpipe.endpoint_client(None, f"http://127.0.0.1:{server('llamacpp')}", model="tiny")


def test_a_chat(own):
    """
    The answer, why it ended, and what it took.
    """
    answer = hfpipe.chat_completion(own, "What is the capital of France?").unwrap()

    assert "That would be Paris." == answer.text
    assert "stop" == answer.choices[0].finish_reason
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_a_streamed_chat(own):
    """
    The pieces are the answer; letters of several bytes arrive whole.
    """
    with hfpipe.chat_completion_stream(own, "emoji").unwrap() as stream:
        texts = [item.unwrap().text for item in stream]
        whole = stream.response().unwrap()

    assert "café 😀!!" == "".join(texts)
    assert len([text for text in texts if text]) > 1
    assert "café 😀!!" == whole.text
    assert "stop" == whole.choices[0].finish_reason


def test_json_by_a_schema(one):
    """
    `response_format` reaches the server as it was given.
    """
    wanted = {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}}

    answer = hfpipe.chat_completion(one, "json", response_format=wanted).unwrap()

    assert {"answer": 42, "ok": True} == json.loads(answer.text)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_tool_call_and_its_reply(one, streamed):
    """
    The call, whole or put together from pieces, can be answered and the talk goes on.
    """
    asked = [{"role": "user", "content": "weather in Oslo"}]
    if streamed:
        stream = hfpipe.chat_completion_stream(one, asked, tools=[WEATHER]).unwrap()
        answer = stream.response().unwrap()
    else:
        answer = hfpipe.chat_completion(one, asked, tools=[WEATHER]).unwrap()

    (call,) = answer.tool_calls
    assert "get_weather" == call.name
    assert {"city": "Oslo"} == call.arguments

    talk = [
        *asked,
        answer.message,
        call.reply({"degrees": 7}),
        {"role": "user", "content": "hello"},
    ]
    assert "Hello from a tiny model!" == hfpipe.chat_completion(one, talk).unwrap().text


def test_usage_in_a_stream(one):
    """
    The chunk of usage has no choices, and its tokens are in the whole answer.
    """
    stream = hfpipe.chat_completion_stream(
        one, "count", stream_options={"include_usage": True}
    ).unwrap()
    whole = stream.response().unwrap()

    assert "one, two, three, four, five" == whole.text
    assert whole.usage.completion_tokens > 0


def test_several_answers(one):
    """
    `n` answers, each with its own end.
    """
    answer = hfpipe.chat_completion(one, "hello", n=2).unwrap()

    assert ["Hello from a tiny model!"] * 2 == [choice.message.content for choice in answer.choices]


def test_a_length_is_no_truncation(one):
    """
    An answer cut by max_tokens is a whole answer whose finish reason says so.
    """
    stream = hfpipe.chat_completion_stream(one, "forever", max_tokens=5).unwrap()

    assert "length" == stream.response().unwrap().choices[0].finish_reason


def test_a_missing_and_a_wrong_key(server):
    """
    Both are the server's 401; the key is nowhere in the error.
    """
    url = f"http://127.0.0.1:{server('llamacpp', API_KEY='secret-of-the-server')}"

    assert Success("Hello from a tiny model!") == hfpipe.chat_completion(
        hfpipe.endpoint_client("secret-of-the-server", url), "hello"
    ).map(lambda answer: answer.text)
    for token in (None, "another-secret"):
        error = hfpipe.chat_completion(hfpipe.endpoint_client(token, url), "hello").failure()
        assert (401, "invalid_token", "no") == (error.status, error.code, error.billed)
        assert "another-secret" not in repr(vars(error))


def test_an_address_that_is_not_there(server):
    """
    A 404 in the server's words.
    """
    url = f"http://127.0.0.1:{server('llamacpp')}/nowhere"

    error = hfpipe.chat_completion(hfpipe.endpoint_client(None, url), "hello").failure()

    assert isinstance(error, hfpipe.ProviderApiError)
    assert (404, "unknown_model") == (error.status, error.code)


def test_a_server_that_is_down():
    """
    Nobody listens: nothing was sent, so asking again is harmless.
    """
    error = hfpipe.chat_completion(
        hfpipe.endpoint_client(None, "http://127.0.0.1:1"), "hello"
    ).failure()

    assert isinstance(error, hfpipe.TransportError)
    assert ("refused", "no", True) == (error.code, error.billed, error.retryable)


def test_a_prompt_that_is_too_long(server):
    """
    The server's refusal is a bad request, in its own words.
    """
    url = f"http://127.0.0.1:{server('llamacpp', CTX='256')}"

    error = hfpipe.chat_completion(hfpipe.endpoint_client(None, url), "hello " * 4000).failure()

    assert (400, "bad_request") == (error.status, error.code)
    assert "context" in error.message


def busy(port: int) -> bool:
    with urlopen(f"http://127.0.0.1:{port}/slots", timeout=5) as answer:
        return any(slot["is_processing"] for slot in json.load(answer))


def test_leaving_a_stream_frees_the_server(server):
    """
    Who leaves early closes the connection, and the server stops writing.
    """
    port = server("llamacpp")
    own = hfpipe.endpoint_client(None, f"http://127.0.0.1:{port}", model="tiny")
    with hfpipe.chat_completion_stream(own, "forever", max_tokens=100_000).unwrap() as stream:
        next(stream)
        assert busy(port)

    until = time.monotonic() + 5
    while busy(port) and time.monotonic() < until:
        time.sleep(0.02)
    assert not busy(port)


def test_a_stream_and_at_once_the_next_call(one):
    """
    The server closes its connection after a stream: the next call must not run into that.
    """
    for _ in range(200):
        stream = hfpipe.chat_completion_stream(one, "hello").unwrap()
        assert not isinstance(stream.response(), Failure)
        answer = hfpipe.chat_completion(one, "hello")
        assert isinstance(answer, Success), answer.failure().cause
