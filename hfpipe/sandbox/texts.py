"""
The text tasks: simple methods that do what their task is for, and say no more than they know.

Floor 5. Answers are in the shapes of the hf-inference service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hfpipe.sandbox import asked
from hfpipe.sandbox.replies import Reply, json_reply, unfit
from hfpipe.sandbox.vectors import SIZE, near, shares, vector
from hfpipe.sandbox.words import sentences
from hfpipe.shapes import is_array

_LARGEST: Final = 8192


def _each(body: dict[str, Any], one: Callable[[str], Any]) -> Any:
    # one text gives its value, a list of them a list
    given = body.get("inputs")
    if isinstance(given, str):
        return one(given)
    found = asked.texts(body, "inputs")
    if not found:
        raise unfit("`inputs` must be a string or a list of strings, not missing")
    return [one(each) for each in found]


def _listed(value: Any) -> list[Any]:
    return value if is_array(value) else [value]


def embedded(body: dict[str, Any]) -> Reply:
    """feature-extraction: one vector a text, in which similar texts are near."""
    size = asked.whole(body, "dimensions", least=1) or SIZE
    if size > _LARGEST:
        raise unfit(f"`dimensions` must be {_LARGEST} at most")
    unit = body.get("normalize") is not False
    return json_reply(_each(body, lambda text: vector(text, size, unit=unit)))


def similar(body: dict[str, Any]) -> Reply:
    """sentence-similarity: the cosine of each sentence with the source."""
    given = asked.mapping(body, "inputs")
    source = asked.text(given, "source_sentence")
    return json_reply([near(source, each) for each in asked.texts(given, "sentences")])


def summarized(body: dict[str, Any]) -> Reply:
    """summarization: the text's first sentence."""
    first: Callable[[str], Any] = lambda text: {"summary_text": (sentences(text) or [""])[0]}  # noqa: E731
    return json_reply(_listed(_each(body, first)))


def zero_shot(body: dict[str, Any]) -> Reply:
    """zero-shot-classification: the labels by their nearness to the text."""
    given = asked.mapping(body, "parameters")
    labels = asked.texts(given, "candidate_labels")
    if not labels:
        raise unfit("`candidate_labels` must be a list of strings, not missing")
    several = given.get("multi_label") is True
    return json_reply(_each(body, lambda text: _fitting(text, labels, several=several)))


def _fitting(text: str, labels: tuple[str, ...], *, several: bool) -> list[dict[str, Any]]:
    nearness = [near(text, label) for label in labels]
    scores = [(1 + score) / 2 for score in nearness] if several else shares(nearness)
    found = [{"label": label, "score": score} for label, score in zip(labels, scores, strict=True)]
    return sorted(found, key=lambda one: one["score"], reverse=True)


REPLIES: Final[Mapping[str, Callable[[dict[str, Any]], Reply]]] = {
    "feature-extraction": embedded,
    "sentence-similarity": similar,
    "summarization": summarized,
    "zero-shot-classification": zero_shot,
}
