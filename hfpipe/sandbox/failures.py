"""
Refusals as real services send them, by status, for the command `fail with STATUS`.

Floor 5. Bodies and headers as Hugging Face's router, its endpoints and their gateways send them;
only the waits are short.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from hfpipe.sandbox.replies import Reply, json_reply
from hfpipe.wire import REDIRECTION

_PAGE: Final = (
    "<html>\r\n<head><title>{0} {1}</title></head>\r\n"
    "<body>\r\n<center><h1>{0} {1}</h1></center>\r\n</body>\r\n</html>\r\n"
)
_LOADING: Final = {"error": "Model sandbox is currently loading", "estimated_time": 1.0}
_ASLEEP: Final = {"error": "The endpoint is paused, ask a maintainer to restart it"}
_LIMITS: Final = {
    "retry-after": "1",
    "ratelimit": '"api";r=0;t=1',
    "ratelimit-policy": '"fixed window";"api";q=500;w=300',
}

_BODIES: Final[Mapping[int, Any]] = {
    400: {
        "error": {
            "message": "the sandbox was asked for a bad request",
            "type": "invalid_request_error",
            "param": "messages",
            "code": "invalid_value",
        }
    },
    401: {"error": "Invalid username or password."},
    402: {
        "error": "You have exceeded your monthly included credits for Inference Providers. "
        "Subscribe to PRO to get 20x more monthly included credits."
    },
    403: {
        "error": "This authentication method does not have sufficient permissions to call "
        "Inference Providers on behalf of user sandbox"
    },
    404: {"error": "Model sandbox/missing does not exist"},
    408: {"error": "Request timeout"},
    409: {"error": "Conflict: another request changed the same state"},
    413: {"error": "Payload Too Large", "message": "the body has more than 2 MB"},
    422: {
        "detail": [
            {"loc": ["body", "messages"], "msg": "field required", "type": "value_error.missing"}
        ]
    },
    429: {"error": {"message": "Rate limit reached for model sandbox", "type": "rate_limit"}},
    500: {"error": "unknown error", "warnings": ["There was an inference error: unknown error"]},
    503: _LOADING,
    529: {"error": {"message": "Overloaded", "type": "overloaded_error"}},
}
_PAGES: Final = frozenset({502, 504})
_HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    401: {"www-authenticate": 'Bearer realm="Authentication required"'},
    404: {"x-error-code": "RepoNotFound", "x-error-message": "Repository not found"},
    429: _LIMITS,
}


def failure(status: int, how: str = "", wait: str = "") -> Reply:
    """
    The refusal of this status. `how`: for 503, `asleep` or `loading`; `wait`: the seconds that it
    asks to wait.

    >>> failure(402).status, failure(503, "asleep").body
    (402, b'{"error":"The endpoint is paused, ask a maintainer to restart it"}')
    """
    if status in _PAGES:
        page = _PAGE.format(status, HTTPStatus(status).phrase).encode()
        return Reply(status, (("content-type", "text/html"),), page)
    headers = dict(_HEADERS.get(status, {}))
    body = _ASLEEP if how == "asleep" else _BODIES.get(status, {"error": _phrase(status)})
    if status in REDIRECTION:
        headers["location"] = "https://sandbox.hfpipe.invalid/elsewhere"
    if wait and body is _LOADING:
        body = {**_LOADING, "estimated_time": float(wait)}
    elif wait:
        headers["retry-after"] = wait
    return json_reply(body, status, headers)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"the sandbox was asked for status {status}"
