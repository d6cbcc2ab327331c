"""
A picture drawn from words: what is named in a colour is drawn in it, on the ground that is named.

Floor 5. `a red circle and a green square on a blue background` is just that; other words choose
form and colour by their letters, so that the same prompt always gives the same picture.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

from attrs import frozen

from hfpipe.sandbox.colours import NAMED, Colour, colour_named, colours_of
from hfpipe.sandbox.png import Picture
from hfpipe.sandbox.words import words

_FORMS: Final = {
    "ball": "circle",
    "box": "square",
    "circle": "circle",
    "house": "square",
    "moon": "circle",
    "mountain": "triangle",
    "rectangle": "square",
    "square": "square",
    "sun": "circle",
    "tree": "triangle",
    "triangle": "triangle",
}
_ANY_FORM: Final = ("circle", "square", "triangle")
_ANY_COLOUR: Final = ("red", "green", "blue", "orange", "purple", "teal", "brown", "navy")
_GROUND: Final = re.compile(r"\b([a-z]+) background\b|\bon (?:an? |the )?([a-z]+)\b")
_MOST_SHAPES: Final = 12


@frozen
class Shape:
    """A form in a colour; `low` and `high` are its left and right edge, `top` and `bottom`."""

    form: str
    colour: Colour
    left: int
    right: int
    top: int
    bottom: int

    def span(self, y: int) -> tuple[int, int]:
        """From where to where the form goes in this row; the same twice where it does not."""
        if not self.top <= y < self.bottom:
            return self.left, self.left
        middle, half = (self.left + self.right) / 2, (self.right - self.left) / 2
        along = (y + 0.5 - self.top) / (self.bottom - self.top)
        if self.form == "square":
            share = 1.0
        elif self.form == "triangle":
            share = along
        else:
            share = (1 - (2 * along - 1) ** 2) ** 0.5
        return round(middle - half * share), round(middle + half * share)


def drawn(prompt: str, width: int, height: int, seed: int = 0, without: str = "") -> Picture:
    """The picture of a prompt; `without` names colours that are not to be in it."""
    text = prompt.lower()
    forbidden = set(colours_of(without))
    ground = _ground(text)
    named = [name for name in colours_of(text) if name != ground and name not in forbidden]
    chance = _chance(prompt, seed)
    if not named:
        allowed = [name for name in _ANY_COLOUR if name not in {ground, *forbidden}]
        named = [allowed[chance % len(allowed)]]
    below = NAMED[ground] if ground and ground not in forbidden else _plain(named)
    shapes = _placed(text, named[:_MOST_SHAPES], width, height, chance)
    return Picture(width, tuple(_row(width, y, below, shapes) for y in range(height)))


def _ground(text: str) -> str:
    for one, other in _GROUND.findall(text):
        if name := colour_named(one or other):
            return name
    return ""


def _plain(named: list[str]) -> Colour:
    return NAMED["black" if "white" in named else "white"]


def _chance(prompt: str, seed: int) -> int:
    key = blake2b(f"{seed} {' '.join(words(prompt))}".encode("utf-8", "replace"), digest_size=8)
    return int.from_bytes(key.digest())


def _placed(text: str, named: list[str], width: int, height: int, chance: int) -> list[Shape]:
    # side by side, each in its own column, as large as that allows
    column = width / len(named)
    size = max(1, round(0.8 * min(column, height)))
    spare = height - size
    shapes: list[Shape] = []
    for at, name in enumerate(named):
        left = round(column * (at + 0.5) - size / 2)
        top = spare // 2 + round(spare * ((chance >> 8 * (at % 7)) % 64 - 32) / 160)
        form = _form(text, name, chance >> at)
        shapes.append(Shape(form, NAMED[name], left, left + size, top, top + size))
    return shapes


def _form(text: str, name: str, chance: int) -> str:
    said = words(text)
    places = [at for at, word in enumerate(said) if colour_named(word) == name]
    for at in places:
        for word in said[at + 1 : at + 4]:
            if word in _FORMS:
                return _FORMS[word]
    alone = next((word for word in said if word in _FORMS), "")
    return _FORMS[alone] if alone and not places else _ANY_FORM[chance % len(_ANY_FORM)]


def _row(width: int, y: int, below: Colour, shapes: list[Shape]) -> bytes:
    row = bytearray(bytes(below) * width)
    for shape in shapes:
        left, right = (min(max(edge, 0), width) for edge in shape.span(y))
        row[3 * left : 3 * right] = bytes(shape.colour) * (right - left)
    return bytes(row)
