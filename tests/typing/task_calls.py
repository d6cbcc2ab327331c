"""User code that only has to type-check: what each task takes and gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any, assert_type

from returns.result import Result

import hfpipe
from hfpipe import HfpipeError


def texts(hf: hfpipe.Client) -> None:
    # One text gives one value, a list of texts a tuple: by position and by name.
    assert_type(hfpipe.summarization(hf, "t"), Result[hfpipe.Summary, HfpipeError])
    assert_type(hfpipe.summarization(hf, ["t"]), Result[tuple[hfpipe.Summary, ...], HfpipeError])
    assert_type(hfpipe.summarization(hf, inputs="t"), Result[hfpipe.Summary, HfpipeError])
    assert_type(
        hfpipe.summarization(hf, inputs=["t"]), Result[tuple[hfpipe.Summary, ...], HfpipeError]
    )
    assert_type(
        hfpipe.translation(hf, "t", parameters={"src_lang": "en", "tgt_lang": "fr"}),
        Result[hfpipe.Translation, HfpipeError],
    )
    assert_type(
        hfpipe.text_generation(hf, ["t"]), Result[tuple[hfpipe.TextGeneration, ...], HfpipeError]
    )
    assert_type(
        hfpipe.text_classification(hf, "t"), Result[tuple[hfpipe.Classification, ...], HfpipeError]
    )
    assert_type(
        hfpipe.text_classification(hf, ["t"]),
        Result[tuple[tuple[hfpipe.Classification, ...], ...], HfpipeError],
    )
    assert_type(
        hfpipe.token_classification(hf, "t"),
        Result[tuple[hfpipe.TokenClassification, ...], HfpipeError],
    )
    assert_type(
        hfpipe.zero_shot_classification(hf, {"inputs": "t", "parameters": {}}),
        Result[tuple[hfpipe.Classification, ...], HfpipeError],
    )
    assert_type(
        hfpipe.fill_mask(hf, "[MASK]"), Result[tuple[hfpipe.FillMask | Any, ...], HfpipeError]
    )
    assert_type(
        hfpipe.fill_mask(hf, ["[MASK]"]),
        Result[tuple[tuple[hfpipe.FillMask | Any, ...], ...], HfpipeError],
    )
    # The records of one mask, or a tuple of them for each of several.
    found = hfpipe.fill_mask(hf, "[MASK]").unwrap()
    str(found[0].token_sting)  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def embeddings(hf: hfpipe.Client) -> None:
    # Embeddings.
    assert_type(hfpipe.embed(hf, ["a", "b"], dimensions=4), Result[hfpipe.Embeddings, HfpipeError])
    assert_type(hfpipe.feature_extraction(hf, "a"), Result[tuple[Any, ...], HfpipeError])
    vectors = hfpipe.embed(hf, "a").unwrap()
    assert_type(vectors[0], tuple[float, ...])
    assert_type(vectors[:1], hfpipe.Embeddings)


def questions(hf: hfpipe.Client) -> None:
    # Questions.
    assert_type(
        hfpipe.question_answering(hf, {"question": "q", "context": "c"}),
        Result[tuple[hfpipe.Answer, ...], HfpipeError],
    )
    assert_type(
        hfpipe.visual_question_answering(hf, {"image": Path("cat.png"), "question": "q"}),
        Result[tuple[hfpipe.VisualAnswer, ...], HfpipeError],
    )
    assert_type(
        hfpipe.document_question_answering(hf, inputs={"image": b"", "question": "q"}),
        Result[tuple[hfpipe.DocumentAnswer, ...], HfpipeError],
    )
    assert_type(
        hfpipe.table_question_answering(hf, {"query": "q", "table": {"A": ["1"]}}),
        Result[hfpipe.TableAnswer, HfpipeError],
    )


def media(hf: hfpipe.Client) -> None:
    # Pictures, films and sounds, with the options of a call.
    assert_type(
        hfpipe.text_to_image(hf, "a cat", model="org/name", provider="together", timeout=3.0),
        Result[hfpipe.Media, HfpipeError],
    )
    assert_type(hfpipe.image_to_text(hf, Path("cat.png")), Result[hfpipe.ImageToText, HfpipeError])
    assert_type(
        hfpipe.object_detection(hf, b"..."), Result[tuple[hfpipe.DetectedObject, ...], HfpipeError]
    )
    assert_type(
        hfpipe.image_segmentation(hf, b"...").map(lambda found: found[0].mask),
        Result[hfpipe.Media, HfpipeError],
    )
    assert_type(
        hfpipe.text_to_video(hf, "a cat", save_to=Path("cat.mp4")),
        Result[hfpipe.Media, HfpipeError],
    )
    assert_type(
        hfpipe.image_text_to_video(hf, parameters={"prompt": "a cat"}),
        Result[hfpipe.Media, HfpipeError],
    )
    assert_type(
        hfpipe.automatic_speech_recognition(hf, b"...").map(lambda said: said.text),
        Result[str, HfpipeError],
    )
    assert_type(
        hfpipe.audio_to_audio(hf, b"..."), Result[tuple[hfpipe.AudioPart, ...], HfpipeError]
    )


def tables(hf: hfpipe.Client) -> None:
    # Tables, and who serves a model.
    assert_type(hfpipe.tabular_regression(hf, {"data": {}}), Result[tuple[float, ...], HfpipeError])
    assert_type(
        hfpipe.providers_for("org/name"),
        Result[tuple[hfpipe.ProviderMapping, ...], HfpipeError],
    )


def slips(hf: hfpipe.Client) -> None:
    # What is no argument is found by the checker.
    hfpipe.text_to_image(hf, "a cat", widht=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
