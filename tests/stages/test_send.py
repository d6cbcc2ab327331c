"""send: the finished request as a need, its answer beside it, and redirects."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from returns.result import Failure, Success

import hfpipe
from hfpipe import Headers, HttpRequest, HttpResponse, TransportError
from hfpipe.records import Options
from hfpipe.stages.send import send

URL = "https://h.example/v1"


def exchange(method="POST", stream=None, **options):
    hf = hfpipe.client("hf_x", model="org/m")
    made = hfpipe.new_exchange(hf, hfpipe.chat_completion, "hi")
    return evolve(
        made,
        args={"stream": stream},
        options=Options(**options),
        url=URL,
        method=method,
        headers=Headers({"accept": "x"}),
        body=b"{}" if method == "POST" else None,
    )


def needed(walk):
    return send(walk).unwrap()


@pytest.mark.parametrize("stream", [True, None])
def test_what_was_built_is_asked(stream):
    """
    Method, address, headers and body as they are; how long is left is the driver's business.
    """
    need = needed(exchange(stream=stream, idle_timeout=7.0, save_to=Path("x.png")))

    asked = HttpRequest("POST", URL, {"accept": "x"}, b"{}", bool(stream), None, 7.0)
    assert (asked, Path("x.png"), 0.0, 0.0, 0.0) == (
        need.request,
        need.save,
        need.after,
        need.spread,
        need.keep,
    )


@pytest.mark.parametrize("status", [200, 204, 299, 300, 304, 400, 404, 500])
def test_an_answer_is_kept_beside_its_request(status):
    """
    Whatever its status: what it means is decode's to say.
    """
    walk = exchange()
    need = needed(walk)
    answer = HttpResponse(status, {}, b"told")

    after = need.then(walk, Success(answer)).unwrap()

    assert (need.request, answer) == (after.request, after.response)


def test_no_answer_is_a_failure_that_knows_its_request():
    """
    It was sent once.
    """
    walk = exchange()
    need = needed(walk)

    error = need.then(walk, Failure(TransportError("gone"))).failure()

    assert ("gone", need.request, 1) == (error.message, error.request, error.attempts)


def test_a_place_that_it_points_to_is_asked_next():
    """
    And where the answer goes stays the same.
    """
    walk = exchange(save_to=Path("x.png"))
    need = needed(walk)

    onward = need.then(walk, Success(HttpResponse(307, {"location": "/v2"}))).unwrap()
    after = onward.then(walk, Success(HttpResponse(200))).unwrap()

    assert ("https://h.example/v2", Path("x.png")) == (onward.request.url, onward.save)
    assert onward.request == after.request


def test_a_location_without_a_redirect_leads_nowhere():
    """
    Of an answer that created something, it is where that is.
    """
    walk = exchange()

    after = needed(walk).then(walk, Success(HttpResponse(201, {"location": "/v2"}))).unwrap()

    assert 201 == after.response.status


def test_five_places_are_gone_to():
    """
    The sixth is a failure, and not asked.
    """
    walk, answer = exchange(), Success(HttpResponse(308, {"location": "/again"}))
    need = needed(walk)
    for _ in range(5):
        need = need.then(walk, answer).unwrap()

    assert "redirected" == need.then(walk, answer).failure().code


def test_a_place_where_nobody_may_be_sent_is_a_failure():
    """
    The redirect's own.
    """
    walk = exchange("GET")

    answer = Success(HttpResponse(302, {"location": "https://10.0.0.1/x"}))

    assert "forbidden_address" == needed(walk).then(walk, answer).failure().code
