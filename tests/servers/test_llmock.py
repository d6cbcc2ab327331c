"""LLMock: a server that breaks on demand, and judges how a client asks again."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

import pytest

import hfpipe

pytestmark = pytest.mark.servers


class Judge:
    """The server's other side: what it shall do next, and what it thought of us."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"

    def _ask(self, path: str, body: object = None):
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.base + path, data, {"content-type": "application/json"})
        with urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def plans(self, *behaviors: dict) -> None:
        self._ask("/_llmock/reset", {})
        self._ask("/_llmock/scenario", {"behaviors": behaviors})

    def verdict(self) -> dict:
        return self._ask("/_llmock/verdict")

    def client(self, **options) -> hfpipe.Client:
        return hfpipe.endpoint_client("a-key", f"{self.base}/v1", model="any", **options)


@pytest.fixture
def judge(server) -> Judge:
    return Judge(server("fault-llm"))


def blameless(judge: Judge) -> None:
    """The server has seen at least one attempt, and nothing wrong with any."""
    said = judge.verdict()

    assert said["attempts"] > 0
    assert [] == [found["code"] for found in said["findings"] if found["code"] != "gave_up"]


@pytest.mark.parametrize("status", [429, 503])
def test_waits_as_long_as_it_is_told(judge, status):
    """
    Two refusals with a Retry-After of a second each, and then the answer.
    """
    judge.plans({"type": "fail", "status": status, "retry_after": 1, "times": 2})

    ended = hfpipe.exchange(judge.client(retry=3), hfpipe.chat_completion, "x").unwrap()

    assert 3 == ended.meta.attempts
    assert ended.meta.duration >= 2.0
    blameless(judge)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_cannot_get_better_is_not_asked_again(judge, status):
    """
    However many tries are allowed.
    """
    judge.plans({"type": "fail", "status": status, "times": 5})

    error = hfpipe.chat_completion(judge.client(retry=3), "x").failure()

    assert (status, 1) == (error.status, error.attempts)
    blameless(judge)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("truncate", "truncated"), ("disconnect", "reset"), ("malformed", "bad_answer")],
)
def test_a_broken_stream_is_no_answer(judge, kind, code):
    """
    Each break is told by its name, with what had come.
    """
    judge.plans({"type": "stream_fault", "kind": kind, "after_chunks": 3})

    error = hfpipe.chat_completion_stream(judge.client(), "x").unwrap().response().failure()

    assert isinstance(error, hfpipe.StreamError)
    assert code == error.code
    assert error.chunks > 0


def test_a_stream_that_stalls_is_left(judge):
    """
    Nothing for `idle_timeout` seconds ends it.
    """
    judge.plans({"type": "stream_fault", "kind": "stall", "after_chunks": 2})
    hf = judge.client(idle_timeout=0.5)

    error = hfpipe.chat_completion_stream(hf, "x").unwrap().response().failure()

    assert "idle" == error.code


def test_a_slow_answer_meets_the_deadline(judge):
    """
    A server that thinks for longer than the call may take is not waited for.
    """
    judge.plans({"type": "delay", "seconds": 5})

    error = hfpipe.chat_completion(judge.client(timeout=0.5), "x").failure()

    assert isinstance(error, hfpipe.DeadlineError)


def test_a_reply_and_its_stream(judge):
    """
    Without a fault both faces give the same words.
    """
    judge.plans(
        {"type": "reply", "text": "Paris, of course."},
        {"type": "reply", "text": "Paris, of course."},
    )

    whole = hfpipe.chat_completion(judge.client(), "x").unwrap()
    streamed = hfpipe.chat_completion_stream(judge.client(), "x").unwrap().response().unwrap()

    assert "Paris, of course." == whole.text == streamed.text
