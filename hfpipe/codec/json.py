"""
JSON, strictly: what is not JSON is found before it is sent, and never an exception on the way in.

Floor 2. msgspec writes NaN as null, bytes as base64 and sets as lists without a word, so values
are looked through first; that look costs 0.1 us a node, and leaves texts and numbers untouched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, cast

import attrs
import msgspec

from hfpipe.shapes import is_mapping, is_sequence

_DEEPEST: Final = 200
_LONGEST_PATH: Final = 200
_BOM: Final = b"\xef\xbb\xbf"
_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder()
_PLAIN: Final = frozenset({str, int, bool, type(None)})


class NotJson(ValueError):
    """A value that JSON has no form for; its text says where: `$.messages[0].content is ...`."""

    def __init__(self, why: str, path: str = "") -> None:
        super().__init__(f"${path[:_LONGEST_PATH]} {why}")
        self.why = why
        self.path = path

    def under(self, step: str) -> NotJson:
        """The same, one step further from the root."""
        return NotJson(self.why, step + self.path)


def encoded(value: Any) -> bytes:
    """
    The value as compact UTF-8 JSON, keys in their order; raises `NotJson`.

    >>> encoded({"a": [1, None, "e"]})
    b'{"a":[1,null,"e"]}'
    """
    plain = to_json(value)
    try:
        return _ENCODER.encode(plain)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise NotJson(f"is not JSON: {error}") from None


def to_json(value: Any, depth: int = 0) -> Any:
    """
    The value in the types of JSON: the very same object where it has no records in it.

    Records become mappings of their fields that are set. Raises `NotJson` for NaN, bytes, sets,
    keys that are no text, cycles, and whatever else JSON cannot say.
    """
    thing: object = value
    kind = type(thing)
    if kind in _PLAIN:
        return value
    if depth > _DEEPEST:
        raise NotJson("is nested too deep, or in a cycle")
    if kind is dict:
        return _mapping(value, depth)
    if kind is list or kind is tuple:
        return _sequence(value, depth)
    if kind is float:
        if math.isfinite(value):
            return value
        raise NotJson(f"is {value}, which JSON cannot say")
    return _mapping(value, depth) if is_mapping(value) else _other(value, depth)


def _mapping(value: Mapping[Any, Any], depth: int) -> Any:
    copy: dict[str, Any] | None = None if value.__class__ is dict else {**value}
    key: object = None
    try:
        for key, item in value.items():
            if type(key) is not str and not isinstance(key, str):
                raise NotJson("is a key that is no text")
            if type(item) not in _PLAIN:
                new = to_json(item, depth + 1)
                if new is not item:
                    copy = {**value} if copy is None else copy
                    copy[key] = new
    except NotJson as error:
        raise error.under(f".{key}") from None
    return value if copy is None else copy


def _sequence(value: list[Any] | tuple[Any, ...], depth: int) -> Any:
    copy: list[Any] | None = None
    at = 0
    try:
        for at, item in enumerate(value):
            if type(item) not in _PLAIN:
                new = to_json(item, depth + 1)
                if new is not item:
                    copy = list(value) if copy is None else copy
                    copy[at] = new
    except NotJson as error:
        raise error.under(f"[{at}]") from None
    return value if copy is None else copy


def _other(value: Any, depth: int) -> Any:
    kind = cast("type[Any]", type(value))
    if isinstance(value, Enum):
        return to_json(value.value, depth + 1)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return to_json(float(value), depth)
    if is_sequence(value):
        return to_json(list(value), depth)
    if attrs.has(kind):
        return to_json(_set_fields(value), depth)
    raise NotJson(f"is {kind.__name__}, which JSON cannot say")


def _set_fields(record: Any) -> dict[str, Any]:
    return {
        f.metadata.get("wire", f.name): item
        for f in attrs.fields(cast("type[Any]", type(record)))
        if (item := getattr(record, f.name)) is not None
    }


def decoded(body: bytes) -> Any:
    """The value of a JSON text; raises `ValueError` and nothing else, whatever the bytes."""
    try:
        return _DECODER.decode(body.removeprefix(_BOM))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from None


def learned(*kinds: Any) -> None:
    """
    Has msgspec learn these types, and those in them, while their module is being imported.

    It keeps what it knows of a class with the class, and puts it there before it knows all. Where
    two threads decoded their first answers at once, the second went by half of it, and the process
    crashed; of an import there is one at a time.
    """
    for kind in kinds:
        msgspec.json.Decoder(kind)


def lean(*kinds: Any) -> None:
    """
    Has the fields of these records that an answer leaves out found with their class.

    msgspec gives to a record what its class has not: an answer takes a seventh less to decode
    where no default has to be set.
    """
    for kind in kinds:
        for field in attrs.fields(kind):
            if field.default is not attrs.NOTHING:
                setattr(kind, field.name, field.default)
