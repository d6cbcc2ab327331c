"""
Making records and errors safe to keep: no secret behind the marks, bodies of bounded size.

Floor 1. The engine passes every error through `located`; the stage `redact` does the same for
an exchange that went well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from hfpipe.advice import advised
from hfpipe.evolving import evolve
from hfpipe.records import who
from hfpipe.secret import Secret, scrubbed, shown, within
from hfpipe.wire import Body, Headers, HttpRequest, HttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hfpipe.errors import HfpipeError
    from hfpipe.records import Exchange

KEPT: Final = 8 * 1024
_KILO: Final = 1000
# The errors that are about the answer itself: theirs is its status, too.
_OF_AN_ANSWER: Final = frozenset({"ProviderApiError", "ProviderOutputError"})

_TEXTUAL: Final = ("text/", "application/json", "application/xml")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{400,}={0,2}")
_REQUEST_IDS: Final = ("x-request-id", "x-amzn-trace-id", "x-amz-cf-id", "x-fal-request-id")


def request_id(response: HttpResponse | None) -> str:
    """The server's name for this request, to quote to its support; empty where it gave none."""
    given = (response.headers.shown(name) for name in _REQUEST_IDS) if response else ()
    return next(filter(None, given), "")


def located(error: HfpipeError, exchange: Exchange, stage: str) -> HfpipeError:
    """The error with what the exchange knows and the error does not say, without any secret."""
    provider, model = who(exchange)
    known: dict[str, Any] = {
        "stage": stage,
        "task": exchange.task,
        "model": model,
        "provider": provider,
        "request": exchange.request,
        "response": exchange.response,
        "attempts": exchange.meta.attempts or int(exchange.response is not None),
    }
    blank = {name: value for name, value in known.items() if not getattr(error, name)}
    answer = blank.get("response", error.response)
    if answer is not None and error.status is None and type(error).__name__ in _OF_AN_ANSWER:
        blank["status"] = answer.status
    blank["warnings"] = tuple(dict.fromkeys((*exchange.meta.warnings, *error.warnings)))
    blank["hint"] = advised(error, exchange, error.model or model)
    return safe(attrs.evolve(error, **blank), secrets(exchange))


def safe(error: HfpipeError, hidden: list[str]) -> HfpipeError:
    """The error with its texts scrubbed of `hidden`, its request and response redacted."""
    request, response = error.request, error.response
    texts: dict[str, Any] = {
        f.name: scrubbed(text, hidden)
        for f in attrs.fields(type(error))
        if isinstance(text := getattr(error, f.name), str) and f.name != "code"
    }
    texts["request_id"] = texts["request_id"] or scrubbed(request_id(response), hidden)
    return attrs.evolve(
        error,
        **texts,
        warnings=tuple(scrubbed(line, hidden) for line in error.warnings),
        request=request and redacted_request(request, hidden),
        response=response and redacted_response(response, hidden),
    )


def secrets(exchange: Exchange) -> list[str]:
    """The plain texts that must not be seen of this exchange, the longest first."""
    return sorted(set(_secrets(exchange)), key=len, reverse=True)


def _secrets(exchange: Exchange) -> Iterator[str]:
    options = exchange.options
    owners = (options, exchange.client.options, options.http_options)
    values = [getattr(owner, f.name) for owner in owners for f in attrs.fields(type(owner))]
    values += [*exchange.args.values(), options.extra_headers, exchange.headers]
    for value in values:
        if isinstance(value, Secret):
            yield from within(value.reveal())
        elif isinstance(value, Headers):
            for secret in value.secrets():
                yield from secret.reveal().split()


def redacted_request(request: HttpRequest, hidden: list[str]) -> HttpRequest:
    """The request with nothing behind the hidden headers, and at most 8 KB of its body."""
    kind = request.headers.shown("content-type")
    return evolve(
        request,
        url=scrubbed(shown(request.url), hidden),
        headers=request.headers.redacted(),
        body=_body(request.body, kind, hidden),
    )


def redacted_response(response: HttpResponse, hidden: list[str]) -> HttpResponse:
    """The response likewise; a live body is not kept."""
    kind = response.content_type
    body = _body(response.body, kind, hidden) or b""
    return HttpResponse(
        response.status,
        _scrubbed_headers(response.headers, hidden),
        body,
        received_at=response.received_at,
    )


def _scrubbed_headers(headers: Headers, hidden: list[str]) -> Headers:
    return Headers.received((name, scrubbed(str(value), hidden)) for name, value in headers.items())


def _body(body: Body, content_type: str, hidden: list[str]) -> bytes | None:
    if body is None:
        return None
    if not isinstance(body, bytes):
        return f"<{content_type or 'file'} {_size(len(body))}>".encode()
    if not body:
        return body
    kind = content_type.partition(";")[0].strip().lower()
    if kind and not kind.startswith(_TEXTUAL) and not kind.endswith("+json"):
        return f"<{kind} {_size(len(body))}>".encode()
    start = _BASE64.sub(lambda run: f"<base64 {_size(len(run[0]))}>".encode(), body)[:KEPT]
    return scrubbed(start.decode("utf-8", "replace"), hidden).encode()[:KEPT]


def _size(count: int) -> str:
    return f"{count} B" if count < _KILO else f"{count / _KILO:.3g} kB"
