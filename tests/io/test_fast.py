"""
The short way over a socket, beside urllib3's own: equal Results, whatever the server does.
"""

import asyncio
import gzip
import threading
from time import monotonic

import pytest
from returns.result import Success

import hfpipe
import hfpipe.aio
from hfpipe.errors import TransportError
from hfpipe.http_options import HttpOptions
from hfpipe.io.sender import send
from hfpipe.wire import FileBody, Headers, HttpRequest

FAST, STOCK = HttpOptions(), HttpOptions(fast=False)


def on_a_loop(options, request):
    """What hfpipe.aio's own sender gives, its chunks read to their end."""

    async def sent():
        return await told_of_chunks(await hfpipe.aio.default_send(options)(request))

    return asyncio.run(sent())


async def told_of_chunks(result):
    if not isinstance(result, Success) or result.unwrap().chunks is None:
        return told(result)
    response, pieces = result.unwrap(), []
    try:
        async for piece in response.chunks:
            pieces.append(piece)  # noqa: PERF401 - what came before a fault counts
    except hfpipe.TransportError as error:
        return response.status, response.headers, b"".join(pieces), error.code, error.billed
    return response.status, response.headers, b"".join(pieces)


def request(url, **more):
    return HttpRequest("POST", url, {"x-a": "1"}, b"{}", timeout=5.0, **more)


def told(result):
    """All that a Result tells: what came, or what went wrong."""
    if not isinstance(result, Success):
        error = result.failure()
        return error.code, error.timeout, error.billed
    response = result.unwrap()
    if response.chunks is None:
        return response.status, response.headers, response.body
    pieces = []
    try:
        pieces.extend(response.chunks)
    except Exception as error:  # noqa: BLE001 - what it is, is compared
        return response.status, response.headers, b"".join(pieces), error.code, error.billed
    return response.status, response.headers, b"".join(pieces)


