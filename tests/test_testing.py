"""The senders for tests: what each kind of answer becomes."""

from __future__ import annotations

import pytest

import hfpipe
from hfpipe.errors import InputError, ProviderApiError, TransportError
from hfpipe.testing import scripted, stub
from hfpipe.wire import HttpRequest, HttpResponse

CHAT = {"choices": [{"message": {"content": "hi"}}]}
BODY = b'{"choices": [{"message": {"content": "hi"}}]}'
CHUNK = {"choices": [{"delta": {"content": "hi"}, "finish_reason": "stop"}]}


def kind_of(value):
    return str(value) if isinstance(value, (str, bool)) else type(value).__name__


def endpoint(sender, url="https://llm.example/v1"):
    return hfpipe.endpoint_client(None, url, send=sender, retry_on_503=False)


def said(answer):
    return hfpipe.chat_completion(endpoint(scripted(answer)), "q").map(lambda found: found.text)


@pytest.mark.parametrize(
    "answer",
    [
        "hi",
        CHAT,
        BODY,
        [b'{"choices": [{"message"', b': {"content": "hi"}}]}'],
        HttpResponse(200, {"content-type": "application/json"}, BODY),
        lambda request: "hi",
        lambda request: CHAT,
        lambda request: lambda request: BODY,
        scripted("hi"),
    ],
    ids=kind_of,
)
def test_an_answer_of_any_kind_is_answered(answer):
    """
    A text, JSON, bytes, pieces, a response, a function and another sender: all say "hi".
    """
    assert "hi" == said(answer).unwrap()


@pytest.mark.parametrize(
    ("answer", "kind", "code", "status"),
    [
        (TransportError("gone", code="refused", billed="no"), TransportError, "refused", None),
        (ProviderApiError("busy", status=429), ProviderApiError, "rate_limited", 429),
        (HttpResponse(402), ProviderApiError, "out_of_credits", 402),
        (OSError("no route"), TransportError, "reset", None),
    ],
    ids=kind_of,
)
def test_an_error_is_met_as_one(answer, kind, code, status):
    """
    Errors come to the caller as they would from the network.
    """
    error = said(answer).failure()

    assert (kind, code, status) == (type(error), error.code, error.status)


def test_the_words_of_an_error_are_the_servers():
    """
    An error with a status becomes an answer of that status that says so.
    """
    assert "busy" in said(ProviderApiError("busy", status=429)).failure().message


@pytest.mark.parametrize(
    ("answer", "texts"),
    [
        ("hello", ["hello", ""]),
        (["hel", "lo"], ["hel", "lo", ""]),
        ([CHUNK], ["hi"]),
        ([b'data: {"choices":[{"delta":{"con', b'tent":"x"}}]}\n\ndata: [DONE]\n\n'], ["x"]),
        (b'data: {"choices":[{"delta":{"content":"x"}}]}\n\ndata: [DONE]\n\n', ["x"]),
    ],
    ids=kind_of,
)
def test_a_stream_is_made_of_texts_events_or_bytes(answer, texts):
    """
    Texts alone are ended as a model ends them; events and bytes are sent as they are given.
    """
    stream = hfpipe.chat_completion_stream(endpoint(scripted(answer)), "q").unwrap()

    assert texts == [chunk.unwrap().text for chunk in stream]


def test_nothing_is_added_to_a_stream_that_is_not_of_texts_alone():
    """
    A script of an unfinished stream stays unfinished.
    """
    sender = scripted([{"choices": [{"delta": {"content": "hal"}}]}])
    stream = hfpipe.chat_completion_stream(endpoint(sender), "q").unwrap()

    assert "truncated" == list(stream)[-1].failure().code


def test_an_error_in_a_stream_breaks_it_there():
    """
    What came before it is given first.
    """
    sender = scripted(["hal", TransportError("gone", code="reset")])
    stream = hfpipe.chat_completion_stream(endpoint(sender), "q").unwrap()
    first, last = stream

    assert ("hal", "reset") == (first.unwrap().text, last.failure().code)


@pytest.mark.parametrize("url", ["https://tgi.example/generate_stream", "https://x.example"])
@pytest.mark.parametrize("function", [hfpipe.text_generation_stream, hfpipe.text_generation])
def test_text_generation_is_told_in_its_own_shape(function, url):
    """
    What the model says has the shape that the request asks for.
    """
    found = function(endpoint(scripted("hello"), url), "q").unwrap()
    text = "".join(chunk.unwrap().text for chunk in found) if hasattr(found, "close") else None

    assert "hello" == (found.generated_text if text is None else text)


