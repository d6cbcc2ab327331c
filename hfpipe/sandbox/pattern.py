r"""
A text that a regular expression matches, for formats that ask for one.

Floor 5. Reads what JSON schemas use in practice: classes, groups, alternatives, repetitions,
anchors at the ends. What it wrote it tries on the expression itself before it answers.

>>> matching(r"^[A-Z]{2}-\d{3,}(a|b)?$")
'AA-000'
"""

from __future__ import annotations

import re
from typing import Final

from hfpipe.sandbox.replies import refused

_LONGEST: Final = 256
_MOST_WRITTEN: Final = 100_000
_ESCAPED: Final = {"d": "0", "w": "a", "s": " ", "D": "a", "W": " ", "S": "a", "b": "", "B": ""}
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_REPEATS: Final = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_COUNTS: Final = re.compile(r"\{(\d*)(,?)(\d*)\}")
_GROUP: Final = re.compile(r"\?(?::|P?<[A-Za-z_]\w*>)")


def matching(pattern: str, least: int = 0, most: int | None = None) -> str:
    """A text of `least` to `most` letters in which the pattern is found; refuses what it cannot."""
    try:
        expression = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise refused(400, f"invalid regular expression {pattern!r}: {error}") from None
    for more in range(_LONGEST):
        text = _Writer(pattern, more).alternatives()
        if len(text) >= least:
            break
    else:
        text = ""
    fits = least <= len(text) and (most is None or len(text) <= most)
    if not fits or not expression.search(text):
        raise refused(400, f"the sandbox cannot write a text that matches {pattern!r}")
    return text


class _Writer:
    """Writes while it reads; `more` is how often beyond the least each repetition is made."""

    def __init__(self, pattern: str, more: int) -> None:
        self._pattern = pattern
        self._more = more
        self._at = 0
        self._written = 0

    def alternatives(self) -> str:
        written = [self._sequence()]
        while self._next("|"):
            written.append(self._sequence())
        return next((text for text in written if text), "")

    def _sequence(self) -> str:
        written: list[str] = []
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            atom = self._atom()
            count = self._count()
            self._written += len(atom) * count
            if self._written > _MOST_WRITTEN:
                raise refused(400, f"the sandbox cannot write so long a text: {self._pattern!r}")
            written.append(atom * count)
        return "".join(written)

    def _atom(self) -> str:
        letter = self._take()
        if letter == "(":
            if (named := _GROUP.match(self._pattern, self._at)) is not None:
                self._at = named.end()
            inner = self.alternatives()
            self._next(")")
            return inner
        if letter == "[":
            return self._class()
        if letter == "\\":
            letter = self._take()
            return _CONTROLS.get(letter, _ESCAPED.get(letter, letter))
        return {"^": "", "$": "", ".": "a"}.get(letter, letter)

    def _class(self) -> str:
        start = self._at
        self._next("^")
        self._next("]")
        while self._at < len(self._pattern) and self._pattern[self._at] != "]":
            self._at += 2 if self._pattern[self._at] == "\\" else 1
        self._at += 1
        members = re.compile(f"[{self._pattern[start : self._at]}")
        order = (*"aA0 ", *map(chr, range(33, 127)), "\t", "\n", "é")  # the plainest first
        return next((letter for letter in order if members.fullmatch(letter)), "")

    def _count(self) -> int:
        if self._at >= len(self._pattern):
            return 1
        letter = self._pattern[self._at]
        counts = _COUNTS.match(self._pattern, self._at)
        if letter in _REPEATS:
            self._at += 1
            least, most = _REPEATS[letter]
        elif counts is not None and counts[0] not in {"{}", "{,}"}:
            self._at = counts.end()
            least = int(counts[1] or 0)
            most = int(counts[3]) if counts[3] else None if counts[2] else least
        else:
            return 1
        if not self._next("?"):
            self._next("+")
        return least + self._more if most is None else min(least + self._more, most)

    def _take(self) -> str:
        self._at += 1
        return self._pattern[self._at - 1 : self._at]

    def _next(self, letter: str) -> bool:
        found = self._pattern.startswith(letter, self._at)
        self._at += found
        return found
