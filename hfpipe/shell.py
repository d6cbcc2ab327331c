"""
A request as a command for a shell, and as the text that goes over the wire.

Floor 1. Quoting is exact: what the shell hands to curl, and curl to the server, is the body to the
last byte, be it text, an image or part of a file.
"""

from __future__ import annotations

import shlex
from base64 import b64encode
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from hfpipe.secret import REDACTED, Secret, plain

if TYPE_CHECKING:
    from hfpipe.wire import Body, FileBody, HttpRequest

# The placeholder that the shell fills in: the one value that stands between double quotes.
VARIABLE: Final = "$HF_TOKEN"

# Linux takes no argument of a program that is longer than 128 KiB; a builtin's may be.
_LONGEST_ARGUMENT: Final = 100_000
_GLOBBED: Final = frozenset("[]{}")


def curl(request: HttpRequest) -> str:
    r"""
    The request as a curl command, on several lines.

    >>> from hfpipe.wire import HttpRequest
    >>> print(curl(HttpRequest("POST", "http://h/v1", {"accept": "text/plain"}, b"it's")))
    curl http://h/v1 \
      -H 'accept: text/plain' \
      --data-raw 'it'"'"'s'
    """
    lines = [f"curl{_flags(request)} {shlex.quote(request.url)}"]
    lines += [f"-H {_header(name, value)}" for name, value in request.headers.items()]
    written = list(_written(request.body))
    if isinstance(request.body, bytes) and _text(request.body) is not None and _fits(request.body):
        lines.append(f"--data-raw {shlex.quote(request.body.decode())}")
    elif written:
        lines.append("--data-binary @-")
    command = " \\\n  ".join(lines)
    if lines[-1] != "--data-binary @-":
        return command
    source = written[0] if len(written) == 1 else f"{{ {'; '.join(written)}; }}"
    return f"{source} | {command}"


def _flags(request: HttpRequest) -> str:
    flags = " -N" if request.stream else ""  # no buffer: events are shown as they come
    if not _GLOBBED.isdisjoint(request.url):
        flags += " -g"
    usual = "POST" if request.body else "GET"
    return flags if request.method == usual else f"{flags} -X {request.method}"


def _header(name: str, value: str | Secret) -> str:
    text = plain(value)
    if not text:
        return shlex.quote(f"{name};")  # curl takes `name:` for "leave it out"
    variable = isinstance(value, Secret) and text == f"Bearer {VARIABLE}"
    return f'"{name}: {text}"' if variable else shlex.quote(f"{name}: {text}")


def _fits(body: bytes) -> bool:
    return 0 < len(body) <= _LONGEST_ARGUMENT


def _text(body: bytes) -> str | None:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _written(body: Body) -> Iterator[str]:
    """Shell commands that, one after the other, write the body to their output."""
    if not body:
        return
    if isinstance(body, bytes):
        yield _bytes(body)
        return
    if body.prefix:
        yield _bytes(body.prefix)
    if body.size:
        yield _part(body)
    if body.suffix:
        yield _bytes(body.suffix)


def _bytes(body: bytes) -> str:
    text = _text(body)
    if text is not None:
        return f"printf %s {shlex.quote(text)}"
    return f"printf %s {b64encode(body).decode()} | base64 -d"


def _part(body: FileBody) -> str:
    path = shlex.quote(str(body.path.absolute()))
    start = f"tail -c +{body.offset + 1} {path}" if body.offset else f"cat {path}"
    return f"{start} | head -c {body.size}"


def http(request: HttpRequest) -> str:
    """
    The request as text, as it goes over the wire; a body that is no text is told by its size.

    >>> from hfpipe.wire import HttpRequest
    >>> print(http(HttpRequest("GET", "https://hub.example/api?full=1")))
    GET /api?full=1 HTTP/1.1
    host: hub.example
    """
    parts = urlsplit(request.url.replace(f"{REDACTED}@", "", 1))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{request.method} {target} HTTP/1.1", f"host: {parts.netloc.rpartition('@')[2]}"]
    lines += [f"{name}: {plain(value)}" for name, value in request.headers.items()]
    if request.body:
        lines += [f"content-length: {len(request.body)}", "", _shown(request.body)]
    return "\n".join(lines)


def _shown(body: Body) -> str:
    text = _text(body) if isinstance(body, bytes) else None
    return text if text is not None else f"<{len(body or b'')} bytes>"
