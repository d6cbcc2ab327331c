"""
The options of a client and of a call: what each one may be, and its frozen form.

Floor 2. `client()` raises the `InputError` that is made here, the stage `merge` returns it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

from hfpipe.address import WEB
from hfpipe.errors import InputError
from hfpipe.http_options import HttpOptions
from hfpipe.mappings import listed
from hfpipe.near import nearest
from hfpipe.pipeline import Pipeline
from hfpipe.records import ProviderMapping
from hfpipe.retry import Retry, up_to
from hfpipe.secret import Secret, harmless
from hfpipe.shapes import is_mapping
from hfpipe.tasks import named
from hfpipe.wire import Headers

_OF_THE_BODY: Final = frozenset({"content-length", "transfer-encoding"})
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MODEL: Final = re.compile(r"[^\s?#\x00-\x20\x7f\\]+")
_FEWEST: Final = 32


def _wrong(name: str, expected: str, value: object) -> InputError:
    kind = type(value).__name__
    shown = kind if isinstance(value, (bytes, Mapping)) else repr(value)[:80]
    return InputError(f"{name} must be {expected}, not {shown}", code="bad_option")


def clean(name: str, value: object) -> str:
    """A text of one line, without control characters (they could forge a header)."""
    if not isinstance(value, str):
        raise _wrong(name, "a text", value)
    if _CONTROL.search(value):
        raise InputError(f"{name} holds a line break or control character", code="bad_option")
    return value


def token(name: str, value: object) -> Secret | None:
    """A token as a Secret; None and the empty text are no token."""
    if value is None or (isinstance(value, Secret) and value.source is not None):
        return value
    given = value.reveal() if isinstance(value, Secret) else value
    if not isinstance(given, str):
        # never its repr: it may be the token in another wrapping
        raise InputError(f"{name} must be a text, not {type(value).__name__}", code="bad_option")
    text = given.strip()
    if _CONTROL.search(text) or not text.isascii() or " " in text:
        raise InputError(f"{name} holds a character that no token has", code="bad_option")
    if isinstance(value, Secret):
        return value
    return Secret(text) if text else None


def model(name: str, value: object) -> str:
    """A model's id, or an address; refuses what could leave its place in a path."""
    text = clean(name, value) if value is not None else ""
    if text.startswith(WEB):
        url(name, text)
        return text
    if text and (not _MODEL.fullmatch(text) or ".." in text or "//" in text or text[0] == "/"):
        raise InputError(f"{name} {text[:80]!r} is no model id", code="bad_option")
    return text


def url(name: str, value: object) -> str | Secret:
    """An http(s) address; a Secret where it holds a password or a query to hide."""
    text = value.reveal() if isinstance(value, Secret) else clean(name, value)
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or " " in text:
        raise InputError(f"{name} must be an http:// or https:// address", code="bad_option")
    return text if harmless(text) else Secret(text)


def _base(name: str, value: object) -> str | Secret:
    address = url(name, value)
    return address.rstrip("/") if isinstance(address, str) else address


def _endpoint(name: str, value: object) -> str | Secret:
    return "" if value is None or value == "" else url(name, value)


def _text(name: str, value: object) -> str:
    return clean(name, value).strip() if value is not None else ""


def _provider(name: str, value: object) -> str:
    """A provider's name; None and the empty text are the choice that nobody made."""
    return _text(name, value) or "auto"


def _task(name: str, value: object) -> str:
    """A task's name; of a task function, as wherever a task is named, its own."""
    return named(value).name if callable(value) else _text(name, value)


