"""A real server on the loopback interface, with a loop of its own in a thread."""

from __future__ import annotations

import asyncio
import json
import threading
import zlib
from time import monotonic, sleep

import pytest

import hfpipe

ANSWER = {
    "id": "1",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "hello"},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
MAPPING = {
    "inferenceProviderMapping": {
        "hf-inference": {"status": "live", "providerId": "org/model", "task": "conversational"}
    }
}


def event(text, finish=None):
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]})}\n\n".encode()


class Server:
    """Each first part of a path is another behaviour; see the methods named after them."""

    def __init__(self):
        self.requests = []
        self.open = self.opened = 0
        self.port = 0
        self.reached = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        self._ready.wait()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self):
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()

    def stop(self):
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _connected(self, reader, writer):
        self.open += 1
        self.opened += 1
        try:
            while await self._answered(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _answered(self, reader, writer):
        first = await reader.readexactly(1)
        if first == b"\x16":
            return False  # a TLS greeting, which nobody here understands
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split("\r\n")[0].split(" ")
        headers = dict(
            line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line
        )
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.requests.append((method, path, headers, body))
        self.reached.set()
        name = path.split("/")[1].partition("?")[0].replace("-", "_")
        # what the client does meanwhile is noticed: an answer ends when the connection does
        task = asyncio.ensure_future(getattr(self, f"on_{name}")(writer, path, body))
        gone = asyncio.ensure_future(reader.read(1))
        done, _ = await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task not in done:
            task.cancel()
            return False
        gone.cancel()
        await asyncio.wait({gone})
        return bool(task.result())

    async def _send(self, writer, body, kind="application/json", status="200 OK", more=""):
        writer.write(
            f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n"
            f"content-length: {len(body)}\r\n{more}\r\n".encode()
            + body
        )
        await writer.drain()
        return True

    async def _begin(self, writer):
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )

    async def _piece(self, writer, data):
        writer.write(b"%x\r\n%s\r\n" % (len(data), data))
        await writer.drain()

    async def on_answer(self, writer, path, body):
        """The chat answer."""
        return await self._send(writer, json.dumps(ANSWER).encode())

    async def on_refused(self, writer, path, body):
        """429, at once."""
        return await self._send(writer, b'{"error": "slow down"}', status="429 Too Many Requests")

    async def on_moved(self, writer, path, body):
        """A redirect elsewhere."""
        return await self._send(
            writer, b"", status="302 Found", more="location: /answer/v1/chat/completions\r\n"
        )

    async def on_late(self, writer, path, body):
        """Nothing, for half a minute."""
        await asyncio.sleep(30)

    async def on_gone(self, writer, path, body):
        """The end of the connection in place of an answer."""
        return False

    async def on_nonsense(self, writer, path, body):
        """No HTTP."""
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        await writer.drain()
        return False

    async def on_headers(self, writer, path, body):
        """A header of 100,000 characters."""
        return await self._send(writer, b"{}", more=f"x-long: {'a' * 100_000}\r\n")

    async def on_bomb(self, writer, path, body):
        """8 MiB of zeros in 8 KiB of gzip."""
        packed = zlib.compressobj(wbits=31)
        data = packed.compress(bytes(2**23)) + packed.flush()
        return await self._send(writer, data, more="content-encoding: gzip\r\n")

    async def on_cut(self, writer, path, body):
        """Half of what was promised."""
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"
        )
        await writer.drain()
        return False

    async def on_stream(self, writer, path, body):
        """Five words, 10 ms apart."""
        await self._begin(writer)
        for word in "abcde":
            await self._piece(writer, event(word))
            await asyncio.sleep(0.01)
        await self._piece(writer, event("", "stop") + b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def on_short(self, writer, path, body):
        """A stream of one word, and behind it the end of the connection; else the answer."""
        if b'"stream":true' not in body:
            return await self.on_answer(writer, path, body)
        await self._begin(writer)
        await self._piece(writer, event("a", "stop") + b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return False

    async def on_hang(self, writer, path, body):
        """One word, and then nothing."""
        await self._begin(writer)
        await self._piece(writer, event("a"))
        await asyncio.sleep(30)

    async def on_broken(self, writer, path, body):
        """One word, and then the end of the connection."""
        await self._begin(writer)
        await self._piece(writer, event("a"))
        return False

    async def on_picture(self, writer, path, body):
        """3 MiB that are a PNG by their first bytes."""
        return await self._send(writer, b"\x89PNG\r\n\x1a\n" + bytes(3 * 2**20), "image/png")

    async def on_api(self, writer, path, body):
        """The Hub: a second of thought, then the mapping of any model."""
        await asyncio.sleep(1)
        return await self._send(writer, json.dumps(MAPPING).encode())

    async def on_hf_inference(self, writer, path, body):
        """The router's hf-inference."""
        return await self._send(writer, json.dumps(ANSWER).encode())

    def emptied(self, seconds=5.0):
        """Whether all connections end within so many seconds, and how long it took."""
        began = monotonic()
        while self.open and monotonic() - began < seconds:
            sleep(0.002)
        return monotonic() - began if not self.open else None


@pytest.fixture
def server():
    running = Server()
    yield running
    running.stop()


@pytest.fixture(params=["aiohttp", "threads"])
def options(request):
    """The options that choose what carries the requests."""
    if request.param == "aiohttp":
        pytest.importorskip("aiohttp")
        return {}
    return {"send": hfpipe.default_send()}


@pytest.fixture
def client(server, options):
    """A client of one behaviour of the server."""

    def made(behaviour, **more):
        return hfpipe.endpoint_client(None, f"{server.url}/{behaviour}", **options, **more)

    return made
