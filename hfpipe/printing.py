"""
How a record prints: one `__repr__` for all of them.

Floor 0. attrs writes one for each class, which took 0.1 ms and more of each, and of a first answer
3 ms of 140. So the records that every first answer needs say `__repr__ = printed`.
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
