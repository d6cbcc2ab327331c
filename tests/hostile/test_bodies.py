"""
What a server does within its answer's body, and what the user gets.
"""

import gzip
import json
import zlib

import pytest

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
MEANT = b'{"choices":[{"message":{"role":"assistant","content":"hi"}}]}'
LENGTH = b"content-length: %d\r\n\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n\r\n"
SHORT = {"timeout": 0.4}
SMALL = {"max_response_bytes": 10_000}
HTML = "<html><head><title>Bad day</title></head><body>sorry</body></html>"


def message(content: object) -> dict:
    return {"choices": [{"message": {"role": "assistant", "content": content}}]}


def bomb(pack, size=10_000_000) -> bytes:
    return pack(b'{"choices":[' + b" " * size + b"]}")


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


TABLE = [
    (
        "sends less than the length it told, and closes",
        lambda p: p.raw(OK + LENGTH % 500 + MEANT),
        "TransportError reset retryable billed=unknown",
        {},
    ),
    (
        "sends less than the length it told, and resets",
        lambda p: (p.raw(OK + LENGTH % 500 + MEANT), p.reset()),
        "TransportError reset retryable billed=unknown",
        {},
    ),
    (
        "sends less than the length it told, and stalls",
        lambda p: (p.raw(OK + LENGTH % 500 + MEANT), p.wait()),
        "DeadlineError deadline billed=unknown",
        SHORT,
    ),
    (
        "sends more than the length it told",
        lambda p: p.raw(OK + LENGTH % len(MEANT) + MEANT + b"and more"),
        "Success 'hi'",
        {},
    ),
    (
        "tells a length of a million million bytes",
        lambda p: p.raw(OK + LENGTH % 10**12 + MEANT),
        "TransportError reset retryable billed=unknown",
        SMALL,
    ),
    (
        "tells two lengths that differ",
        lambda p: p.raw(OK + b"content-length: 5\r\ncontent-length: 61\r\n\r\n" + MEANT),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "tells no length, and closes at the end",
        lambda p: p.raw(OK + b"\r\n" + MEANT),
        "Success 'hi'",
        {},
    ),
    (
        "sends the body a byte at a time, slowly",
        lambda p: (p.raw(OK + LENGTH % len(MEANT)), p.drip(MEANT)),
        "DeadlineError deadline billed=unknown",
        SHORT,
    ),
    (
        "sends a body without a length a byte at a time, slowly",
        lambda p: (p.raw(OK + b"\r\n"), p.drip(MEANT)),
        "DeadlineError deadline billed=unknown",
        SHORT,
    ),
    (
        "sends the body in proper chunks",
        lambda p: p.raw(OK + CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(MEANT), MEANT)),
        "Success 'hi'",
        {},
    ),
    (
        "sends chunks with extensions and trailers",
        lambda p: p.raw(
            OK + CHUNKED + b"%x;a=b\r\n%s\r\n0\r\nx-t: 1\r\n\r\n" % (len(MEANT), MEANT)
        ),
        "Success 'hi'",
        {},
    ),
    (
        "sends chunks whose size is no number",
        lambda p: p.raw(OK + CHUNKED + b"zz\r\n" + MEANT),
        "TransportError reset retryable billed=unknown",
        {},
    ),
    (
        "sends chunks whose size is negative",
        lambda p: p.raw(OK + CHUNKED + b"-5\r\n" + MEANT),
        "TransportError reset retryable billed=unknown",
        {},
    ),
    (
        "sends a chunk that is shorter than its size",
        lambda p: p.raw(OK + CHUNKED + b"fff\r\n" + MEANT),
        "TransportError reset retryable billed=unknown",
        {},
    ),
    (
        "sends chunks without the last one",
        lambda p: p.raw(OK + CHUNKED + b"%x\r\n%s\r\n" % (len(MEANT), MEANT)),
        "TransportError reset retryable billed=unknown",
        {},
    ),
    (
        "sends a chunk and stalls",
        lambda p: (p.raw(OK + CHUNKED + b"%x\r\n%s\r\n" % (len(MEANT), MEANT)), p.wait()),
        "DeadlineError deadline billed=unknown",
        SHORT,
    ),
    (
        "sends a chunk size of a megabyte of digits",
        lambda p: p.raw(OK + CHUNKED + b"1" * 1_000_000 + b"\r\n"),
        "TransportError too_large billed=unknown",
        {},
    ),
    ("compresses with gzip", lambda p: p.packed("gzip"), "Success 'hi'", {}),
    ("compresses with deflate", lambda p: p.packed("deflate"), "Success 'hi'", {}),
    (
        "compresses with raw deflate, without its header",
        lambda p: p.answer(body=raw_deflate(MEANT), content_encoding="deflate"),
        "Success 'hi'",
        {},
    ),
    ("compresses with br", lambda p: p.packed("br"), "Success 'hi'", {}),
    ("compresses with zstd", lambda p: p.packed("zstd"), "Success 'hi'", {}),
    (
        "compresses twice",
        lambda p: p.answer(body=gzip.compress(gzip.compress(MEANT)), content_encoding="gzip, gzip"),
        "Success 'hi'",
        {},
    ),
    (
        "says gzip, and sends plain text",
        lambda p: p.answer(content_encoding="gzip"),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "sends gzip that breaks off",
        lambda p: p.answer(body=gzip.compress(MEANT)[:-20], content_encoding="gzip"),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "sends gzip with a wrong checksum",
        lambda p: p.answer(body=gzip.compress(MEANT)[:-8] + b"\0" * 8, content_encoding="gzip"),
        "TransportError bad_answer billed=unknown",
        {},
    ),
    (
        "compresses in a way that nobody knows",
        lambda p: p.answer(body=b"\x01\x02", content_encoding="rot13"),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "sends 10 MB as 10 kB of gzip",
        lambda p: p.answer(body=bomb(gzip.compress), content_encoding="gzip"),
        "TransportError too_large billed=yes",
        SMALL,
    ),
    (
        "sends 10 MB as 10 kB of deflate",
        lambda p: p.answer(body=bomb(zlib.compress), content_encoding="deflate"),
        "TransportError too_large billed=yes",
        SMALL,
    ),
    (
        "sends 10 MB as a few bytes of br",
        lambda p: p.packed("br", bomb(bytes)),
        "TransportError too_large billed=yes",
        SMALL,
    ),
    (
        "sends 10 MB as a few bytes of zstd",
        lambda p: p.packed("zstd", bomb(bytes)),
        "TransportError too_large billed=yes",
        SMALL,
    ),
    (
        "sends a body above max_response_bytes",
        lambda p: p.answer(body=message("a" * 20_000)),
        "TransportError too_large billed=yes",
        SMALL,
    ),
    (
        "sends a body without an end",
        lambda p: p.raw(OK + b"\r\n", *[b" " * 65536] * 40),
        "TransportError too_large billed=yes",
        SMALL,
    ),
    (
        "sends an error without an end",
        lambda p: p.raw(
            b"HTTP/1.1 500 No\r\ncontent-type: text/plain\r\n\r\n", *[b"no " * 20_000] * 40
        ),
        "ProviderApiError server_error 500 retryable billed=unknown",
        {},
    ),
    (
        "answers 204 No Content",
        lambda p: p.raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
        "ProviderOutputError bad_answer 204 billed=yes",
        {},
    ),
    (
        "answers 205 with nothing",
        lambda p: p.answer(205, b""),
        "ProviderOutputError bad_answer 205 billed=yes",
        {},
    ),
    (
        "answers 200 with nothing",
        lambda p: p.answer(200, b""),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "answers 200 with null",
        lambda p: p.answer(200, "null"),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "answers 200 with an HTML page",
        lambda p: p.answer(200, HTML, "text/html"),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "answers 200 with plain text",
        lambda p: p.answer(200, "hello", "text/plain"),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "answers 200 with a picture",
        lambda p: p.answer(200, b"\x89PNG\r\n\x1a\n", "image/png"),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "answers JSON under a wrong content type",
        lambda p: p.answer(200, message("hi"), "text/html"),
        "Success 'hi'",
        {},
    ),
    (
        "answers JSON without a content type",
        lambda p: p.answer(200, message("hi"), ""),
        "Success 'hi'",
        {},
    ),
    ("answers 201 with what was asked", lambda p: p.answer(201, message("hi")), "Success 'hi'", {}),
    (
        "answers 200 with an error object",
        lambda p: p.answer(200, {"error": "out of memory"}),
        "ProviderApiError in_band 200 billed=unknown",
        {},
    ),
    (
        "answers 200 with an OpenAI error",
        lambda p: p.answer(200, {"error": {"message": "no", "code": 500}}),
        "ProviderApiError in_band 200 billed=unknown",
        {},
    ),
    ("answers with no choices", lambda p: p.answer(200, {"choices": []}), "Success ''", {}),
    (
        "answers with choices of null",
        lambda p: p.answer(200, {"choices": None}),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "answers with a number for the text",
        lambda p: p.answer(200, message(5)),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    ("answers with null for the text", lambda p: p.answer(200, message(None)), "Success ''", {}),
    (
        "answers with another task's value",
        lambda p: p.answer(200, [{"label": "a"}]),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "breaks the JSON off",
        lambda p: p.answer(200, MEANT[:-4]),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "sends two JSON values",
        lambda p: p.answer(200, MEANT + MEANT),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "begins the JSON with a byte order mark",
        lambda p: p.answer(200, b"\xef\xbb\xbf" + MEANT),
        "Success 'hi'",
        {},
    ),
    (
        "nests JSON 100,000 deep",
        lambda p: p.answer(200, b"[" * 100_000 + b"]" * 100_000),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "nests JSON 100,000 deep in a field that nobody reads",
        lambda p: p.answer(200, MEANT[:-1] + b',"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "sends NaN",
        lambda p: p.answer(200, MEANT[:-1] + b',"created":NaN}'),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "sends an integer of 5,000 digits",
        lambda p: p.answer(200, MEANT[:-1] + b',"created":' + b"9" * 5000 + b"}"),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "gives a key twice",
        lambda p: p.answer(200, b'{"choices":[],' + MEANT[1:]),
        "Success 'hi'",
        {},
    ),
    (
        "sends bytes that are no UTF-8",
        lambda p: p.answer(200, MEANT.replace(b"hi", b"\xff\xfe")),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "sends half of a surrogate pair",
        lambda p: p.answer(200, MEANT.replace(b"hi", b"\\ud83d")),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "sends UTF-16",
        lambda p: p.answer(200, MEANT.decode().encode("utf-16")),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
    (
        "sends an event stream to one who asked for none",
        lambda p: p.events(json.loads(MEANT), "data: [DONE]\n\n"),
        "ProviderOutputError bad_answer 200 billed=yes",
        {},
    ),
]


@pytest.mark.parametrize(
    ("behaviour", "gets", "options"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_body_that_goes_wrong_is_a_value(serve, client, told, chat, behaviour, gets, options):
    """
    Whatever a server sends as its answer, the user gets the value that the table says.
    """
    hf = client(serve(behaviour).url, **options)

    assert gets == told(chat(hf, "hi"))
