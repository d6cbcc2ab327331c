"""
Servers that stream, and what the user gets.
"""

import pytest
from returns.result import Failure, Success

import hfpipe


def piece(text, finish=None):
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
DONE = "data: [DONE]\n\n"
ANN = piece("Ann")
END = piece("!", "stop")
NO_GPU = {"error": {"message": "no GPU"}}
SHORT = {"timeout": 0.4}
IDLE = {"idle_timeout": 0.3}
MIB = "a" * 2**20


def call(hf):
    """The end of a stream: its text, or its failure."""
    opened = hfpipe.chat_completion_stream(hf, "hi")
    if not isinstance(opened, Success):
        return opened
    with opened.unwrap() as stream:
        return stream.response()


def streams(*events, every=0.0):
    return lambda p: p.events(*events, every=every)


def then(first, *more):
    return lambda p: (first(p), *(step(p) for step in more))


def stall(p):
    p.wait()


def reset(p):
    p.wait(0.1)
    p.reset()


TABLE = [
    ("streams an answer and says so at its end", streams(ANN, END, DONE), "Success 'Ann!'", {}),
    ("gives a reason to end, and no [DONE]", streams(ANN, END), "Success 'Ann!'", {}),
    ("says [DONE], and gives no reason to end", streams(ANN, DONE), "Success 'Ann'", {}),
    (
        "ends in the middle",
        streams(ANN, ANN),
        "StreamError truncated retryable billed=yes partial='AnnAnn'",
        {},
    ),
    (
        "ends within an event",
        streams(ANN, 'data: {"choi'),
        "StreamError truncated retryable billed=yes partial='Ann'",
        {},
    ),
    ("ends before the first event", streams(), "StreamError truncated retryable billed=yes", {}),
    (
        "resets in the middle",
        then(streams(ANN), reset),
        "StreamError reset retryable billed=yes partial='Ann'",
        {},
    ),
    (
        "falls silent in the middle",
        then(streams(ANN), stall),
        "StreamError idle retryable billed=yes partial='Ann'",
        IDLE,
    ),
    (
        "falls silent before the first event",
        then(streams(), stall),
        "StreamError idle retryable billed=yes",
        IDLE,
    ),
    (
        "sends comments for ever, and no event",
        streams(*[":\n\n"] * 100, every=0.02),
        "StreamError deadline billed=yes",
        SHORT,
    ),
    (
        "streams longer than the call may take",
        streams(*[piece("")] * 30, every=0.02),
        "StreamError deadline billed=yes partial=''",
        SHORT,
    ),
    (
        "drips an event a byte at a time",
        lambda p: (p.raw(HEAD + b"\r\n"), p.drip(b"data: {" + b" " * 50)),
        "StreamError deadline billed=yes",
        SHORT,
    ),
    (
        "tells of an error in an object",
        streams(ANN, NO_GPU),
        "StreamError in_band billed=yes partial='Ann'",
        {},
    ),
    (
        "tells of an error in an event of that name",
        streams(ANN, "event: error\ndata: no\n\n"),
        "StreamError in_band billed=yes partial='Ann'",
        {},
    ),
    ("begins with an error", streams({"error": "no GPU"}), "StreamError in_band billed=yes", {}),
    (
        "breaks the JSON of an event",
        streams(ANN, "data: {broken}\n\n", END),
        "StreamError bad_answer billed=yes partial='Ann'",
        {},
    ),
    (
        "sends an event that is a text",
        streams(ANN, 'data: "hi"\n\n', END),
        "StreamError bad_answer billed=yes partial='Ann'",
        {},
    ),
    (
        "sends an event of 17 MiB",
        streams(ANN, *[f"data: {MIB}\n"] * 17),
        "StreamError too_large billed=yes partial='Ann'",
        {},
    ),
    (
        "sends a line of 17 MiB",
        streams(ANN, "data: ", *[MIB] * 17),
        "StreamError too_large billed=yes partial='Ann'",
        {},
    ),
    (
        "cuts off a chunked stream",
        lambda p: p.raw(HEAD + b"transfer-encoding: chunked\r\n\r\n5\r\ndata:\r\n"),
        "StreamError reset retryable billed=yes",
        {},
    ),
    (
        "sends less of a stream than the length it told",
        lambda p: p.raw(HEAD + b"content-length: 500\r\n\r\ndata: [D"),
        "StreamError reset retryable billed=yes",
        {},
    ),
    (
        "answers a streaming call with JSON",
        lambda p: p.answer(),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "answers a streaming call with HTML",
        lambda p: p.answer(200, "<p>", "text/html"),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "answers a streaming call with 204",
        lambda p: p.raw(b"HTTP/1.1 204 No\r\n\r\n"),
        "ProviderOutputError bad_answer 204 billed=yes",
        {},
    ),
    (
        "answers a streaming call with 429",
        lambda p: p.answer(429, {"error": "slow"}),
        "ProviderApiError rate_limited 429 retryable billed=no",
        {},
    ),
    (
        "answers a streaming call with 500, as an event stream",
        lambda p: p.answer(500, 'data: {"error": "no GPU"}\n\n', "text/event-stream"),
        "ProviderApiError server_error 500 retryable billed=unknown",
        {},
    ),
    (
        "stalls before the first byte of a stream",
        lambda p: (p.ask(), p.wait()),
        "DeadlineError deadline billed=unknown",
        SHORT,
    ),
    (
        "answers 503 once, and then streams",
        lambda p: p.turns(lambda p: p.answer(503, b"", retry_after=0), streams(END)),
        "Success '!'",
        {"retry_on_503": True},
    ),
    (
        "ends in the middle, of a call that may be made again",
        lambda p: p.turns(streams(ANN), streams(END)),
        "StreamError truncated retryable billed=yes partial='Ann'",
        {"retry": 3},
    ),
]


@pytest.mark.parametrize(
    ("behaviour", "gets", "options"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_stream_that_ends_badly_is_a_value_with_what_there_was(
    serve, client, told, behaviour, gets, options
):
    """
    However a stream ends, the user gets the value that the table says, with the partial answer.
    """
    assert gets == told(call(client(serve(behaviour).url, **options)))


def test_the_failure_of_a_stream_is_its_last_item(serve, client):
    """
    The chunks before a fault are handed out as they came; the fault is the last item.
    """
    server = serve(lambda p: p.events(ANN, ANN))

    items = list(hfpipe.chat_completion_stream(client(server.url), "hi").unwrap())

    assert ["Ann", "Ann"] == [item.unwrap().text for item in items[:-1]]
    assert isinstance(items[-1], Failure)


def test_a_stream_that_is_left_early_closes_its_connection(serve, client):
    """
    Leaving the block of a stream ends its connection, of which the server hears at once.
    """
    heard = []

    def behaviour(peer):
        peer.events(ANN)
        heard.append(peer.sock.recv(1))

    server = serve(behaviour)
    with hfpipe.chat_completion_stream(client(server.url), "hi").unwrap() as stream:
        next(stream)
    server.threads[1].join(5)

    assert [b""] == heard
