"""How the address of an endpoint says what it speaks."""

from __future__ import annotations

import json

import pytest

import hfpipe
from hfpipe.testing import scripted

PAIR = {"source_sentence": "s", "sentences": ["a", "b"]}


def asked(url, task, first, **args):
    exchange = hfpipe.new_exchange({"endpoint_url": url, "token": "x"}, task, first, **args)
    return hfpipe.start(hfpipe.default_pipeline(), exchange).unwrap().need.request


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("http://h:8080", "http://h:8080/v1/chat/completions"),
        ("http://h:8080/", "http://h:8080/v1/chat/completions"),
        ("http://h/v1", "http://h/v1/chat/completions"),
        ("http://h/v1/", "http://h/v1/chat/completions"),
        ("http://h/v1/chat/completions", "http://h/v1/chat/completions"),
        ("http://h/v1/chat/completions/", "http://h/v1/chat/completions/"),
        ("http://h/a/b?x=1", "http://h/a/b/v1/chat/completions?x=1"),
        ("http://h/v1?x=1", "http://h/v1/chat/completions?x=1"),
        ("http://h/v1/chat/completions?x=1", "http://h/v1/chat/completions?x=1"),
        ("http://h/openai/d/chat/completions?v=1", "http://h/openai/d/chat/completions?v=1"),
        ("http://h/v1/embeddings", "http://h/v1/chat/completions"),
        ("http://h/generate", "http://h/v1/chat/completions"),
    ],
)
def test_where_chat_goes(given, expected):
    """
    Chat has its own place below every address, unless the address already names one.
    """
    assert expected == asked(given, "chat_completion", "hi").url


@pytest.mark.parametrize(
    ("given", "task", "first", "expected", "body"),
    [
        ("http://h", "text_generation", "a", "http://h", {"inputs": "a", "parameters": {}}),
        ("http://h/x?y=1", "text_generation", "a", "http://h/x?y=1",
         {"inputs": "a", "parameters": {}}),
        ("http://h/v1", "text_generation", "a", "http://h/v1/completions",
         {"prompt": "a", "model": "dummy"}),
        ("http://h/generate", "text_generation", "a", "http://h/generate",
         {"inputs": "a", "parameters": {}}),
        ("http://h/generate_stream", "text_generation", "a", "http://h/generate",
         {"inputs": "a", "parameters": {}}),
        ("http://h/v1/embeddings?k=1", "embed", ["a"], "http://h/v1/embeddings?k=1",
         {"input": ["a"], "model": "dummy"}),
        ("http://h/embed", "embed", ["a"], "http://h/embed", {"inputs": ["a"]}),
        ("http://h/x", "embed", ["a"], "http://h/x", {"inputs": ["a"]}),
        ("http://h/rerank", "sentence_similarity", PAIR, "http://h/rerank",
         {"query": "s", "texts": ["a", "b"]}),
        ("http://h/predict", "text_classification", ["a", "b"], "http://h/predict",
         {"inputs": [["a"], ["b"]]}),
        ("http://h/v1/images/generations", "text_to_image", "cat",
         "http://h/v1/images/generations",
         {"model": "dummy", "prompt": "cat", "response_format": "b64_json"}),
    ],
)  # fmt: skip
def test_where_the_other_tasks_go_and_with_what(given, task, first, expected, body):
    """
    A known ending chooses the dialect; any other address is spoken to in the classic one.
    """
    request = asked(given, task, first)

    assert (expected, body) == (request.url, json.loads(request.body))


def test_a_stream_of_tgi_has_an_address_of_its_own():
    """
    `/generate` answers whole, `/generate_stream` in pieces.
    """
    request = asked("http://h/generate", "text_generation", "a", stream=True)

    assert "http://h/generate_stream" == request.url


def test_a_recording_is_uploaded_as_a_form():
    """
    `/v1/audio/transcriptions` takes a form, in which the file's name tells its format.
    """
    request = asked("http://h/v1/audio/transcriptions", "automatic-speech-recognition", b"fLaC")

    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'filename="audio.flac"' in request.body


@pytest.mark.parametrize(
    ("url", "task", "first", "answer", "expected"),
    [
        ("http://h/rerank", "sentence_similarity", PAIR,
         [{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}], (0.1, 0.9)),
        ("http://h/v1/embeddings", "embed", ["a", "b"],
         {"data": [{"index": 1, "embedding": [3.0]}, {"index": 0, "embedding": [1.0]}]},
         ((1.0,), (3.0,))),
        ("http://h/v1/embeddings", "embed", "a",
         {"data": [{"index": 0, "embedding": "AACAPwAAAEA="}]}, ((1.0, 2.0),)),
        ("http://h/embed", "embed", ["a"], [[0.5, 1.5]], ((0.5, 1.5),)),
    ],
)  # fmt: skip
def test_what_they_answer(url, task, first, answer, expected):
    """
    Scores and vectors come in the order of the inputs, floats or base64.
    """
    hf = hfpipe.client("x", endpoint_url=url, send=scripted(answer))

    assert hfpipe.run(hf, task, first).unwrap() == expected


@pytest.mark.parametrize(
    "answer", [[{"index": 0, "score": 1.0}], [{"index": 0, "score": 1.0}] * 2, []]
)
def test_a_rank_for_each_sentence_or_none(answer):
    """
    A sentence without a score, or with two, makes the answer useless.
    """
    hf = hfpipe.client("x", endpoint_url="http://h/rerank", send=scripted(answer))

    error = hfpipe.sentence_similarity(hf, PAIR).failure()

    assert isinstance(error, hfpipe.ProviderOutputError)
