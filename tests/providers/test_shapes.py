"""Every shape in which services answer the classic tasks, and the one value made of it."""

from __future__ import annotations

import base64

import pytest

import hfpipe
from hfpipe import (
    Answer,
    AudioPart,
    Classification,
    DocumentAnswer,
    FillMask,
    ImageToText,
    Media,
    ProviderOutputError,
    Segment,
    TableAnswer,
    TextGeneration,
    VisualAnswer,
)
from hfpipe.testing import scripted

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
FLAC = b"fLaC" + bytes(20)
A, B = {"label": "a", "score": 0.9}, {"label": "b", "score": 0.1}
BEST = (Classification("a", 0.9), Classification("b", 0.1))
COLUMNS = {"sequence": "t", "labels": ["b", "a"], "scores": [0.1, 0.9]}
LABELS = {"candidate_labels": ["a", "b"]}
X = {"score": 0.5, "token": 3, "token_str": "x", "sequence": "x"}
FILLED = FillMask(0.5, 3, "x", "x")
FOUND = {"answer": "a", "score": 0.5, "start": 1, "end": 2}
TABLE = {"query": "q", "table": {"A": ["1"]}}
CELL = {"answer": "1", "coordinates": [[0, 0]], "cells": ["1"]}
QUESTION = {"question": "q", "context": "c"}
SEEN = {"image": PNG, "question": "q"}


def told(task, given, answer, parameters=None):
    body = answer if isinstance(answer, bytes) else None
    response = hfpipe.HttpResponse(200, body=body) if body is not None else answer
    hf = hfpipe.client(provider="hf-inference", model="org/name", send=scripted(response))
    more = {"parameters": parameters} if parameters else {}
    return hfpipe.run(hf, task, given, **more)


@pytest.mark.parametrize(
    ("task", "given", "answer", "expected"),
    [
        ("text_classification", "t", [[B, A]], BEST),
        ("text_classification", "t", [B, A], BEST),
        ("text_classification", ["t"], [[B, A]], (BEST,)),
        ("text_classification", ["t"], [B, A], (BEST,)),
        ("text_classification", ["t", "u"], [[B, A], [A]], (BEST, BEST[:1])),
        ("text_classification", ["t", "u"], [A, B], (BEST[:1], BEST[1:])),
        ("fill_mask", "[MASK]", [X], (FILLED,)),
        ("fill_mask", "[MASK] [MASK]", [[X], [X, X]], ((FILLED,), (FILLED, FILLED))),
        ("fill_mask", ["[MASK]", "[MASK]"], [[X], [X]], ((FILLED,), (FILLED,))),
        ("question_answering", QUESTION, FOUND, (Answer("a", 0.5, 1, 2),)),
        ("question_answering", QUESTION, [{**FOUND, "score": 0.1}, FOUND],
         (Answer("a", 0.5, 1, 2), Answer("a", 0.1, 1, 2))),
        ("document_question_answering", SEEN, [{"answer": "a"}], (DocumentAnswer("a"),)),
        ("visual_question_answering", SEEN, [{"answer": "b", "score": 0.1}, {"answer": "a",
         "score": 0.9}], (VisualAnswer("a", 0.9), VisualAnswer("b", 0.1))),
        ("table_question_answering", TABLE, CELL, TableAnswer("1", ((0, 0),), ("1",))),
        ("table_question_answering", TABLE, [CELL], TableAnswer("1", ((0, 0),), ("1",))),
        ("image_to_text", PNG, [{"generated_text": "t"}], ImageToText("t")),
        ("image_to_text", PNG, {"generated_text": "t"}, ImageToText("t")),
        ("text_generation", "t", [{"generated_text": "u"}], TextGeneration("u")),
        ("text_generation", "t", {"generated_text": "u"}, TextGeneration("u")),
        ("text_generation", ["t", "u"], [[{"generated_text": "a"}], [{"generated_text": "b"}]],
         (TextGeneration("a"), TextGeneration("b"))),
        ("image_segmentation", PNG,
         [{"label": "a", "score": None, "mask": base64.b64encode(PNG).decode()}],
         (Segment("a", Media(PNG, "image/png")),)),
        ("audio_to_audio", FLAC,
         [{"label": "a", "blob": base64.b64encode(FLAC).decode(), "content-type": "audio/flac"}],
         (AudioPart("a", Media(FLAC, "audio/flac")),)),
        ("text_to_audio", "t", {"audio": base64.b64encode(FLAC).decode(), "sampling_rate": 1},
         Media(FLAC, "audio/flac")),
        ("text_to_image", "t", {"data": [{"b64_json": base64.b64encode(PNG).decode()}]},
         Media(PNG, "image/png")),
        ("tabular_classification", {"data": {"A": ["1"]}}, [5, "x"], (5, "x")),
        ("tabular_regression", {"data": {"A": ["1"]}}, [1.5, 2], (1.5, 2.0)),
        ("embed", "t", [0.5, 1.5], ((0.5, 1.5),)),
        ("embed", ["t", "u"], [[[0.5]], [[1.5]]], ((0.5,), (1.5,))),
        ("feature_extraction", "t", [[[0.5]]], (((0.5,),),)),
    ],
)  # fmt: skip
def test_each_shape_has_its_value(task, given, answer, expected):
    """
    One input gives one value and a list a tuple, the best first, however it is wrapped.
    """
    assert told(task, given, answer).unwrap() == expected


