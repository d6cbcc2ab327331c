"""The texts among a call's arguments."""

from __future__ import annotations

import pytest

import hfpipe
from hfpipe import Message

PART = {"type": "image_url", "image_url": {"url": "https://h.example/a.png"}}


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"messages": "hi"}, {"messages": "HI"}),
        (
            {"messages": [{"role": "user", "content": "hi"}], "model": "m"},
            {"messages": [{"role": "user", "content": "HI"}], "model": "m"},
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}, PART]}]},
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "HI"}, PART]}]},
        ),
        ({"messages": (Message(content="hi"),)}, {"messages": (Message(content="HI"),)}),
        ({"inputs": "hi"}, {"inputs": "HI"}),
        ({"inputs": ["hi", "you"]}, {"inputs": ["HI", "YOU"]}),
        (
            {"inputs": {"image": "https://h.example/a.png", "question": "what?"}},
            {"inputs": {"image": "https://h.example/a.png", "question": "WHAT?"}},
        ),
        (
            {"inputs": {"source_sentence": "a", "sentences": ["b", "c"]}},
            {"inputs": {"source_sentence": "A", "sentences": ["B", "C"]}},
        ),
        ({"inputs": "https://h.example/ is down"}, {"inputs": "HTTPS://H.EXAMPLE/ IS DOWN"}),
    ],
)  # fmt: skip
def test_every_text_is_changed_and_nothing_else(args, expected):
    """
    Roles, types and addresses stay as they are.
    """
    assert expected == hfpipe.map_text(args, str.upper)


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"messages": [{"role": "user", "content": "hi"}]},
        {"messages": [{"role": "assistant", "content": None, "tool_calls": []}]},
        {"inputs": ["hi"], "parameters": {"x": 1}},
        {"inputs": b"bytes"},
        {"inputs": "data:image/png;base64,AAAA"},
    ],
)
def test_what_stays_the_same_is_the_same_object(args):
    """
    Messages are referenced, never copied, where there is nothing to change.
    """
    assert hfpipe.map_text(args, "".join) is args


def test_a_stage_may_scrub_what_is_sent():
    """
    The contract's own example: a stage after merge, and an address is out of the prompt.
    """
    from returns.result import Success

    from hfpipe.testing import scripted

    @hfpipe.stage
    def no_names(exchange):
        args = hfpipe.map_text(exchange.args, lambda text: text.replace("Ann", "[name]"))
        return Success(hfpipe.evolve(exchange, args=args))

    sender = scripted("hello")
    pipeline = hfpipe.default_pipeline().after("merge", no_names)
    hf = hfpipe.endpoint_client(None, "http://127.0.0.1:1", send=sender, pipeline=pipeline)
    hfpipe.chat_completion(hf, "I am Ann").unwrap()

    assert b"I am [name]" in sender.requests[0].body
    assert b"Ann" not in sender.requests[0].body
