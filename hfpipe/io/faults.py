"""
What the network's exceptions mean.
"""

from __future__ import annotations

import socket
import ssl
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final

from urllib3.exceptions import DecodeError, LocationParseError, NameResolutionError

from hfpipe.errors import TransportError
from hfpipe.io.dialing import ForbiddenAddress
from hfpipe.io.pools import ProxyTrouble

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hfpipe.hints import Code
    from hfpipe.io.watch import Watch


def failure(error: BaseException, watch: Watch) -> TransportError:
    """The exception as an error that says what happened, and whether anything was sent."""
    code = _code(error, watch)
    return TransportError(
        _MESSAGES.get(code, "the connection broke"),
        code=code,
        timeout=code in {"timeout", "idle", "deadline"},
        billed="unknown" if watch.sent else "no",
        cause=f"{type(error).__name__}: {error}",
    )


_MESSAGES: Final[dict[Code, str]] = {
    "timeout": "no answer came in time",
    "idle": "nothing came for too long",
    "dns": "the host's name could not be resolved",
    "tls": "no trusted connection could be made",
    "refused": "the connection was refused",
    "proxy": "the proxy would not connect",
    "forbidden_address": "the address leads into a private network",
    "bad_answer": "the answer could not be decompressed",
}


def _code(error: BaseException, watch: Watch) -> Code:
    causes = list(_chain(error))
    if "Tunnel connection failed" in str(error):
        return "proxy"
    for kinds, code in _KINDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return "idle" if code == "timeout" and watch.expired == "idle" else code
    return "refused" if isinstance(error, OSError) and not watch.sent else "reset"


def _chain(error: BaseException | None) -> Iterable[BaseException]:
    while error is not None:
        yield error
        yield from (part for part in error.args if isinstance(part, BaseException))
        error = error.__cause__


_KINDS: Final[tuple[tuple[Any, Code], ...]] = (
    (ForbiddenAddress, "forbidden_address"),
    (ProxyTrouble, "proxy"),
    (DecodeError, "bad_answer"),
    (TimeoutError, "timeout"),
    ((socket.gaierror, NameResolutionError, LocationParseError, UnicodeError), "dns"),
    (ssl.SSLError, "tls"),
    (ConnectionRefusedError, "refused"),
    ((ConnectionError, HTTPException), "reset"),
)
