"""
What aiohttp's exceptions mean: the same codes as in `hfpipe.io.faults`.

Only the exception's text is kept. Some of them hold the request's headers, the token among them.
"""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from aiohttp import http_exceptions

from hfpipe.io.dialing import ForbiddenAddress
from hfpipe.io.faults import chain, told
from hfpipe.io.pools import ProxyTrouble

if TYPE_CHECKING:
    from hfpipe.errors import TransportError
    from hfpipe.hints import Code


def failure(error: BaseException) -> TransportError:
    """The exception as an error that says what happened, and whether anything was sent."""
    code, unsent = _meaning(error)
    return told(code, error, sent=not unsent)


def _meaning(error: BaseException) -> tuple[Code, bool]:
    causes = list(chain(error))
    unsent = isinstance(error, _BEFORE)
    for kinds, code in _KINDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return code, unsent
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(
        error.os_error, ConnectionResetError
    ):
        return "tls", True  # a connection stood, and ended in its greetings
    return ("refused" if unsent else "reset"), unsent


# What happens before a connection stands, or instead of one.
_BEFORE: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.ClientSSLError,
    ProxyTrouble,
    ForbiddenAddress,
    UnicodeError,
)

_KINDS: Final[tuple[tuple[Any, Code], ...]] = (
    (ForbiddenAddress, "forbidden_address"),
    ((ProxyTrouble, aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError), "proxy"),
    (http_exceptions.LineTooLong, "too_large"),
    (http_exceptions.ContentEncodingError, "bad_answer"),
    (aiohttp.ClientPayloadError, "reset"),
    ((http_exceptions.BadHttpMessage, aiohttp.ClientResponseError), "bad_answer"),
    (TimeoutError, "timeout"),
    ((aiohttp.ClientConnectorDNSError, socket.gaierror, aiohttp.InvalidURL, UnicodeError), "dns"),
    ((ssl.SSLError, ssl.CertificateError, aiohttp.ClientSSLError), "tls"),
    (ConnectionRefusedError, "refused"),
)
