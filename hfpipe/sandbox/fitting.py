"""
Whether a value fits a JSON schema.

Floor 5. https://json-schema.org/draft/2020-12/json-schema-validation. A keyword is a line of one
table; formats are not judged, as the standard leaves it.

>>> fits(3, {"type": "integer", "minimum": 4}, {})
False
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

from hfpipe.shapes import is_array, is_object


def fits(value: Any, schema: Any, root: Any) -> bool:
    """Whether the value fits the schema, whose references lead into `root`."""
    if isinstance(schema, bool):
        return schema
    return all(
        _CHECKS[word](value, asked, schema, root)
        for word, asked in schema.items()
        if word in _CHECKS
    )


def referred(reference: Any, root: Any) -> Any:
    """What a reference within the schema leads to; raises ValueError where it leads nowhere."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        raise ValueError(f"the reference {reference!r} leads out of it")
    found = root
    for step in reference[1:].strip("/").split("/") if reference != "#" else ():
        name = step.replace("~1", "/").replace("~0", "~")
        if not is_object(found) or name not in found:
            raise ValueError(f"there is nothing at {reference}")
        found = found[name]
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same in JSON, where `true` is no number."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_TYPES: Final[dict[str, Callable[[Any], bool]]] = {
    "array": is_array,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _number(value) and value == int(value),
    "null": lambda value: value is None,
    "number": _number,
    "object": is_object,
    "string": lambda value: isinstance(value, str),
}


def _type(value: Any, asked: Any, _: Any, __: Any) -> bool:
    return any(_TYPES[kind](value) for kind in (asked if is_array(asked) else [asked]))


def _multiple(value: Any, asked: float) -> bool:
    return math.isclose(value / asked, round(value / asked), abs_tol=1e-9)


def _only_one(value: Any, asked: Any, _: Any, root: Any) -> bool:
    return sum(fits(value, one, root) for one in asked) == 1


def _branch(value: Any, asked: Any, schema: Any, root: Any) -> bool:
    branch = "then" if fits(value, asked, root) else "else"
    return fits(value, schema.get(branch, True), root)


def _properties(value: Any, asked: Any, _: Any, root: Any) -> bool:
    return all(fits(value[name], one, root) for name, one in asked.items() if name in value)


def _patterns(value: Any, asked: Any, _: Any, root: Any) -> bool:
    return all(
        fits(item, one, root)
        for pattern, one in asked.items()
        for name, item in value.items()
        if re.search(pattern, name)
    )


def _others(value: Any, asked: Any, schema: Any, root: Any) -> bool:
    patterns: dict[str, Any] = schema.get("patternProperties", {})
    return all(
        fits(item, asked, root)
        for name, item in value.items()
        if name not in schema.get("properties", {})
        and not any(re.search(pattern, name) for pattern in patterns)
    )


def _items(value: Any, asked: Any, schema: Any, root: Any) -> bool:
    return all(fits(one, asked, root) for one in value[len(schema.get("prefixItems", [])) :])


def _first_items(value: Any, asked: Any, _: Any, root: Any) -> bool:
    return all(fits(one, each, root) for one, each in zip(value, asked, strict=False))


def _contains(value: Any, asked: Any, schema: Any, root: Any) -> bool:
    least: int = schema.get("minContains", 1)
    return sum(fits(one, asked, root) for one in value) >= least


def _different(value: list[Any], asked: Any, _: Any, __: Any) -> bool:
    return not asked or not any(
        same(one, other) for at, one in enumerate(value) for other in value[:at]
    )


def _names(value: Any, asked: Any, _: Any, root: Any) -> bool:
    return all(fits(name, asked, root) for name in value)


def _with(value: Any, asked: Any, _: Any, __: Any) -> bool:
    return all(set(needed) <= set(value) for name, needed in asked.items() if name in value)


_Check = Callable[[Any, Any, Any, Any], bool]


def _of(kind: str, check: _Check) -> _Check:
    # a keyword says nothing about values of another type
    return lambda value, asked, schema, root: (
        not _TYPES[kind](value) or check(value, asked, schema, root)
    )


def _plainly(kind: str, check: Callable[[Any, Any], bool]) -> _Check:
    return lambda value, asked, _, __: not _TYPES[kind](value) or check(value, asked)


_CHECKS: Final[dict[str, _Check]] = {
    "$ref": lambda value, asked, _, root: fits(value, referred(asked, root), root),
    "additionalProperties": _of("object", _others),
    "allOf": lambda value, asked, _, root: all(fits(value, one, root) for one in asked),
    "anyOf": lambda value, asked, _, root: any(fits(value, one, root) for one in asked),
    "const": lambda value, asked, _, __: same(value, asked),
    "contains": _of("array", _contains),
    "dependentRequired": _of("object", _with),
    "enum": lambda value, asked, _, __: any(same(value, one) for one in asked),
    "exclusiveMaximum": _plainly("number", lambda value, asked: value < asked),
    "exclusiveMinimum": _plainly("number", lambda value, asked: value > asked),
    "if": _branch,
    "items": _of("array", _items),
    "maxItems": _plainly("array", lambda value, asked: len(value) <= asked),
    "maxLength": _plainly("string", lambda value, asked: len(value) <= asked),
    "maxProperties": _plainly("object", lambda value, asked: len(value) <= asked),
    "maximum": _plainly("number", lambda value, asked: value <= asked),
    "minItems": _plainly("array", lambda value, asked: len(value) >= asked),
    "minLength": _plainly("string", lambda value, asked: len(value) >= asked),
    "minProperties": _plainly("object", lambda value, asked: len(value) >= asked),
    "minimum": _plainly("number", lambda value, asked: value >= asked),
    "multipleOf": _plainly("number", _multiple),
    "not": lambda value, asked, _, root: not fits(value, asked, root),
    "oneOf": _only_one,
    "pattern": _plainly("string", lambda value, asked: re.search(asked, value) is not None),
    "patternProperties": _of("object", _patterns),
    "prefixItems": _of("array", _first_items),
    "properties": _of("object", _properties),
    "propertyNames": _of("object", _names),
    "required": _plainly("object", lambda value, asked: set(asked) <= set(value)),
    "type": _type,
    "uniqueItems": _of("array", _different),
}
