"""
The short way on an event loop, over connections that are aiohttp's.
"""

import asyncio
import threading
from time import monotonic

import pytest
from returns.result import Success

import hfpipe.aio
from hfpipe.http_options import HttpOptions
from hfpipe.wire import Headers, HttpRequest

FAST, STOCK = HttpOptions(), HttpOptions(fast=False)
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
CHUNKED = [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel", b"lo\r\n0\r\n\r\n"]
MEBIBYTE = 2**20


def request(url, body=b"{}", **more):
    return HttpRequest("POST", url, {"x-a": "1"}, body, timeout=5.0, **more)


async def sent(asked, options=FAST):
    """The body of the answer, or the code of the failure."""
    result = await hfpipe.aio.default_send(options)(asked)
    if not isinstance(result, Success):
        return result.failure().code
    response = result.unwrap()
    if response.chunks is None:
        return response.body
    return b"".join([piece async for piece in response.chunks])


@pytest.mark.parametrize("answer", [[WHOLE], CHUNKED])
def test_a_connection_is_kept_for_the_next_request(serve, answer):
    """
    In either way; and both ways give it back as they have found it.
    """
    server = serve(*[answer] * 4)

    async def several():
        return [await sent(request(server.url), options) for options in (FAST, FAST, STOCK, STOCK)]

    assert [b"hello"] * 4 == asyncio.run(several())
    assert (4, 2) == (len(server.requests), server.opened)


def test_both_ways_share_a_connection(serve):
    """
    An unusual method goes the long way, over the connection that the short one has left.
    """
    server = serve([WHOLE], [WHOLE], [WHOLE])

    async def several():
        usual, other = request(server.url), HttpRequest("PUT", server.url, {}, b"{}", timeout=5.0)
        return [await sent(asked) for asked in (usual, other, usual)]

    assert [b"hello"] * 3 == asyncio.run(several())
    assert (3, 1) == (len(server.requests), server.opened)


@pytest.mark.parametrize("moment", ["at once", "later"])
def test_what_a_server_says_unasked_is_no_answer(serve, moment):
    """
    Its connection is not used again, whether it came behind an answer or long after.
    """
    said, smuggled = threading.Event(), b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad"
    first = [WHOLE + smuggled] if moment == "at once" else [WHOLE, said.wait, smuggled]
    server = serve(first, [WHOLE])

    async def several():
        one = await sent(request(server.url))
        said.set()
        await asyncio.sleep(0.1)
        return one, await sent(request(server.url))

    assert (b"hello", b"hello") == asyncio.run(several())
    assert 2 == server.opened


@pytest.mark.parametrize("ending", ["content-length: 5\r\n", "transfer-encoding: chunked\r\n", ""])
def test_a_piece_is_handed_on_as_soon_as_it_is_there(serve, ending):
    """
    Chunked or not, a stream is not held back until a buffer is full.
    """
    gate = threading.Event()
    data = b"1\r\na\r\n" if "chunked" in ending else b"a"
    server = serve([f"HTTP/1.1 200 OK\r\n{ending}\r\n".encode(), data, gate.wait, None])

    async def first():
        asked = request(server.url, stream=True)
        response = (await hfpipe.aio.default_send()(asked)).unwrap()
        piece = await anext(response.chunks)
        response.close()
        return piece

    assert b"a" == asyncio.run(first())
    gate.set()


def test_who_reads_slowly_holds_the_server_up(serve):
    """
    What nobody has taken yet is not piled up in memory.
    """
    sent_so_far = []
    pieces = [b"a" * MEBIBYTE, lambda: sent_so_far.append(1)] * 64
    server = serve([b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (64 * MEBIBYTE), *pieces])

    async def read():
        asked = request(server.url, stream=True)
        chunks = (await hfpipe.aio.default_send()(asked)).unwrap().chunks
        size = len(await anext(chunks))
        await asyncio.sleep(0.5)
        held = len(sent_so_far)
        async for piece in chunks:
            size += len(piece)
        return held, size

    held, size = asyncio.run(read())

    assert held < 32
    assert 64 * MEBIBYTE == size


@pytest.mark.parametrize("value", ["\r\nx-b: 2", "a\nb", "\0"])
def test_a_header_that_would_forge_another_is_never_sent(serve, value):
    """
    A line break in a value, from wherever it came, sends nothing.
    """
    server = serve([WHOLE])
    forged = HttpRequest(
        "POST", server.url, Headers.received([("accept", value)]), b"{}", timeout=5.0
    )

    async def failure():
        return (await hfpipe.aio.default_send()(forged)).failure()

    assert "no" == asyncio.run(failure()).billed
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
    code = asyncio.run(sent(HttpRequest("POST", server.url, {}, b"{}", timeout=0.2)))
    gate.set()

    assert "timeout" == code
    assert monotonic() - began < 2.0


@pytest.mark.parametrize("size", [100_000, MEBIBYTE, 3 * MEBIBYTE])
def test_a_body_of_any_size_arrives(serve, size):
    """
    Whichever way it goes.
    """
    server = serve([WHOLE])
    body = bytes(range(256)) * (size // 256)

    assert b"hello" == asyncio.run(sent(request(server.url, body)))
    assert server.requests[0].endswith(b"\r\n\r\n" + body)
