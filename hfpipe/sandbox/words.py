"""
Texts in parts: sentences, words, and the pieces in which an answer is written.

Floor 5.
"""

from __future__ import annotations

import re
from typing import Final

_PIECE: Final = re.compile(r"\s*(?:\w{1,16}|[^\w\s]{1,4})|\s+$")
_SENTENCE: Final = re.compile(r"\S.*?(?:[.!?]+(?=\s|$)|$)", re.DOTALL)
_WORD: Final = re.compile("[^\\W_]+(?:['\u2019][^\\W_]+)*")


def pieces(text: str) -> list[str]:
    """
    The text in the sandbox's tokens, words and marks with the blanks before them.

    >>> pieces("one two, three")
    ['one', ' two', ',', ' three']
    """
    return _PIECE.findall(text)


def sentences(text: str) -> list[str]:
    """
    The sentences of a text.

    >>> sentences("It rains. It pours!")
    ['It rains.', 'It pours!']
    """
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]


def words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation."""
    return [found.lower() for found in _WORD.findall(text)]
