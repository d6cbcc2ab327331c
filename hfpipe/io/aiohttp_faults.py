"""
What aiohttp's exceptions mean: the same codes as in `hfpipe.io.faults`.

Only the exception's text is kept, and not all of it: some hold the request's headers, the token
among them, or its address, or all that the server sent.
"""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from aiohttp import http_exceptions

from hfpipe.evolving import evolve
from hfpipe.io.dialing import ForbiddenAddress
from hfpipe.io.faults import chain, told
from hfpipe.io.pools import ProxyTrouble

if TYPE_CHECKING:
    from hfpipe.errors import TransportError
    from hfpipe.hints import Code


def failure(error: BaseException) -> TransportError:
    """The exception as an error that says what happened, and whether anything was sent."""
    causes = list(chain(error))
    before = isinstance(error, _BEFORE) or any(isinstance(one, ProxyTrouble) for one in causes)
    found = told(_code(error, causes, before), error, sent=not before)
    return evolve(found, cause=_text(error))


def _code(error: BaseException, causes: list[BaseException], before: bool) -> Code:
    for kinds, code in _KINDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return "too_large" if code == "bad_answer" and _too_many(error) else code
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(
        error.os_error, ConnectionResetError
    ):
        return "tls"  # a connection stood, and ended in its greetings
    return "refused" if before else "reset"


def _too_many(error: BaseException) -> bool:
    # of more headers than there may be there is no exception of its own
    return str(getattr(error, "message", "")).startswith("Too many headers")


_LONGEST: Final = 300


def _text(error: BaseException) -> str:
    text = error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
    if isinstance(error, aiohttp.ServerDisconnectedError):
        text = "the server closed the connection"
    return f"{type(error).__name__}: {text}"[:_LONGEST]


# What happens before a connection stands, or instead of one.
_BEFORE: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    ssl.SSLError,  # of certificates that cannot be read; of a connection it comes as another one
    ForbiddenAddress,
    ValueError,
)

_KINDS: Final[tuple[tuple[Any, Code], ...]] = (
    (ForbiddenAddress, "forbidden_address"),
    ((ProxyTrouble, aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError), "proxy"),
    (http_exceptions.LineTooLong, "too_large"),
    (http_exceptions.ContentEncodingError, "bad_answer"),
    (aiohttp.ClientPayloadError, "reset"),
    ((http_exceptions.BadHttpMessage, aiohttp.ClientResponseError), "bad_answer"),
    (TimeoutError, "timeout"),
    ((aiohttp.ClientConnectorDNSError, socket.gaierror, UnicodeError), "dns"),
    ((ssl.SSLError, ssl.CertificateError, aiohttp.ClientSSLError), "tls"),
    (ConnectionRefusedError, "refused"),
    ((aiohttp.InvalidURL, ValueError), "bad_input"),
)
