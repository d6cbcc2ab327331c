"""
The tasks that look at pictures.

Floor 5. Answers are in the shapes of the hf-inference service.
"""

from __future__ import annotations

from typing import Any

from hfpipe.codec.media import base64_text
from hfpipe.sandbox import asked
from hfpipe.sandbox.looking import View, caption, detected, mask, seen
from hfpipe.sandbox.media import Given
from hfpipe.sandbox.questions import telling
from hfpipe.sandbox.replies import Reply, json_reply, refused, unfit
from hfpipe.sandbox.vectors import near, shares
from hfpipe.sandbox.words import words


def _view(given: Given) -> View:
    if not given.content:
        raise unfit("an image is needed")
    try:
        return seen(given.content)
    except ValueError as error:
        raise refused(400, str(error)) from None


def classified(given: Given) -> Reply:
    """image-classification: the picture's colours by their share of it."""
    most = asked.whole(given.parameters, "top_k", least=1) or 5
    found = [{"label": name, "score": share} for name, share in _view(given).shares().items()]
    return json_reply(found[:most])


def matched(given: Given) -> Reply:
    """zero-shot-image-classification: the labels by their nearness to what is seen."""
    labels = asked.texts(given.parameters, "candidate_labels")
    if not labels:
        raise unfit("`candidate_labels` must be a list of strings, not missing")
    told = caption(_view(given))
    scores = shares([_fit(told, label) for label in labels])
    found = [{"label": label, "score": score} for label, score in zip(labels, scores, strict=True)]
    return json_reply(sorted(found, key=lambda one: one["score"], reverse=True))


def _fit(told: str, label: str) -> float:
    # a word of the caption counts for more than letters that are alike
    wanted = telling(label)
    share = len(wanted & telling(told)) / (len(wanted) or 1)
    return (share + near(told, label)) / 2


def described(given: Given) -> Reply:
    """image-to-text: the picture in a sentence."""
    return json_reply([{"generated_text": caption(_view(given))}])


def found(given: Given) -> Reply:
    """object-detection: patches of one colour, with their boxes."""
    least = asked.number(given.parameters, "threshold", 0, 1) or 0.0
    return json_reply([one for one in detected(_view(given)) if one["score"] >= least])


def parted(given: Given) -> Reply:
    """image-segmentation: each colour of the picture as a mask."""
    view = _view(given)
    return json_reply(
        [
            {"label": name, "score": share, "mask": base64_text(mask(view, name))}
            for name, share in list(view.shares().items())[:8]
        ]
    )


def asked_about(given: Given) -> Reply:
    """visual-question-answering: the answer out of what is seen."""
    view = _view(given)
    question = asked.text(given.inputs, "question")
    most = asked.whole(given.parameters, "top_k", least=1) or 5
    return json_reply(_answers(view, question)[:most])


def _answers(view: View, question: str) -> list[dict[str, Any]]:
    said = set(words(question))
    things = view.things()
    if {"many", "number", "count"} & said:
        colours = {thing.colour for thing in things} & said
        counted = [one for one in things if not colours or one.colour in colours]
        return [{"answer": str(len(counted)), "score": 0.9}]
    if {"color", "colour", "colors", "colours"} & said:
        asked_for = [one.colour for one in things if one.form in said]
        names = asked_for or [one.colour for one in things] or list(view.shares())
        parts = view.shares()
        named = dict.fromkeys(names)
        return [{"answer": name, "score": parts.get(name, 0.0)} for name in named]
    if words(question)[:1] in (["is"], ["are"], ["does"]):
        known = {word for one in things for word in (one.colour, one.form)}
        return [{"answer": "yes" if known & said else "no", "score": 0.7}]
    return [{"answer": caption(view), "score": 0.5}]


def read_from(given: Given) -> Reply:
    """document-question-answering: the same, as of a model that writes and does not point."""
    return asked_about(given)
