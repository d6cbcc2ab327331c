"""
The errors that servers answer with, and what the user gets.
"""

import pytest

import hfpipe

HTML = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
OPENAI = {"error": {"message": "no such field", "type": "invalid_request_error", "param": "x"}}
FASTAPI = {"detail": [{"loc": ["body", "prompt"], "msg": "field required", "type": "x"}]}
LOADING = {"error": "Model x is currently loading", "estimated_time": 20.0}


def answers(status, body=b"", kind="application/json", **headers):
    return lambda p: p.answer(status, body, kind, **headers)


# (what the server does, its behaviour, what the user gets, what the message says)
TABLE = [
    (
        "400 {error: text}",
        answers(400, {"error": "bad input"}),
        "ProviderApiError bad_request 400 billed=no",
        "bad input",
    ),
    (
        "400 {error: [texts]}",
        answers(400, {"error": ["one", "two"]}),
        "ProviderApiError bad_request 400 billed=no",
        "one; two",
    ),
    (
        "400 {error, warnings}",
        answers(400, {"error": "bad", "warnings": ["s"]}),
        "ProviderApiError bad_request 400 billed=no",
        "bad",
    ),
    (
        "400 in OpenAI's form",
        answers(400, OPENAI),
        "ProviderApiError bad_request 400 billed=no",
        "no such field",
    ),
    (
        "400 {detail: text}",
        answers(400, {"detail": "Unsupported URL"}),
        "ProviderApiError bad_request 400 billed=no",
        "Unsupported URL",
    ),
    (
        "400 {message, code}",
        answers(400, {"message": "wrong", "code": "api"}),
        "ProviderApiError bad_request 400 billed=no",
        "wrong",
    ),
    (
        "401, words in a header",
        answers(401, x_error_message="Invalid password."),
        "ProviderApiError invalid_token 401 billed=no",
        "password.",
    ),
    (
        "402 {error: text}",
        answers(402, {"error": "no credits"}),
        "ProviderApiError out_of_credits 402 billed=no",
        "no credits",
    ),
    (
        "403 {error: text}",
        answers(403, {"error": "gated"}),
        "ProviderApiError missing_permission 403 billed=no",
        "gated",
    ),
    (
        "404 of an unknown model",
        answers(404, {"error": "no model x"}),
        "ProviderApiError unknown_model 404 billed=no",
        "no model x",
    ),
    (
        "404 of a gateway",
        answers(404, {"message": "no Route", "request_id": "r"}),
        "ProviderApiError unknown_model 404 billed=no",
        "no Route",
    ),
    (
        "404 as plain text",
        answers(404, "Not Found", "text/plain"),
        "ProviderApiError unknown_model 404 billed=no",
        "Not Found",
    ),
    (
        "405 with nothing",
        answers(405),
        "ProviderApiError bad_request 405 billed=no",
        "answered 405",
    ),
    (
        "408 with nothing",
        answers(408),
        "ProviderApiError timeout 408 retryable billed=no",
        "answered 408",
    ),
    (
        "409 {error: text}",
        answers(409, {"error": "busy"}),
        "ProviderApiError bad_request 409 retryable billed=no",
        "busy",
    ),
    (
        "410 {error: text}",
        answers(410, {"error": "gone"}),
        "ProviderApiError bad_request 410 billed=no",
        "gone",
    ),
    (
        "413 as an HTML page",
        answers(413, HTML, "text/html"),
        "ProviderApiError too_large 413 billed=no",
        "502 Bad Gateway",
    ),
    (
        "421 {message: text}",
        answers(421, {"message": "misdirected"}),
        "ProviderApiError bad_request 421 billed=no",
        "misdirected",
    ),
    (
        "422 of TGI",
        answers(422, {"error": "long", "error_type": "validation"}),
        "ProviderApiError bad_request 422 billed=no",
        "long",
    ),
    (
        "422 as plain text",
        answers(422, "missing field `inputs`", "text/plain"),
        "ProviderApiError bad_request 422 billed=no",
        "`inputs`",
    ),
    (
        "422 of FastAPI",
        answers(422, FASTAPI),
        "ProviderApiError bad_request 422 billed=no",
        "body.prompt: field required",
    ),
    (
        "422 problem+json",
        answers(422, {"detail": "no"}, "application/problem+json"),
        "ProviderApiError bad_request 422 billed=no",
        "no",
    ),
    (
        "424 of TGI",
        answers(424, {"error": "CUDA", "error_type": "generation"}),
        "ProviderApiError server_error 424 billed=unknown",
        "CUDA",
    ),
    (
        "425 with nothing",
        answers(425),
        "ProviderApiError bad_request 425 retryable billed=no",
        "answered 425",
    ),
    (
        "429 {error: text}",
        answers(429, {"error": "overloaded"}),
        "ProviderApiError rate_limited 429 retryable billed=no",
        "overloaded",
    ),
    (
        "451 as plain text",
        answers(451, "Not here", "text/plain"),
        "ProviderApiError bad_request 451 billed=no",
        "Not here",
    ),
    (
        "499, which nobody knows",
        answers(499),
        "ProviderApiError bad_request 499 billed=no",
        "answered 499",
    ),
    (
        "500 of vLLM",
        answers(500, {"object": "error", "message": "Oops"}),
        "ProviderApiError server_error 500 retryable billed=unknown",
        "Oops",
    ),
    (
        "501 with nothing",
        answers(501),
        "ProviderApiError server_error 501 billed=unknown",
        "answered 501",
    ),
    (
        "502 as an HTML page",
        answers(502, HTML, "text/html"),
        "ProviderApiError server_error 502 retryable billed=unknown",
        "502 Bad Gateway",
    ),
    (
        "503 while the model is loaded",
        answers(503, LOADING),
        "ProviderApiError loading 503 retryable billed=no",
        "currently loading",
    ),
    (
        "503, scaled to zero",
        answers(503, {"error": "scaled to zero"}),
        "ProviderApiError endpoint_asleep 503 retryable billed=no",
        "scaled to zero",
    ),
    (
        "503, paused",
        answers(503, {"error": "Endpoint is paused"}),
        "ProviderApiError endpoint_asleep 503 retryable billed=no",
        "paused",
    ),
    (
        "503 as an HTML page",
        answers(503, HTML, "text/html"),
        "ProviderApiError server_error 503 retryable billed=no",
        "502 Bad Gateway",
    ),
    (
        "504 as plain text",
        answers(504, "upstream", "text/plain"),
        "ProviderApiError timeout 504 retryable billed=unknown",
        "upstream",
    ),
    (
        "529 {error: text}",
        answers(529, {"error": "overloaded"}),
        "ProviderApiError server_error 529 retryable billed=no",
        "overloaded",
    ),
    (
        "599, which nobody knows",
        answers(599),
        "ProviderApiError server_error 599 billed=unknown",
        "answered 599",
    ),
    (
        "999, which nobody knows",
        answers(999),
        "ProviderApiError server_error 999 billed=unknown",
        "answered 999",
    ),
    ("300 with nothing", answers(300), "ProviderApiError redirected 300 billed=no", "answered 300"),
    (
        "304 Not Modified",
        lambda p: p.raw(b"HTTP/1.1 304 No\r\n\r\n"),
        "ProviderApiError redirected 304 billed=no",
        "answered 304",
    ),
    (
        "500 with bytes for words",
        answers(500, b"\0\1\2\xff", ""),
        "ProviderApiError server_error 500 retryable billed=unknown",
        "answered 500",
    ),
    (
        "500 with JSON under text/html",
        answers(500, {"error": "odd"}, "text/html"),
        "ProviderApiError server_error 500 retryable billed=unknown",
        "odd",
    ),
    (
        "500 with broken JSON",
        answers(500, '{"error": "half'),
        "ProviderApiError server_error 500 retryable billed=unknown",
        '"half',
    ),
    (
        "500 with JSON 50,000 deep",
        answers(500, b"[" * 50_000 + b"]" * 50_000),
        "ProviderApiError server_error 500 retryable billed=unknown",
        "[[[",
    ),
    (
        "500, control characters",
        answers(500, {"error": "a\r\nb\x1b[31mc\0"}),
        "ProviderApiError server_error 500 retryable billed=unknown",
        "a b",
    ),
    (
        "500 with a page of 1 MB",
        answers(500, "no " * 350_000, "text/plain"),
        "ProviderApiError server_error 500 retryable billed=unknown",
        "no no",
    ),
]


@pytest.mark.parametrize(
    ("behaviour", "gets", "says"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_an_error_answer_is_a_value_in_the_servers_words(
    serve, client, told, behaviour, gets, says
):
    """
    A status of 300 and up gives the error that the table says, with the server's own words.
    """
    result = hfpipe.chat_completion(client(serve(behaviour).url), "hi")

    assert gets == told(result)
    assert says in str(result.failure())
    assert len(result.failure().response.body) <= 8 * 1024
