"""The record of a call: what it begins with, what it shows, and whose call it is."""

from __future__ import annotations

import pickle

import attrs
import pytest

import hfpipe
from hfpipe import HttpRequest, HttpResponse, ProviderMapping
from hfpipe.records import Exchange, Meta, Options, RateLimit, StageRecord, warned, who
from hfpipe.wire import Headers

HF = hfpipe.client("hf_canary", model="org/m", provider="groq")


def asked(**args) -> Exchange:
    return Exchange(HF, "conversational", args)


def test_a_record_starts_whole():
    """
    What no stage has written yet is empty, so that none has to ask.
    """
    exchange = asked()
    empty = {
        "options": Options(),
        "mapping": None,
        "url": "",
        "body": None,
        "content_type": "",
        "method": "POST",
        "headers": Headers(),
        "request": None,
        "response": None,
        "output": None,
        "meta": Meta(),
        "trace": (),
    }

    assert empty == {name: getattr(exchange, name) for name in empty}


DEFAULTS = {
    "token": None,
    "model": "",
    "provider": "auto",
    "task": "",
    "bill_to": "",
    "endpoint_url": "",
    "timeout": "unset",
    "idle_timeout": 120.0,
    "retry_on_503": True,
    "retry": None,
    "extra_headers": Headers(),
    "extra_body": {},
    "save_to": None,
    "on_progress": None,
    "http_options": hfpipe.HttpOptions(),
    "hub_url": "https://huggingface.co",
    "router_url": "https://router.huggingface.co",
    "max_response_bytes": 1024**3,
    "mappings": {},
    "providers": {},
    "auto_router": True,
    "pipeline": None,
    "send": None,
}


def test_the_options_that_nobody_gave():
    """
    Each of them, as the documentation has it.
    """
    assert DEFAULTS == {f.name: getattr(Options(), f.name) for f in attrs.fields(Options)}


@pytest.mark.parametrize(
    ("made", "empty"),
    [
        (
            Meta(),
            (None, "", "", "", None, None, 0, 0.0, None, ()),
        ),
        (RateLimit(), (None, None, None)),
        (StageRecord("send", 1.0, "ok"), ("send", 1.0, "ok", ())),
        (ProviderMapping("p", "i", "t"), ("p", "i", "t", "live", None, None)),
    ],
)
def test_what_is_not_known_is_empty(made, empty):
    """
    In every record.
    """
    assert empty == attrs.astuple(made, recurse=False)


@pytest.mark.parametrize(
    ("args", "fields", "known"),
    [
        ({}, {}, ("groq", "org/m")),
        ({"provider": "novita"}, {}, ("novita", "org/m")),
        ({"model": "own/m"}, {}, ("groq", "own/m")),
        ({"model": 7, "provider": None}, {}, ("groq", "org/m")),
        ({}, {"options": Options(provider="together", model="o/x")}, ("together", "o/x")),
        (
            {"model": "own/m", "provider": "novita"},
            {"options": Options(provider="together", model="o/x")},
            ("together", "o/x"),
        ),
        ({"model": "own/m"}, {"options": Options(provider="together")}, ("together", "own/m")),
        (
            {},
            {
                "options": Options(model="o/x"),
                "mapping": ProviderMapping("fal-ai", "their/x", "t"),
            },
            ("fal-ai", "o/x"),
        ),
    ],
)
def test_whose_call_it_is(args, fields, known):
    """
    Until the options are merged those asked for, then those merged, then who was chosen.
    """
    assert known == who(attrs.evolve(asked(**args), **fields))


def test_a_warning_is_noted_once():
    """
    However often it is met, and behind those before it.
    """
    once = warned(warned(asked(), "a"), "b")

    assert ("a", "b") == once.meta.warnings
    assert once is warned(once, "a")
    assert () == asked().meta.warnings


def test_a_record_prints_what_may_be_seen():
    """
    Whose call it is, where it goes, what was sent and came; no token, no prompt.
    """
    full = attrs.evolve(
        asked(inputs="a prompt"),
        options=Options(provider="groq", model="org/m"),
        url="https://h.example/?k=canary",
        request=HttpRequest("GET", "https://h.example/?k=canary"),
        response=HttpResponse(404),
    )

    assert "Exchange(conversational, model=org/m, provider=groq)" == repr(asked(inputs="a prompt"))
    assert (
        "Exchange(conversational, model=org/m, provider=groq, url=https://h.example/?k=[redacted], "
        "request=HttpRequest(GET https://h.example/?k=[redacted] {}), "
        "response=HttpResponse(404 {} <0 bytes>))"
    ) == repr(full)


def test_a_record_travels_without_the_secrets_of_its_address():
    """
    All else arrives as it was.
    """
    here = attrs.evolve(asked(inputs="a"), url="https://h.example/?k=canary", output=[1])

    data = pickle.dumps(here)
    there = pickle.loads(data)

    assert b"canary" not in data
    assert "https://h.example/?k=[redacted]" == there.url
    assert ({"inputs": "a"}, [1], "conversational") == (there.args, there.output, there.task)
