"""
A value that fits a JSON schema, filled with what the message says where that fits.

Floor 5. https://json-schema.org/draft/2020-12. The plainest value is written straight down, then
judged by the whole schema: one that does not fit is never given out, but refused.

>>> from hfpipe.sandbox.hints import Hints
>>> wanted = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
>>> instance(wanted, Hints("the weather in Oslo"))
{'city': 'Oslo'}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, Final

from attrs import Factory, evolve, frozen

from hfpipe.sandbox.fitting import fits, referred
from hfpipe.sandbox.hints import Hints
from hfpipe.sandbox.numbers import whole_or_not
from hfpipe.sandbox.pattern import matching
from hfpipe.sandbox.replies import Refused, refused
from hfpipe.shapes import is_array, is_object

_DEEP: Final = 6
_DEEPEST: Final = 40
_MOST_VALUES: Final = 10_000
_MOST_LETTERS: Final = 100_000
_TIGHTER: Final[dict[str, Callable[[Any, Any], Any]]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}
_FORMATS: Final = {
    "date": "2024-01-31",
    "date-time": "2024-01-31T12:00:00Z",
    "duration": "P1D",
    "email": "ada@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "time": "12:00:00Z",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


@frozen
class Place:
    """Where in the schema: its `root` for references, the `field`, how deep, which item."""

    root: Any
    hints: Hints
    field: str = ""
    depth: int = 0
    turn: int = 0
    made: Iterator[int] = Factory(count)


def instance(schema: Any, hints: Hints) -> Any:
    """A value that fits the schema; a refusal (400) where there is none that could be found."""
    place = Place(schema, hints)
    try:
        value = _made(schema, place)
        if fits(value, schema, schema):
            return value
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise _impossible(place, f"it is malformed: {error}") from None
    raise _impossible(place, "the sandbox finds no value that fits")


def _impossible(place: Place, why: str) -> Refused:
    return refused(400, f"Invalid JSON schema: {why} (at {place.field or 'its root'})")


def _made(schema: Any, place: Place) -> Any:
    if place.depth > _DEEPEST:
        raise _impossible(place, "it has no end")
    if next(place.made) > _MOST_VALUES:
        raise _impossible(place, f"it wants more than {_MOST_VALUES} values")
    if schema is True or schema == {}:
        return place.hints.text(place.field) or "sandbox"
    if not is_object(schema):
        raise _impossible(place, f"nothing fits {schema!r}")
    if "$ref" in schema or "allOf" in schema:
        return _made(_merged(schema, place), evolve(place, depth=place.depth + 1))
    if "const" in schema:
        return schema["const"]
    if is_array(listed := schema.get("enum")) and listed:
        values = [value for value in listed if fits(value, schema, place.root)] or listed
        return values[place.turn % len(values)] if place.turn else place.hints.one_of(values)
    for word in ("anyOf", "oneOf"):
        if is_array(options := schema.get(word)) and options:
            return _first_of(schema, word, options, place)
    return _KINDS[_kind(schema, place)](schema, place)


def _merged(schema: dict[str, Any], place: Place) -> dict[str, Any]:
    parts: list[Any] = list(schema.get("allOf", []))
    if "$ref" in schema:
        parts.append(referred(schema["$ref"], place.root))
    whole = {name: value for name, value in schema.items() if name not in {"$ref", "allOf"}}
    for part in parts:
        if not is_object(part):
            raise _impossible(place, f"nothing fits {part!r}")
        for name, value in part.items():
            had = whole.get(name)
            if had is not None and name in _TIGHTER:
                whole[name] = _TIGHTER[name](had, value)
            elif is_array(had) and is_array(value) and name in {"enum", "type"}:
                whole[name] = [one for one in had if one in value]
            elif is_object(had) and is_object(value):
                whole[name] = {**value, **had}
            elif is_array(had) and is_array(value):
                whole[name] = [*had, *(one for one in value if one not in had)]
            else:
                whole.setdefault(name, value)
    return whole


def _first_of(schema: dict[str, Any], word: str, options: list[Any], place: Place) -> Any:
    # what ends soonest comes first where it has become deep
    deep = place.depth > _DEEP
    ordered = sorted(options, key=_ends_last) if deep else options
    beside = {name: value for name, value in schema.items() if name != word}
    why = _impossible(place, "none of its options can be met")
    for option in ordered:
        joined = {"allOf": [option], **beside} if beside and is_object(option) else option
        try:
            value = _made(joined, evolve(place, depth=place.depth + 1))
        except Refused as refusal:
            why = refusal
        else:
            if fits(value, schema, place.root):
                return value
    raise why


def _ends_last(option: Any) -> int:
    kind = option.get("type") if is_object(option) else None
    return ("null", "boolean", "integer", "number", "string").index(kind) if kind in _PLAIN else 9


_PLAIN: Final = frozenset({"null", "boolean", "integer", "number", "string"})


def _kind(schema: dict[str, Any], place: Place) -> str:
    given = schema.get("type")
    if is_array(given):
        given = next((kind for kind in given if kind != "null"), "null")
    if given is None:
        given = next((kind for word, kind in _SIGNS.items() if word in schema), "string")
    if given not in _KINDS:
        raise _impossible(place, f"unknown type {given!r}")
    return str(given)


_SIGNS: Final = {
    "properties": "object",
    "required": "object",
    "additionalProperties": "object",
    "items": "array",
    "prefixItems": "array",
    "minimum": "number",
    "maximum": "number",
}


def _object(schema: dict[str, Any], place: Place) -> Any:
    known: Mapping[str, Any] = schema.get("properties", {})
    needed: list[str] = list(schema.get("required", []))
    others = schema.get("additionalProperties", True)
    wanted = needed if place.depth > _DEEP else [*known, *needed]
    made: dict[str, Any] = {}
    for name in wanted:
        if name not in made:
            inner = evolve(place, field=name, depth=place.depth + 1, turn=0)
            made[name] = _made(known.get(name, others), inner)
    least: int = schema.get("minProperties", 0)
    if least > _MOST_VALUES:
        raise _impossible(place, f"it wants more than {_MOST_VALUES} values")
    while len(made) < least:
        name = f"key{len(made) + 1}"
        made[name] = _made(others, evolve(place, field=name, depth=place.depth + 1))
    return made


def _array(schema: dict[str, Any], place: Place) -> Any:
    first: list[Any] = list(schema.get("prefixItems", []))
    least: int = schema.get("minItems", 0)
    usual = 0 if place.depth > _DEEP else 1
    size = min(max(least, len(first), usual), schema.get("maxItems", _MOST_VALUES))
    if size < least:
        raise _impossible(place, "it wants more items than it allows")
    rest = schema.get("items", True)
    if "contains" in schema:
        rest = {"allOf": [schema["contains"], rest]} if is_object(rest) else schema["contains"]
    made: list[Any] = []
    for at in range(size):
        # items that have to differ are different turns of the same schema
        inner = evolve(place, depth=place.depth + 1, turn=at)
        made.append(_made(first[at] if at < len(first) else rest, inner))
    return made


def _string(schema: dict[str, Any], place: Place) -> Any:
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if least > _MOST_LETTERS:
        raise _impossible(place, f"it wants more than {_MOST_LETTERS} letters")
    if isinstance(pattern := schema.get("pattern"), str):
        return matching(pattern, least, most)
    if (wanted := schema.get("format")) in _FORMATS:
        return _FORMATS[wanted]
    text = place.hints.text(place.field) or schema.get("default") or "sandbox"
    if place.turn:
        text = f"{text} {place.turn + 1}"
    return text[:most].ljust(least, "x")


def _boolean(schema: dict[str, Any], place: Place) -> Any:
    return schema.get("default", place.turn % 2 == 0)


def _number(schema: dict[str, Any], place: Place) -> Any:
    whole = _kind(schema, place) == "integer"
    hint = place.hints.number(place.field)
    found = whole_or_not(schema, hint, place.turn, whole=whole)
    if found is None:
        raise _impossible(place, "no number is within its bounds")
    return found


def _null(_: dict[str, Any], __: Place) -> Any:
    return None


_KINDS: Final = {
    "object": _object,
    "array": _array,
    "string": _string,
    "boolean": _boolean,
    "integer": _number,
    "number": _number,
    "null": _null,
}
