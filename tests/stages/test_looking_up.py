"""Asking the Hub who serves a model: the question, and what becomes of each answer."""

from __future__ import annotations

import json

import pytest
from attrs import evolve, frozen
from returns.result import Failure, Success

import hfpipe
from hfpipe import HttpRequest, HttpResponse, ProviderMapping, TransportError
from hfpipe.records import Options
from hfpipe.secret import Secret
from hfpipe.stages.looking_up import KEEP, look_up

URL = "https://huggingface.co/api/models/org/m?expand=inferenceProviderMapping"
ENTRY = {"providerId": "x", "task": "conversational", "status": "live"}


@frozen
class Asker:
    """Gives back what it is told."""

    def found(self, exchange, entries):
        return Success(evolve(exchange, output=("found", entries)))

    def otherwise(self, exchange, error, why, /):
        return Success(evolve(exchange, output=(error, why)))


def asked(**options):
    return look_up(Options(model="org/m", **options), Asker())


WALK = hfpipe.new_exchange(hfpipe.client("hf_x", model="org/m"), hfpipe.chat_completion, "hi")


def told(need, answer):
    return need.then(WALK, answer).unwrap()


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        (None, {}),
        ("hf_abc", {"authorization": "Bearer hf_abc"}),
        ("gsk_abc", {}),
    ],
)
def test_the_question(token, headers):
    """
    Is kept for five minutes; a token goes along where it is one of the Hub's own.
    """
    need = asked(token=token and Secret(token))

    assert HttpRequest("GET", URL, headers) == need.request
    assert headers == need.request.headers.reveal()
    assert 300.0 == KEEP == need.keep


def test_another_hub_is_asked_there():
    """
    And a model's name stands in the path as it may.
    """
    need = look_up(Options(model="a b", hub_url="http://hub.example"), Asker())

    assert "http://hub.example/api/models/a%20b?expand=inferenceProviderMapping" == need.request.url


def test_no_answer():
    """
    The failure knows what was asked, and that it was asked once.
    """
    need = asked()

    error, why = told(need, Failure(TransportError("gone"))).output

    assert ("gone", need.request, 1) == (error.message, error.request, error.attempts)
    assert "could not be reached" == why


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_refusal(status):
    """
    The Hub's own.
    """
    error, why = told(asked(), Success(HttpResponse(status))).output

    assert (hfpipe.HubApiError, status, f"answered {status}") == (type(error), error.status, why)


def test_a_model_that_has_moved_is_followed_five_times():
    """
    Each question is kept as the first is.
    """
    answer = Success(HttpResponse(307, {"location": "/api/models/org/new"}))
    need = asked(token=Secret("hf_abc"))
    for _ in range(5):
        need = need.then(WALK, answer).unwrap()
        assert (300.0, "https://huggingface.co/api/models/org/new") == (need.keep, need.request.url)
        assert "Bearer hf_abc" == need.request.headers.text("authorization")

    error, why = told(need, answer).output

    assert ("redirected", "points elsewhere") == (error.code, why)


LISTS = [
    {"groq": ENTRY},
    [{"provider": "groq", **ENTRY}],
]


@pytest.mark.parametrize("listed", LISTS)
def test_a_list(listed):
    """
    In either form of the Hub's.
    """
    body = json.dumps({"inferenceProviderMapping": listed}).encode()

    after = told(asked(), Success(HttpResponse(200, {}, body)))

    assert ("found", (ProviderMapping("groq", "x", "conversational"),)) == after.output
    assert () == after.meta.warnings


def test_what_cannot_be_read_of_a_list_is_passed_over():
    """
    With a warning that counts it.
    """
    listed = {"groq": ENTRY, "odd": {"task": 7}, "odder": None}
    body = json.dumps({"inferenceProviderMapping": listed}).encode()

    after = told(asked(), Success(HttpResponse(200, {}, body)))

    assert ["groq"] == [entry.provider for entry in after.output[1]]
    assert ("2 of the model's providers could not be read",) == after.meta.warnings


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"7",
        b"{}",
        b'{"inferenceProviderMapping": null}',
        b'{"inferenceProviderMapping": "x"}',
    ],
)
def test_an_answer_without_a_list(body):
    """
    Is a broken one of the Hub's, whole.
    """
    need, answer = asked(), HttpResponse(200, {}, body)

    error, why = told(need, Success(answer)).output

    assert (hfpipe.HubApiError, "bad_answer", 200) == (type(error), error.code, error.status)
    assert (need.request, answer) == (error.request, error.response)
    assert "lists no providers" == why
