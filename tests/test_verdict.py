"""What an HTTP answer means: status, content type and body to class, code and hint."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hfpipe
from hfpipe import Headers, HttpRequest, HttpResponse, HubApiError, ProviderApiError
from hfpipe.hints import NEW_TOKEN
from hfpipe.testing import scripted
from hfpipe.verdict import hub_refusal, provider_refusal

ASKED = HttpRequest("POST", "https://api.example/v1/chat/completions")

CODES = {
    300: "redirected",
    301: "redirected",
    304: "redirected",
    307: "redirected",
    399: "redirected",
    400: "bad_request",
    401: "invalid_token",
    402: "out_of_credits",
    403: "missing_permission",
    404: "unknown_model",
    405: "bad_request",
    407: "proxy",
    408: "timeout",
    409: "bad_request",
    410: "bad_request",
    413: "too_large",
    415: "bad_request",
    418: "bad_request",
    421: "bad_request",
    422: "bad_request",
    424: "server_error",
    425: "bad_request",
    429: "rate_limited",
    451: "bad_request",
    499: "bad_request",
    500: "server_error",
    501: "server_error",
    502: "server_error",
    503: "server_error",
    504: "timeout",
    520: "server_error",
    529: "server_error",
    599: "server_error",
}
RETRYABLE = {408, 409, 425, 429, 500, 502, 503, 504, 529}

JSON = "application/json"
# (content type, body, the words that are found in it)
BODIES = [
    (JSON, {"error": "told so"}, "told so"),
    (JSON, {"error": ["told so"]}, "told so"),
    (JSON, {"error": ["told", "so"]}, "told; so"),
    (JSON, {"error": "told so", "warnings": ["w"]}, "told so"),
    (JSON, {"error": "told so", "error_type": "validation"}, "told so"),
    (JSON, {"error": {"message": "told so", "type": "t", "param": "p", "code": 1}}, "told so"),
    (JSON, {"id": "x", "error": {"message": "told so"}}, "told so"),
    (JSON, {"error": {"error": {"message": "told so"}}}, "told so"),
    (JSON, {"detail": "told so"}, "told so"),
    (JSON, {"detail": [{"loc": ["body", 0], "msg": "told so", "type": "t"}]}, "body.0: told so"),
    (JSON, {"detail": [{"msg": "told so"}]}, "told so"),
    (JSON, {"message": "told so", "request_id": "r"}, "told so"),
    (JSON, {"message": "told so", "type": "t", "code": "wrong_api_format"}, "told so"),
    (JSON, {"object": "error", "message": "told so", "code": 40303}, "told so"),
    (JSON, {"errors": [{"message": "told so"}]}, "told so"),
    (JSON, {"error_description": "told so"}, "told so"),
    (JSON, {"error": None, "message": "told so"}, "told so"),
    (JSON, "told so", "told so"),
    (JSON, ["told so"], "told so"),
    (JSON, {"error": {}}, ""),
    (JSON, {}, ""),
    (JSON, None, ""),
    (JSON, 5, ""),
    (JSON, b'{"error": "tol', '{"error": "tol'),
    (JSON, b'\xef\xbb\xbf{"error": "told so"}', "told so"),
    ("application/problem+json", {"detail": "told so", "title": "t", "status": 4}, "told so"),
    ("text/plain", b"told so", "told so"),
    ("text/plain", b'{"error": "told so"}', "told so"),
    ("text/plain", b"  told\r\n\t so ", "told so"),
    ("text/html", b"<html><title>told so</title><body>x", "told so"),
    ("text/html", b"<html><body>x", ""),
    ("text/html", b'{"error": "told so"}', "told so"),
    ("", b"told so", "told so"),
    ("", b"<!DOCTYPE html><TITLE lang='en'>told\nso</TITLE>", "told so"),
    ("text/plain", b"told \xff\xfe", "told"),
    ("application/octet-stream", b"\0\1\2", ""),
    ("image/png", b"\x89PNG\r\n\x1a\n", ""),
    ("image/svg+xml", b"a picture", ""),
    ("audio/wav", b"RIFF", ""),
    ("video/mp4", b"ftyp", ""),
    ("", b"", ""),
]


def body(given):
    return given if isinstance(given, bytes) else json.dumps(given).encode()


@pytest.mark.parametrize("status", CODES)
@pytest.mark.parametrize(("kind", "given", "words"), BODIES, ids=range(len(BODIES)))
def test_each_status_and_body_has_its_code_its_words_and_its_hint(status, kind, given, words):
    """
    Every status with every content type and shape of body: the code by the status, the server's
    own words in the message, a hint, and whether to ask again.
    """
    response = HttpResponse(status, {"content-type": kind}, body(given))

    error = provider_refusal(ASKED, response, "acme")

    assert (ProviderApiError, CODES[status], status) == (type(error), error.code, error.status)
    assert error.message.startswith(f"acme answered {status}: {words}" if words else "acme ")
    assert bool(words) == (": " in error.message)
    assert error.hint.endswith(f"(docs/errors.md#{error.code})")
    assert (status in RETRYABLE) == error.retryable
    assert 1 == len(str(error).splitlines())
    assert error == pickle.loads(pickle.dumps(error))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"error": "Model org/x is currently loading", "estimated_time": 20.0}, "loading"),
        ({"error": "Model org/x is currently loading"}, "loading"),
        ({"error": "The container is starting"}, "loading"),
        ({"error": "Model is warming up"}, "loading"),
        ({"error": "The endpoint is initializing"}, "loading"),
        ({"estimated_time": 9}, "loading"),
        ({"error": "Endpoint is paused, ask a maintainer to restart it"}, "endpoint_asleep"),
        ({"error": "The endpoint is scaled to zero"}, "endpoint_asleep"),
        ({"error": "Bad Request: scaled-to-zero"}, "endpoint_asleep"),
        ({"error": "No healthy upstream"}, "server_error"),
        ({}, "server_error"),
    ],
)
def test_a_503_is_loading_asleep_or_an_error(words, code):
    """
    What a 503 means is in its words.
    """
    assert code == provider_refusal(ASKED, HttpResponse(503, {}, body(words)), "acme").code


@pytest.mark.parametrize("words", ["loading", "paused"])
@pytest.mark.parametrize("status", [500, 502])
def test_only_a_503_is_read_for_what_it_means(status, words):
    """
    Another status with the same words is an error of the server's.
    """
    error = provider_refusal(ASKED, HttpResponse(status, {}, body({"error": words})), "acme")

    assert "server_error" == error.code


BILLED = {
    199: "no",
    300: "no",
    400: "no",
    424: "unknown",
    429: "no",
    499: "no",
    500: "unknown",
    502: "unknown",
    503: "no",
    504: "unknown",
    529: "no",
}


@pytest.mark.parametrize("status", BILLED)
def test_what_a_refusal_may_have_cost(status):
    """
    What was refused, or never begun, is not billed; what broke at the server may be.
    """
    assert BILLED[status] == provider_refusal(ASKED, HttpResponse(status), "acme").billed


def test_a_refusal_has_its_request_and_its_response():
    """
    Both are in the error, whole: they are redacted later on.
    """
    response = HttpResponse(500, {"x-request-id": "r1"}, b"no")

    error = provider_refusal(ASKED, response, "acme")

    assert (ASKED, response, "r1") == (error.request, error.response, error.request_id)


def test_an_answer_below_200_is_none():
    """
    An interim status in the place of the answer is a broken server's.
    """
    error = provider_refusal(ASKED, HttpResponse(199), "acme")

    assert ("bad_answer", 199) == (error.code, error.status)


def test_a_servers_words_have_an_end():
    """
    The first 500 characters of them, and no words from more than six levels down.
    """

    def words(given):
        error = provider_refusal(ASKED, HttpResponse(400, {}, body(given)), "acme")
        return error.message.removeprefix("acme answered 400").removeprefix(": ")

    listed, named = ["told"], {"error": "told"}
    for _ in range(5):
        listed, named = [listed], {"error": named}

    assert "x" * 500 == words({"error": "x" * 501})
    assert ["told", "told"] == [words(listed), words(named)]
    assert ["", ""] == [words([listed]), words({"error": named})]


@pytest.mark.parametrize(
    ("status", "content", "helps"),
    [
        (429, b"", True),
        (503, b"loading", True),
        (500, b"", True),
        (503, b"paused", False),
        (400, b"", False),
        (504, b"", False),
    ],
)
def test_a_wait_is_in_the_hint_where_waiting_helps(status, content, helps):
    """
    Not of a request that will be wrong then, too.
    """
    response = HttpResponse(status, {"retry-after": "7"}, content)

    hint = provider_refusal(ASKED, response, "acme").hint

    assert helps == hint.startswith("Ask again in 7 s.")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_a_2xx_is_no_refusal(status):
    """
    Whatever begins with a 2 is an answer to go on with.
    """
    assert None is provider_refusal(ASKED, HttpResponse(status), "acme")


def test_an_answer_of_the_hub_is_the_hubs():
    """
    The same verdict on the look-up of a model is a HubApiError, and nothing was billed.
    """
    error = hub_refusal(ASKED, HttpResponse(404, {}, b'{"error": "Repository not found"}'))

    assert (HubApiError, "unknown_model") == (type(error), error.code)
    assert "the Hub answered 404: Repository not found" == error.message


@pytest.mark.parametrize(
    ("response", "hint"),
    [
        (HttpResponse(429, {"retry-after": "7"}), "Ask again in 7 s."),
        (HttpResponse(429, {"ratelimit": '"api";r=0;t=55'}), "Ask again in 55 s."),
        (HttpResponse(503, {}, b'{"error":"loading","estimated_time":20.0}'), "Ask again in 20 s."),
        (HttpResponse(402), "https://huggingface.co/settings/billing"),
        (HttpResponse(403), NEW_TOKEN),
        (
            HttpResponse(403, {}, b'{"error":"gated"}'),
            "access to the model: https://huggingface.co/o/m.",
        ),
        (HttpResponse(404), "https://huggingface.co/o/m."),
        (HttpResponse(503, {}, b'{"error":"paused"}'), "https://endpoints.huggingface.co"),
        (HttpResponse(401), "https://huggingface.co/settings/tokens"),
        (HttpResponse(401), "The token sent: the one that was given."),
    ],
)
def test_a_hint_says_what_to_do_with_the_exact_link(response, hint):
    """
    How long to wait, which page to open, which token was sent: as far as the call knows.
    """
    hf = hfpipe.client("hf_abc", send=scripted(response), retry_on_503=False)

    error = hfpipe.chat_completion(hf, "hi", model="o/m").failure()

    assert hint in error.hint
    assert error.hint.endswith(f"(docs/errors.md#{error.code})")


def test_the_hint_of_a_401_names_where_the_token_was_from(monkeypatch, tmp_path):
    """
    A token of the environment, of the saved login, or none at all; never the token.
    """
    refused = HttpResponse(401, {}, b"{}")

    def hint(**options):
        hf = hfpipe.client(send=scripted(refused), **options)
        return hfpipe.summarization(hf, "text", model="o/m", provider="hf-inference").failure().hint

    none = hint(mappings=MAPPED)
    (tmp_path / "token").write_text("hf_saved_token")
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "token"))
    saved = hint(mappings=MAPPED)
    monkeypatch.setenv("HF_TOKEN", "hf_env_token")
    environment = hint(mappings=MAPPED)

    assert none.startswith("No token was sent.")
    assert saved.startswith("The token sent: the saved login of `hf auth login`.")
    assert environment.startswith("The token sent: HF_TOKEN in the environment.")
    assert "hf_env_token" not in environment


MAPPED = {"o/m": [hfpipe.ProviderMapping("hf-inference", "o/m", "summarization")]}


def test_the_hint_of_a_401_says_that_a_found_token_stayed_at_home(monkeypatch):
    """
    A token of the environment goes to no endpoint of one's own, and the hint says why.
    """
    monkeypatch.setenv("HF_TOKEN", "hf_env_token")
    sender = scripted(HttpResponse(401))
    hf = hfpipe.client(send=sender, endpoint_url="https://llm.example", model="m")

    error = hfpipe.chat_completion(hf, "hi").failure()

    assert "authorization" not in sender.requests[0].headers
    assert "goes to Hugging Face's hosts alone: give token=... here." in error.hint


@pytest.mark.parametrize(
    ("kind", "content", "kept"),
    [
        ("image/png", b"\x89PNG" + b"x" * 182_996, b"<image/png 183 kB>"),
        ("application/octet-stream", b"\0" * 700, b"<application/octet-stream 700 B>"),
        ("audio/wav; codecs=1", b"RIFF", b"<audio/wav 4 B>"),
        (JSON, b'{"b64":"' + b"QUJD" * 1000 + b'"}', b'{"b64":"<base64 4 kB>"}'),
        ("text/plain", b"n" * 10 + b" " + b"no " * 5000, b"n" * 10 + b" " + b"no " * 2727),
    ],
)
def test_an_error_keeps_little_of_a_body_and_no_binary(kind, content, kept):
    """
    Binary is named and measured, base64 too, and of a text at most 8 KB are kept.
    """
    response = HttpResponse(500, {"content-type": kind}, content)
    hf = hfpipe.endpoint_client(None, "https://a.example", model="m", send=scripted(response))

    found = hfpipe.chat_completion(hf, "hi").failure().response.body

    assert found[:8192] == kept[:8192]
    assert len(found) <= 8192


@given(st.integers(300, 999), st.text(max_size=40), st.binary(max_size=200))
def test_no_answer_is_too_odd_for_a_verdict(status, kind, content):
    """
    Whatever comes with a status from 300 on is an error that prints in one line.
    """
    error = provider_refusal(
        ASKED, HttpResponse(status, Headers.received([("content-type", kind)]), content), "a"
    )

    assert 1 == len(str(error).splitlines())
    assert error.hint


def errors_of(recording):
    for interaction in recording["interactions"]:
        found = interaction["response"]
        if found["status"] >= 300:
            text = found["body"].get("text", "").encode()
            yield HttpResponse(found["status"], found["headers"], text)


@pytest.mark.recordings
def test_recorded_errors_have_a_code_and_words(shared):
    """
    Every error in the exchanges that were recorded from real services is understood.
    """
    folder = shared / "recordings"
    if not folder.is_dir():
        pytest.skip("there are no recordings")
    found = 0
    for path in sorted(folder.iterdir()):
        for exchange in errors_of(json.loads(path.read_text("utf-8"))):
            error = provider_refusal(ASKED, exchange, "acme")
            found += 1
            assert error.code == CODES[exchange.status]
            assert error.message.startswith(f"acme answered {exchange.status}: ")
            assert error.hint
    assert found > 0
