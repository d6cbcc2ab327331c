"""Hugging Face's own classic task server: inputs, binary bodies, answers and errors."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import hfpipe

pytestmark = pytest.mark.servers


@pytest.fixture
def at(server):
    """A client of one task of the server."""
    port = server("hf-tasks")
    return lambda task: hfpipe.endpoint_client(None, f"http://127.0.0.1:{port}/models/{task}")


@pytest.fixture(scope="session")
def spoken(tmp_path_factory) -> Path:
    """A recording of known words."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng, which speaks the words, is not installed")
    path = tmp_path_factory.mktemp("speech") / "words.wav"
    subprocess.run(["espeak-ng", "-w", path, "go forward ten meters"], check=True)
    return path


@pytest.fixture(scope="session")
def picture(tmp_path_factory) -> Path:
    from PIL import Image, ImageDraw

    path = tmp_path_factory.mktemp("picture") / "text.png"
    image = Image.new("RGB", (320, 80), "white")
    ImageDraw.Draw(image).text((20, 20), "HELLO 42", fill="black", font_size=40)
    image.save(path)
    return path


def test_near_sentences_score_higher(at):
    """
    The real MiniLM: what means the same is nearer than what does not.
    """
    asked = {"source_sentence": "a cat sits", "sentences": ["the cat is sitting", "stocks fall"]}

    near, far = hfpipe.sentence_similarity(at("sentence-similarity"), asked).unwrap()

    assert near > 0.8
    assert far < 0.3


def test_embeddings_of_near_sentences_are_near(at):
    """
    The same of the vectors themselves, for one text and for several.
    """
    cat, kitten, stocks = hfpipe.feature_extraction(
        at("embeddings"), ["a cat sits", "the cat is sitting", "stocks fall"]
    ).unwrap()

    def product(a, b):
        return sum(x * y for x, y in zip(a, b, strict=True))

    assert product(cat, kitten) > product(cat, stocks)
    single = hfpipe.feature_extraction(at("embeddings"), "a cat sits").unwrap()
    assert pytest.approx(list(cat), abs=1e-4) == list(single)


def test_whisper_hears_the_words(at, spoken):
    """
    A sound as a path and as bytes is the same sound.
    """
    by_path = hfpipe.automatic_speech_recognition(at("whisper"), spoken).unwrap()
    by_bytes = hfpipe.automatic_speech_recognition(at("whisper"), spoken.read_bytes()).unwrap()

    assert "go forward 10 meters." == by_path.text.strip().lower()
    assert by_path == by_bytes


def test_ocr_reads_the_letters(at, picture):
    """
    An image in, its text out.
    """
    answer = hfpipe.image_to_text(at("ocr"), picture).unwrap()

    assert "HELLO" in answer.generated_text
    assert "42" in answer.generated_text


TEXT = "My name is Sarah and I live in London."
TEXTS = [
    ("text_classification", "text-classification", {"inputs": TEXT}),
    (
        "zero_shot_classification",
        "zero-shot-classification",
        {"inputs": TEXT, "parameters": {"candidate_labels": ["a", "b"]}},
    ),
    ("token_classification", "token-classification", {"inputs": TEXT}),
    ("fill_mask", "fill-mask", {"inputs": "a [MASK] b"}),
    (
        "question_answering",
        "question-answering",
        {"inputs": {"question": "Where?", "context": TEXT}},
    ),
    ("summarization", "summarization", {"inputs": TEXT}),
    ("translation", "translation", {"inputs": TEXT}),
    ("text_generation", "text-generation", {"inputs": "hello"}),
]


@pytest.mark.parametrize(("function", "task", "args"), TEXTS, ids=[t for _, t, _ in TEXTS])
def test_text_tasks(at, function, task, args):
    """
    Each text task is understood by the server, and its answer by us.
    """
    value = getattr(hfpipe, function)(at(task), **args).unwrap()

    first = value[0] if isinstance(value, tuple) else value
    assert any(
        getattr(first, name, None) not in (None, "")
        for name in ("label", "word", "token_str", "answer", "summary_text", "translation_text",
                     "generated_text")
    )  # fmt: skip


@pytest.mark.parametrize("task", ["image-classification", "object-detection", "image-segmentation"])
@pytest.mark.parametrize("parameters", [{}, {"top_k": 2}])
def test_image_tasks(at, picture, task, parameters):
    """
    Raw bytes without parameters, base64 in JSON with them.
    """
    if parameters and task != "image-classification":
        parameters = {"threshold": 0.0}
    function = getattr(hfpipe, task.replace("-", "_"))

    value = function(at(task), picture, parameters=parameters)

    assert isinstance(value.unwrap(), tuple)


def test_sounds_are_classified(at, spoken):
    """
    Labels, the best first.
    """
    found = hfpipe.audio_classification(at("audio-classification"), spoken).unwrap()

    assert sorted((one.score for one in found), reverse=True) == [one.score for one in found]


@pytest.mark.parametrize(
    ("function", "kind", "first"),
    [("text_to_image", "image", "a red cat"), ("text_to_speech", "audio", "hello")],
)
def test_files(at, function, kind, first):
    """
    A picture is a picture and a sound a sound.
    """
    media = getattr(hfpipe, function)(at(function.replace("_", "-")), first).unwrap()

    assert media.media_type.startswith(f"{kind}/")
    assert len(media) > 40


def test_a_picture_out_of_a_picture(at, picture):
    """
    An image goes in and an image comes out.
    """
    media = hfpipe.image_to_image(
        at("image-to-image"), picture, parameters={"prompt": "x"}
    ).unwrap()

    assert (320, 80) == media.to_pil().size


def test_errors_in_the_servers_words(at, server):
    """
    A wrong parameter, an unknown task, a missing key: each in the words that were sent.
    """
    wrong = hfpipe.summarization(
        at("summarization"), "x", parameters={"min_length": "no number"}
    ).failure()
    nowhere = hfpipe.summarization(at("no-such-task"), "x").failure()
    port = server("hf-tasks", API_KEY="secret-of-the-server")
    locked = hfpipe.summarization(
        hfpipe.endpoint_client("wrong-key", f"http://127.0.0.1:{port}/models/summarization"), "x"
    ).failure()

    assert (400, "bad_request") == (wrong.status, wrong.code)
    assert wrong.message.partition(": ")[2]
    assert (404, "unknown_model") == (nowhere.status, nowhere.code)
    assert (401, "invalid_token") == (locked.status, locked.code)