@pytest.mark.parametrize("answer", [[B, A], COLUMNS, [COLUMNS]])
def test_labels_given_by_the_caller_come_in_three_shapes(answer):
    """
    The newest shape, the older columns, and the columns of a list.
    """
    assert BEST == told("zero_shot_classification", "t", answer, LABELS).unwrap()


@pytest.mark.parametrize(
    ("task", "given", "answer", "path"),
    [
        ("text_classification", ["t", "u"], [[A]], "$"),
        ("text_classification", "t", [{"label": "a"}], "$[0]"),
        ("token_classification", "t", [{"score": 1.0, "word": "w"}], "$[0]"),
        ("zero_shot_classification", "t", {"labels": ["a"], "scores": []}, "$.scores"),
        ("sentence_similarity", {"source_sentence": "s", "sentences": ["a"]}, [0.1, 0.2], "$"),
        ("question_answering", QUESTION, {"answer": "a"}, "$"),
        ("image_segmentation", PNG, [{"label": "a", "mask": "?"}], "$[0].mask"),
        ("object_detection", PNG, [{**A, "box": {"xmin": 1}}], "$[0].box"),
        ("text_to_image", "t", b"<html>", "$"),
        ("embed", ["t", "u"], [[0.5]], "$"),
        ("embed", "t", [[[0.5], [1.5]]], "$"),
        ("embed", ["t", "u"], [[0.5], [0.5, 1.5]], "$"),
    ],
)
def test_another_shape_is_an_error_with_its_place(task, given, answer, path):
    """
    What is missing or too much is said, and where.
    """
    parameters = LABELS if task.startswith("zero_shot") else None
    error = told(task, given, answer, parameters).failure()

    assert (ProviderOutputError, path) == (type(error), error.path)


@pytest.mark.parametrize(
    ("task", "given", "parameters", "why"),
    [
        ("translation", "t", {"src_lang": "en"}, "both src_lang and tgt_lang"),
        ("zero_shot_image_classification", PNG, {"candidate_labels": ["a"]}, "two or more"),
        ("text_to_image", ["a", "b"], None, "one text at a time"),
        ("visual_question_answering", {"image": "cat.png", "question": "q"}, None, "pathlib.Path"),
        ("visual_question_answering", {"question": "q"}, None, "no 'image'"),
        ("zero_shot_classification", "t", None, "candidate_labels"),
    ],
)
def test_what_cannot_be_asked_is_said_before(task, given, parameters, why):
    """
    Nothing is sent for arguments that no server could work on.
    """
    error = told(task, given, [], parameters).failure()

    assert isinstance(error, hfpipe.InputError)
    assert why in error.message


@pytest.mark.parametrize("name", ["clarifai", "hyperbolic", "nebius", "nvidia", "sambanova"])
def test_a_removed_provider_is_called_with_its_own_key(name):
    """
    With an hf_ token it is gone since a day; with a key of its own it is called directly.
    """
    routed = hfpipe.chat_completion({"provider": name, "token": "hf_x", "model": "m"}, "hi")
    error = routed.failure()
    assert (hfpipe.RoutingError, "unknown_provider") == (type(error), error.code)
    assert "1 July 2026" in error.message
    assert "together" in error.message

    send = scripted({"choices": [{"message": {"content": "hi"}}]})
    hf = hfpipe.client("key", provider=name, model="m", send=send)
    assert "hi" == hfpipe.chat_completion(hf, "x").unwrap().text
    assert send.requests[0].url.startswith(hfpipe.PROVIDERS[name].base)


def test_a_name_of_openai_may_have_its_prefix():
    """
    `openai/gpt` and `gpt` are the same model there.
    """
    exchange = hfpipe.new_exchange(
        {"provider": "openai", "token": "k", "model": "openai/gpt"}, "chat_completion", "hi"
    )
    request = hfpipe.start(hfpipe.default_pipeline(), exchange).unwrap().need.request

    assert b'{"model":"gpt",' == request.body[:15]