def seconds(name: str, value: object) -> float | None:
    """A positive number of seconds, or None: no limit."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong(name, "a number of seconds or None", value)
    if not value > 0 or math.isinf(value):
        raise _wrong(name, "a positive number of seconds, or None for no limit", value)
    return float(value)


def _limit(name: str, value: object) -> Any:
    return "unset" if value == "unset" else seconds(name, value)


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(name, "True or False", value)
    return value


def _count(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _wrong(name, "a whole number from 1 on", value)
    return value


def _retry(name: str, value: object) -> Retry | None:
    if value is None or isinstance(value, Retry):
        return value
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong(name, "None, a number of further tries, or a hfpipe.Retry", value)
    return up_to(value + 1)


def _headers(name: str, value: object) -> Headers:
    if not is_mapping(value):
        raise _wrong(name, "a mapping of header names to texts", value)
    for key, text in value.items():
        if not isinstance(key, str) or not _HEADER_NAME.fullmatch(key):
            raise InputError(f"{name} holds {key!r}, no header name", code="bad_option")
        if key.lower() in _OF_THE_BODY:
            raise InputError(
                f"{name} holds {key!r}, which only the body that is sent can tell",
                code="bad_option",
            )
        plain = text.reveal() if isinstance(text, Secret) else text
        if not isinstance(plain, str):
            raise _wrong(f"{name}[{key!r}]", "a text", cast("object", plain))
        if _CONTROL.search(plain) or not _latin(plain):
            raise InputError(
                f"{name}[{key!r}] holds a character that no header may", code="bad_option"
            )
    return value if isinstance(value, Headers) else Headers(cast("Mapping[str, str]", value))


def _latin(text: str) -> bool:
    return text.isascii() or all(ord(letter) < 0x100 for letter in text)  # noqa: PLR2004 - Latin-1 ends here


def _mapping(name: str, value: object) -> Mapping[str, Any]:
    if not is_mapping(value) or not all(isinstance(key, str) for key in value):
        raise _wrong(name, "a mapping with texts as keys", value)
    return value


def _own(name: str, value: object) -> Mapping[str, Any]:
    # a copy: a frozen client does not follow what becomes of the caller's mapping
    return dict(_mapping(name, value))


def _path(name: str, value: object) -> Path | None:
    if value is None:
        return None
    if not isinstance(value, (str, Path)) or not str(value) or "\0" in str(value):
        raise _wrong(name, "a path", value)
    return Path(value)


def _callable(name: str, value: object) -> Any:
    if value is not None and not callable(value):
        raise _wrong(name, "a function", value)
    return value


def _pipeline(name: str, value: object) -> Pipeline | None:
    if value is not None and not isinstance(value, Pipeline):
        raise _wrong(name, "a hfpipe.Pipeline", value)
    return value


def _mappings(name: str, value: object) -> Mapping[str, tuple[ProviderMapping, ...]]:
    return {key: listed(entries) for key, entries in _mapping(name, value).items()}


def _proxy(name: str, value: object) -> str | Secret | None:
    return None if value is None else url(name, value)


def _pool_size(name: str, value: object) -> int:
    return max(_FEWEST, _count(name, value))


def _connect_timeout(name: str, value: object) -> float:
    return seconds(name, value) or HttpOptions().connect_timeout


_HTTP: Final[dict[str, Callable[[str, Any], Any]]] = {
    "proxy": _proxy,
    "ca_bundle": _path,
    "client_cert": _path,
    "client_key": _path,
    "verify": _flag,
    "trust_env": _flag,
    "pool_size": _pool_size,
    "connect_timeout": _connect_timeout,
    "fast": _flag,
}


def http_options(name: str, value: object) -> HttpOptions:
    """The frozen form of `http_options`."""
    if isinstance(value, HttpOptions):
        return value
    given = _mapping(name, value)
    unknown(given, _HTTP, f"{name} has no entry")
    return HttpOptions(**{key: _HTTP[key](f"{name}[{key!r}]", v) for key, v in given.items()})


_OPTIONS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "token": token,
    "model": model,
    "provider": _provider,
    "task": _task,
    "bill_to": _text,
    "endpoint_url": _endpoint,
    "timeout": _limit,
    "idle_timeout": seconds,
    "retry_on_503": _flag,
    "retry": _retry,
    "extra_headers": _headers,
    "extra_body": _own,
    "save_to": _path,
    "on_progress": _callable,
    "http_options": http_options,
    "hub_url": _base,
    "router_url": _base,
    "max_response_bytes": _count,
    "mappings": _mappings,
    "providers": _mapping,
    "auto_router": _flag,
    "pipeline": _pipeline,
    "send": _callable,
}
_CALL_ONLY: Final = frozenset({"save_to", "on_progress"})
_CLIENT_ONLY: Final = frozenset(
    """
    http_options hub_url router_url max_response_bytes mappings providers auto_router pipeline
    send
    """.split()
)

NAMES: Final = frozenset(_OPTIONS)
CALL: Final = NAMES - _CLIENT_ONLY | {"access_token"}
CLIENT: Final = NAMES - _CALL_ONLY


def unknown(given: Mapping[str, Any], known: Mapping[str, Any] | frozenset[str], what: str) -> None:
    """Raises `InputError` for the first name that is not known, with the nearest that is."""
    for name in given:
        if name not in known:
            raise InputError(f"{what} {name!r}{nearest(name, known)}", code="bad_option")


def addressed(given: dict[str, Any]) -> dict[str, Any]:
    """
    The options, where the model is an address with a secret in it, with that as `endpoint_url`.

    A model's name is printed and pickled everywhere: the bare address is left of it. That of an
    endpoint is veiled.
    """
    name = given.get("model")
    if not isinstance(name, str) or not name.startswith(WEB) or harmless(name):
        return given
    scheme, _, rest = name.partition("://")
    place = re.split(r"[?#]", rest)[0]
    netloc, slash, path = place.partition("/")
    bare = f"{scheme}://{netloc.rpartition('@')[2]}{slash}{path}"
    return {**given, "model": bare, "endpoint_url": given.get("endpoint_url") or name}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options in their frozen form; raises `InputError` at the first that is not right."""
    return {
        ("token" if name == "access_token" else name): _OPTIONS[
            "token" if name == "access_token" else name
        ](name, value)
        for name, value in given.items()
    }
