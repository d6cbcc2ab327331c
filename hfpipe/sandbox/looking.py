"""
What is to be seen in a picture: its colours, and where they are.

Floor 5. A picture is looked at on a grid of points, as fine as its size allows; each point is the
nearest colour that has a name.
"""

from __future__ import annotations

import math
from collections import Counter
from io import BytesIO
from typing import Any, Final

from attrs import field, frozen

from hfpipe.sandbox.colours import nearest
from hfpipe.sandbox.png import Picture, grey, read

_FINEST: Final = 96
_LEAST_SHARE: Final = 0.002
_MOST: Final = 64


def picture(content: bytes) -> Picture:
    """
    The picture in a file: PNG by the sandbox's own means, anything else by Pillow where there is
    one. Raises ValueError where it cannot be read.
    """
    try:
        return read(content)
    except ValueError:
        return _by_pillow(content)


def _by_pillow(content: bytes) -> Picture:
    try:
        from PIL import Image
    except ImportError:
        raise ValueError("the sandbox reads PNG; Pillow (hfpipe[images]) reads the rest") from None
    try:
        with Image.open(BytesIO(content)) as image:
            width, height = image.size
            data = image.convert("RGB").tobytes()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ValueError("cannot identify image file") from None
    size = 3 * width
    return Picture(width, tuple(data[at * size : (at + 1) * size] for at in range(height)))


@frozen
class Thing:
    """A patch of one colour: its box in pixels, and the share of the box that it fills."""

    colour: str
    box: tuple[int, int, int, int]
    fill: float

    @property
    def form(self) -> str:
        """Which form fills so much of its box: a square all, a circle pi/4, a triangle half."""
        forms = {"square": 1.0, "circle": math.pi / 4, "triangle": 0.5}
        return min(forms, key=lambda form: abs(forms[form] - self.fill))


@frozen
class View:
    """A picture on its grid: `step` pixels from point to point, rows of colour names."""

    picture: Picture
    step: int
    points: tuple[tuple[str, ...], ...] = field(repr=False)

    def shares(self) -> dict[str, float]:
        """Each colour with its share of the picture, the greatest first."""
        counts = Counter(name for row in self.points for name in row)
        total = sum(counts.values())
        return {name: count / total for name, count in counts.most_common()}

    def things(self) -> list[Thing]:
        """The patches that stand out from the ground, the greatest first."""
        ground = self.ground()
        left = {
            (x, y)
            for y, row in enumerate(self.points)
            for x, name in enumerate(row)
            if name != ground
        }
        total = sum(len(row) for row in self.points)
        found: list[set[tuple[int, int]]] = []
        while left:
            patch = self._patch(min(left), left)
            if len(patch) >= max(2, total * _LEAST_SHARE):
                found.append(patch)
        found.sort(key=len, reverse=True)
        return [self._thing(patch) for patch in found[:_MOST]]

    def ground(self) -> str:
        """The colour that most of the edge has."""
        edge = [*self.points[0], *self.points[-1], *(row[0] for row in self.points)]
        return Counter([*edge, *(row[-1] for row in self.points)]).most_common(1)[0][0]

    def _patch(self, start: tuple[int, int], left: set[tuple[int, int]]) -> set[tuple[int, int]]:
        colour = self.points[start[1]][start[0]]
        patch: set[tuple[int, int]] = set()
        waiting = [start]
        while waiting:
            x, y = here = waiting.pop()
            if here in left and self.points[y][x] == colour:
                left.remove(here)
                patch.add(here)
                waiting += [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]
        return patch

    def _thing(self, patch: set[tuple[int, int]]) -> Thing:
        xs, ys = [x for x, _ in patch], [y for _, y in patch]
        left, top, right, bottom = min(xs), min(ys), max(xs) + 1, max(ys) + 1
        fill = len(patch) / ((right - left) * (bottom - top))
        x, y = patch.pop()
        step, size = self.step, (self.picture.width, self.picture.height)
        box = (
            left * step,
            top * step,
            min(right * step, size[0]),
            min(bottom * step, size[1]),
        )
        return Thing(self.points[y][x], box, fill)


def seen(content: bytes) -> View:
    """The view of a picture file; raises ValueError where it cannot be read."""
    found = picture(content)
    step = max(1, math.ceil(max(found.width, found.height) / _FINEST))
    points = tuple(
        tuple(nearest(*row[3 * x : 3 * x + 3]) for x in range(0, found.width, step))
        for row in found.rows[::step]
    )
    return View(found, step, points)


def caption(view: View) -> str:
    """The view in a sentence."""
    things = [f"a {thing.colour} {thing.form}" for thing in view.things()[:3]]
    if not things:
        return f"a {view.ground()} picture"
    return f"{' and '.join(things)} on a {view.ground()} background"


def mask(view: View, colour: str) -> bytes:
    """A grey PNG, white where the picture has this colour."""
    found = view.picture
    rows: list[bytes] = []
    known: dict[bytes, bytes] = {}
    for row in found.rows:
        if row not in known:
            pixels = (row[at : at + 3] for at in range(0, len(row), 3))
            known[row] = bytes(255 if nearest(*pixel) == colour else 0 for pixel in pixels)
        rows.append(known[row])
    return grey(found.width, tuple(rows))


def detected(view: View) -> list[dict[str, Any]]:
    """The things in a view, with their boxes."""
    return [
        {
            "label": f"{thing.colour} {thing.form}",
            "score": round(min(1.0, 0.5 + thing.fill / 2), 6),
            "box": dict(zip(("xmin", "ymin", "xmax", "ymax"), thing.box, strict=True)),
        }
        for thing in view.things()
    ]
