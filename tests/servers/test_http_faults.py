"""mitmproxy's faults on the wire, between us and llama.cpp's server."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import hfpipe

pytestmark = pytest.mark.servers

ROOT = Path(__file__).parents[2]
INSTALLED = Path(os.environ.get("HFPIPE_SERVERS_DIR") or ROOT / ".servers")
CA = INSTALLED / "http-faults" / "ca" / "mitmproxy-ca-cert.pem"


@pytest.fixture
def through(server):
    """`through(fault)`: a client of llama.cpp's server behind this fault."""
    port = server("http-faults", str(server("llamacpp")))

    def client(fault="", scheme="http", token=None, **options) -> hfpipe.Client:
        url = f"{scheme}://127.0.0.1:{port}/{fault}"
        return hfpipe.endpoint_client(token, url, model="tiny", **options)

    return client


WHOLE = ["", "~bytes=1/", "~bytes=3/", "~ping,crlf/", "~crlf,bytes=2/", "~slow=0.01,bytes=50/",
         "~gzip/"]  # fmt: skip


@pytest.mark.parametrize("fault", WHOLE)
@pytest.mark.parametrize("fast", [True, False])
def test_a_stream_is_whole_however_it_comes(through, fault, fast):
    """
    Cut within a letter, with other line ends, with comments, slowly, compressed: the same text.
    """
    hf = through(fault, http_options={"fast": fast})

    answer = hfpipe.chat_completion_stream(hf, "emoji").unwrap().response().unwrap()

    assert ("café 😀!!", "stop") == (answer.text, answer.choices[0].finish_reason)


BROKEN = [
    ("~end=500/", "truncated"),
    ("~badjson/", "bad_answer"),
    ("~cut=500/", "reset"),
]


@pytest.mark.parametrize(("fault", "code"), BROKEN)
def test_a_stream_that_breaks_says_so(through, fault, code):
    """
    What came is in `partial`; the end is a failure of that kind.
    """
    stream = hfpipe.chat_completion_stream(through(fault), "emoji").unwrap()

    error = stream.response().failure()

    assert isinstance(error, hfpipe.StreamError)
    assert code == error.code
    assert error.partial is not None
    assert "café 😀!!".startswith(error.partial.text)


def test_503_twice_is_asked_again_twice(through):
    """
    With two further tries the third answer is the value, and the attempts are counted.
    """
    hf = through("~status=503x2,retry-after=0,id=a/", retry=2)

    ended = hfpipe.exchange(hf, hfpipe.chat_completion, "hello").unwrap()

    assert "Hello from a tiny model!" == ended.output.text
    assert 3 == ended.meta.attempts


def test_a_503_by_default_is_asked_again_once(through):
    """
    One more try is the default; the second refusal is the failure.
    """
    once = hfpipe.chat_completion(through("~status=503x1,retry-after=0,id=b/"), "hello")
    twice = hfpipe.chat_completion(through("~status=503x2,retry-after=0,id=c/"), "hello")

    assert "Hello from a tiny model!" == once.unwrap().text
    assert (503, 2) == (twice.failure().status, twice.failure().attempts)


def test_a_page_of_html_is_told_by_its_title(through):
    """
    A gateway's page is no answer, and not all of it is a message.
    """
    error = hfpipe.chat_completion(through("~status=502,html/"), "hello").failure()

    assert (502, "server_error", True) == (error.status, error.code, error.retryable)
    assert "<" not in error.message


def test_a_reset_may_have_been_billed(through):
    """
    The request had left: it is not silently sent again.
    """
    error = hfpipe.chat_completion(through("~reset/", retry=2), "hello").failure()

    assert isinstance(error, hfpipe.TransportError)
    assert ("reset", "unknown", 1) == (error.code, error.billed, error.attempts)


def test_an_answer_cut_short_is_no_answer(through):
    """
    A body of fewer bytes than were announced is a broken connection.
    """
    error = hfpipe.chat_completion(through("~cut=100/"), "hello").failure()

    assert "reset" == error.code


def test_a_late_answer_meets_the_deadline(through):
    """
    The call's time bounds the wait for the answer.
    """
    error = hfpipe.chat_completion(through("~delay=5/", timeout=0.5), "hello").failure()

    assert isinstance(error, hfpipe.DeadlineError)
    assert 0.4 < error.waited < 3.0


def test_a_redirect_to_another_origin_is_not_followed_with_the_key(through):
    """
    A POST stays within its origin: the redirect itself is the answer.
    """
    error = hfpipe.chat_completion(through("~redirect/", token="the-key"), "hello").failure()

    assert (307, "redirected") == (error.status, error.code)


def test_a_certificate_that_nobody_vouches_for(through):
    """
    Without the authority there is no connection; with it there is.
    """
    stranger = hfpipe.chat_completion(through(scheme="https"), "hello").failure()
    trusted = through(scheme="https", http_options={"ca_bundle": CA})

    assert ("tls", "no") == (stranger.code, stranger.billed)
    assert "Hello from a tiny model!" == hfpipe.chat_completion(trusted, "hello").unwrap().text


def test_through_a_forward_proxy(server, monkeypatch):
    """
    By an option, and by the environment.
    """
    model = server("llamacpp")
    proxy = f"http://127.0.0.1:{server('http-faults', str(model)) + 1}"
    url = f"http://127.0.0.1:{model}"

    by_option = hfpipe.endpoint_client(None, url, http_options={"proxy": proxy})
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "")
    by_environment = hfpipe.endpoint_client(None, url, http_options={"pool_size": 33})

    for hf in (by_option, by_environment):
        assert "Hello from a tiny model!" == hfpipe.chat_completion(hf, "hello").unwrap().text
