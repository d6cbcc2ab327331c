"""Formats: JSON by a schema, JSON of any kind, texts by a regular expression."""

from __future__ import annotations

import json
import re

import pytest

from hfpipe.sandbox.hints import Hints
from hfpipe.sandbox.pattern import matching
from hfpipe.sandbox.replies import Refused
from hfpipe.sandbox.schema import instance

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
TREE = {
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "value": {"type": "integer"},
                "left": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
            },
            "required": ["value", "left"],
        }
    },
    "$ref": "#/$defs/node",
}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "sandbox"),
        ({"type": "string", "default": "d"}, "d"),
        ({"type": "string", "minLength": 9}, "sandboxxx"),
        ({"type": "string", "maxLength": 4}, "sand"),
        ({"type": "string", "format": "date"}, "2024-01-31"),
        ({"type": "string", "pattern": r"^\d{3}$"}, "000"),
        ({"type": "integer"}, 1),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "integer", "exclusiveMinimum": 5}, 6),
        ({"type": "integer", "maximum": -3}, -3),
        ({"type": "integer", "multipleOf": 7}, 7),
        ({"type": "integer", "minimum": 8, "multipleOf": 7}, 14),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": ["null", "integer"]}, 1),
        ({"const": {"a": 1}}, {"a": 1}),
        ({"enum": [3, 4]}, 3),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 3}, [1, 2, 3]),
        ({"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 2}, ["a", "b"]),
        ({"type": "array", "maxItems": 0}, []),
        ({"prefixItems": [{"const": 1}, {"type": "boolean"}]}, [1, False]),
        ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, 1),
        ({"allOf": [{"type": "integer"}, {"minimum": 4}]}, 4),
        ({"type": "object", "minProperties": 1}, {"key1": "sandbox"}),
        ({"properties": {"a": {"type": "null"}}}, {"a": None}),
        ({"type": "object", "required": ["x"]}, {"x": "sandbox"}),
        (True, "sandbox"),
        ({"not": {"type": "null"}, "type": "integer"}, 1),
        ({"if": {"const": 1}, "then": {"type": "integer"}, "type": "integer"}, 1),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}, {"type": "null"}]}, None),
        ({"enum": ["a", 7], "type": "integer"}, 7),
        ({"allOf": [{"minimum": 2, "type": "integer"}, {"minimum": 4}]}, 4),
        ({"allOf": [{"enum": [1, 2, 3]}, {"enum": [3, 4]}]}, 3),
        ({"type": "integer", "exclusiveMinimum": 10, "multipleOf": 0.5}, 11),
        ({"items": {"minimum": 3}, "contains": {"type": "integer"}}, [3]),
    ],
)
def test_values_by_schema(schema, value):
    """
    The value is the plainest that fits.
    """
    assert value == instance(schema, Hints(""))


def test_a_schema_that_refers_to_itself_ends():
    """
    A recursive schema ends where it may.
    """
    value = instance(TREE, Hints(""))
    depth = 0
    while value is not None:
        assert {"value", "left"} == set(value)
        value, depth = value["left"], depth + 1

    assert depth < 20


@pytest.mark.parametrize(
    ("schema", "message", "value"),
    [
        (PERSON, "Ada is 36 years old.", {"name": "Ada", "age": 36}),
        (PERSON, "name: Bob Ross, age: 52", {"name": "Bob Ross", "age": 52}),
        (PERSON, 'his name is "x y" and his age is 9', {"name": "x y", "age": 9}),
        (PERSON, "nobody, -5", {"name": "sandbox", "age": 1}),
        ({"enum": ["red", "green"]}, "a GREEN one", "green"),
    ],
)
def test_values_come_from_the_message(schema, message, value):
    """
    Names, numbers and choices that the message has are taken, where they fit.
    """
    assert value == instance(schema, Hints(message))


@pytest.mark.parametrize(
    ("schema", "part"),
    [
        (False, "nothing fits False"),
        ({"not": {}}, "no value that fits"),
        ({"type": "strange"}, "strange"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "no number"),
        ({"type": "integer", "minimum": 3, "maximum": 4, "multipleOf": 5}, "no number"),
        ({"type": "array", "minItems": 2, "maxItems": 1}, "more items"),
        ({"items": {"const": 1}, "minItems": 2, "uniqueItems": True}, "no value that fits"),
        ({"$ref": "https://x.example"}, "leads out"),
        ({"$ref": "#/$defs/none"}, "nothing at"),
        ({"$ref": "#"}, "no end"),
        ({"type": "string", "pattern": "("}, "invalid regular expression"),
        ({"type": "string", "pattern": "a(?=b)"}, "cannot write"),
        ({"type": "string", "pattern": "a{10000000000}"}, "invalid regular expression"),
        ({"type": "string", "pattern": "((a{99}){99}){99}"}, "so long a text"),
        ({"type": "string", "minLength": 10**9}, "letters"),
        ({"type": "object", "minProperties": 10**9}, "values"),
        ({"minItems": 999, "items": {"minItems": 999, "items": True}}, "values"),
        ({"type": "object", "required": 5}, "malformed"),
    ],
)
def test_schemas_that_cannot_be_met(schema, part):
    """
    A schema that nothing fits, or that has no end, is refused with the reason.
    """
    with pytest.raises(Refused) as caught:
        instance(schema, Hints(""))

    assert 400 == caught.value.reply.status
    assert part in caught.value.reply.body.decode()


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{2}-\d{3,}(a|b)?$",
        r"(?:cat|dog)s+",
        r"(?P<year>\d{4})-\d\d",
        r"[^a-z]\w*?!",
        r"\+\d{1,3} [(]\d+[)]",
        r"^$",
        r"a|b",
        r"[]x]{2}",
        r"[\d\-]+\.\s?\t",
        r"x*y{,3}z",
        r"a{x}",
    ],
)
def test_texts_by_pattern(pattern):
    """
    The text matches the expression, as Python's own engine says.
    """
    assert re.search(pattern, matching(pattern))


def test_a_text_by_pattern_and_length():
    """
    Repetitions are made as often as the length needs.
    """
    assert "aaaaab" == matching("a+b", least=6)


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "json_schema", "json_schema": {"name": "p", "schema": PERSON}},
        {"type": "json_schema", "schema": PERSON},
        {"type": "json_object", "schema": PERSON},
        {"type": "json_object", "value": PERSON},
    ],
)
def test_every_spelling_of_a_schema_is_read(chat, wanted):
    """
    OpenAI's, Together's, Fireworks' and TGI's spelling of a schema mean the same.
    """
    text = chat("Ada is 36", response_format=wanted)["message"]["content"]

    assert {"name": "Ada", "age": 36} == json.loads(text)


@pytest.mark.parametrize(
    ("message", "wanted", "text"),
    [
        ("say hi", {"type": "json_object"}, '{"answer":"hi"}'),
        ('say {"a": 1}', {"type": "json_object"}, '{"a": 1}'),
        ("say hi", {"type": "text"}, "hi"),
        ("say hi", {"type": "regex", "value": r"\d{4}"}, "0000"),
    ],
)
def test_formats_without_a_schema(chat, message, wanted, text):
    """
    What a command says stands where it fits the format, and in its place where not.
    """
    assert text == chat(message, response_format=wanted)["message"]["content"]
