"""A server that answers as it is told to, byte for byte, and both faces' senders to ask it."""

import asyncio
import socket
import threading
from contextlib import suppress
from time import sleep

import pytest
from returns.result import Success

import hfpipe.aio
from hfpipe.errors import TransportError
from hfpipe.http_options import HttpOptions
from hfpipe.io.sender import send

FAST = HttpOptions()
# So long do interludes between two requests last.
PAUSE = 0.1


class Server:
    """A server that answers each request with the next of its pieces, as they are."""

    def __init__(self, answers):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}/v1/x?a=1"
        self.answers = list(answers)
        self.requests = []
        self.beginnings = []  # what came of each with its first bytes
        self.opened = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while self.answers:
            try:
                sock, _ = self.listening.accept()
            except OSError:
                return  # the test is over
            self.opened += 1
            threading.Thread(target=self.talk, args=(sock,), daemon=True).start()

    def talk(self, sock):
        # a client may leave in the middle, which is no fault of its server
        with sock, suppress(OSError):
            while self.answers and (request := self.asked(sock)):
                self.requests.append(request)
                pieces = self.answers.pop(0)
                for piece in pieces:
                    if piece is None:
                        return
                    if callable(piece):
                        piece()
                    else:
                        sock.sendall(piece)

    def asked(self, sock):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = sock.recv(65536)
            if not piece:
                return b""
            if not data:
                self.beginnings.append(piece)
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        while len(body) < int(length or 0):
            body += sock.recv(65536)
        return head + b"\r\n\r\n" + body


@pytest.fixture
def serve():
    """Starts a server of these answers; closed when the test ends."""
    servers = []

    def started(*answers):
        servers.append(Server(answers))
        return servers[-1]

    yield started
    for server in servers:
        server.answers = []
        server.listening.close()


def told(result, pieces=(), fault=None):
    """All that a Result tells: what came, or what went wrong, or the one and then the other."""
    if not isinstance(result, Success):
        error = result.failure()
        return error.code, error.timeout, error.billed
    response = result.unwrap()
    body = response.body if response.chunks is None else b"".join(pieces)
    came = response.status, response.headers, body
    return came if fault is None else (*came, fault.code, fault.billed)


class Blocking:
    """hfpipe's own sender, waited for by a thread."""

    def asked(self, *steps, options=FAST):
        """What became of the requests, one after the other; a function is called between them."""
        outcomes = []
        for step in steps:
            if callable(step):
                step()
                sleep(PAUSE)
            else:
                outcomes.append(self.outcome(send(options, step)))
        return outcomes

    def outcome(self, result):
        if not isinstance(result, Success) or (chunks := result.unwrap().chunks) is None:
            return told(result)
        pieces = []
        try:
            pieces.extend(chunks)
        except TransportError as error:
            return told(result, pieces, error)
        return told(result, pieces)

    def first(self, request):
        """The first piece of a streamed answer, which is left then."""
        response = send(FAST, request).unwrap()
        piece = next(response.chunks)
        response.close()
        return piece


class OnALoop:
    """The sender of hfpipe.aio, awaited."""

    def asked(self, *steps, options=FAST):
        """As `Blocking` does, on one event loop."""
        return asyncio.run(self.all(steps, hfpipe.aio.default_send(options)))

    async def all(self, steps, send):
        outcomes = []
        for step in steps:
            if callable(step):
                step()
                await asyncio.sleep(PAUSE)
            else:
                outcomes.append(await self.outcome(await send(step)))
        return outcomes

    async def outcome(self, result):
        if not isinstance(result, Success) or (chunks := result.unwrap().chunks) is None:
            return told(result)
        pieces = []
        try:
            async for piece in chunks:
                pieces.append(piece)  # noqa: PERF401 - what came before a fault counts
        except TransportError as error:
            return told(result, pieces, error)
        return told(result, pieces)

    def first(self, request):
        """As `Blocking` does."""

        async def first():
            response = (await hfpipe.aio.default_send()(request)).unwrap()
            piece = await anext(response.chunks)
            response.close()
            return piece

        return asyncio.run(first())


@pytest.fixture(params=[Blocking(), OnALoop()], ids=["blocking", "on a loop"])
def face(request):
    """Either face's own sender: whatever a server does, both tell the same of it."""
    return request.param
