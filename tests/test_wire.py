"""The wire's records as values: what takes part in comparing, printing and pickling."""

from __future__ import annotations

import pickle

import pytest

from hfpipe import Headers, HttpRequest, HttpResponse, Secret


def test_a_response_is_its_status_headers_and_body():
    """
    The live parts take no part in equality, hash, repr or pickle.
    """
    live = HttpResponse(200, {"A": "b"}, b"x", chunks=(piece for piece in [b"y"]), close=print)
    kept = HttpResponse(status=200, headers=Headers({"a": "b"}), body=b"x", chunks=None, close=None)

    assert kept == live
    assert hash(kept) == hash(live)
    assert repr(kept) == repr(live)
    assert (None, None) == (
        pickle.loads(pickle.dumps(live)).chunks,
        pickle.loads(pickle.dumps(live)).close,
    )


def test_a_request_by_place_is_one_by_name():
    """
    The order of the fields is the one that senders are written against.
    """
    named = HttpRequest(
        method="POST",
        url="https://h.example/",
        headers=Headers(),
        body=b"x",
        stream=True,
        timeout=1.0,
        idle_timeout=2.0,
    )

    placed = ("POST", "https://h.example/", Headers(), b"x", True, 1.0, 2.0)
    assert named == HttpRequest(*placed)


@pytest.mark.parametrize(
    ("name", "there"),
    [("accept", True), ("ACCEPT", True), ("nope", False), (5, False), (None, False)],
)
def test_whether_there_is_such_a_header(name, there):
    """
    In any case of letters; what is no text names no header.
    """
    assert there == (name in Headers({"Accept": "a"}))


def test_only_reveal_shows_a_secret_header():
    """
    Keys are in lower case, values hidden unless they are known to be harmless.
    """
    headers = Headers([("Authorization", "Bearer hf_a"), ("Accept", "a"), ("X-Odd", "b")])

    assert {
        "authorization": "[redacted]",
        "accept": "a",
        "x-odd": "[redacted]",
    } == {name: str(value) for name, value in headers.items()}
    assert {
        "authorization": "Bearer hf_a",
        "accept": "a",
        "x-odd": "b",
    } == headers.reveal()
    assert isinstance(headers["AUTHORIZATION"], Secret)


def test_redacted_headers_travel():
    """
    Nothing is behind them, so nothing is lost in a pickle.
    """
    headers = Headers({"Authorization": "Bearer hf_a", "Accept": "a"}).redacted()

    assert headers == pickle.loads(pickle.dumps(headers))
