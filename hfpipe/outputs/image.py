"""
What is seen in pictures.

Floor 3. Field for field as the services send them; a mask is a `Media` under its own name.
"""

from __future__ import annotations

from attrs import frozen

from hfpipe.codec.json import learned
from hfpipe.media import Media


@frozen(slots=False)
class ImageToText:
    """A picture in words, which are its `generated_text`."""

    generated_text: str


@frozen(slots=False)
class BoundingBox:
    """Where something is: `xmin` to `xmax`, `ymin` to `ymax`, pixels from the upper left corner."""

    xmin: int | float
    ymin: int | float
    xmax: int | float
    ymax: int | float


@frozen(slots=False)
class DetectedObject:
    """Something seen in a picture: its `label`, how surely (`score`, 0 to 1), and its `box`."""

    label: str
    score: float
    box: BoundingBox


@frozen(slots=False)
class Segment:
    """
    A part of a picture and its `label`: `mask` is a grey image, white where the part is.

    Models that part a picture into things and ground tell a `score` for the things, 0 to 1.
    """

    label: str
    mask: Media
    score: float | None = None


learned(ImageToText, DetectedObject, Segment)
