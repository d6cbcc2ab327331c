"""
The same values as the released official client's, of the same answers.

`ANSWERS` has for each task what services answer; `DIFFERENCES` what is read otherwise on purpose.
"""

from __future__ import annotations

import base64
import json

import pytest

import hfpipe
from hfpipe import Media, ProviderMapping
from hfpipe.testing import scripted

MODEL, THEIR_MODEL = "org/name", "their/name-v1"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PICTURE = base64.b64encode(PNG).decode()
FLAC = b"fLaC" + bytes(60)
SOUND = base64.b64encode(FLAC).decode()
LABELS = [{"label": "a", "score": 0.9}, {"label": "b", "score": 0.1}]
PAIR = {"source_sentence": "s", "sentences": ["a", "b"]}
QUESTION = {"question": "q", "context": "c"}
SEEN = {"image": PNG, "question": "q"}
BOX = {"xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4}
CHAT = {
    "id": "1", "object": "chat.completion", "created": 3, "model": "m", "system_fingerprint": "",
    "choices": [{"index": 0, "finish_reason": "stop",
                 "message": {"role": "assistant", "content": "hi"}}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
}  # fmt: skip
CALLED = {
    **CHAT,
    "choices": [{"index": 0, "finish_reason": "tool_calls", "message": {
        "role": "assistant",
        "tool_calls": [{"id": "c", "type": "function",
                        "function": {"name": "f", "arguments": "{}"}}]}}],
}  # fmt: skip
WRITTEN = {"choices": [{"text": "yes", "finish_reason": "stop", "seed": 3}]}
SENTENCE = {"text": "hi", "segments": [{"text": "hi", "start": 0.0, "end": 1.5}]}

# provider, task, official method, its arguments, our input and parameters, the answer
ANSWERS = [
    ("hf-inference", "audio-classification", "audio_classification", [FLAC], FLAC, {}, LABELS),
    ("hf-inference", "audio-to-audio", "audio_to_audio", [FLAC], FLAC, {},
     [{"label": "x", "blob": SOUND, "content-type": "audio/flac"}]),
    ("hf-inference", "automatic-speech-recognition", "automatic_speech_recognition", [FLAC], FLAC,
     {}, {"text": "hi", "chunks": [{"text": "hi", "timestamp": [0.0, 1.5]}]}),
    ("deepinfra", "automatic-speech-recognition", "automatic_speech_recognition", [FLAC], FLAC,
     {}, SENTENCE),
    ("hf-inference", "document-question-answering", "document_question_answering", [PNG, "q"],
     SEEN, {}, [{"answer": "a", "score": 0.5, "start": 1, "end": 2}]),
    ("hf-inference", "fill-mask", "fill_mask", ["a [MASK]"], "a [MASK]", {},
     [{"score": 0.5, "token": 3, "token_str": "x", "sequence": "a x"}]),
    ("hf-inference", "image-classification", "image_classification", [PNG], PNG, {}, LABELS),
    ("hf-inference", "image-segmentation", "image_segmentation", [PNG], PNG, {},
     [{"label": "a", "score": 0.9, "mask": PICTURE}]),
    ("hf-inference", "image-to-text", "image_to_text", [PNG], PNG, {}, [{"generated_text": "t"}]),
    ("hf-inference", "object-detection", "object_detection", [PNG], PNG, {},
     [{"label": "a", "score": 0.9, "box": BOX}]),
    ("hf-inference", "question-answering", "question_answering", ["q", "c"], QUESTION, {},
     [{"answer": "a", "score": 0.5, "start": 1, "end": 2}]),
    ("hf-inference", "sentence-similarity", "sentence_similarity", ["s", ["a", "b"]], PAIR, {},
     [0.25, 0.5]),
    ("hf-inference", "summarization", "summarization", ["t"], "t", {}, [{"summary_text": "s"}]),
    ("hf-inference", "table-question-answering", "table_question_answering",
     [{"A": ["1"]}, "q"], {"query": "q", "table": {"A": ["1"]}}, {},
     {"answer": "1", "coordinates": [[0, 0]], "cells": ["1"], "aggregator": "NONE"}),
    ("hf-inference", "tabular-classification", "tabular_classification", [{"A": ["1"]}],
     {"data": {"A": ["1"]}}, {}, [5, 7]),
    ("hf-inference", "text-classification", "text_classification", ["t"], "t", {}, [LABELS]),
    ("hf-inference", "token-classification", "token_classification", ["t"], "t", {},
     [{"entity_group": "PER", "score": 0.9, "word": "t", "start": 0, "end": 1}]),
    ("hf-inference", "translation", "translation", ["t"], "t", {}, [{"translation_text": "s"}]),
    ("hf-inference", "visual-question-answering", "visual_question_answering", [PNG, "q"], SEEN,
     {}, [{"answer": "a", "score": 0.5}, {"answer": "b", "score": 0.25}]),
    ("hf-inference", "zero-shot-classification", "zero_shot_classification", ["t", ["a", "b"]],
     "t", {"candidate_labels": ["a", "b"]}, LABELS),
    ("hf-inference", "zero-shot-image-classification", "zero_shot_image_classification",
     [PNG, ["a", "b"]], PNG, {"candidate_labels": ["a", "b"]}, LABELS),
    ("hf-inference", "text-to-image", "text_to_image", ["cat"], "cat", {}, PNG),
    ("hf-inference", "image-to-image", "image_to_image", [PNG], PNG, {}, PNG),
    ("hf-inference", "text-to-speech", "text_to_speech", ["hi"], "hi", {}, FLAC),
    ("nscale", "text-to-image", "text_to_image", ["cat"], "cat", {},
     {"data": [{"b64_json": PICTURE}]}),
    ("together", "text-to-image", "text_to_image", ["cat"], "cat", {},
     {"data": [{"b64_json": PICTURE}]}),
    ("together", "text-to-speech", "text_to_speech", ["hi"], "hi", {}, FLAC),
    ("deepinfra", "text-to-speech", "text_to_speech", ["hi"], "hi", {}, FLAC),
    ("hf-inference", "feature-extraction", "feature_extraction", ["t"], "t", {}, [[0.5, 1.5]]),
    ("hf-inference", "feature-extraction", "feature_extraction", ["t"], "t", {},
     [[[0.5, 1.5], [2.5, 3.5]]]),
    ("hf-inference", "text-generation", "text_generation", ["t"], "t", {},
     [{"generated_text": "yes"}]),
    *(
        (provider, "text-generation", "text_generation", ["t"], "t", {}, WRITTEN)
        for provider in ("deepinfra", "featherless-ai", "novita", "together")
    ),
    *(
        (provider, "feature-extraction", "feature_extraction", ["t"], "t", {},
         {"data": [{"embedding": [0.5, 1.5], "index": 0}]})
        for provider in ("deepinfra", "scaleway", "together")
    ),
    *(
        (provider, "conversational", "chat_completion", [[{"role": "user", "content": "x"}]], "x",
         {}, answer)
        for answer in (CHAT, CALLED)
        for provider in ("baseten", "cerebras", "cohere", "deepinfra", "featherless-ai",
                         "fireworks-ai", "groq", "hf-inference", "novita", "nscale", "openai",
                         "ovhcloud", "publicai", "scaleway", "together", "zai-org")
    ),
]  # fmt: skip


def plain(value):
    """A value as JSON has it, without what is not set, so that the two can be compared."""
    if isinstance(value, Media):
        kind = value.media_type.partition("/")[0]
        return image(value.to_pil()) if kind == "image" else bytes(value)
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if hasattr(value, "tobytes"):
        return image(value)
    if hasattr(value, "__attrs_attrs__"):
        value = {one.name: getattr(value, one.name) for one in value.__attrs_attrs__}
    elif hasattr(value, "__dict__") and not isinstance(value, dict):
        value = vars(value)
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items() if one not in (None, "", ())}
    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def image(picture):
    return picture.size, picture.convert("RGBA").tobytes()


# What is meant to be different: why, and our value as the official client has it.
DIFFERENCES = {
    "text-generation": (
        "the text comes with its details, whether they were asked for or not",
        lambda value: value["generated_text"],
    ),
    "audio-to-audio": (
        "a sound knows its own type, which stands beside it in the official client's record",
        lambda value: [{**part, "content_type": "audio/flac"} for part in value],
    ),
}


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: f"{case[0]}-{case[1]}")
def test_the_same_value(official, case):
    """
    An answer is read as the official client reads it.
    """
    provider, task, method, arguments, given, parameters, answer = case
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    token = "key" if provider == "openai" else "hf_tok"
    theirs = getattr(official(provider, task, token, body), method)(*arguments)

    response = hfpipe.HttpResponse(200, body=body)
    hf = hfpipe.client(
        token,
        provider=provider,
        model=MODEL,
        mappings={MODEL: [ProviderMapping(provider, THEIR_MODEL, task)]},
        send=scripted(response),
    )
    more = {"parameters": parameters} if parameters else {}
    value = hfpipe.run(hf, task, given, **more)

    _, as_theirs = DIFFERENCES.get(task, ("", lambda ours: ours))
    assert plain(theirs) == as_theirs(plain(value.unwrap()))
