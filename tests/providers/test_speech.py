"""Speech recognition: uploads, in memory and from disk, and all the shapes of what was said."""

from __future__ import annotations

import tracemalloc

import pytest

import hfpipe
from hfpipe.media import pieces
from hfpipe.pipeline import resume, start
from hfpipe.testing import scripted

MP3 = b"ID3" + bytes(20)
URL = "https://h.example/talk.mp3"
TEXT = {"text": "hello"}


def client(provider, *answers, **options):
    mapping = {"provider": provider, "providerId": "w", "task": "automatic-speech-recognition"}
    return hfpipe.client(
        "hf_abcdefgh",
        provider=provider,
        model="org/name",
        mappings={"org/name": [mapping]},
        send=scripted(*answers),
        **options,
    )


def heard(provider, *answers, inputs=MP3, **options):
    hf = client(provider, *answers)
    return hfpipe.automatic_speech_recognition(hf, inputs, **options), hf.options.send.requests


def test_deepinfra_uploads_a_form():
    """
    The file under a name of its kind, the parameters as texts, the model last.
    """
    result, (request,) = heard(
        "deepinfra",
        TEXT,
        parameters={"language": "en", "temperature": 0.5, "x": True, "model": "other"},
    )

    kind = request.headers["content-type"]
    mark = "--" + kind.partition("boundary=")[2]
    lines = [
        mark,
        'Content-Disposition: form-data; name="file"; filename="audio.mp3"',
        "Content-Type: audio/mpeg",
        "",
        MP3.decode(),
    ]
    for name, value in (("language", "en"), ("temperature", "0.5"), ("x", "true"), ("model", "w")):
        lines += [mark, f'Content-Disposition: form-data; name="{name}"', "", value]
    assert "\r\n".join([*lines, f"{mark}--", ""]) == request.body.decode()
    assert request.url.endswith("/deepinfra/v1/openai/audio/transcriptions")
    assert "hello" == result.unwrap().text


def test_together_takes_an_address():
    """
    The address is the text of the field; deepinfra gets what is there.
    """
    _, (request,) = heard("together", TEXT, inputs=URL)
    _, requests = heard(
        "deepinfra", hfpipe.HttpResponse(200, {"content-type": "audio/mpeg"}, MP3), TEXT, inputs=URL
    )

    assert f'name="file"\r\n\r\n{URL}\r\n'.encode() in request.body
    assert ["GET", "POST"] == [each.method for each in requests]
    assert MP3 in requests[1].body
    assert "authorization" not in requests[0].headers


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (hfpipe.HttpResponse(404, {}, b"gone"), "404"),
        (hfpipe.HttpResponse(200, {"content-type": "text/html"}, b"<html>"), "text/html"),
        (hfpipe.HttpResponse(200, {"content-type": "image/png"}, b"\x89PNG"), "it is image/png"),
        (hfpipe.HttpResponse(200, {"content-type": "audio/mpeg"}, b""), "neither"),
        (hfpipe.TransportError("no such host", code="dns"), "no such host"),
    ],
)
def test_an_address_that_is_no_sound(answer, words):
    """
    Not there, or not of the wanted kind: the input is wrong, and the provider is not asked.
    """
    result, requests = heard("deepinfra", answer, inputs=URL, retry_on_503=False)

    assert isinstance(result.failure(), hfpipe.InputError)
    assert words in result.failure().message
    assert 1 == len(requests)


def chunk(text, start, end):
    return hfpipe.TranscriptionChunk(text, (start, end))


@pytest.mark.parametrize(
    ("provider", "answer", "expected"),
    [
        ("deepinfra", {"text": "hi"}, ("hi", None)),
        (
            "deepinfra",
            {"text": "hi", "segments": [{"id": 1, "text": "hi", "start": 0.0, "end": 1.5}]},
            ("hi", (chunk("hi", 0.0, 1.5),)),
        ),
        ("together", {"text": "hi", "segments": None}, ("hi", None)),
        ("fal-ai", {"output": "hi"}, ("hi", None)),
        (
            "fal-ai",
            {"text": "hi", "chunks": [{"text": "hi", "timestamp": [0.0, None]}]},
            ("hi", (chunk("hi", 0.0, None),)),
        ),
        ("replicate", {"output": "hi"}, ("hi", None)),
        ("replicate", {"output": ["hi"]}, ("hi", None)),
        ("replicate", {"output": [{"transcription": "hi"}]}, ("hi", None)),
        ("replicate", {"output": {"translation": "hi", "txt_file": URL}}, ("hi", None)),
        ("replicate", {"output": {"translation": "no", "transcription": "hi"}}, ("hi", None)),
    ],
)
def test_what_was_said(provider, answer, expected):
    """
    The text, and where the answer has them the pieces with their times, in every shape seen.
    """
    result, _ = heard(provider, answer)

    assert hfpipe.Transcription(*expected) == result.unwrap()


def test_replicates_text_file():
    """
    Where nothing else tells, the text is fetched: without the key, and with its status checked.
    """
    answer = {"output": {"txt_file": "https://replicate.delivery/a.txt"}}
    text = hfpipe.HttpResponse(200, {"content-type": "text/plain; charset=utf-8"}, b"h\xc3\xa9")
    gone = hfpipe.HttpResponse(404, {}, b"no")

    result, requests = heard("replicate", answer, text)

    assert "h\u00e9" == result.unwrap().text
    assert "authorization" not in requests[1].headers
    assert 404 == heard("replicate", answer, gone)[0].failure().status


@pytest.mark.parametrize(
    ("provider", "answer", "path"),
    [
        ("deepinfra", {"segments": []}, "$.text"),
        ("deepinfra", [1], "$"),
        ("fal-ai", {"text": 3}, "$.text"),
        ("fal-ai", {"text": "a", "chunks": [{"text": 1}]}, "$.chunks[0].text"),
        ("replicate", {"output": {"x": 1}}, "$.output"),
    ],
)
def test_answers_that_do_not_tell(provider, answer, path):
    """
    A shape that nobody knows is an error with the place where it differs.
    """
    error = heard(provider, answer)[0].failure()

    assert isinstance(error, hfpipe.ProviderOutputError)
    assert path == error.path


@pytest.mark.parametrize("provider", ["deepinfra", "hf-inference"])
def test_a_large_recording_stays_on_disk(provider, tmp_path):
    """
    64 MiB, raw or in a form, are a FileBody: on their way they are never more than a piece.
    """
    size = 64 * 2**20
    path = tmp_path / "talk.mp3"
    with path.open("wb") as file:
        file.write(MP3)
        file.truncate(size)

    tracemalloc.start()
    exchange = hfpipe.new_exchange(client(provider), hfpipe.automatic_speech_recognition, path)
    waiting = start(hfpipe.default_pipeline(), exchange).unwrap()
    body = waiting.need.request.body
    longest = total = 0
    for piece in pieces(body):
        longest, total = max(longest, len(piece)), total + len(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert isinstance(body, hfpipe.FileBody)
    assert len(body) == total >= size
    assert longest <= 64 * 1024
    assert peak < 8 * 2**20
    ended = resume(waiting, scripted(TEXT)(waiting.need.request)).unwrap()
    assert "hello" == ended.output.text
