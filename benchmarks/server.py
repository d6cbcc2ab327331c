"""
The loopback server that everything is measured against, in a process of its own.

One thread, non-blocking sockets, no parsing beyond what it needs: it shall cost next to nothing
beside the clients. What it answers is said by the first part of the path, so that each client
finds it below an address of its own: `/chat/v1/chat/completions`, `/burst/v1/chat/completions`.
"""

from __future__ import annotations

import heapq
import json
import selectors
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from random import Random
from time import monotonic, monotonic_ns
from typing import Any

MEGABYTE = 2**20
EVENTS = 1_000  # of a burst
SPARSE = 200  # of a stream of one event a segment
PACE = 0.0005
PACED = 20  # events, over one second
LATE = 0.05
# After each request the server looks for the next one for so long, before it goes to sleep. To be
# woken up takes 50 us on an idle machine, which all contenders' calls would have in common.
AWAKE = 0.0005
THOUGHT = 1.0  # how long the Hub thinks about a model
HUGE = 200 * MEGABYTE
FILE = 500 * MEGABYTE
DIMENSION = 384
VECTORS = 135  # about a megabyte of JSON

CHAT = json.dumps(
    {
        "id": "chatcmpl-8f1b2c",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": "tiny",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "The capital of France is Paris."},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 14, "completion_tokens": 8, "total_tokens": 22},
    }
).encode()


MAPPING = json.dumps(
    {
        "inferenceProviderMapping": {
            "hf-inference": {"status": "live", "providerId": "tiny", "task": "conversational"}
        }
    }
).encode()


def event(content: str, finish_reason: str | None = None) -> bytes:
    """One event of a streamed chat, as providers send it."""
    chunk = {
        "id": "chatcmpl-8f1b2c",
        "object": "chat.completion.chunk",
        "created": 1_760_000_000,
        "model": "tiny",
        "choices": [
            {
                "index": 0,
                "delta": {"role": "assistant", "content": content},
                "finish_reason": finish_reason,
            }
        ],
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


DONE = event("", "stop") + b"data: [DONE]\n\n"


def vectors() -> list[list[float]]:
    """The embeddings that are answered: random, and the same each time."""
    random = Random(7)
    return [[random.gauss(0.0, 0.05) for _ in range(DIMENSION)] for _ in range(VECTORS)]


def whole(body: bytes, kind: str = "application/json") -> bytes:
    """An answer of a known length."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n"
    return f"{head}x-request-id: req_1\r\n\r\n".encode() + body


def chunk(data: bytes) -> bytes:
    """A chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


STREAM = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
    b"transfer-encoding: chunked\r\nx-request-id: req_1\r\n\r\n"
)
END = b"0\r\n\r\n"

Piece = tuple[float, bytes | Callable[[], bytes]]


def burst() -> Iterator[Piece]:
    """A thousand events, as many in a segment as fit."""
    events = b"".join(event(f" word{n}") for n in range(EVENTS)) + DONE
    size = 16 * 1024
    pieces = [chunk(events[at : at + size]) for at in range(0, len(events), size)]
    yield 0.0, STREAM + b"".join(pieces) + END


def sparse() -> Iterator[Piece]:
    """Events one by one, each in a segment of its own, that tell when they were sent."""
    yield 0.0, STREAM
    for _ in range(SPARSE):
        yield PACE, lambda: chunk(event(str(monotonic_ns())))
    yield PACE, chunk(DONE) + END


def paced() -> Iterator[Piece]:
    """Twenty events over one second."""
    yield 0.0, STREAM
    for _ in range(PACED):
        yield 1.0 / PACED, lambda: chunk(event(str(monotonic_ns())))
    yield 0.0, chunk(DONE) + END


