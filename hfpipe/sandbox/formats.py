"""
The format that an answer has to keep to: JSON, JSON by a schema, or a regular expression.

Floor 5. Besides OpenAI's form the others in use are read: `{"type": "json_object", "value": S}`
and `{"type": "regex", "value": R}` of TGI, `{"type": ..., "schema": S}` of Together and Fireworks.
"""

from __future__ import annotations

from typing import Any

from hfpipe.codec.json import decoded, encoded
from hfpipe.sandbox.hints import Hints
from hfpipe.sandbox.pattern import matching
from hfpipe.sandbox.replies import unfit
from hfpipe.sandbox.schema import instance
from hfpipe.shapes import is_object


def formatted(wanted: dict[str, Any], plain: str | None, message: str) -> str:
    """
    A text in the wanted format. `plain` is what a command would say; it stands where it fits.

    >>> formatted({"type": "regex", "value": "[a-c]{3}"}, None, "hi")
    'aaa'
    >>> formatted({"type": "json_object"}, "hello", "say hello")
    '{"answer":"hello"}'
    """
    kind = wanted.get("type")
    if kind == "regex":
        return matching(str(wanted.get("value", "")))
    if kind not in {"json", "json_object", "json_schema"}:
        raise unfit(f"`response_format` has an unknown type {kind!r}")
    schema = _schema(wanted)
    if plain is not None and schema is None and _is_object(plain):
        return plain
    value = {"answer": plain or message} if schema is None else instance(schema, Hints(message))
    return encoded(value).decode()


def _schema(wanted: dict[str, Any]) -> Any:
    inner = wanted.get("json_schema")
    for holder in (inner if is_object(inner) else {}, wanted):
        for name in ("schema", "value"):
            found = holder.get(name)
            if name == "value" and is_object(found) and is_object(found.get("schema")):
                return found["schema"]  # TGI's grammar of type json_schema has a name beside it
            if found is not None:
                return found
    if wanted.get("type") == "json_schema":
        raise unfit("`response_format` of type json_schema has no schema")
    return None


def _is_object(text: str) -> bool:
    try:
        return is_object(decoded(text.encode()))
    except ValueError:
        return False
