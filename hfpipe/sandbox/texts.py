"""
The text tasks: simple methods that do what their task is for, and say no more than they know.

Floor 5. Answers are in the shapes of the hf-inference service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hfpipe.sandbox import asked
from hfpipe.sandbox.filling import filled, translated
from hfpipe.sandbox.labels import entities, feeling
from hfpipe.sandbox.questions import answers, tabled
from hfpipe.sandbox.replies import Reply, json_reply, unfit
from hfpipe.sandbox.tables import classified, regressed
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

    def first(text: str) -> dict[str, str]:
        return {"summary_text": (sentences(text) or [""])[0]}

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


def felt(body: dict[str, Any]) -> Reply:
    """text-classification: whether the text sounds pleased."""
    most = asked.whole(asked.mapping(body, "parameters"), "top_k", least=1)
    value = _each(body, lambda text: feeling(text)[:most])
    return json_reply([value] if isinstance(body["inputs"], str) else value)


def found_names(body: dict[str, Any]) -> Reply:
    """token-classification: the names in the text."""
    given = asked.mapping(body, "parameters")
    joined = given.get("aggregation_strategy", "simple") != "none"
    ignored = asked.texts(given, "ignore_labels")

    def names(text: str) -> list[dict[str, Any]]:
        listed = entities(text, joined=joined)
        return [one for one in listed if one.get("entity_group", one.get("entity")) not in ignored]

    return json_reply(_each(body, names))


def mask_filled(body: dict[str, Any]) -> Reply:
    """fill-mask: words for the mask by their nearness to the others."""
    given = asked.mapping(body, "parameters")
    most = asked.whole(given, "top_k", least=1) or 5
    targets = asked.texts(given, "targets")
    return json_reply(_each(body, lambda text: filled(text, targets, most)))


def question_answered(body: dict[str, Any]) -> Reply:
    """question-answering: the span of the context that answers best, or the `top_k` best."""
    given = asked.mapping(body, "inputs")
    question, context = asked.text(given, "question"), asked.text(given, "context")
    most = asked.whole(asked.mapping(body, "parameters"), "top_k", least=1) or 1
    nothing = {"answer": "", "score": 0.0, "start": 0, "end": 0}
    found = answers(question, context)[:most] or [nothing]
    return json_reply(found[0] if most == 1 else found)


def table_asked(body: dict[str, Any]) -> Reply:
    """table-question-answering: the cells that are asked for."""
    given = asked.mapping(body, "inputs")
    table = asked.mapping(given, "table")
    if not table or not all(is_array(column) for column in table.values()):
        raise unfit("`table` must be an object of columns")
    query = "question" if "query" not in given and "question" in given else "query"
    return json_reply(tabled(asked.text(given, query), table))


def translation(body: dict[str, Any]) -> Reply:
    """translation: Pig Latin."""
    target = asked.mapping(body, "parameters").get("tgt_lang") or ""

    def one(text: str) -> dict[str, str]:
        return {"translation_text": translated(text, str(target))}

    return json_reply(_listed(_each(body, one)))


REPLIES: Final[Mapping[str, Callable[[dict[str, Any]], Reply]]] = {
    "embed": embedded,
    "feature-extraction": embedded,
    "fill-mask": mask_filled,
    "question-answering": question_answered,
    "sentence-similarity": similar,
    "summarization": summarized,
    "table-question-answering": table_asked,
    "tabular-classification": lambda body: json_reply(classified(body)),
    "tabular-regression": lambda body: json_reply(regressed(body)),
    "text-classification": felt,
    "token-classification": found_names,
    "translation": translation,
    "zero-shot-classification": zero_shot,
}
