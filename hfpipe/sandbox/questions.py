"""
Questions answered out of what is given with them: a text, or a table.

Floor 5.
"""

from __future__ import annotations

import re
from typing import Any, Final

from hfpipe.sandbox.vectors import near
from hfpipe.sandbox.words import sentences, words

_IDLE: Final = frozenset(
    """
    a an and are at by did do does for from has have how i in is it many much my of on or that the
    there this to was were what when where which who whom whose why will with you your
    """.split()
)
_NUMBER: Final = re.compile(r"\d[\d.,:/-]*\d|\d")
_NAME: Final = re.compile(r"[A-Z][\w'-]*(?:\s+(?:of\s+)?[A-Z][\w'-]*)*")
_LAST: Final = re.compile(r"[\w'-]+(?:\s+[\w'-]+){0,3}(?=[.!?]?$)")
_WANTED: Final = (
    (
        re.compile(r"\b(?:when|how (?:many|much|old|long|far|tall)|what (?:year|time|number))\b"),
        _NUMBER,
    ),
    (re.compile(r"\b(?:who|whom|whose|where|which|what(?:'s)?)\b"), _NAME),
)
_TOTALS: Final = (
    ("AVERAGE", frozenset({"average", "mean"})),
    ("SUM", frozenset({"sum", "total", "altogether"})),
    ("COUNT", frozenset({"count"})),
)


def telling(text: str) -> set[str]:
    """The words of a text that tell what it is about."""
    return set(words(text)) - _IDLE


def answers(question: str, context: str) -> list[dict[str, Any]]:
    """
    Spans of the context that may be the answer, the best first; none in an empty context.

    >>> answers("Where does Ada live?", "Bob is late. Ada lives in Oslo.")[0]["answer"]
    'Oslo'
    """
    asked = telling(question)
    found: list[dict[str, Any]] = []
    at = 0
    for sentence in sentences(context):
        at = context.index(sentence, at)
        start, end = _span(question, asked, sentence)
        share = sum(any(_same(word, one) for one in words(sentence)) for word in asked)
        nearness = max(0.0, near(question, sentence))
        found.append(
            {
                "answer": sentence[start:end],
                "score": round((share + nearness) / (len(asked) + 1), 6),
                "start": at + start,
                "end": at + end,
            }
        )
        at += len(sentence)
    return sorted(found, key=lambda one: one["score"], reverse=True)


_STEM: Final = 4


def _same(one: str, other: str) -> bool:
    # `live` and `lives` are one word here
    return one == other or (len(one[:_STEM]) == _STEM and one[:_STEM] == other[:_STEM])


def _span(question: str, asked: set[str], sentence: str) -> tuple[int, int]:
    kind = next((one for when, one in _WANTED if when.search(question.lower())), _LAST)
    for pattern in (kind, _LAST):
        for match in pattern.finditer(sentence):
            if not set(words(match[0])) <= asked | _IDLE:
                return match.span()
    return 0, len(sentence)


def tabled(question: str, table: dict[str, list[Any]]) -> dict[str, Any]:
    """
    The cells of the column that is asked for, in the rows that are spoken of, and their total.

    >>> tabled("How many stars does hub have?", {"Name": ["hub", "lab"], "Stars": ["7", "9"]})
    {'answer': '7', 'coordinates': [[0, 1]], 'cells': ['7'], 'aggregator': 'NONE'}
    """
    said = set(words(question))
    names = list(table)
    count = min((len(cells) for cells in table.values()), default=0)
    spoken = [
        (row, column)
        for row in range(count)
        for column, name in enumerate(names)
        if (cell := words(str(table[name][row]))) and set(cell) <= said
    ]
    rows = sorted({row for row, _ in spoken}) or list(range(count))
    taken = {column for _, column in spoken}
    free = [at for at in range(len(names)) if at not in taken] or list(range(len(names)))
    column = max(
        free, key=lambda at: (_named(names[at], said), near(question, names[at])), default=0
    )
    cells = [str(table[names[column]][row]) for row in rows] if names else []
    total = next((name for name, signs in _TOTALS if said & signs), "NONE")
    coordinates = [[row, column] for row in rows]
    answer = ", ".join(cells)
    if total != "NONE":
        answer = f"{total} > {answer}"
    return {
        "answer": answer,
        "coordinates": coordinates,
        "cells": cells,
        "aggregator": total,
    }


def _named(name: str, said: set[str]) -> int:
    return sum(any(_same(word, one) for one in said) for word in words(name))
