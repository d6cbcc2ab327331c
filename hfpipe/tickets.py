"""
A walk that waits, as bytes: put away in one process, gone on with in another.

Floor 1. What is written is data alone: records of hfpipe's by name, out of the list below, with
their fields. No code is in it, and no secret: the client that goes on brings its own token,
sender, pipeline and providers. A name that is not in the list is not loaded.

The form: eight letters, one byte for the version, the CRC-32 of the rest, and a tree in
MessagePack (https://msgpack.org), in which whatever is not plain is a list that begins with a mark.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

import attrs
import msgspec

from hfpipe.errors import InputError
from hfpipe.secret import Secret, shown
from hfpipe.shapes import is_mapping
from hfpipe.wire import Headers

MAGIC: Final = b"hfpipewt"
VERSION: Final = 1

_START: Final = len(MAGIC) + 1 + 4
_DEEPEST: Final = 200
_PLAIN: Final = (bool, int, float, str, bytes, type(None))

_RECORDS: Final = {
    "hfpipe.errors": (
        "InputError RoutingError HubApiError ProviderApiError ProviderOutputError TransportError "
        "StreamError DeadlineError StageError"
    ),
    "hfpipe.media": "Media",
    "hfpipe.outputs.chat": "Function Message ToolCall",
    "hfpipe.pipeline": "Need",
    "hfpipe.progress": "Progress",
    "hfpipe.providers.given_media": "Fetched Loaded Loading",
    "hfpipe.providers.classic": "AsBase64 AskedOfBytes",
    "hfpipe.providers.download": "Downloaded",
    "hfpipe.providers.jobs": "Polled Resulted",
    "hfpipe.providers.media_url": "Addressed",
    "hfpipe.providers.novita": "HeldOpen",
    "hfpipe.providers.speech": "Uploaded",
    "hfpipe.providing": "Listing",
    "hfpipe.records": "Exchange Meta Options ProviderMapping RateLimit",
    "hfpipe.retry": "Asked Retry",
    "hfpipe.schedule": "Schedule",
    "hfpipe.stages.looking_up": "LookedUp",
    "hfpipe.stages.resolve": "Choice",
    "hfpipe.stages.send": "Received",
    "hfpipe.wire": "FileBody HttpRequest HttpResponse",
}
_FUNCTIONS: Final = {
    "hfpipe.providers.classic": "as_they_are document_question visual_question",
    "hfpipe.providers.fal": "masked parted",
    "hfpipe.providers.replicate": "texted",
}


def _names(listed: Mapping[str, str]) -> frozenset[str]:
    return frozenset(f"{home}:{name}" for home, names in listed.items() for name in names.split())


RECORDS: Final = _names(_RECORDS)
FUNCTIONS: Final = _names(_FUNCTIONS)

# What the client that goes on brings itself, and what lives only in this process.
_LEFT_OUT: Final[dict[str, frozenset[str]]] = {
    "hfpipe.records:Exchange": frozenset({"client", "trace", "output"}),
    "hfpipe.records:Meta": frozenset({"usage"}),
    "hfpipe.records:Options": frozenset(
        """
        token timeout idle_timeout retry_on_503 retry on_progress http_options hub_url router_url
        max_response_bytes mappings providers auto_router pipeline send
        """.split()
    ),
    "hfpipe.errors:DeadlineError": frozenset({"waiting"}),
    "hfpipe.errors:StreamError": frozenset({"partial"}),
    "hfpipe.wire:HttpResponse": frozenset({"chunks", "close"}),
}
_NO_ARGUMENTS: Final = frozenset({"token", "access_token", "on_progress"})


def packed(tree: Mapping[str, Any]) -> bytes:
    """The values as bytes; raises `InputError` for what cannot be put into data."""
    try:
        body = msgspec.msgpack.encode(_written(tree, 0))
    except (OverflowError, ValueError, RecursionError) as error:
        raise _unwritable(f"it holds {error}") from None
    return MAGIC + bytes([VERSION]) + zlib.crc32(body).to_bytes(4, "big") + body


def unpacked(data: bytes) -> dict[str, Any]:
    """The values in the bytes; raises `InputError` where they are no such bytes."""
    if not isinstance(cast("object", data), (bytes, bytearray)) or data[: len(MAGIC)] != MAGIC:
        raise InputError("these bytes are no walk that waits: Waiting.to_bytes() makes such")
    if len(data) < _START:
        raise _broken("they end early")
    if data[len(MAGIC)] != VERSION:
        raise InputError(
            f"these bytes are of version {data[len(MAGIC)]}, and this hfpipe reads version "
            f"{VERSION}: go on with the hfpipe that wrote them, or a newer one"
        )
    body = data[_START:]
    if zlib.crc32(body) != int.from_bytes(data[_START - 4 : _START], "big"):
        raise _broken("their checksum differs")
    try:
        tree = _read(msgspec.msgpack.decode(body), 0)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever foreign data makes a record's constructor raise
        raise _broken(f"{type(error).__name__}: {error}") from None
    if not isinstance(tree, dict):
        raise _broken("they hold no walk")
    return cast("dict[str, Any]", tree)


def _broken(why: str) -> InputError:
    return InputError(f"these bytes of a walk are broken: {why}")


def _unwritable(why: str) -> InputError:
    return InputError(f"this walk cannot be put into bytes: {why}")


def _name(kind: Any) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _written(value: Any, depth: int) -> Any:
    if type(value) in _PLAIN:
        return value
    if depth > _DEEPEST:
        raise _unwritable("it is nested too deep")
    if isinstance(value, Secret):
        return ["secret", None]
    if isinstance(value, Headers):
        pairs = [[name, _written(text, depth + 1)] for name, text in value.items()]
        return ["headers", pairs]
    if isinstance(value, (list, tuple)):
        mark = "list" if isinstance(value, list) else "tuple"
        items = cast("list[Any] | tuple[Any, ...]", value)
        return [mark, [_written(item, depth + 1) for item in items]]
    if isinstance(value, frozenset):
        texts = cast("frozenset[str]", value)
        return ["frozenset", sorted(texts)]
    if is_mapping(value):
        return ["mapping", [[key, _written(item, depth + 1)] for key, item in value.items()]]
    if isinstance(value, Path):
        return ["path", str(value)]
    return _named(value, depth)


def _named(value: Any, depth: int) -> Any:
    name = _name(type(value))
    if name in RECORDS:
        return ["record", [name, _fields(value, name, depth)]]
    if callable(value) and _name_of_function(value) in FUNCTIONS:
        return ["function", _name_of_function(value)]
    if isinstance(value, (str, int, float)):
        plain = str if isinstance(value, str) else int if isinstance(value, int) else float
        return plain(value)  # an enumeration's member, or numpy's number
    raise _unwritable(f"it holds {name}, which is no data of hfpipe's")


def _name_of_function(value: Any) -> str:
    return f"{getattr(value, '__module__', '')}:{getattr(value, '__qualname__', '')}"


def _fields(record: Any, name: str, depth: int) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    kind = cast("Any", type(record))
    for f in attrs.fields(kind):
        value: Any = getattr(record, f.name)
        if f.name in _LEFT_OUT.get(name, ()):
            continue
        if f.name == "url" and isinstance(value, str):
            value = shown(value)
        if f.name == "args" and is_mapping(value):
            value = {key: item for key, item in value.items() if key not in _NO_ARGUMENTS}
        kept[f.name] = _written(value, depth + 1)
    return kept


def _read(value: Any, depth: int) -> Any:
    if type(value) in _PLAIN:
        return value
    if depth > _DEEPEST:
        raise _broken("they are nested too deep")
    mark, content = value
    return _MARKS[mark](depth + 1, content)


def _record(depth: int, given: Any) -> Any:
    name, fields = given
    cls = _loaded(name, RECORDS)
    known: dict[str, Any] = {key: _read(item, depth) for key, item in fields.items()}
    if name == "hfpipe.records:Exchange":
        # a client that knows what was asked, and has nothing to ask with
        client: Any = import_module("hfpipe.clients").Client
        return cls(client(known["options"]), **known)
    return cls(**known)


def _loaded(name: str, allowed: frozenset[str]) -> Any:
    if name not in allowed:
        raise InputError(f"these bytes name {name[:80]!r}, which this hfpipe does not load")
    home, _, attribute = name.partition(":")
    return getattr(import_module(home), attribute)


def _items(depth: int, items: list[Any]) -> list[Any]:
    return [_read(item, depth) for item in items]


def _pairs(depth: int, pairs: list[Any]) -> list[tuple[str, Any]]:
    return [(name, _read(item, depth)) for name, item in pairs]


_MARKS: Final[dict[str, Callable[[int, Any], Any]]] = {
    "secret": lambda _, __: Secret(),
    "headers": lambda depth, pairs: Headers(_pairs(depth, pairs)),
    "list": _items,
    "tuple": lambda depth, items: tuple(_items(depth, items)),
    "frozenset": lambda depth, items: frozenset(_items(depth, items)),
    "mapping": lambda depth, pairs: dict(_pairs(depth, pairs)),
    "path": lambda _, text: Path(text),
    "record": _record,
    "function": lambda _, name: _loaded(name, FUNCTIONS),
}
