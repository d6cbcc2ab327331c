"""
HTTP/1.1 requests into bytes, strictly. Pure.

The counterpart of `hfpipe.io.framing`, which reads the answers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hfpipe.io.framing import NAME, SHOWN

if TYPE_CHECKING:
    from hfpipe.wire import Headers

# What neither http.client nor a server would take for more than one line.
_HOST: Final = re.compile(r"[0-9A-Za-z.-]+")
_TARGET: Final = re.compile(r"/[!-~]*")
_NAME: Final = re.compile(NAME)
# The methods in use, and what says that one of them has no body.
_METHODS: Final = {"POST": "content-length: 0\r\n", "GET": ""}
# What is written here: where a request has its own, the libraries settle whose goes.
_WRITTEN: Final = frozenset({"host", "accept-encoding", "content-length", "transfer-encoding"})


def named(host: str, port: int | None) -> str:
    """A host as requests name it; empty where that is unusual, and left to the libraries."""
    if not _HOST.fullmatch(host):
        return ""
    return host if port is None else f"{host}:{port}"


def target(url: str) -> str:
    """
    What a server is asked for: the path of an address, and its query.

    >>> target("http://h/v1?a=b"), target("http://h?a=b"), target("http://h")
    ('/v1?a=b', '/?a=b', '/')
    """
    place, slash, path = url.partition("://")[2].partition("/")
    _, mark, query = place.partition("?")
    return f"/?{query}{slash}{path}" if mark else f"/{path}"


def request_head(
    method: str, target: str, host: str, coding: str, headers: Headers, body: bytes | None
) -> bytes | None:
    r"""
    The head of a request with this body, whose answer may be encoded in `coding`.

    None where the request is not of the usual kind, as nearly all are: the libraries send it then.
    Raises ValueError where a header would forge another.

    >>> from hfpipe.wire import Headers
    >>> request_head("GET", "/v1", "h", "gzip", Headers({"accept": "image/png"}), None)
    b'GET /v1 HTTP/1.1\r\nhost: h\r\naccept-encoding: gzip\r\naccept: image/png\r\n\r\n'
    """
    fields = headers.once(_fields)
    if fields is None or method not in _METHODS or not _TARGET.fullmatch(target):
        return None
    length = _METHODS[method] if body is None else f"content-length: {len(body)}\r\n"
    ours = f"{method} {target} HTTP/1.1\r\nhost: {host}\r\naccept-encoding: {coding}\r\n{length}"
    return b"%b%b\r\n" % (ours.encode("ascii"), fields)


def _fields(headers: Headers) -> bytes | None:
    plain = headers.reveal()
    if not _WRITTEN.isdisjoint(plain):
        return None
    fields = "".join([f"{name}: {value}\r\n" for name, value in plain.items()]).encode("latin-1")
    if fields.translate(None, SHOWN) != b"\r\n" * len(plain) or not all(
        map(_NAME.fullmatch, plain)
    ):
        raise ValueError("a header holds a character that none may")
    return fields
