"""
The short way on an event loop, over connections that are aiohttp's: what it has to itself.

What it shares with the blocking one is in test_fast.py.
"""

import asyncio

import hfpipe.aio
from hfpipe.wire import HttpRequest

MEBIBYTE = 2**20
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"


def request(url, method="POST", **more):
    return HttpRequest(method, url, {"x-a": "1"}, b"{}", timeout=5.0, **more)


def test_both_ways_share_a_connection(serve):
    """
    An unusual method goes the long way, over the connection that the short one has left.
    """
    server = serve([WHOLE], [WHOLE], [WHOLE])

    async def several():
        send = hfpipe.aio.default_send()
        return [
            (await send(request(server.url, method))).unwrap().body
            for method in ("POST", "PUT", "POST")
        ]

    assert [b"hello"] * 3 == asyncio.run(several())
    assert (3, 1) == (len(server.requests), server.opened)


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
