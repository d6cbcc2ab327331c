"""Commands: what the beginning of a message makes the sandbox do."""

from __future__ import annotations

import pytest

from hfpipe.sandbox.commands import HELP, Script, understood


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("say hello", "hello"),
        ("Say: two words, and a stop.", "two words, and a stop."),
        ("  SAY\nthis line\nand that", "this line\nand that"),
        ("count to 5", "1 2 3 4 5"),
        ("Count to 0!", ""),
        ("count to 99999999", None),
        ("write 3 words", "the quick brown"),
        ("write 0 words", ""),
        ("help", HELP),
        ("What can you do?", HELP),
    ],
)
def test_what_is_said(message, text):
    """
    A command says its text; numbers without sense are kept within reason.
    """
    said = understood(message).text

    assert (text == said) if text is not None else said.endswith(" 9999 10000")


@pytest.mark.parametrize(
    "message", ["", "hello", "please say hello", "count to many", "fail with 200", "call me maybe"]
)
def test_what_is_no_command(message):
    """
    Anything else is no command, and gets an empty script.
    """
    assert Script() == understood(message)


@pytest.mark.parametrize(
    ("message", "script"),
    [
        ("stream slowly", Script("1 2 3 4 5 6 7 8 9 10", pace=0.1)),
        ("stream slowly: say a", Script("a", pace=0.1)),
        ("Stream every 2.5 s say a", Script("a", pace=2.5)),
        ("stream every 1 second, then say a", Script("a", pace=1.0)),
        ("wait 3 s", Script("done", after=3.0)),
        ("wait 3 seconds, then say a", Script("a", after=3.0)),
        ("wait 0.5s: stream slowly: say a", Script("a", after=0.5, pace=0.1)),
        ("think about tea, then say a", Script("a", reasoning="I am thinking about tea.")),
        ("think about tea", Script("done", reasoning="I am thinking about tea.")),
        ("call get_weather", Script(tool="get_weather")),
        ('call f with {"a": 1}', Script(tool="f", arguments='{"a": 1}')),
        ("show the request", Script(shown=True)),
        ("break with reset", Script("1 2 3 4 5 6 7 8 9 10", fault="reset")),
        ("break with an Error: say a b", Script("a b", fault="error")),
        ("break with stall: what?", Script(fault="stall")),
    ],
)
def test_what_is_done(message, script):
    """
    A command may have another one after it, which it makes late, slow or broken.
    """
    assert script == understood(message)


@pytest.mark.parametrize(
    ("message", "status", "part"),
    [
        ("fail with 400", 400, b"invalid_request_error"),
        ("fail with 401", 401, b"Invalid username or password"),
        ("fail with 402", 402, b"monthly included credits"),
        ("fail with 403", 403, b"sufficient permissions"),
        ("fail with 404", 404, b"does not exist"),
        ("fail with 422", 422, b"field required"),
        ("fail with 418", 418, b"I'm a Teapot"),
        ("fail with 500", 500, b"unknown error"),
        ("fail with 502", 502, b"<title>502 Bad Gateway</title>"),
        ("fail with 503", 503, b'"estimated_time":1.0'),
        ("fail with 503 after 7 s", 503, b'"estimated_time":7.0'),
        ("fail with 503 asleep", 503, b"paused"),
        ("fail with 504", 504, b"<title>504 Gateway Timeout</title>"),
        ("fail with 529", 529, b"overloaded_error"),
        ("fail with 599", 599, b"asked for status 599"),
    ],
)
def test_refusals(message, status, part):
    """
    `fail with STATUS` answers that status with the body that real services send with it.
    """
    reply = understood(message).refusal

    assert status == reply.status
    assert part in reply.body


@pytest.mark.parametrize(
    ("message", "name", "value"),
    [
        ("fail with 429", "retry-after", "1"),
        ("fail with 429, after 5 s", "retry-after", "5"),
        ("fail with 302", "location", "https://sandbox.hfpipe.invalid/elsewhere"),
        ("fail with 502", "content-type", "text/html"),
        ("fail with 404", "x-error-code", "RepoNotFound"),
        ("fail with 401", "www-authenticate", 'Bearer realm="Authentication required"'),
    ],
)
def test_headers_of_refusals(message, name, value):
    """
    A refusal has the headers of its kind.
    """
    assert value == dict(understood(message).refusal.headers)[name]
