"""Results that an answer points to: where they are fetched from, and what counts as one."""

from __future__ import annotations

import pytest

import hfpipe

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
MP4 = b"\0\0\0\x18ftypmp42" + bytes(40)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://169.254.169.254/latest/meta-data", "forbidden_address"),
        ("https://10.0.0.1/film.mp4", "forbidden_address"),
        ("http://cdn.example.com/film.mp4", "forbidden_address"),
        ("file:///etc/passwd", "forbidden_address"),
    ],
)
def test_results_are_fetched_from_public_https_alone(fal, url, code):
    """
    An answer that names a private address, or another scheme, is not followed.
    """
    film = {"video": {"url": url}}

    found = fal({"status": "COMPLETED"}, film)

    assert code == found.error.code
    assert 3 == len(found.sent)


def fetched(fal, answer, **options):
    completed, film, _ = fal.made
    return fal(completed, film, answer, **options)


def test_a_404_is_never_a_film(fal):
    """
    The status of a download is looked at, whatever its type says.
    """
    error = fetched(fal, hfpipe.HttpResponse(404, {"content-type": "video/mp4"}, MP4)).error

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
def test_the_kind_of_a_download(fal, kind, body, good):
    """
    What a server is sure of has to be the wanted kind; where it is vague, the bytes and the name
    tell.
    """
    headers = {"content-type": kind} if kind else {}
    result = fetched(fal, hfpipe.HttpResponse(200, headers, body)).result

    if good is None:
        assert "bad_answer" == result.failure().code
        assert "video/*" == result.failure().expected
    else:
        assert good == result.unwrap().output.media_type


def test_a_result_in_the_answer_itself(fal):
    """
    A data URL needs no download.
    """
    film = {"video": {"url": "data:video/mp4;base64,AAAA"}}

    found = fal({"status": "COMPLETED"}, film)

    assert hfpipe.Media(b"\0\0\0", "video/mp4") == found.output
    assert 3 == len(found.sent)


def test_a_result_to_disk(fal, tmp_path):
    """
    With save_to the file lies where it was wanted, and the value points to it.
    """
    found = fetched(fal, fal.video, save_to=tmp_path / "film.mp4")

    assert MP4 == (tmp_path / "film.mp4").read_bytes()
    assert isinstance(found.output.content, hfpipe.FileBody)
    assert MP4 == bytes(found.output)
