"""Pictures and sounds in the answers of the providers that differ."""

from __future__ import annotations

from base64 import b64encode

import pytest

import hfpipe
from hfpipe.testing import scripted

R = "https://router.huggingface.co"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(4)
WAV = b"RIFF\0\0\0\0WAVEfmt "
IMAGE = hfpipe.HttpResponse(200, {"content-type": "image/png"}, PNG)
SOUND = hfpipe.HttpResponse(200, {"content-type": "audio/wav"}, WAV)
URL = "https://cdn.example.com/x"
TICKET = {"request_id": "r", "status": "COMPLETED", "response_url": "https://queue.fal.run/m/r"}


def called(provider, task, inputs, *answers):
    mapping = {"provider": provider, "providerId": "m", "task": task}
    sender = scripted(*answers)
    hf = hfpipe.client(
        "hf_abcdefgh",
        provider=provider,
        model="org/name",
        mappings={"org/name": [mapping]},
        send=sender,
    )
    return hfpipe.run(hf, task, inputs), sender.requests


PICTURE, NOISE = hfpipe.Media(PNG, "image/png"), hfpipe.Media(WAV, "audio/wav")
DATA_URL = "data:image/png;base64," + b64encode(PNG).decode()

VALUES = [
    ("fal-ai", "text-to-image", "cat", [{"images": [{"url": URL}]}, IMAGE], PICTURE),
    ("fal-ai", "text-to-speech", "hi", [{"audio": {"url": URL}}, SOUND], NOISE),
    ("fal-ai", "text-to-audio", "hi", [TICKET, {"audio_file": {"url": URL}}, SOUND], NOISE),
    ("fal-ai", "text-to-audio", "hi", [TICKET, {"audio": {"url": URL}}, SOUND], NOISE),
    ("fal-ai", "image-to-image", PNG, [TICKET, {"images": [{"url": URL}]}, IMAGE], PICTURE),
    (
        "fal-ai",
        "image-segmentation",
        PNG,
        [TICKET, {"image": {"url": DATA_URL}}],
        (hfpipe.Segment("mask", PICTURE),),
    ),
    (
        "fal-ai",
        "image-segmentation",
        PNG,
        [TICKET, {"image": {"url": URL}}, IMAGE],
        (hfpipe.Segment("mask", PICTURE),),
    ),
    (
        "fal-ai",
        "audio-to-audio",
        WAV,
        [TICKET, {"audio": {"url": URL, "content_type": "audio/x-mine"}}, SOUND],
        (hfpipe.AudioPart("speech", hfpipe.Media(WAV, "audio/x-mine")),),
    ),
    (
        "fal-ai",
        "audio-to-audio",
        WAV,
        [TICKET, {"audio": {"url": URL}, "text": "one"}, SOUND],
        (hfpipe.AudioPart("one", NOISE),),
    ),
    ("replicate", "text-to-image", "cat", [{"output": URL, "status": "x"}, IMAGE], PICTURE),
    ("replicate", "text-to-speech", "hi", [{"output": [URL]}, SOUND], NOISE),
    ("together", "image-to-image", PNG, [{"data": [{"b64_json": "iVBORw0KGgoAAAAA"}]}], PICTURE),
    ("zai-org", "image-to-text", PNG, [{"md_results": "# A"}], hfpipe.ImageToText("# A")),
    (
        "zai-org",
        "text-to-image",
        "cat",
        [{"id": "t", "task_status": "SUCCESS", "image_result": [{"url": URL}]}, IMAGE],
        PICTURE,
    ),
]


@pytest.mark.parametrize(("provider", "task", "inputs", "answers", "expected"), VALUES)
def test_values(provider, task, inputs, answers, expected):
    """
    The file that the answer names, or what it holds, as the task's record.
    """
    result, requests = called(provider, task, inputs, *answers)

    assert expected == result.unwrap()
    assert len(answers) == len(requests)


@pytest.mark.parametrize(
    ("provider", "task", "answers", "path"),
    [
        ("fal-ai", "text-to-image", [{"images": []}], "$.images[0].url"),
        ("fal-ai", "text-to-speech", [{"audio": {"url": 3}}], "$.audio.url"),
        ("replicate", "text-to-image", [{"output": [], "id": "p"}], "$.output"),
        (
            "zai-org",
            "text-to-image",
            [{"id": "t", "task_status": "SUCCESS"}],
            "$.image_result[0].url",
        ),
        ("replicate", "text-to-image", [[1]], "$"),
    ],
)
def test_answers_without_a_file(provider, task, answers, path):
    """
    The error says where the address was looked for.
    """
    error = called(provider, task, "cat", *answers)[0].failure()

    assert isinstance(error, hfpipe.ProviderOutputError)
    assert path == error.path


def test_an_error_in_a_success():
    """
    A 200 that tells of an error is that error, with the provider's words.
    """
    error = called("fal-ai", "text-to-image", "cat", {"detail": "no such app"})[0].failure()

    assert "no such app" in error.message
    assert "in_band" == error.code


def test_the_whole_answer_is_kept_beside_the_file():
    """
    What a provider tells beside the address is in the exchange's response.
    """
    mapping = {"provider": "fal-ai", "providerId": "m", "task": "text-to-video"}
    film = hfpipe.HttpResponse(200, {"content-type": "video/mp4"}, b"film")
    hf = hfpipe.client(
        "hf_abcdefgh",
        provider="fal-ai",
        mappings={"org/name": [mapping]},
        send=scripted(TICKET, {"video": {"url": URL}, "seed": 42}, film),
    )

    ended = hfpipe.exchange(hf, hfpipe.text_to_video, "cat", model="org/name").unwrap()

    assert b'"seed":42' in ended.response.body
    assert b"film" == bytes(ended.output)
