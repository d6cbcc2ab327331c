"""
The short way on an event loop, over connections that are aiohttp's: what it has to itself.

What it shares with the blocking one is in test_fast.py.
"""

import asyncio
import gc
import socket
import threading
import warnings

import pytest

import hfpipe.aio
from hfpipe.io.aiohttp_sender import uploaded
from hfpipe.wire import FileBody, HttpRequest

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


@pytest.mark.parametrize("size", [500_000, 50_000_000])
def test_an_early_answer_ends_the_upload(size):
    """
    Nobody waits until a server that will not take so much has taken it.
    """
    answered = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def refuse():
            sock, _ = listening.accept()
            with sock:
                sock.recv(1000)
                sock.sendall(
                    b"HTTP/1.1 413 x\r\nconnection: close\r\ncontent-length: 4\r\n\r\nmuch"
                )
                answered.wait()

        threading.Thread(target=refuse, daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        asked = HttpRequest("POST", url, {}, bytes(size), timeout=5.0)
        answer = asyncio.run(hfpipe.aio.default_send()(asked)).unwrap()
        answered.set()

    assert (413, b"much") == (answer.status, answer.body)


@pytest.mark.parametrize("kept", ["in memory", "in a file"])
def test_before_more_is_sent_what_has_come_is_read(kept, tmp_path):
    """
    Writing to a connection that was closed behind an early answer would lose that.
    """
    whole = bytes(3_000_000)
    (path := tmp_path / "x").write_bytes(whole)
    body = whole if kept == "in memory" else FileBody(path, 0, len(whole))

    async def upload():
        here, there = socket.socketpair()
        heard = []
        with here, there:
            asyncio.get_running_loop().add_reader(here, lambda: heard.append(here.recv(1)))
            sent, told = b"", []
            async for piece in uploaded(body):
                told.append(len(heard))
                sent += piece
                there.send(b"x")
            asyncio.get_running_loop().remove_reader(here)
        return sent, told

    sent, told = asyncio.run(upload())

    assert whole == sent
    assert list(range(len(told))) == told
    assert len(told) > 1


@pytest.mark.parametrize("size", [900_000, 20_000_000])
@pytest.mark.parametrize("end", ["cancelled", "out of time"])
def test_an_upload_that_is_given_up_leaves_nothing_open(size, end):
    """
    A server that does not read what it is sent holds up nobody's connection for ever.
    """
    begun, over = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def stall():
            sock, _ = listening.accept()
            with sock:
                sock.recv(1000)
                begun.set()
                over.wait()

        thread = threading.Thread(target=stall)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        timeout = 0.3 if end == "out of time" else 60.0
        asked = HttpRequest("POST", url, {}, bytes(size), timeout=timeout)

        async def given_up():
            sending = asyncio.ensure_future(hfpipe.aio.default_send()(asked))
            await asyncio.to_thread(begun.wait)
            if end == "cancelled":
                sending.cancel()
            await asyncio.wait([sending])

        with warnings.catch_warnings(record=True) as left:
            warnings.simplefilter("always")
            asyncio.run(given_up())
            gc.collect()
        over.set()
        thread.join()

    assert [] == [str(warning.message) for warning in left]
