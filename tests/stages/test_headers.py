"""headers: who asks, what is sent, what is wanted back, and where a token may go."""

from __future__ import annotations

import pickle

import pytest

import hfpipe
from hfpipe.testing import scripted

MODEL = "org/name"


def headers(hf, **args):
    return (
        hfpipe.exchange(hf, "chat_completion", "hi", model=MODEL, **args).unwrap().request.headers
    )


def sent(token=None, environ=None, monkeypatch=None, **options):
    for name, value in (environ or {}).items():
        monkeypatch.setenv(name, value)
    send = scripted("hello")
    hf = hfpipe.client(token, send=send, **options)
    hfpipe.chat_completion(hf, "hi", model=MODEL)
    return send.requests[-1].headers if send.requests else None


def test_what_every_request_says():
    """
    Names in lower case, the token as a Bearer, JSON as JSON.
    """
    given = sent("hf_token", bill_to="acme")

    assert "Bearer hf_token" == given.text("authorization")
    assert "acme" == given["x-hf-bill-to"]
    assert "application/json" == given["content-type"]
    assert given["user-agent"].startswith("hfpipe/")


def test_the_callers_headers_lie_over_the_generated_ones():
    """
    Whatever their case.
    """
    given = sent("hf_token", extra_headers={"AUTHORIZATION": "Key other", "X-Mine": "1"})

    assert "Key other" == given.text("authorization")
    assert "1" == given.text("x-mine")


IMPLICIT = [
    ({}, True),
    ({"endpoint_url": "https://x.endpoints.huggingface.cloud"}, True),
    ({"endpoint_url": "http://x.endpoints.huggingface.cloud"}, False),
    ({"endpoint_url": "https://huggingface.co.evil.example"}, False),
    ({"endpoint_url": "https://h.example"}, False),
    ({"endpoint_url": "http://127.0.0.1:8080"}, False),
    ({"router_url": "http://127.0.0.1:8080"}, True),
]


@pytest.mark.parametrize(("options", "goes"), IMPLICIT)
def test_a_found_token_goes_only_to_its_own_hosts(options, goes, monkeypatch):
    """
    One that was given goes where the caller points; one that was found does not.
    """
    found = sent(None, {"HF_TOKEN": "hf_found"}, monkeypatch, **options)
    given = sent("hf_given", **options)

    assert goes == ("authorization" in found)
    assert "Bearer hf_given" == given.text("authorization")


def test_a_found_token_travels_as_its_source(monkeypatch):
    """
    A pickled client reads it again where it arrives; a literal one does not travel.
    """
    monkeypatch.setenv("HF_TOKEN", "hf_here")
    data = pickle.dumps(hfpipe.client())
    monkeypatch.setenv("HF_TOKEN", "hf_there")
    literal = pickle.dumps(hfpipe.client("hf_literal"))

    arrived = pickle.loads(data).with_options(send=(send := scripted("hello")))
    hfpipe.chat_completion(arrived, "hi", model=MODEL)
    lost = hfpipe.chat_completion(pickle.loads(literal), "hi", model=MODEL).failure()

    assert b"hf_here" not in data
    assert b"hf_literal" not in literal
    assert "Bearer hf_there" == send.requests[0].headers.text("authorization")
    assert "missing_token" == lost.code