ZIPPED = gzip.compress(b"hello " * 1000)
ANSWERS = {
    "a body of a told length": [b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nX-B: 2\r\n\r\nhello"],
    "a head in two pieces": [b"HTTP/1.1 200 OK\r\ncontent-le", b"ngth: 5\r\n\r\nhel", b"lo"],
    "an empty body": [b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"],
    "no body at all": [b"HTTP/1.1 204 No Content\r\n\r\n"],
    "not modified": [b"HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n"],
    "a large body": [b"HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n", b"a" * 3_000_000],
    "a chunked body": [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"6\r\n world\r\n0\r\n\r\n",
    ],
    "a body until the end": [b"HTTP/1.1 200 OK\r\n\r\nhel", b"lo", None],
    "a refusal": [b"HTTP/1.1 503 x\r\ncontent-length: 2\r\nretry-after: 3\r\n\r\n{}"],
    "a field given twice": [b"HTTP/1.1 200 OK\r\nx-b: 1\r\nx-b: 2\r\ncontent-length: 0\r\n\r\n"],
    "a compressed body": [
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(ZIPPED),
        ZIPPED,
    ],
    "a compressed chunked body": [
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n",
        b"%x\r\n%b\r\n0\r\n\r\n" % (len(ZIPPED), ZIPPED),
    ],
    "a broken compression": [
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello"
    ],
    "an interim answer first": [
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
    ],
    "many interim answers first": [
        b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 10",
        b"0 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
    ],
    "another protocol": [b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n"],
    "nothing": [None],
    "a body cut short": [b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel", None],
    "a large body cut short": [
        b"HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n",
        b"a" * 2_000_000,
        None,
    ],
    "a chunked body cut short": [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel",
        None,
    ],
    "no HTTP": [b"SSH-2.0-OpenSSH_9.6\r\n\r\n", None],
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("pieces", ANSWERS.values(), ids=ANSWERS)
def test_both_ways_give_equal_results(serve, pieces, stream):
    """
    `fast` changes what an answer costs, and nothing about what it is.
    """
    server = serve(pieces, pieces)
    fast, stock = (
        told(send(options, request(server.url, stream=stream))) for options in (FAST, STOCK)
    )

    assert stock == fast


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("pieces", ANSWERS.values(), ids=ANSWERS)
def test_an_event_loop_gets_equal_results(serve, pieces, stream):
    """
    What answers mean does not depend on who waits for them.
    """
    server = serve(pieces, pieces)
    asked = request(server.url, stream=stream)

    assert told(send(FAST, asked)) == on_a_loop(FAST, asked)


@pytest.mark.parametrize("body", [None, b"", b"{}", b"a" * 200_000])
def test_an_event_loop_sends_the_same_request(serve, body):
    """
    Byte for byte.
    """
    answer = [b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]
    server = serve(answer, answer)
    asked = HttpRequest("POST", server.url, {"x-a": "1"}, body, timeout=5.0)
    send(FAST, asked).unwrap()
    on_a_loop(FAST, asked)

    assert server.requests[0] == server.requests[1]


@pytest.mark.parametrize("body", [None, b"", b"{}", b"a" * 200_000])
def test_both_ways_send_the_same_request(serve, body):
    """
    The same request line, the same body, and the same header fields.
    """
    answer = [b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]
    server = serve(answer, answer)
    for options in (FAST, STOCK):
        send(options, HttpRequest("POST", server.url, {"x-a": "1"}, body, timeout=5.0)).unwrap()
    (line, fields, sent), (other_line, other_fields, other_sent) = map(cut, server.requests)

    assert (other_line, other_sent) == (line, sent)
    assert other_fields - {b"user-agent: python-urllib3"} == fields


@pytest.mark.parametrize("options", [FAST, STOCK], ids=["fast", "stock"])
def test_a_small_body_comes_with_its_head(serve, options):
    """
    One segment, in either way of sending: a server need not wake twice.
    """
    answer = [b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]
    server = serve(answer, answer)
    for _ in range(2):
        send(options, HttpRequest("POST", server.url, {}, b'{"a": 1}', timeout=5.0)).unwrap()

    assert server.requests == server.beginnings


@pytest.mark.parametrize("options", [FAST, STOCK], ids=["fast", "stock"])
def test_a_request_that_was_refused_leaves_nothing_behind(serve, options):
    """
    The next one on the same pool is sent as if it were the first.
    """
    server = serve([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"])
    forged = Headers.received([("accept", "a\nb")])
    send(options, HttpRequest("POST", server.url, forged, b"forged", timeout=5.0)).failure()
    send(options, HttpRequest("GET", server.url, {}, timeout=5.0)).unwrap()

    assert ([b"GET"], b"") == ([line[:3] for line in server.requests], cut(server.requests[0])[2])


def cut(asked):
    head, _, body = asked.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    plain = {field.lower() for field in fields if not field.lower().startswith(b"user-agent")}
    return line, plain, body


def test_a_connection_is_kept_for_the_next_request(serve):
    """
    Two requests after each other need one connection, in either way of reading.
    """
    answer = ANSWERS["a chunked body"]
    server = serve(*[answer] * 4)
    for options in (FAST, FAST, STOCK, STOCK):
        told(send(options, request(server.url)))

    assert (4, 2) == (len(server.requests), server.opened)


def test_a_connection_with_bytes_behind_the_answer_is_not_kept(serve):
    """
    What a server sends unasked is never taken for the answer to the next request.
    """
    smuggled = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad"
    body = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
    server = serve([body + smuggled], [body])
    results = [told(send(FAST, request(server.url)))[2] for _ in range(2)]

    assert ([b"hello", b"hello"], 2) == (results, server.opened)


@pytest.mark.parametrize(
    "name", ["a chunked body", "a compressed body", "a compressed chunked body"]
)
def test_a_connection_is_kept_whatever_its_answer_was(serve, name):
    """
    A body that was read to its end leaves the connection to the next request.
    """
    server = serve(*[ANSWERS[name]] * 3)
    first, *others = (told(send(FAST, request(server.url))) for _ in range(3))

    assert ([first] * 2, 1) == (others, server.opened)


def test_a_compressed_answer_may_be_left(serve):
    """
    Its connection is closed from any thread, also while another one waits for the rest.
    """
    gate = threading.Event()
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 900\r\n\r\n"
    server = serve([head, gate.wait])
    response = send(FAST, request(server.url, stream=True)).unwrap()
    threading.Timer(0.1, response.close).start()
    began = monotonic()
    with pytest.raises(TransportError):
        next(response.chunks)
    gate.set()

    assert monotonic() - began < 3.0


@pytest.mark.parametrize("ending", ["content-length: 5\r\n", "transfer-encoding: chunked\r\n", ""])
def test_a_piece_is_handed_on_as_soon_as_it_is_there(serve, ending):
    """
    Chunked or not, a stream is not held back until a buffer is full.
    """
    gate = threading.Event()
    data = b"1\r\na\r\n" if "chunked" in ending else b"a"
    server = serve([f"HTTP/1.1 200 OK\r\n{ending}\r\n".encode(), data, gate.wait, None])
    chunks = send(FAST, request(server.url, stream=True)).unwrap().chunks

    assert b"a" == next(chunks)
    gate.set()


@pytest.mark.parametrize("name", ["\r\nx-b: 2", "a\nb", "\0"])
def test_a_header_that_would_forge_another_is_never_sent(serve, name):
    """
    A line break in a value, from wherever it came, sends nothing.
    """
    server = serve([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"])
    forged = HttpRequest(
        "POST", server.url, Headers.received([("accept", name)]), b"{}", timeout=5.0
    )

    assert "no" == send(FAST, forged).failure().billed
    assert [] == server.requests


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab"]
)
def test_a_server_that_stops_does_not_stop_the_caller(serve, head):
    """
    Before the head, within it, within the body: the time of the call is kept.
    """
    gate = threading.Event()
    server = serve([head, gate.wait])
    began = monotonic()
    result = send(FAST, HttpRequest("POST", server.url, {}, b"{}", timeout=0.2))
    gate.set()

    assert ("deadline", True) == (result.failure().code, result.failure().timeout)
    assert monotonic() - began < 2.0


def test_a_head_without_end_is_given_up(serve):
    """
    No more than 64 KiB of a head are read.
    """
    server = serve([b"HTTP/1.1 200 OK\r\n", *[b"a: 1\r\n" * 2000] * 10, None])

    assert "too_large" == send(FAST, request(server.url)).failure().code


def test_an_upload_from_a_file_takes_the_long_way(serve, tmp_path):
    """
    What is read from disk while it is sent is urllib3's to send.
    """
    path = tmp_path / "a.bin"
    path.write_bytes(b"b" * 100_000)
    server = serve([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"])
    body = FileBody(path, 0, 100_000, b"a", b"c")
    send(FAST, HttpRequest("POST", server.url, {}, body, timeout=5.0)).unwrap()

    assert b"a" + b"b" * 100_000 + b"c" == cut(server.requests[0])[2]