def huge() -> Iterator[Piece]:
    """A stream of 200 MB."""
    yield 0.0, STREAM
    one = event("word " * 800)
    piece = chunk(one * 16)
    for _ in range(HUGE // len(piece)):
        yield 0.0, piece
    yield 0.0, chunk(DONE) + END


def file() -> Iterator[Piece]:
    """A file of 500 MB, under the signature of a PNG."""
    yield (
        0.0,
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n"
            b"content-length: %d\r\n\r\n\x89PNG\r\n\x1a\n" % (FILE + 8)
        ),
    )
    piece = bytes(MEGABYTE)
    for _ in range(FILE // MEGABYTE):
        yield 0.0, piece


ROWS = vectors()
VECTORS_OF_OPENAI = {
    "object": "list",
    "model": "tiny",
    "data": [{"object": "embedding", "index": at, "embedding": row} for at, row in enumerate(ROWS)],
    "usage": {"prompt_tokens": 14, "total_tokens": 14},
}
BURST = list(burst())


def once(answer: bytes, wait: float = 0.0) -> Callable[[], Iterator[Piece]]:
    """The same answer each time."""
    return lambda: iter([(wait, answer)])


ANSWERS: dict[str, Callable[[], Iterator[Piece]]] = {
    "chat": once(whole(CHAT)),
    "late": once(whole(CHAT), LATE),
    "hub": once(whole(MAPPING), THOUGHT),
    "embed": once(whole(json.dumps(ROWS).encode())),
    "embeddings": once(whole(json.dumps(VECTORS_OF_OPENAI).encode())),
    "image": once(whole(b"\x89PNG\r\n\x1a\n" + bytes(5 * MEGABYTE), "image/png")),
    "labels": once(whole(json.dumps([{"label": "cat", "score": 0.9}]).encode())),
    "burst": lambda: iter(BURST),
    "sparse": sparse,
    "paced": paced,
    "huge": huge,
    "file": file,
}


class Connection:
    """One client: what it asks, and what is still to be sent to it."""

    def __init__(self, server: Server, sock: socket.socket) -> None:
        self.server, self.sock = server, sock
        self.head = b""
        self.coming = 0  # bytes of the body under way
        self.answer: Iterator[Piece] = iter(())
        self.left = memoryview(b"")

    def readable(self) -> None:
        """Takes what came; a request that is complete is answered."""
        size = self.sock.recv_into(self.server.came)
        if not size:
            self.server.forget(self)
        elif self.coming:
            self._body(size)
        else:
            self.head += self.server.came[:size]
            head, end, body = self.head.partition(b"\r\n\r\n")
            if end:
                self.head = head
                at = head.lower().find(b"content-length:")
                self.coming = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
                self._body(len(body))

    def _body(self, size: int) -> None:
        self.coming -= size
        if self.coming <= 0:
            name = self.head.split(b"/", 2)[1].split(b" ", 1)[0].decode()
            self.head, self.coming = b"", 0
            if name == "opened":
                self.answer = iter([(0.0, whole(str(self.server.opened).encode()))])
            else:
                self.answer = ANSWERS[name]()
            self.more()

    def more(self) -> None:
        """Goes on with the answer, until it has to wait."""
        for wait, piece in self.answer:
            if wait:
                self.server.later(wait, lambda piece=piece: self._write(piece) and self.more())
                return
            if not self._write(piece):
                return

    def _write(self, piece: bytes | Callable[[], bytes]) -> bool:
        self.left = memoryview(piece() if callable(piece) else piece)
        return self.flushed()

    def flushed(self) -> bool:
        """Whether nothing of the last piece is left to be sent."""
        try:
            while self.left:
                self.left = self.left[self.sock.send(self.left) :]
        except BlockingIOError:
            self.server.watch(self, selectors.EVENT_READ | selectors.EVENT_WRITE)
            return False
        except OSError:
            self.server.forget(self)
            return False
        return True


class Server:
    """All connections, and what is to be done later."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.listening.settimeout(0)
        self.selector.register(self.listening, selectors.EVENT_READ, None)
        # closed when the process that measures ends, however it ends
        self.selector.register(sys.stdin, selectors.EVENT_READ, sys.exit)
        self.plans: list[tuple[float, int, Callable[[], object]]] = []
        self.order = count()
        self.opened = 0
        self.drowsy = 0.0
        # one for all: a new one of this size for each request took a third of the answer's time
        self.came = memoryview(bytearray(4 * MEGABYTE))

    def later(self, wait: float, step: Callable[[], object]) -> None:
        """Does the step after so many seconds."""
        heapq.heappush(self.plans, (monotonic() + wait, next(self.order), step))

    def watch(self, connection: Connection, mask: int) -> None:
        """Waits for this connection to be readable, writable or both."""
        self.selector.modify(connection.sock, mask, connection)

    def forget(self, connection: Connection) -> None:
        """Ends a connection that its client has left."""
        connection.answer, connection.left = iter(()), memoryview(b"")
        if connection.sock.fileno() >= 0:
            self.selector.unregister(connection.sock)
            connection.sock.close()

    def _accepted(self) -> None:
        sock, _ = self.listening.accept()
        sock.settimeout(0)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.opened += 1
        self.selector.register(sock, selectors.EVENT_READ, Connection(self, sock))

    def serve(self) -> None:
        """Serves for ever."""
        while True:
            for key, mask in self.selector.select(self._patience()):
                self._ready(key.data, mask)
                self.drowsy = monotonic() + AWAKE
            while self.plans and self.plans[0][0] <= monotonic():
                heapq.heappop(self.plans)[2]()

    def _patience(self) -> float | None:
        """For how many seconds to sleep where nothing comes; None: until something does."""
        now = monotonic()
        if now < self.drowsy:
            return 0.0
        return max(0.0, self.plans[0][0] - now) if self.plans else None

    def _ready(self, connection: Any, mask: int) -> None:
        if connection is sys.exit:
            sys.exit()
        if connection is None:
            self._accepted()
            return
        if mask & selectors.EVENT_WRITE and connection.flushed():
            self.watch(connection, selectors.EVENT_READ)
            connection.more()
        elif mask & selectors.EVENT_READ:
            try:
                connection.readable()
            except OSError:
                self.forget(connection)


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server that runs meanwhile: `http://127.0.0.1:PORT`."""
    process = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


if __name__ == "__main__":
    server = Server()
    print(server.listening.getsockname()[1], flush=True)
    server.serve()
