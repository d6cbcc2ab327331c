"""
Records in the shape that the wire has for them.

Floor 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

import attrs

from hfpipe.codec.media import base64_text
from hfpipe.media import Media
from hfpipe.outputs.chat import ToolCall
from hfpipe.shapes import is_mapping


def to_dict(record: Any) -> Any:
    """
    A record as JSON has it: the wire's names, nested, and nothing that is not set.

    Tuples become lists, media base64 texts. A tuple of records becomes a list of them.

    >>> from hfpipe.outputs.chat import ChatCompletion, Choice, Message
    >>> to_dict(ChatCompletion((Choice(Message(content="hi")),)))
    {'choices': [{'message': {'role': 'assistant', 'content': 'hi'}, 'index': 0}]}
    """
    if isinstance(record, Media):
        return base64_text(bytes(record))
    if isinstance(record, ToolCall):
        called = {"name": record.name, "arguments": record.raw}
        return {"id": record.id, "type": "function", "function": called}
    if attrs.has(cast("type[Any]", type(record))):
        return {name: to_dict(value) for name, value in _fields(record)}
    if is_mapping(record):
        return {name: to_dict(value) for name, value in record.items()}
    if isinstance(record, Sequence) and not isinstance(record, (str, bytes)):
        items = cast("Sequence[Any]", record)
        return [to_dict(item) for item in items]
    return record


def _fields(record: Any) -> Iterator[tuple[str, Any]]:
    for field in attrs.fields(cast("type[Any]", type(record))):
        value = getattr(record, field.name)
        if value is not None:
            yield field.metadata.get("wire", field.name), value
