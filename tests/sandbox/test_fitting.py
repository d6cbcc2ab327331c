"""Values judged by JSON schemas."""

from __future__ import annotations

import pytest

from hfpipe.sandbox.fitting import fits

PAIR = {"prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False}
OPEN = {"properties": {"a": {"type": "null"}}, "patternProperties": {"^x": {"type": "integer"}}}
CLOSED = {**OPEN, "additionalProperties": False}
EITHER = {"if": {"minimum": 5}, "then": {"multipleOf": 5}, "else": {"multipleOf": 2}}
LIST = {
    "$defs": {"list": {"properties": {"next": {"$ref": "#/$defs/list"}, "n": {"minimum": 0}}}},
    "$ref": "#/$defs/list",
}


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        (True, [1, None, {}], []),
        (False, [], [1, None, {}]),
        ({"type": "integer"}, [1, 1.0], [1.5, True, "1"]),
        ({"type": "number"}, [1, 1.5], [True, "1"]),
        ({"type": ["string", "null"]}, ["", None], [0]),
        ({"type": "boolean"}, [True], [1, 0]),
        ({"enum": [1, "a"]}, [1, "a"], [True, "b"]),
        ({"const": {"a": [1]}}, [{"a": [1]}], [{"a": []}]),
        ({"minimum": 2, "maximum": 3}, [2, 3, "x"], [1, 4]),
        ({"exclusiveMinimum": 2, "exclusiveMaximum": 4}, [3], [2, 4]),
        ({"multipleOf": 0.1}, [0.3, 7], [0.35]),
        ({"minLength": 1, "maxLength": 2}, ["a", "ab", 5], ["", "abc"]),
        ({"pattern": "b$"}, ["ab", 1], ["ba"]),
        ({"minItems": 1, "maxItems": 2}, [[1], [1, 2], "x"], [[], [1, 2, 3]]),
        ({"uniqueItems": True}, [[1, True], [], [{}, []]], [[1, 2, 1], [{}, {}]]),
        ({"uniqueItems": False}, [[1, 1]], []),
        (PAIR, [[1, "a"], [1], []], [["a"], [1, 2], [1, "a", 3]]),
        ({"contains": {"const": 1}}, [[2, 1]], [[2], []]),
        ({"contains": {"const": 1}, "minContains": 2}, [[1, 1]], [[1]]),
        ({"required": ["a"]}, [{"a": None}, "x"], [{}, {"b": 1}]),
        (OPEN, [{}, {"a": None, "x1": 1, "z": "z"}], [{"a": 1}, {"x1": "1"}]),
        (CLOSED, [{"a": None, "x1": 1}], [{"z": 1}]),
        ({"additionalProperties": {"type": "null"}}, [{"a": None}], [{"a": 1}]),
        ({"minProperties": 1, "maxProperties": 1}, [{"a": 1}], [{}, {"a": 1, "b": 2}]),
        ({"propertyNames": {"maxLength": 1}}, [{"a": 1}], [{"ab": 1}]),
        ({"dependentRequired": {"a": ["b"]}}, [{"a": 1, "b": 2}, {"b": 2}], [{"a": 1}]),
        ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, [1, 2], [0, 3]),
        ({"anyOf": [{"minimum": 5}, {"maximum": 2}]}, [1, 5], [3]),
        ({"oneOf": [{"minimum": 2}, {"maximum": 3}]}, [1, 4], [2, 3]),
        ({"not": {"type": "null"}}, [0], [None]),
        (EITHER, [2, 10], [3, 7]),
        (LIST, [{"next": {"next": {"n": 0}}}], [{"next": {"next": {"n": -1}}}]),
    ],
)
def test_what_fits(schema, good, bad):
    """
    Each keyword judges values of its type, and lets all others be.
    """
    assert [] == [value for value in good if not fits(value, schema, schema)]
    assert [] == [value for value in bad if fits(value, schema, schema)]
