"""
What an HTTP answer means: whether it is one to go on with, else which error it is.

Floor 2. One pure function serves the stage that decodes and the middleware that asks again, so
the two can never disagree. Bodies and statuses as the providers were seen to send them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from hfpipe.codec.json import decoded
from hfpipe.errors import Billed, HfpipeError, HubApiError, ProviderApiError
from hfpipe.hints import Code, hint
from hfpipe.redaction import request_id
from hfpipe.retry_after import asked_wait
from hfpipe.shapes import is_array, is_object
from hfpipe.wire import CLIENT_ERROR, REDIRECTION, SERVER_ERROR, SUCCESSFUL, UNAVAILABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hfpipe.wire import HttpRequest, HttpResponse

_CODES: Final[dict[int, Code]] = {
    401: "invalid_token",
    402: "out_of_credits",
    403: "missing_permission",
    404: "unknown_model",
    407: "proxy",
    408: "timeout",
    413: "too_large",
    429: "rate_limited",
    504: "timeout",
}
# TGI's: the request was right, and the model failed at it.
_FAILED_GENERATION: Final = 424
_UNBILLED: Final = frozenset({503, 529})
# As texts, here and in other modules: `re` compiles and keeps them when there is a refusal to read.
# Compiling all of hfpipe's with the import took 2 of the 150 ms to a first answer.
_ASLEEP: Final = r"(?i)paused|scaled.to.zero|scale.to.zero|not.running|asleep"
_LOADING: Final = r"(?i)loading|starting|initiali[sz]ing|warming"
_TITLE: Final = r"(?is)<title[^>]*>(.*?)</title>"
_LONGEST: Final = 500
_DEEPEST: Final = 6


def refusal(
    request: HttpRequest, response: HttpResponse, who: str, error: type[HfpipeError]
) -> HfpipeError | None:
    """The error that the answer is, or None for any 2xx. `who` is whose answer it is."""
    status = response.status
    if status in SUCCESSFUL:
        return None
    words = " ".join(told(response).split())
    code = _code(status, words, response)
    return error(
        f"{who} answered {status}{': ' if words else ''}{words}",
        code=code,
        request=request,
        response=response,
        status=status,
        request_id=request_id(response),
        billed=_billed(status),
        hint=_hint(code, response),
    )


def provider_refusal(
    request: HttpRequest, response: HttpResponse, provider: str
) -> HfpipeError | None:
    """`refusal` for a provider's answer: a `ProviderApiError`."""
    return refusal(request, response, provider, ProviderApiError)


def hub_refusal(request: HttpRequest, response: HttpResponse) -> HfpipeError | None:
    """`refusal` for an answer of the Hub: a `HubApiError`."""
    return refusal(request, response, "the Hub", HubApiError)


def _code(status: int, words: str, response: HttpResponse) -> Code:
    if status in _CODES:
        return _CODES[status]
    if status < REDIRECTION.start:
        return "bad_answer"
    if status in REDIRECTION:
        return "redirected"
    if status in CLIENT_ERROR and status != _FAILED_GENERATION:
        return "bad_request"
    if status == UNAVAILABLE:
        if re.search(_ASLEEP, words):
            return "endpoint_asleep"
        if re.search(_LOADING, words) or b'"estimated_time"' in response.body:
            return "loading"
    return "server_error"


def _billed(status: int) -> Billed:
    if status == _FAILED_GENERATION:
        return "unknown"
    return "unknown" if status in SERVER_ERROR and status not in _UNBILLED else "no"


def _hint(code: Code, response: HttpResponse) -> str:
    wait = asked_wait(response)
    if wait and code in {"rate_limited", "loading", "server_error"}:
        return f"Ask again in {wait:.3g} s. {hint(code)}"
    return hint(code)


def told(response: HttpResponse) -> str:
    """The server's own words: of its JSON, of its error header, or the first of its text."""
    body = response.body
    words: list[str] = []
    try:
        words.extend(spoken(decoded(body)))
    except ValueError:
        words.append(_plain(body, response.content_type))
    words.append(response.headers.shown("x-error-message"))
    return "; ".join(dict.fromkeys(word for word in words if word))[:_LONGEST]


def _plain(body: bytes, content_type: str) -> str:
    text = body[: 16 * _LONGEST].decode("utf-8", "replace").strip()
    if content_type.startswith(("image/", "audio/", "video/")) or "\0" in text:
        return ""
    if text.startswith("<") or "html" in content_type:
        title = re.search(_TITLE, text)
        return title[1].strip() if title else ""
    return text


def spoken(value: Any, depth: int = 0) -> Iterator[str]:
    """
    The words of a JSON error, wherever the many providers put them.

    >>> list(spoken({"detail": [{"loc": ["body", "prompt"], "msg": "field required"}]}))
    ['body.prompt: field required']
    """
    if isinstance(value, str):
        yield value
    elif is_array(value) and depth < _DEEPEST:
        for item in value:
            yield from spoken(item, depth + 1)
    elif is_object(value) and depth < _DEEPEST:
        yield from _of_mapping(value, depth + 1)


def _of_mapping(value: dict[str, Any], depth: int) -> Iterator[str]:
    place = value.get("loc")
    if is_array(place) and isinstance(value.get("msg"), str):
        yield f"{'.'.join(map(str, place))}: {value['msg']}"
        return
    for key in ("error", "detail", "message", "msg", "errors", "error_description", "title"):
        words = list(spoken(value.get(key), depth))
        if words:
            yield from words
            return