def test_the_other_text_tasks_understand_a_text():
    """
    The classic tasks find the text under the name that they look for.
    """
    hf = endpoint(scripted("a", "b", "c"), "https://x.example")

    assert ("a", "b", "c") == (
        hfpipe.translation(hf, "x").unwrap().translation_text,
        hfpipe.summarization(hf, "x").unwrap().summary_text,
        hfpipe.automatic_speech_recognition(hf, b"RIFF\0\0\0\0WAVEfmt ").unwrap().text,
    )


def test_the_requests_are_kept_in_their_order():
    """
    What was asked can be looked at afterwards.
    """
    sender = scripted("a", "b")
    hf = endpoint(sender)
    hfpipe.chat_completion(hf, "one")
    hfpipe.chat_completion(hf, "two")

    assert [True, True] == [
        word in request.body
        for word, request in zip((b"one", b"two"), sender.requests, strict=True)
    ]
    assert 0 == sender.left


def test_a_script_at_its_end_says_so():
    """
    One request too many is a failure that no policy asks again after.
    """
    sender = scripted("a")
    hf = endpoint(sender).with_options(retry=3)
    hfpipe.chat_completion(hf, "one")
    error = hfpipe.chat_completion(hf, "two").failure()

    assert "the script is at its end: it had 1 answer, all given; asked was POST " in error.message
    assert (False, "no") == (error.retryable, error.billed)
    assert 2 == len(sender.requests)


@pytest.mark.parametrize(
    ("place", "fits"),
    [
        ("/chat/completions", True),
        ("POST /chat/completions", True),
        ("GET /chat/completions", False),
        ("https://*/v1/chat/*", True),
        ("*/v1", False),
        ("/embeddings", False),
        (lambda request: request.method == "POST", True),
        (lambda request: False, False),
    ],
    ids=kind_of,
)
def test_a_place_is_a_part_of_a_url_or_a_function(place, fits):
    """
    The places of a stub: a part, the whole with wildcards, a method before it, a function.
    """
    found = hfpipe.chat_completion(endpoint(stub({place: "hi"})), "q")

    assert fits == hasattr(found.value_or(None), "text")


def test_the_first_place_that_fits_answers_every_time():
    """
    A stub does not run out.
    """
    hf = endpoint(stub({"/chat": "first", "/chat/completions": "second"}))

    assert ["first"] * 3 == [hfpipe.chat_completion(hf, "q").unwrap().text for _ in range(3)]


def test_a_stub_that_knows_no_such_place_lists_what_it_knows():
    """
    The failure names the request and the places.
    """
    error = hfpipe.chat_completion(endpoint(stub({"/a": "x", "GET /b": "y"})), "q").failure()

    assert "it knows '/a', 'GET /b'; asked was POST https://llm.example/v1/chat" in error.message


@pytest.mark.parametrize(
    "make",
    [
        lambda: scripted(3),
        lambda: scripted(None),
        lambda: scripted(InputError("no status")),
        lambda: stub({"/a": 3}),
        lambda: stub({3: "a"}),
        lambda: stub("a"),
    ],
)
def test_what_is_no_answer_is_refused_where_it_is_written(make):
    """
    A slip in a test is an error of that line.
    """
    with pytest.raises(InputError):
        make()


def test_a_function_that_gives_no_answer_is_told_of():
    """
    What a function gives is looked at when it is called.
    """
    error = said(lambda request: 3).failure()

    assert "no answer: 3" in error.cause


def test_a_picture_has_its_own_type():
    """
    Bytes tell what they are by their first few.
    """
    response = scripted(b"\x89PNG\r\n\x1a\n")(HttpRequest("GET", "https://x.example")).unwrap()

    assert "image/png" == response.content_type


@pytest.mark.parametrize(
    ("sender", "shown"),
    [
        (scripted("a", "b"), "<scripted sender, 2 answers left>"),
        (scripted("a"), "<scripted sender, 1 answer left>"),
        (stub({"/a": "x"}), "<stub sender of '/a'>"),
    ],
)
def test_a_sender_prints_as_what_it_is(sender, shown):
    """
    For the reader of a failing test.
    """
    assert shown == repr(sender)
