"""
What a server does before an answer has begun, and what the user gets.
"""

import pytest

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
MEANT = b'{"choices":[{"message":{"role":"assistant","content":"hi"}}]}'
WHOLE = OK + b"content-length: %d\r\n\r\n" % len(MEANT) + MEANT
SHORT = {"timeout": 0.4}

TABLE = [
    (
        "answers as it should",
        lambda p: p.answer(),
        "Success 'hi'",
        {},
    ),
    (
        "closes the connection at once, unasked",
        lambda p: setattr(p, "over", True),
        "TransportError reset retryable billed=unknown",
        {},
    ),
    (
        "reads the request and closes",
        lambda p: p.raw(),
        "TransportError reset retryable billed=unknown",
        {},
    ),
    (
        "reads the request and resets",
        lambda p: (p.ask(), p.reset()),
        "TransportError reset retryable billed=unknown",
        {},
    ),
    (
        "accepts, and then does nothing",
        lambda p: p.wait(),
        "DeadlineError deadline billed=unknown",
        SHORT,
    ),
    (
        "reads the request, and never answers",
        lambda p: (p.ask(), p.wait()),
        "DeadlineError deadline billed=unknown",
        SHORT,
    ),
    (
        "answers later than the call may take",
        lambda p: (p.ask(), p.wait(1.0), p.answer()),
        "DeadlineError deadline billed=unknown",
        SHORT,
    ),
    (
        "sends half a status line and closes",
        lambda p: p.raw(b"HTTP/1.1 2"),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "sends half of the headers and resets",
        lambda p: (p.raw(OK), p.reset()),
        "TransportError reset retryable billed=unknown",
        {},
    ),
    (
        "sends half of the headers and stalls",
        lambda p: (p.raw(OK), p.wait()),
        "DeadlineError deadline billed=unknown",
        SHORT,
    ),
    (
        "sends the headers a byte at a time, slowly",
        lambda p: p.drip(WHOLE),
        "DeadlineError deadline billed=unknown",
        SHORT,
    ),
    (
        "sends the headers a byte at a time, quickly",
        lambda p: p.drip(WHOLE, 0.0001),
        "Success 'hi'",
        {},
    ),
    (
        "answers in HTTP/0.9: a body alone",
        lambda p: p.raw(MEANT),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "answers with bytes that mean nothing",
        lambda p: p.raw(bytes(range(256)) * 4),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "answers with another protocol (SSH)",
        lambda p: p.raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "names a status that is no number",
        lambda p: p.raw(b"HTTP/1.1 abc OK\r\n\r\n"),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "names a status of two digits",
        lambda p: p.raw(b"HTTP/1.1 20 OK\r\n\r\n"),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "names a status of four digits",
        lambda p: p.raw(b"HTTP/1.1 2000 OK\r\n\r\n"),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "names a negative status",
        lambda p: p.raw(b"HTTP/1.1 -20 OK\r\n\r\n"),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "answers with a version of HTTP that does not exist",
        lambda p: p.raw(b"HTTP/9.9 200 OK\r\n\r\n"),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "answers with an empty line and closes",
        lambda p: p.raw(b"\r\n"),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "answers in HTTP/1.0 without a length, and closes",
        lambda p: p.raw(b"HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n" + MEANT),
        "Success 'hi'",
        {},
    ),
    (
        "sends a header line of 100 kB",
        lambda p: p.raw(OK + b"x-long: " + b"a" * 100_000 + b"\r\n\r\n" + MEANT),
        "TransportError too_large billed=unknown",
        {},
    ),
    (
        "sends 10,000 headers",
        lambda p: p.raw(OK + b"x-many: a\r\n" * 10_000 + b"\r\n" + MEANT),
        "TransportError too_large billed=unknown",
        {},
    ),
    (
        "sends headers without an end",
        lambda p: p.raw(OK, *[b"x-more: %s\r\n" % (b"a" * 4000)] * 200, every=0.002),
        "TransportError too_large billed=unknown",
        {},
    ),
    (
        "answers 100 Continue first",
        lambda p: p.raw(b"HTTP/1.1 100 Continue\r\n\r\n" + WHOLE),
        "Success 'hi'",
        {},
    ),
    (
        "answers 103 Early Hints first",
        lambda p: p.raw(b"HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n" + WHOLE),
        "Success 'hi'",
        {},
    ),
    (
        "answers 100 Continue for ever",
        lambda p: p.raw(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 400, every=0.01),
        "DeadlineError deadline billed=unknown",
        SHORT,
    ),
    (
        "answers 101 Switching Protocols, unasked",
        lambda p: p.raw(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n"),
        "ProviderApiError bad_answer 101 billed=no",
        SHORT,
    ),
]


@pytest.mark.parametrize(
    ("behaviour", "gets", "options"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_connection_that_goes_wrong_is_a_value(
    serve, client, told, chat, behaviour, gets, options
):
    """
    Whatever a server does in place of an answer, the user gets the value that the table says.
    """
    hf = client(serve(behaviour).url, **options)

    assert gets == told(chat(hf, "hi"))
