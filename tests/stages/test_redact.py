"""redact: the record of a call that went well, made safe to keep and to print."""

from __future__ import annotations

from attrs import evolve

import hfpipe
from hfpipe import Headers, HttpRequest
from hfpipe.secret import Secret
from hfpipe.stages.redact import redact

HF = hfpipe.client("hf_canary", model="org/m")
URL = "https://h.example/v1?key=canary"


def exchange(**fields):
    made = hfpipe.new_exchange(HF, hfpipe.chat_completion, "a prompt")
    headers = Headers({"authorization": "Bearer hf_canary", "accept": "x"})
    return evolve(made, **{"options": HF.options, "url": URL, "headers": headers, **fields})


def test_nothing_is_behind_the_marks():
    """
    Of the address, the headers and the options; what else there is stays.
    """
    before = exchange(output="the value")

    after = redact(before).unwrap()

    assert "https://h.example/v1?key=[redacted]" == after.url
    assert {"authorization": "[redacted]", "accept": "x"} == after.headers.reveal()
    assert (None, "org/m") == (after.options.token, after.options.model)
    assert ("the value", None, before.args) == (after.output, after.request, after.args)


def test_a_request_keeps_all_but_its_secrets():
    """
    What was sent, and how it was to be sent.
    """
    before = exchange()
    sent = HttpRequest(
        "PUT",
        f"{URL}&more=canary",
        before.headers,
        b"body",
        stream=True,
        timeout=1.0,
        idle_timeout=2.0,
        public_only=True,
    )

    kept = redact(evolve(before, request=sent)).unwrap().request

    address = "https://h.example/v1?key=[redacted]&more=[redacted]"
    assert evolve(sent, url=address, headers=before.headers.redacted()) == kept
    assert "[redacted]" == kept.headers.text("authorization")


def test_a_request_that_was_pointed_elsewhere_shows_what_went_there():
    """
    No token did, and the record does not say so.
    """
    before = exchange(request=HttpRequest("GET", "https://cdn.example/x", {"accept": "x"}))

    assert "authorization" not in redact(before).unwrap().request.headers


def test_options_without_a_token_stay_the_same():
    """
    Nothing is made anew for nothing.
    """
    options = hfpipe.client("hf_x").with_options(token=None).options
    without = exchange(options=evolve(options, token=None))

    assert without.options is redact(without).unwrap().options
    assert (
        None is redact(exchange(options=evolve(options, token=Secret("a")))).unwrap().options.token
    )


def test_the_options_of_a_call_stay_the_calls():
    """
    They lose their token, and do not become the client's.
    """
    own = evolve(HF.options, timeout=3.0, bill_to="acme")

    kept = redact(exchange(options=own)).unwrap().options

    assert evolve(own, token=None) == kept
