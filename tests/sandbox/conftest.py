"""Clients of the sandbox, and its answers as they come over the wire."""

from __future__ import annotations

import json

import pytest

import hfpipe
from hfpipe.sandbox.server import replied
from hfpipe.wire import HttpRequest

BASE = "https://sandbox.hfpipe.invalid"


@pytest.fixture
def hf():
    """A client of the sandbox that asks nothing twice."""
    return hfpipe.client(provider="sandbox", retry_on_503=False)


@pytest.fixture
def post():
    """Posts a body to a path, or the inputs of a task; gives status and decoded body."""

    def posted(path, body, **headers):
        address = path if path.startswith("/") else f"/models/sandbox/pipeline/{path}"
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = {"content-type": "application/json", **headers}
        reply = replied(HttpRequest("POST", BASE + address, kind, raw))
        return reply.status, json.loads(reply.body)

    return posted


@pytest.fixture
def chat(post):
    """The first choice of a chat with this last message and these fields."""

    def answered(message, **fields):
        messages = [{"role": "user", "content": message}]
        status, body = post("/v1/chat/completions", {"model": "m", "messages": messages, **fields})
        assert status == 200, body
        return body["choices"][0]

    return answered
