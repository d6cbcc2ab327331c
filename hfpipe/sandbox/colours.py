"""
Colours and their names.

Floor 5. https://www.w3.org/TR/css-color-4/#named-colors, those that people name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from hfpipe.sandbox.words import words

Colour: TypeAlias = tuple[int, int, int]

NAMED: Final[Mapping[str, Colour]] = {
    "black": (0, 0, 0),
    "blue": (0, 0, 255),
    "brown": (165, 42, 42),
    "cyan": (0, 255, 255),
    "gold": (255, 215, 0),
    "gray": (128, 128, 128),
    "green": (0, 128, 0),
    "lime": (0, 255, 0),
    "magenta": (255, 0, 255),
    "navy": (0, 0, 128),
    "orange": (255, 165, 0),
    "pink": (255, 192, 203),
    "purple": (128, 0, 128),
    "red": (255, 0, 0),
    "silver": (192, 192, 192),
    "teal": (0, 128, 128),
    "turquoise": (64, 224, 208),
    "white": (255, 255, 255),
    "yellow": (255, 255, 0),
}
_ALSO: Final[Mapping[str, str]] = {
    "grey": "gray",
    "violet": "purple",
    "golden": "gold",
    "aqua": "cyan",
    "fuchsia": "magenta",
}


def colour_named(word: str) -> str:
    """The colour that the word names, by the name used here; "" where it names none."""
    name = _ALSO.get(word, word)
    return name if name in NAMED else ""


def colours_of(text: str) -> list[str]:
    """
    The colours that a text names, in their order, each once.

    >>> colours_of("a red ball on grey, very red")
    ['red', 'gray']
    """
    return list(dict.fromkeys(name for word in words(text) if (name := colour_named(word))))


@lru_cache(maxsize=65536)
def nearest(red: int, green: int, blue: int) -> str:
    """
    The name of the colour that is nearest to this one.

    >>> nearest(250, 10, 5)
    'red'
    """

    def distance(name: str) -> int:
        other = NAMED[name]
        # the eye sees green best, and blue least (a plain weighting of the square distance)
        return 2 * (red - other[0]) ** 2 + 4 * (green - other[1]) ** 2 + 3 * (blue - other[2]) ** 2

    return min(NAMED, key=distance)
