"""`save_to` for results that came in the answer itself."""

from __future__ import annotations

import asyncio
import tracemalloc

import pytest
from returns.result import Success

import hfpipe
from hfpipe.testing import scripted

PNG = b"\x89PNG\r\n\x1a\n" + bytes(4)
ANSWERS = {
    "the bytes themselves": hfpipe.HttpResponse(200, {"content-type": "image/png"}, PNG),
    "base64 in JSON": {"data": [{"b64_json": "iVBORw0KGgoAAAAA"}]},
}


def client(answer):
    return hfpipe.endpoint_client(None, "https://draw.example", send=scripted(answer))


def blocking(hf, **options):
    return hfpipe.text_to_image(hf, "a cat", **options)


def on_a_loop(hf, **options):
    return asyncio.run(hfpipe.aio.text_to_image(hf, "a cat", **options))


def submitted(hf, **options):
    return hfpipe.submit(hf, hfpipe.text_to_image, "a cat", **options)


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("call", [blocking, on_a_loop, submitted])
def test_a_result_in_the_answer_is_saved_too(call, answer, tmp_path):
    """
    Whether the provider sends bytes or an address, the file is where it was wanted.
    """
    path = tmp_path / "cat.png"

    media = call(client(answer), save_to=path).unwrap()

    assert PNG == path.read_bytes()
    assert hfpipe.Media(hfpipe.FileBody(path, 0, len(PNG)), "image/png") == media
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("call", [blocking, on_a_loop])
def test_a_place_that_cannot_be_written_to(call, tmp_path):
    """
    A folder that is not there is a failure, and not an exception.
    """
    error = call(client(ANSWERS["base64 in JSON"]), save_to=tmp_path / "no" / "cat.png").failure()

    assert isinstance(error, hfpipe.TransportError)
    assert "could not be saved" in error.message
    assert "yes" == error.billed


def test_without_save_to_nothing_is_written(tmp_path, monkeypatch):
    """
    The result is in memory.
    """
    monkeypatch.chdir(tmp_path)

    media = blocking(client(ANSWERS["base64 in JSON"])).unwrap()

    assert hfpipe.Media(PNG, "image/png") == media
    assert [] == list(tmp_path.iterdir())


PIECE = b"\x89PNG\r\n\x1a\n".ljust(64 * 1024, b"x")


@pytest.mark.parametrize("kind", ["image/png", "application/json"])
def test_a_large_result_in_the_answer_is_never_in_memory(tmp_path, kind):
    """
    A picture that is the answer itself goes to disk as it comes; JSON, which may hold or name
    the picture, is read.
    """
    count = 512
    path = tmp_path / "out.png"
    answer = b'{"error": "no picture today"}'

    def send(_):
        pieces = (PIECE for _ in range(count)) if kind == "image/png" else iter([answer])
        return Success(hfpipe.HttpResponse(200, {"content-type": kind}, chunks=pieces))

    hf = hfpipe.client("hf_token", provider="hf-inference", model="org/name", send=send)
    hfpipe.text_to_image(hf, "warm", save_to=tmp_path / "warm.png")

    tracemalloc.start()
    drawn = hfpipe.text_to_image(hf, "a cat", save_to=path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    if kind == "image/png":
        assert count * len(PIECE) == path.stat().st_size == len(drawn.unwrap())
        assert peak < 4 * 2**20
    else:
        assert "no picture today" in drawn.failure().message
        assert not path.exists()
