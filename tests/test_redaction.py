"""Errors and records made safe to keep: what is filled in, what is hidden, what is cut."""

from __future__ import annotations

import pytest
from attrs import evolve

import hfpipe
from hfpipe import Exchange, FileBody, Headers, HttpRequest, HttpResponse
from hfpipe.records import Meta, Options
from hfpipe.redaction import (
    KEPT,
    located,
    redacted_request,
    redacted_response,
    request_id,
    safe,
    secrets,
)
from hfpipe.secret import Secret

ASKED = HttpRequest("POST", "https://h.example/v1?key=abcd", {"x-key": "k-1234"}, b"{}")
ANSWER = HttpResponse(418, {"x-request-id": "r1"}, b"told")


def exchange(**fields) -> Exchange:
    hf = hfpipe.endpoint_client("hf_canary", "https://h.example/v1", model="org/m")
    made = hfpipe.new_exchange(hf, hfpipe.chat_completion, "hi")
    return evolve(made, **{"options": hf.options, **fields})


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"x-request-id": "a", "x-amzn-trace-id": "b"}, "a"),
        ({"x-amzn-trace-id": "b", "x-amz-cf-id": "c"}, "b"),
        ({"x-amz-cf-id": "c", "x-fal-request-id": "d"}, "c"),
        ({"x-fal-request-id": "d"}, "d"),
        ({"x-request-id": "", "x-fal-request-id": "d"}, "d"),
        ({}, ""),
    ],
)
def test_a_request_has_a_name_to_quote(headers, name):
    """
    The first of the headers in which servers give one.
    """
    assert name == request_id(HttpResponse(200, headers))
    assert "" == request_id(None)


def test_an_error_is_told_what_the_walk_knows():
    """
    Where it stood, whose call it was, what was asked and answered, in so many tries.
    """
    walked = exchange(request=ASKED, response=ANSWER, meta=Meta(attempts=3, warnings=("w", "x")))

    error = located(hfpipe.StageError("no", warnings=("x", "y")), walked, "decode")

    assert ("decode", "conversational", "org/m", 3) == (
        error.stage,
        error.task,
        error.model,
        error.attempts,
    )
    assert ("POST", 418, "r1") == (error.request.method, error.response.status, error.request_id)
    assert ("w", "x", "y") == error.warnings


def test_what_an_error_says_itself_stands():
    """
    The walk only fills in what is empty.
    """
    own = HttpRequest("GET", "https://own.example")
    said = {
        "stage": "resolve",
        "task": "t",
        "model": "m",
        "provider": "p",
        "request_id": "r",
        "attempts": 2,
        "status": 500,
    }
    given = hfpipe.ProviderApiError("no", request=own, response=HttpResponse(501), **said)

    error = located(given, exchange(request=ASKED, response=ANSWER), "decode")

    assert said == {name: getattr(error, name) for name in said}
    assert (own.url, 501) == (error.request.url, error.response.status)


def test_a_walk_that_knows_nothing_leaves_what_is_empty_empty():
    """
    No request, no answer, no try: None and zero, as in an error of one's own making.
    """
    error = located(hfpipe.InputError("no"), exchange(), "merge")

    assert (None, None, 0, None, "") == (
        error.request,
        error.response,
        error.attempts,
        error.status,
        error.request_id,
    )


def test_an_answer_was_at_least_one_try():
    """
    Where nobody counted.
    """
    error = located(hfpipe.StageError("no"), exchange(request=ASKED, response=ANSWER), "decode")

    assert 1 == error.attempts


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (hfpipe.ProviderApiError, 418),
        (hfpipe.ProviderOutputError, 418),
        (hfpipe.StageError, None),
        (hfpipe.TransportError, None),
        (hfpipe.DeadlineError, None),
    ],
)
def test_the_status_belongs_to_errors_about_the_answer(made, status):
    """
    A stage that raised after a 418 was not answered by a 418. An error's own answer counts first.
    """
    walked = exchange(request=ASKED, response=ANSWER)

    assert status == located(made("no"), walked, "decode").status
    own = located(made("no", response=HttpResponse(400)), walked, "decode")
    assert (status and 400) == own.status


def test_an_error_about_an_answer_that_is_not_there_has_no_status():
    """
    A provider's error that was made of nothing but words.
    """
    assert None is located(hfpipe.ProviderApiError("no"), exchange(), "decode").status


def test_a_hint_is_about_the_model_that_the_error_names():
    """
    Which may be another one than the call's.
    """
    given = hfpipe.HubApiError("no", code="unknown_model", model="own/m")
    hf = hfpipe.client("hf_x", model="org/m")
    walked = hfpipe.new_exchange(hf, hfpipe.chat_completion, "hi")

    assert "https://huggingface.co/own/m." in located(given, walked, "resolve").hint


def test_every_text_of_an_error_is_scrubbed():
    """
    All but its code, whatever it was that a secret got into.
    """
    texts = dict.fromkeys(
        ("stage", "task", "model", "provider", "request_id", "hint", "cause"), "a s3cret b"
    )
    given = hfpipe.ProviderOutputError(
        "a s3cret b", warnings=("s3cret", "w"), path="s3cret", code="bad_answer", **texts
    )

    error = safe(given, ["s3cret", "bad_answer"])

    assert "bad_answer" == error.code
    assert {"a [redacted] b"} == {getattr(error, name) for name in texts if name != "hint"}
    assert error.hint.startswith("a [redacted] b")
    assert ("a [redacted] b", "[redacted]", ("[redacted]", "w")) == (
        error.message,
        error.path,
        error.warnings,
    )


