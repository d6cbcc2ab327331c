"""
Labels for texts and for their words, by short word lists.

Floor 5. The scores say how clear the case is to these lists, and nothing beyond them.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

from hfpipe.sandbox.words import words

_GOOD: Final = frozenset(
    """
    amazing awesome beautiful best brilliant charming delicious delightful enjoy enjoyed excellent
    fantastic fine fun glad good great happy like liked love loved lovely nice perfect pleasant
    pleased recommend superb thanks wonderful
    """.split()
)
_BAD: Final = frozenset(
    """
    angry annoying awful bad boring broken disappointed disappointing dreadful dull fail failed
    hate hated horrible poor sad slow terrible ugly unhappy unpleasant useless waste worse worst
    wrong
    """.split()
)
_NOT: Final = frozenset("not no never hardly isn't wasn't don't doesn't didn't can't won't".split())
_REACH: Final = 2  # how many words on a `not` still turns
_CLEAR: Final = 2.0

_NAME: Final = re.compile(r"[A-Z][\w&'-]*(?:\s+(?:(?:of|de|van|von)\s+)?[A-Z][\w&'-]*)*")
_COMPANY: Final = frozenset(
    "Inc Corp Ltd GmbH AG LLC University Company Bank Institute Face".split()
)
_PLACES: Final = frozenset(
    """
    Africa America Asia Berlin Brazil Canada China England Europe France Germany India Italy Japan
    London Madrid Munich Oslo Paris Rome Spain Tokyo York Zurich
    """.split()
)
_PEOPLE: Final = frozenset(
    """
    Ada Alan Albert Alice Anna Bob Carl Clara David Emma Grace Jane John Julien Lisa Maria Marie
    Mark Mary Paul Peter Sarah Thomas Tom Wolfgang
    """.split()
)
_INTO: Final = re.compile(r"\b(?:in|at|from|to|near)\s+$")
_TITLE: Final = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|name is|am|called)\.?\s+$")
_NO_NAMES: Final = frozenset(
    """
    A An And But Do Does For He Hello Hi How I If In Is It My No On Our She So That The There They
    This To We What When Where Who Why Yes You Your
    """.split()
)


def feeling(text: str) -> list[dict[str, Any]]:
    """
    POSITIVE and NEGATIVE with their shares, the clearer first.

    >>> feeling("I love it")[0]["label"], feeling("not good, and slow")[0]["label"]
    ('POSITIVE', 'NEGATIVE')
    """
    balance = 0
    turned = 0
    for word in words(text.replace("\u2019", "'")):
        value = (word in _GOOD) - (word in _BAD)
        balance += -value if turned else value
        turned = _REACH if word in _NOT else max(0, turned - 1)
    share = 1 / (1 + math.exp(-_CLEAR * balance))
    found = [
        {"label": "POSITIVE", "score": share},
        {"label": "NEGATIVE", "score": 1 - share},
    ]
    return sorted(found, key=lambda one: one["score"], reverse=True)


def entities(text: str, *, joined: bool) -> list[dict[str, Any]]:
    """
    The names in a text: PER, LOC, ORG or MISC, whole or word by word.

    >>> [(one["entity_group"], one["word"]) for one in entities("Ada lives in Oslo.", joined=True)]
    [('PER', 'Ada'), ('LOC', 'Oslo')]
    """
    found: list[dict[str, Any]] = []
    for match in _NAME.finditer(text):
        name, start = _without_opening(match[0], match.start())
        if not name:
            continue
        group, score = _group(name, text[:start])
        whole = {"score": score, "word": name, "start": start, "end": start + len(name)}
        if joined:
            found.append({"entity_group": group, **whole})
        else:
            found.extend(_word_by_word(name, start, group, score, text))
    return found


def _without_opening(name: str, start: int) -> tuple[str, int]:
    # a sentence begins with a capital that is no name
    while name and (first := name.split(maxsplit=1)[0]) in _NO_NAMES:
        rest = name[len(first) :].lstrip()
        start, name = start + len(name) - len(rest), rest
    return name, start


def _group(name: str, before: str) -> tuple[str, float]:
    parts = set(re.split(r"\W+", name))
    known = ((_COMPANY, "ORG"), (_PEOPLE, "PER"), (_PLACES, "LOC"))
    for listed, group in known:
        if parts & listed:
            return group, 0.99
    if _TITLE.search(before):
        return "PER", 0.9
    if _INTO.search(before):
        return "LOC", 0.8
    return "MISC", 0.5


def _word_by_word(
    name: str, start: int, group: str, score: float, text: str
) -> list[dict[str, Any]]:
    return [
        {
            "entity": f"{'I' if match.start() else 'B'}-{group}",
            "score": score,
            "index": len(words(text[: start + match.start()])) + 1,
            "word": match[0],
            "start": start + match.start(),
            "end": start + match.end(),
        }
        for match in re.finditer(r"\S+", name)
    ]
