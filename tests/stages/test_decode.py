"""decode: the answer as a value, as a decoder of what is still to come, or as a failure."""

from __future__ import annotations

import pytest
from attrs import evolve
from returns.result import Success

import hfpipe
from hfpipe import HttpRequest, HttpResponse, ProviderMapping
from hfpipe.providers.row import Provider, Recipe
from hfpipe.records import Options
from hfpipe.stages.decode import decode

ASKED = HttpRequest("POST", "https://h.example/v1")
STREAM = HttpRequest("POST", "https://h.example/v1", stream=True)


def value(exchange):
    return Success(evolve(exchange, output="the value"))


def missing(exchange):
    return Success(evolve(exchange, output="elsewhere"))


def fold(exchange):
    return "the decoder"


def decoded(request, response, **recipe):
    """What decode makes of an answer, for a recipe that reads so."""
    how = Recipe(lambda _: "/", Success, value, **recipe)
    row = Provider("acme", "https://h.example", {"conversational": how})
    made = hfpipe.new_exchange(hfpipe.client("hf_x", model="m"), hfpipe.chat_completion, "hi")
    return decode(
        evolve(
            made,
            options=Options(providers={"acme": row}),
            mapping=ProviderMapping("acme", "m", "conversational"),
            request=request,
            response=response,
        )
    )


@pytest.mark.parametrize("recipe", [{}, {"missing": missing}, {"fold": fold}])
@pytest.mark.parametrize("status", [200, 202, 299])
def test_an_answer_is_read_by_its_recipe(status, recipe):
    """
    Any 2xx, whatever else the recipe knows.
    """
    assert "the value" == decoded(ASKED, HttpResponse(status), **recipe).unwrap().output


@pytest.mark.parametrize("status", [199, 300, 400, 403, 404, 405, 500])
def test_a_refusal_is_the_failure(status):
    """
    The provider's, with its name; a 404 may be gone on with, where the recipe knows how.
    """
    error = decoded(ASKED, HttpResponse(status)).failure()
    assert (status, f"acme answered {status}") == (error.status, error.message)

    onward = decoded(ASKED, HttpResponse(status), missing=missing)
    if status == 404:
        assert "elsewhere" == onward.unwrap().output
    else:
        assert error == onward.failure()


@pytest.mark.parametrize(
    ("request_", "response"), [(None, HttpResponse()), (ASKED, None), (None, None)]
)
def test_there_has_to_be_an_answer(request_, response):
    """
    A pipeline without `send` gives decode nothing to read, and cost nothing.
    """
    error = decoded(request_, response).failure()

    assert (hfpipe.ProviderOutputError, "no") == (type(error), error.billed)


def test_a_stream_gets_its_decoder():
    """
    And what is live stays where it is.
    """
    response = HttpResponse(chunks=iter([b"x"]))

    after = decoded(STREAM, response, fold=fold).unwrap()

    assert "the decoder" == after.output
    assert response is after.response


@pytest.mark.parametrize(
    ("response", "recipe", "code", "got", "words"),
    [
        (
            HttpResponse(200, {"content-type": "application/json"}, b"{}"),
            {"fold": fold},
            "bad_answer",
            "application/json",
            "",
        ),
        (
            HttpResponse(200, {"content-type": "application/json"}, b'{"error": "too busy"}'),
            {"fold": fold},
            "in_band",
            "application/json",
            ": the answer tells of an error: too busy",
        ),
        (HttpResponse(), {"fold": fold}, "bad_answer", "no content type", ""),
        (
            HttpResponse(200, {"content-type": "text/plain"}, chunks=iter([b"x"])),
            {},
            "bad_answer",
            "text/plain",
            "",
        ),
    ],
)
def test_a_streaming_call_without_a_stream(response, recipe, code, got, words):
    """
    Says what came instead, and the server's own words where there are any.
    """
    error = decoded(STREAM, response, **recipe).failure()

    assert (hfpipe.ProviderOutputError, code, "text/event-stream", got) == (
        type(error),
        error.code,
        error.expected,
        error.got,
    )
    assert f"acme answered a streaming call with {got} instead of an event stream{words}" == (
        error.message
    )