def test_the_name_of_a_request_is_scrubbed_too():
    """
    A server may give a key back in any header.
    """
    given = hfpipe.StageError("no", response=HttpResponse(200, {"x-request-id": "id-s3cret"}))

    assert "id-[redacted]" == safe(given, ["s3cret"]).request_id


def test_the_request_and_the_answer_of_an_error_are_redacted_with_it():
    """
    Whoever prints an error prints what was asked and answered, too.
    """
    given = hfpipe.StageError("no", request=ASKED, response=HttpResponse(200, {}, b"a s3cret b"))

    error = safe(given, ["s3cret"])

    assert "https://h.example/v1?key=[redacted]" == error.request.url
    assert b"a [redacted] b" == error.response.body


def test_the_secrets_of_a_call():
    """
    Tokens, keys in headers and in addresses, wherever they were given; the longest first.
    """
    hf = hfpipe.client(
        "hf_of_the_client",
        extra_headers={"x-key": "key of header", "accept": "shown"},
        endpoint_url="https://ann:passw@h.example/?sig=5ign",
        http_options={"proxy": "http://bob:pr0xy@p.example"},
    )
    made = hfpipe.new_exchange(hf, hfpipe.chat_completion, "hi", token="hf_of_the_call_itself")
    walked = evolve(
        made,
        options=Options(token=Secret("hf_of_the_options")),
        headers=Headers({"authorization": "Bearer hf_of_the_request"}),
    )

    found = secrets(walked)

    assert sorted(found, key=len, reverse=True) == found
    assert len(set(found)) == len(found)
    for text in """
        hf_of_the_client hf_of_the_options hf_of_the_request key header ann passw 5ign
        """.split():
        assert text in found
    assert "shown" not in found


def test_a_request_is_kept_without_its_secrets():
    """
    Address, headers and body are hidden or cut; all the rest is as it was.
    """
    asked = evolve(ASKED, body=b'{"k": "s3cret"}', stream=True, timeout=3.0, public_only=True)

    kept = redacted_request(asked, ["s3cret", "h.exa"])

    assert "https://[redacted]mple/v1?key=[redacted]" == kept.url
    assert {"x-key": "[redacted]"} == kept.headers.reveal()
    assert b'{"k": "[redacted]"}' == kept.body
    assert ("POST", True, 3.0, None, True) == (
        kept.method,
        kept.stream,
        kept.timeout,
        kept.idle_timeout,
        kept.public_only,
    )


def test_an_answer_is_kept_without_what_is_live():
    """
    Its status, headers, the start of its body, and when it came.
    """
    answer = HttpResponse(
        500, {"server": "s3cret/1", "x-key": "k"}, b"no s3cret", [b"x"], print, 99.0
    )

    kept = redacted_response(answer, ["s3cret"])

    assert (500, b"no [redacted]", 99.0) == (kept.status, kept.body, kept.received_at)
    assert {"server": "[redacted]/1", "x-key": "[redacted]"} == kept.headers.reveal()
    assert (None, None) == (kept.chunks, kept.close)


@pytest.mark.parametrize(
    ("kind", "body", "kept"),
    [
        ("", None, None),
        ("", b"", b""),
        ("image/png", b"", b""),
        ("", b"plain", b"plain"),
        ("text/markdown", b"plain", b"plain"),
        ("application/json", b"{}", b"{}"),
        ("APPLICATION/JSON ; charset=utf-8", b"{}", b"{}"),
        ("application/problem+json", b"{}", b"{}"),
        ("application/vnd.api+json", b"{}", b"{}"),
        ("application/xml", b"<a/>", b"<a/>"),
        ("application/xhtml", b"<a/>", b"<application/xhtml 4 B>"),
        ("image/png ; q=1", b"1234", b"<image/png 4 B>"),
        ("image/png", bytes(999), b"<image/png 999 B>"),
        ("image/png", bytes(1000), b"<image/png 1 kB>"),
        ("image/png", bytes(12_340), b"<image/png 12.3 kB>"),
        ("", b"A" * 399 + b"!", b"A" * 399 + b"!"),
        ("", b"A" * 400 + b"!", b"<base64 400 B>!"),
        ("", b"-_" * 500 + b"==!", b"<base64 1 kB>!"),
        ("", b"a " * KEPT, b"a " * (KEPT // 2)),
        ("", b"\xff", "\ufffd".encode()),
        ("", "é ".encode() * KEPT, "é ".encode() * (KEPT // 3) + b"\xc3\xa9"),
        ("", b"s3cret " * KEPT, (b"[redacted] " * KEPT)[:KEPT]),
        ("audio/wav", FileBody("x.wav", 0, 2000, b"ab"), b"<audio/wav 2 kB>"),
        ("", FileBody("x.wav", 0, 7), b"<file 7 B>"),
    ],
)
def test_how_much_of_a_body_is_kept(kind, body, kept):
    """
    Of text at most 8 KB, without secrets and base64; of binary and of files what they are.
    """
    asked = HttpRequest("POST", "https://h.example", {"content-type": kind} if kind else {}, body)

    assert kept == redacted_request(asked, ["s3cret"]).body
    assert 8192 == KEPT


def test_a_streams_answer_has_no_body_to_keep():
    """
    What is live was never read.
    """
    assert b"" == redacted_response(HttpResponse(200, {"content-type": "image/png"}), []).body
