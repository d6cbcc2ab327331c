"""
How a record prints and what it equals: one `__repr__`, `__eq__` and `__hash__` for all of them.

Floor 0. attrs writes its own for each class, which took 0.2 ms and more of each, and of a first
answer 6 ms of 140. So the records that every first answer needs, and that no call compares, say
`__repr__, __eq__, __hash__ = printed, equal, hashed`.
"""

from __future__ import annotations

from typing import Any

from attrs import fields


def printed(self: Any) -> str:
    """
    The record as attrs prints one: its name, and the fields that are to be seen.

    >>> from hfpipe.outputs.usage import PromptTokens
    >>> PromptTokens(cached_tokens=3)
    PromptTokens(cached_tokens=3, audio_tokens=None)
    """
    kind = self.__class__
    seen = [f for f in fields(kind) if f.repr]
    told = [f"{f.name}={_shown(f.repr)(getattr(self, f.name))}" for f in seen]
    return f"{kind.__name__}({', '.join(told)})"


def _shown(how: Any) -> Any:
    return repr if how is True else how


def equal(self: Any, other: object) -> Any:
    """
    Whether the other one is a record of the same class with equal fields.

    >>> from hfpipe.outputs.usage import PromptTokens
    >>> PromptTokens(cached_tokens=3) == PromptTokens(cached_tokens=3)
    True
    """
    if other.__class__ is not self.__class__:
        return NotImplemented
    return _compared(self) == _compared(other)


def hashed(self: Any) -> int:
    """The hash of all that is compared; raises TypeError where a field has none."""
    return hash((self.__class__, *_compared(self)))


def _compared(record: Any) -> list[Any]:
    return [getattr(record, f.name) for f in fields(record.__class__) if f.eq]
