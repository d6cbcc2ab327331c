"""The wire's records as values: what takes part in comparing, printing and pickling."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from hfpipe import FileBody, Headers, HttpRequest, HttpResponse, InputError, Secret, wire


def test_a_response_is_its_status_headers_and_body():
    """
    The live parts take no part in equality, hash, repr or pickle; nor does when it came.
    """
    live = HttpResponse(200, {"A": "b"}, b"x", (piece for piece in [b"y"]), print, 99.0)
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


def test_a_request_asks_for_no_more_than_it_is_told():
    """
    Of a method and an address alone: no body, no stream, no limits, and any address.
    """
    whole = HttpRequest(
        "GET",
        "/",
        Headers(),
        None,
        stream=False,
        timeout=None,
        idle_timeout=None,
        public_only=False,
    )

    assert whole == HttpRequest("GET", "/")


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


def test_what_is_made_of_headers_is_made_once():
    """
    Of these ones, and by each that makes something.
    """
    made = []
    headers = Headers({"accept": "a"})
    others = Headers({"accept": "a"})

    assert 1 == headers.once(len) == others.once(len)
    assert [None] * 3 == [each.once(made.append) for each in (headers, headers, others)]
    assert [headers, others] == made
    assert headers.redacted() is headers.redacted()


def test_redacted_headers_travel():
    """
    Nothing is behind them, so nothing is lost in a pickle; what is harmless is still there.
    """
    headers = Headers({"Authorization": "Bearer hf_a", "Accept": "a"}).redacted()

    assert {"authorization": "[redacted]", "accept": "a"} == headers.reveal()
    assert headers == pickle.loads(pickle.dumps(headers))


HARMLESS = """
accept content-type retry-after retry-after-ms x-request-id x-should-retry x-hf-bill-to
x-amzn-trace-id www-authenticate x-compute-time x-ratelimit-remaining-requests ratelimit
ratelimit-policy fireworks-server-time
""".split()


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        *((name, False) for name in HARMLESS),
        ("authorization", True),
        ("cookie", True),
        ("set-cookie", True),
        ("x-api-key", True),
        ("location", True),
        ("x-accept", True),
        ("accept-x", True),
        ("x-fireworks-key", True),
    ],
)
def test_which_headers_are_hidden(name, hidden):
    """
    All whose names are not known to be harmless.
    """
    for spelling in (name, name.upper()):
        headers = Headers({spelling: "value"})
        assert hidden == isinstance(headers[name], Secret)
        assert ["value"] * hidden == [secret.reveal() for secret in headers.secrets()]


def test_a_secret_stays_one_under_any_name():
    """
    Who hands one over knows better.
    """
    assert "[redacted]" == Headers({"accept": Secret("a")}).shown("accept")


@pytest.mark.parametrize(
    ("pairs", "name", "text", "shown"),
    [
        ([("Accept", "a"), ("accept", "b"), ("ACCEPT", "c")], "accept", "a, b, c", "a, b, c"),
        ([("x-key", "a"), ("X-Key", "b")], "x-key", "a, b", "[redacted]"),
        ([("accept", "a"), ("accept", Secret("b"))], "accept", "a, b", "[redacted]"),
        ([("accept", Secret("a")), ("accept", "b")], "accept", "a, b", "[redacted]"),
        ([], "accept", "", ""),
    ],
)
def test_a_header_by_its_name(pairs, name, text, shown):
    """
    Of one that came twice both values; of one that never came the empty text.
    """
    headers = Headers(pairs)

    assert (text, shown) == (headers.text(name), headers.shown(name))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("x-a", None, "the header x-a must be a text, not NoneType"),
        ("x-a", 1, "the header x-a must be a text, not int"),
        ("x-a", b"1", "the header x-a must be a text, not bytes"),
        ("authorization", "Bearer s3cr3t\r\nx-b: 1", "the header authorization holds a line break"),
        ("x-a", "1\nx-b: 1", "the header x-a holds a line break"),
        ("x-a", "1\0", "the header x-a holds a line break, or the character 0"),
        ("", "1", "'' is no name of a header"),
        ("x a", "1", "'x a' is no name of a header"),
        ("x-a:", "1", "'x-a:' is no name of a header"),
        ("x-a\r\nx-b", "1", r"'x-a\r\nx-b' is no name of a header"),
        ("xä", "1", "'xä' is no name of a header"),
        (None, "1", "None is no name of a header"),
    ],
)
def test_what_is_no_header_is_refused(name, value, told):
    """
    Where it is made, and without a word of its value, which may be somebody's key.
    """
    for made in (Headers, lambda given: HttpRequest("GET", "http://h", given)):
        with pytest.raises(InputError) as caught:
            made({name: value})

        assert caught.value.message.startswith(told)
        assert "s3cr3t" not in f"{caught.value!r}"


def test_what_a_server_sent_is_kept_as_it_came():
    """
    Its headers were read before: nothing is refused, they compare, and they travel.
    """
    sent = Headers.received([("X-A", "1"), ("x-a", "2\r\n 3"), ("Accept", "\0")])

    assert sent == Headers.received(sent.reveal().items())
    assert {"x-a": "1, 2\r\n 3", "accept": "\0"} == sent.reveal()
    assert "\0" == pickle.loads(pickle.dumps(sent)).text("accept")


def test_headers_are_a_mapping():
    """
    With a length, in their order, and a KeyError for what is not there.
    """
    headers = Headers([("b", "1"), ("A", "2")])

    assert (["b", "a"], 2) == (list(headers), len(headers))
    assert not Headers()
    with pytest.raises(KeyError):
        headers["c"]
    assert "Headers({'accept': 'x', 'a': [redacted]})" == repr(Headers({"Accept": "x", "a": "y"}))


def test_what_lies_over_headers_wins():
    """
    Any mapping may, in any case of letters, and nothing is changed by it.
    """
    below = Headers({"accept": "a", "x-key": "k"})

    over = below | {"ACCEPT": "b", "x-new": "n"}

    assert {"accept": "b", "x-key": "k", "x-new": "n"} == over.reveal()
    assert {"accept": "a", "x-key": "k"} == below.reveal()


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Headers({"ACCEPT": "a", "x-key": "k"}), True),
        (Headers({"x-key": "k", "accept": "a"}), True),
        ({"Accept": "a", "X-Key": "k"}, True),
        (Headers({"accept": "a"}), False),
        ({"accept": "a", "x-key": "other"}, False),
        ([("accept", "a"), ("x-key", "k")], False),
        (None, False),
    ],
)
def test_headers_compare_by_what_they_say(other, same):
    """
    With other headers and with mappings; equal ones hash alike.
    """
    headers = Headers({"accept": "a", "x-key": "k"})

    assert same == (headers == other)
    if same and isinstance(other, Headers):
        assert hash(headers) == hash(other)


def test_the_secrets_of_headers_do_not_travel():
    """
    Of a pickle comes what was shown; what was hidden is lost.
    """
    data = pickle.dumps(Headers({"accept": "a", "x-key": "canary"}))

    assert b"canary" not in data
    assert {"accept": "a", "x-key": ""} == pickle.loads(data).reveal()


def test_the_size_of_a_file_is_what_goes_over_the_wire():
    """
    With what stands before and after it.
    """
    assert 7 == len(FileBody(Path("x"), 3, 7))
    assert 12 == len(FileBody(Path("x"), 3, 7, b"abc", b"de"))


def test_a_request_prints_what_may_be_seen():
    """
    Its method, its address without secrets, its headers, and how much it carries.
    """
    asked = HttpRequest("POST", "https://h.example/?k=v", {"x-key": "k"}, b"12345")

    shown = "HttpRequest(POST https://h.example/?k=[redacted] {'x-key': [redacted]}"
    assert f"{shown} <5 bytes>)" == repr(asked)
    assert "HttpRequest(GET https://h.example {})" == repr(HttpRequest("GET", "https://h.example"))


def test_a_request_travels_without_the_secrets_of_its_address():
    """
    All else arrives as it was.
    """
    asked = HttpRequest(
        "PUT",
        "https://h.example/?k=v",
        {"accept": "a"},
        b"x",
        stream=True,
        timeout=1.0,
        idle_timeout=2.0,
        public_only=True,
    )

    arrived = pickle.loads(pickle.dumps(asked))

    assert "https://h.example/?k=[redacted]" == arrived.url
    assert ("PUT", {"accept": "a"}, b"x", True, 1.0, 2.0, True) == (
        arrived.method,
        arrived.headers,
        arrived.body,
        arrived.stream,
        arrived.timeout,
        arrived.idle_timeout,
        arrived.public_only,
    )


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("application/json", "application/json"),
        ("Application/JSON; charset=utf-8", "application/json"),
        (" text/event-stream ;x", "text/event-stream"),
        (None, ""),
    ],
)
def test_the_kind_of_an_answer(given, kind):
    """
    Without its parameters, in lower case.
    """
    assert kind == HttpResponse(200, {"content-type": given} if given else {}).content_type


def test_an_answer_as_it_is_without_a_word():
    """
    Is a 200 with nothing in it; printed it shows what may be seen, and it travels with the time
    when it came and the file where it is.
    """
    file = FileBody(Path("x"), 0, 3)
    answer = HttpResponse(404, {"x-key": "k"}, b"123", received_at=7.0, file=file)

    assert HttpResponse(200, Headers(), b"", None, None, 0.0, None) == HttpResponse()
    assert 0.0 == HttpResponse().received_at
    assert "HttpResponse(404 {'x-key': [redacted]} <3 bytes>)" == repr(answer)
    arrived = pickle.loads(pickle.dumps(answer))
    assert (404, b"123", 7.0, file) == (
        arrived.status,
        arrived.body,
        arrived.received_at,
        arrived.file,
    )


@pytest.mark.parametrize("name", ["accept", "x-key"])
@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", None, 7, b"a"])
def test_a_value_that_would_begin_a_line_of_its_own_is_refused(name, value):
    """
    And what is no text, under any name; what a server sent is kept as it came.
    """
    with pytest.raises(InputError):
        Headers({name: value})


@pytest.mark.parametrize(
    ("classes", "first", "last"),
    [
        (wire.SUCCESSFUL, 200, 299),
        (wire.REDIRECTION, 300, 399),
        (wire.CLIENT_ERROR, 400, 499),
        (wire.SERVER_ERROR, 500, 999),
    ],
)
def test_the_classes_of_statuses(classes, first, last):
    """
    Hundreds, and in the last of them whatever else servers make up.
    """
    assert (first, last) == (min(classes), max(classes))


def test_a_server_may_send_what_nobody_may_ask():
    """
    Twice, hidden, and in any case of letters.
    """
    headers = Headers.received([("X-Key", "a"), ("x-key", "b"), ("Accept", "c\rd")])

    assert {"x-key": "a, b", "accept": "c\rd"} == headers.reveal()
    assert ["a, b"] == [secret.reveal() for secret in headers.secrets()]
