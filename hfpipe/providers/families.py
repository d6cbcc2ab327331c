"""
Families: recipes that are written down together, and so are loaded together.

Floor 4.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hfpipe.providers.row import Made, Recipe

# The tasks of hf-inference's dialect, chat aside.
CLASSIC: Final = """
    audio-classification audio-to-audio automatic-speech-recognition document-question-answering
    feature-extraction fill-mask image-classification image-segmentation image-to-image
    image-to-text object-detection question-answering sentence-similarity summarization
    table-question-answering tabular-classification tabular-regression text-classification
    text-generation text-to-audio text-to-image text-to-speech token-classification translation
    visual-question-answering zero-shot-classification zero-shot-image-classification
    """


def family(tasks: str, found: Callable[[], Mapping[str, Recipe]]) -> dict[str, Made]:
    """
    Makers of these tasks' recipes: each is among those `found()`.

    >>> from hfpipe import providers
    >>> family("text-to-image text-to-video", lambda: providers.wavespeed.RECIPES).keys()
    dict_keys(['text-to-image', 'text-to-video'])
    """
    return {task: partial(_member, task, found) for task in tasks.split()}


def _member(task: str, found: Callable[[], Mapping[str, Recipe]]) -> Recipe:
    return found()[task]
