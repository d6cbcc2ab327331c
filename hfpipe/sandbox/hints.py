"""
What a message says that may fill a form: numbers, names, and values beside their names.

Floor 5. A tool that is called with the town that was asked about is worth more than one that is
called with any word.

>>> hints = Hints("Book 2 seats in Paris; name: Ada Lovelace")
>>> hints.text("city"), hints.number("seats"), hints.text("name")
('Paris', 2.0, 'Ada Lovelace')
"""

from __future__ import annotations

import re
from typing import Any, Final

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_QUOTED: Final = re.compile(r"\"([^\"]+)\"|(?<!\w)'([^']+)'(?!\w)")
_NAME: Final = r"[A-Z][\w-]*(?: [A-Z][\w-]*)*"
_NAMED: Final = re.compile(rf"(?<=[\w,;:] ){_NAME}")
_NO_SUBJECT: Final = r"(?!(?:How|It|That|There|This|What|When|Where|Which|Who|Why)\b)"
_SUBJECT: Final = re.compile(rf"\b{_NO_SUBJECT}{_NAME}(?= (?:is|was|has|lives|likes|works)\b)")
_VALUE: Final = rf"(?:\"(?P<quoted>[^\"]+)\"|(?P<name>{_NAME})|(?P<word>-?[\w.@+-]*\w))"


class Hints:
    """The hints of one message. Each is given once, unless it stands beside the field's name."""

    def __init__(self, message: str) -> None:
        self._message = message
        self._numbers = [float(found) for found in _NUMBER.findall(message)]
        quoted = [one or other for one, other in _QUOTED.findall(message)]
        self._texts = quoted or list(
            dict.fromkeys((*_SUBJECT.findall(message), *_NAMED.findall(message)))
        )

    def text(self, field: str) -> str | None:
        """A text for this field, if there is one."""
        beside = self._beside(field)
        if beside is not None:
            if beside in self._texts:
                self._texts.remove(beside)
            return beside
        return self._texts.pop(0) if self._texts else None

    def number(self, field: str) -> float | None:
        """A number for this field, if there is one."""
        beside = self._beside(field) or ""
        if _NUMBER.fullmatch(beside):
            if float(beside) in self._numbers:
                self._numbers.remove(float(beside))
            return float(beside)
        return self._numbers.pop(0) if self._numbers else None

    def one_of(self, values: list[Any]) -> Any:
        """The first of the values that the message has in it; the first of all where none is."""
        said = self._message.lower()
        found = (one for one in values if isinstance(one, str) and one.lower() in said)
        return next(found, values[0])

    def _beside(self, field: str) -> str | None:
        words = r"[\s_-]*".join(re.escape(word) for word in re.split(r"[\W_]+", field) if word)
        if not words:
            return None
        marked = rf"(?<!\w)(?i:{words})(?:\s*[:=]|\s+(?i:is|are|of|to|called|named))\s*{_VALUE}"
        match = re.search(marked, self._message)
        return match and (match["quoted"] or match["name"] or match["word"])
