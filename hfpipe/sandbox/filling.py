"""
Masks filled, and texts put into the one other language that the sandbox speaks.

Floor 5.
"""

from __future__ import annotations

import re
from typing import Any, Final

from hfpipe.sandbox.replies import fingerprint, unfit
from hfpipe.sandbox.vectors import near, shares
from hfpipe.sandbox.words import words

_MASK: Final = re.compile(r"\[MASK\]|<mask>")
_USUAL: Final = """
    the a good new city capital man woman day world time house water life people work money
    great small happy red blue green first last best year country king dog cat
    """.split()
_LATIN: Final = re.compile(r"[A-Za-z]+")
_VOWELS: Final = "aeiouAEIOU"


def filled(text: str, targets: tuple[str, ...], most: int) -> list[Any]:
    """
    Words for the mask, the likeliest first; for several masks a list each.

    >>> filled("I <mask> you", ("love", "car"), 1)[0]["sequence"]
    'I love you'
    """
    masks = list(_MASK.finditer(text))
    if not masks:
        raise unfit("No mask_token ([MASK]) found on the input")
    said = set(words(text))
    usual = tuple(word for word in _USUAL if word not in said)
    each = [_filled(text, mask, targets or usual)[:most] for mask in masks]
    return each[0] if len(each) == 1 else each


def _filled(text: str, mask: re.Match[str], candidates: tuple[str, ...]) -> list[dict[str, Any]]:
    others = _MASK.sub(" ", text)
    likely = shares([near(others, word) for word in candidates])
    found = [
        {
            "score": score,
            "token": int(fingerprint(word.encode(), 2), 16),
            "token_str": word,
            "sequence": text[: mask.start()] + word + text[mask.end() :],
        }
        for word, score in zip(candidates, likely, strict=True)
    ]
    return sorted(found, key=lambda one: one["score"], reverse=True)


def translated(text: str, target: str = "") -> str:
    """
    The text in Pig Latin, whatever the target; that stands before it, so that nobody is misled.

    >>> translated("Hello my world"), translated("apple", "fr_XX")
    ('Ellohay myay orldway', '[fr_XX] appleway')
    """
    latin = _LATIN.sub(_latin, text)
    return f"[{target}] {latin}" if target else latin


def _latin(match: re.Match[str]) -> str:
    word = match[0]
    vowel = next((at for at, letter in enumerate(word) if letter in _VOWELS), 0)
    moved = (
        word[vowel:] + word[:vowel].lower() + ("ay" if vowel or word[0] not in _VOWELS else "way")
    )
    return moved.capitalize() if word[0].isupper() else moved
