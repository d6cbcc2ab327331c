"""
What the network's exceptions mean.
"""

from __future__ import annotations

import socket
import ssl
from http.client import (
    BadStatusLine,
    HTTPException,
    LineTooLong,
    RemoteDisconnected,
    UnknownProtocol,
)
from typing import TYPE_CHECKING, Any, Final

from urllib3.exceptions import (
    DecodeError,
    InvalidHeader,
    LocationParseError,
    NameResolutionError,
)

from hfpipe.errors import TransportError
from hfpipe.io.dialing import ForbiddenAddress
from hfpipe.io.framing import Malformed
from hfpipe.io.pools import ProxyTrouble

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hfpipe.hints import Code
    from hfpipe.io.watch import Watch


def failure(error: BaseException, watch: Watch) -> TransportError:
    """The exception as an error that says what happened, and whether anything was sent."""
    return told(_code(error, watch), error, sent=watch.sent and not watch.way)


def told(code: Code, error: BaseException, *, sent: bool) -> TransportError:
    """The error of a code; of the exception only its text is kept."""
    return TransportError(
        _MESSAGES.get(code, "the connection broke"),
        code=code,
        timeout=code in {"timeout", "idle", "deadline"},
        billed="unknown" if sent else "no",
        cause=f"{type(error).__name__}: {error}",
    )


# A watch says which of its limits was run into; making a connection has a limit of its own.
_EXPIRED: Final[dict[str, Code]] = {"idle": "idle", "deadline": "deadline"}
_MESSAGES: Final[dict[Code, str]] = {
    "bad_input": "no request can be made of this",
    "timeout": "no answer came in time",
    "deadline": "the time of the call is up",
    "idle": "nothing came for too long",
    "dns": "the host's name could not be resolved",
    "tls": "no trusted connection could be made",
    "refused": "the connection was refused",
    "proxy": "the proxy would not connect",
    "forbidden_address": "the address leads into a private network",
    "bad_answer": "the answer is no HTTP, or could not be decompressed",
    "too_large": "the answer's headers are too long or too many",
}


def _code(error: BaseException, watch: Watch) -> Code:
    code = _kind(error, watch)
    return "proxy" if watch.way == "proxy" and code in _OF_A_PROXY else code


# What goes wrong before a proxy has connected is its own doing: of the server nothing is known.
_OF_A_PROXY: Final[frozenset[Code]] = frozenset({"dns", "refused", "reset", "bad_answer"})


def _kind(error: BaseException, watch: Watch) -> Code:
    causes = list(chain(error))
    if type(error) is HTTPException:
        return "too_large"  # http.client raises it of more than a hundred headers alone
    for kinds, code in _KINDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return _EXPIRED.get(watch.expired, code) if code == "timeout" else code
    return "refused" if isinstance(error, OSError) and not watch.sent else "reset"


def chain(error: BaseException | None) -> Iterable[BaseException]:
    """The exception and what it came of."""
    while error is not None:
        yield error
        yield from (part for part in error.args if isinstance(part, BaseException))
        error = error.__cause__


_KINDS: Final[tuple[tuple[Any, Code], ...]] = (
    (ForbiddenAddress, "forbidden_address"),
    (ProxyTrouble, "proxy"),
    (RemoteDisconnected, "reset"),
    (LineTooLong, "too_large"),
    ((Malformed, BadStatusLine, UnknownProtocol, DecodeError, InvalidHeader), "bad_answer"),
    (TimeoutError, "timeout"),
    ((socket.gaierror, NameResolutionError, LocationParseError, UnicodeError), "dns"),
    (ssl.SSLError, "tls"),
    (ConnectionRefusedError, "refused"),
    ((ConnectionError, HTTPException), "reset"),
    # of no request that could be made: an address of another kind or of none, a forging header
    (ValueError, "bad_input"),
)
