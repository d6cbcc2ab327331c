"""Results that an answer points to: where they are fetched from, and what counts as one."""

from __future__ import annotations

import pytest

import hfpipe

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
MP4 = b"\0\0\0\x18ftypmp42" + bytes(40)

VIDEO = hfpipe.HttpResponse(200, {"content-type": "video/mp4"}, MP4)
FILM_URL = "https://cdn.example.com/film.mp4?sig=abc"


FAL_TICKET = {
    "request_id": "r1",
    "status": "IN_QUEUE",
    "response_url": "https://queue.fal.run/fal-ai/some/requests/r1",
    "queue_position": 2,
}
FAL_FILM = {"video": {"url": FILM_URL}}


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://169.254.169.254/latest/meta-data", "forbidden_address"),
        ("https://10.0.0.1/film.mp4", "forbidden_address"),
        ("http://cdn.example.com/film.mp4", "forbidden_address"),
        ("file:///etc/passwd", "forbidden_address"),
    ],
)
def test_results_are_fetched_from_public_https_alone(talk, url, code):
    """
    An answer that names a private address, or another scheme, is not followed.
    """
    film = {"video": {"url": url}}

    found = talk("fal-ai", "text-to-video", "m", FAL_TICKET, {"status": "COMPLETED"}, film)

    assert code == found.error.code
    assert 3 == len(found.sent)


def fetched(talk, *answers, task="text-to-video", **options):
    film = {"video": {"url": FILM_URL}, "images": [{"url": FILM_URL}]}
    return talk("fal-ai", task, "m", FAL_TICKET, {"status": "COMPLETED"}, film, *answers, **options)


def test_a_404_is_never_a_film(talk):
    """
    The status of a download is looked at, whatever its type says.
    """
    error = fetched(talk, hfpipe.HttpResponse(404, {"content-type": "video/mp4"}, MP4)).error

    assert (404, hfpipe.ProviderApiError) == (error.status, type(error))


@pytest.mark.parametrize(
    ("kind", "body", "good"),
    [
        ("video/mp4", MP4, "video/mp4"),
        ("application/octet-stream", MP4, "video/mp4"),
        ("", b"???", "video/mp4"),
        ("audio/mp4", MP4, "audio/mp4"),
        ("text/html", b"<html>", None),
        ("", b"<html>gone</html>", None),
        ("image/png", PNG, None),
        ("application/json", b'{"error": 1}', None),
        ("video/mp4", b"", None),
    ],
)
def test_the_kind_of_a_download(talk, kind, body, good):
    """
    What a server is sure of has to be the wanted kind; where it is vague, the bytes and the name
    tell.
    """
    headers = {"content-type": kind} if kind else {}
    result = fetched(talk, hfpipe.HttpResponse(200, headers, body)).result

    if good is None:
        assert "bad_answer" == result.failure().code
        assert "video/*" == result.failure().expected
    else:
        assert good == result.unwrap().output.media_type


def test_a_result_in_the_answer_itself(talk):
    """
    A data URL needs no download.
    """
    film = {"video": {"url": "data:video/mp4;base64,AAAA"}}

    found = talk("fal-ai", "text-to-video", "m", FAL_TICKET, {"status": "COMPLETED"}, film)

    assert hfpipe.Media(b"\0\0\0", "video/mp4") == found.output
    assert 3 == len(found.sent)


def test_a_result_to_disk(talk, tmp_path):
    """
    With save_to the file lies where it was wanted, and the value points to it.
    """
    found = fetched(talk, VIDEO, save_to=tmp_path / "film.mp4")

    assert MP4 == (tmp_path / "film.mp4").read_bytes()
    assert isinstance(found.output.content, hfpipe.FileBody)
    assert MP4 == bytes(found.output)
