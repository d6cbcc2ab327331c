"""headers: who asks, what is sent, what is wanted back, and where a token may go."""

from __future__ import annotations

import pickle

import pytest

import hfpipe
from hfpipe.records import ProviderMapping
from hfpipe.stages.headers import headers as of
from hfpipe.testing import scripted

MODEL = "org/name"
CHAT = "conversational"


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
    ({"endpoint_url": "https://huggingface.co/x"}, True),
    ({"endpoint_url": "https://api.huggingface.co/x"}, True),
    ({"endpoint_url": "https://x.hf.co"}, True),
    ({"endpoint_url": "https://hf.co"}, True),
    ({"endpoint_url": "https://nothf.co"}, False),
    ({"endpoint_url": "http://huggingface.co:8000", "hub_url": "http://huggingface.co:8000"}, True),
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


def acme(**fields):
    """A row of one's own that answers chat, and takes any key."""
    row = hfpipe.PROVIDERS["groq"]
    recipes = dict(row.recipes)
    accept = fields.pop("accept", "")
    recipes["conversational"] = hfpipe.evolve(recipes["conversational"], accept=accept)
    return {"acme": hfpipe.evolve(row, name="acme", recipes=recipes, mapped=False, **fields)}


@pytest.mark.parametrize(
    ("token", "scheme", "shown"),
    [
        ("hf_x", "Bearer", "Bearer hf_x"),
        ("hf_x", "Key", "Bearer hf_x"),
        ("own_x", "Key", "Key own_x"),
        ("own_x", "Bearer", "Bearer own_x"),
    ],
)
def test_a_key_stands_behind_the_word_of_its_provider(token, scheme, shown):
    """
    A Hugging Face token behind the router's, whatever the provider's is.
    """
    given = sent(token, provider="acme", providers=acme(scheme=scheme))

    assert shown == given.text("authorization")


def test_what_a_provider_insists_on_lies_over_everything():
    """
    And what the task is answered with is asked for, where the recipe says so.
    """
    rows = acme(headers=(("x-version", "2"), ("x-mine", "theirs")), accept="image/png")

    given = sent("own_x", provider="acme", providers=rows, extra_headers={"x-mine": "1"})
    plain = sent("own_x", provider="acme", providers=acme())

    assert ("2", "theirs", "image/png") == tuple(map(given.text, ("x-version", "x-mine", "accept")))
    assert ["authorization", "content-type", "user-agent"] == sorted(plain)


def test_a_request_without_a_body_has_no_content_type():
    """
    There is nothing to be said of it.
    """
    send = scripted({})
    hf = hfpipe.endpoint_client(None, "https://h.example", send=send)

    hfpipe.request(hf, path="/x", method="GET")

    assert "content-type" not in send.requests[0].headers


def test_like_calls_have_the_same_headers():
    """
    Made once for a client; a call that says more has its own, and leaves the others alone.
    """
    send = scripted("hello", "hello", "hello", {}, "hello")
    hf = hfpipe.endpoint_client("hf_first", "https://h.example", send=send)

    hfpipe.chat_completion(hf, "hi")
    hfpipe.chat_completion(hf, "hi", token="hf_second", extra_headers={"x-mine": "1"})
    hfpipe.chat_completion(hf, "hello", temperature=0.5)
    hfpipe.request(hf, path="/x", method="GET")
    hfpipe.chat_completion(hf.with_options(bill_to="acme"), "hi")
    first, own, again, bodiless, billed = (request.headers for request in send.requests)

    assert again is first
    assert ("Bearer hf_second", "1") == (own.text("authorization"), own.text("x-mine"))
    assert ("Bearer hf_first", "") == (first.text("authorization"), first.text("x-mine"))
    assert ("application/json", "") == (first.text("content-type"), bodiless.text("content-type"))
    assert ("", "acme") == (first.text("x-hf-bill-to"), billed.text("x-hf-bill-to"))


def test_headers_are_those_of_who_answers():
    """
    One client may be answered by several providers: the choice of `auto` is made for each call.
    """
    rows = {**hfpipe.PROVIDERS, **acme(headers=(("x-version", "2"),))}
    hf = hfpipe.client("hf_x", providers=rows)
    exchange = hfpipe.evolve(hfpipe.new_exchange(hf, CHAT, "hi"), options=hf.options)
    names = ["acme", "novita", "acme"]

    built = [
        of(hfpipe.evolve(exchange, mapping=ProviderMapping(name, "m", CHAT))).unwrap().headers
        for name in names
    ]

    assert ["2", "", "2"] == [headers.text("x-version") for headers in built]


def test_many_unlike_calls_are_not_all_remembered():
    """
    Each form has a boundary of its own in its content type: they would never be met again.
    """
    hf = hfpipe.endpoint_client("hf_x", "https://h.example")
    exchange = hfpipe.evolve(
        hfpipe.new_exchange(hf, CHAT, "hi"),
        options=hf.options,
        mapping=ProviderMapping("endpoint", "m", CHAT),
        url="https://h.example/x",
    )
    kinds = [f"multipart/form-data; boundary={n}" for n in range(100)]

    built = [of(hfpipe.evolve(exchange, content_type=kind)).unwrap().headers for kind in kinds]

    assert kinds == [headers["content-type"] for headers in built]
    assert len(hf.kept_headers) < len(kinds)


@pytest.mark.parametrize(("token", "warned"), [("hf_x", False), (None, False), ("own_x", True)])
def test_a_bill_without_effect_is_warned_of(token, warned):
    """
    A provider's own key is billed by the provider; the header goes along all the same.
    """
    line = "bill_to has no effect with a provider's own key"
    send = scripted("hello")
    hf = hfpipe.client(
        token, send=send, provider="acme", providers=acme(keyless=True), bill_to="me"
    )

    walked = hfpipe.exchange(hf, "chat_completion", "hi", model=MODEL).unwrap()

    assert "me" == send.requests[0].headers["x-hf-bill-to"]
    assert ((line,) if warned else ()) == walked.meta.warnings
