"""
Servers that misbehave on purpose: a raw socket, and a small function that says what is done.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import socket
import ssl
import struct
import sys
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress

import brotli
import pytest
import trustme
from attrs import define, field
from returns.result import Success

import hfpipe
import hfpipe.aio

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LONG = 5.0  # how long a server that stalls does so: longer than any call of these tests waits

CHAT = {"choices": [{"message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}]}


class Gone(Exception):
    """The client has closed its side."""


@define
class Peer:
    """One connection of a server, as the behaviours see it."""

    sock: socket.socket
    server: Server
    over: bool = False
    asked: bytes = b""
    body: bytes = b""

    def ask(self) -> bytes:
        """Waits for one whole request, unless one is waiting; gives its head."""
        if self.asked:
            return self.asked
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        while len(body) < (int(length[1]) if length else 0):
            body += self._more()
        self.server.heads.append(head.decode("latin-1"))
        self.server.bodies.append(body)
        self.body = body
        self.asked = head
        return head

    def _more(self) -> bytes:
        data = self.sock.recv(65536)
        if not data:
            raise Gone
        return data

    def answer(self, status=200, body=CHAT, kind="application/json", **headers):
        """A proper answer, after which the connection stays open."""
        data = body if isinstance(body, bytes) else _text(body).encode()
        given = {"content-length": len(data), **({"content-type": kind} if kind else {})}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        self.ask()
        self.sock.sendall(f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode("latin-1") + data)
        self.asked = b""

    def raw(self, *pieces: bytes, every: float = 0.0):
        """These bytes and no others, so many seconds apart; then the connection ends."""
        self.ask()
        for piece in pieces:
            self.sock.sendall(piece)
            if every:
                self.wait(every)
        self.over = True

    def drip(self, data: bytes, every: float = 0.02):
        """One byte at a time."""
        self.raw(*(bytes([byte]) for byte in data), every=every)

    def packed(self, how: str, body: bytes | None = None):
        """An answer in this content encoding."""
        self.answer(body=PACKERS[how](body or json.dumps(CHAT).encode()), content_encoding=how)

    def events(self, *events: object, every: float = 0.0):
        """An event stream: each value as one event; text as it is."""
        self.raw(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n",
            *(
                (event if isinstance(event, str) else f"data: {json.dumps(event)}\n\n").encode()
                for event in events
            ),
            every=every,
        )

    def wait(self, seconds: float = LONG):
        """Does nothing for a while."""
        self.server.closing.wait(seconds)

    def reset(self):
        """Ends the connection with a reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.over = True

    def turns(self, *behaviours: Callable[[Peer], object]):
        """The nth request meets the nth behaviour, and all further ones the last."""
        self.ask()
        behaviours[min(len(self.server.heads), len(behaviours)) - 1](self)


def _text(body: object) -> str:
    return body if isinstance(body, str) else json.dumps(body)


PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@define
class Server:
    """A server on a free port of this machine, each of whose connections behaves the same."""

    behaviour: Callable[[Peer], object]
    context: ssl.SSLContext | None = None
    heads: list[str] = field(factory=list)
    bodies: list[bytes] = field(factory=list)
    connections: int = 0
    closing: threading.Event = field(factory=threading.Event)
    listener: socket.socket = field(factory=lambda: socket.create_server(("127.0.0.1", 0)))
    threads: list[threading.Thread] = field(factory=list)

    @property
    def port(self) -> int:
        return self.listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> Server:
        self._spawn(self._accept)
        return self

    def stop(self):
        self.closing.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(5)

    def _spawn(self, target, *args):
        thread = threading.Thread(target=target, args=args, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self):
        while not self.closing.is_set():
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self._spawn(self._serve, sock)

    def _serve(self, sock: socket.socket):
        sock.settimeout(0.05)
        with suppress(OSError, Gone), sock:
            if self.context is not None:
                sock.settimeout(LONG)
                sock = self.context.wrap_socket(sock, server_side=True)
            peer = Peer(_Patient(sock, self.closing), self)
            with sock:
                while not peer.over and not self.closing.is_set():
                    self.behaviour(peer)


class _Patient:
    """A socket whose `recv` waits as long as the server runs."""

    def __init__(self, sock, closing):
        self._sock, self._closing = sock, closing
        sock.settimeout(0.05)

    def recv(self, size):
        while not self._closing.is_set():
            with suppress(TimeoutError):
                return self._sock.recv(size)
        raise Gone

    def sendall(self, data):
        self._sock.settimeout(LONG)
        self._sock.sendall(data)
        self._sock.settimeout(0.05)

    def setsockopt(self, *args):
        self._sock.setsockopt(*args)


@pytest.fixture
def serve():
    """`serve(behaviour)` starts such a server, which ends with the test."""
    running = []

    def serve(behaviour, context=None) -> Server:
        running.append(Server(behaviour, context).start())
        return running[-1]

    yield serve
    for server in running:
        server.stop()


@pytest.fixture(scope="session")
def authority():
    """A certificate authority of our own."""
    return trustme.CA()


@pytest.fixture
def told():
    """What a user gets of a call, in one line: the language of the tables."""
    return _told


def _told(result) -> str:
    if isinstance(result, Success):
        value = result.unwrap()
        text = getattr(value, "text", None)
        return f"Success {value!r}" if text is None else f"Success {text!r}"
    error = result.failure()
    assert f"docs/errors.md#{error.code}" in error.hint, error.hint
    assert len(str(error).splitlines()) == 1
    facts = [type(error).__name__, error.code]
    facts += [str(error.status)] if error.status else []
    facts += ["retryable"] if error.retryable else []
    facts += [f"billed={error.billed}"]
    facts += [f"attempts={error.attempts}"] if error.attempts > 1 else []
    partial = getattr(error, "partial", None)
    facts += [f"partial={partial.text!r}"] if partial is not None else []
    return " ".join(facts)


def _on_a_loop(*args, **options):
    return asyncio.run(hfpipe.aio.chat_completion(*args, **options))


@pytest.fixture(params=[hfpipe.chat_completion, _on_a_loop], ids=["blocking", "on a loop"])
def chat(request):
    """`hfpipe.chat_completion`, and its twin over aiohttp: a table holds for both."""
    return request.param


@pytest.fixture
def client():
    """`client(url, **options)`: a client of that endpoint, which asks once and waits little."""

    def client(url, **options):
        given = {"model": "tiny", "timeout": LONG, "retry_on_503": False, **options}
        given["http_options"] = {"trust_env": False, **given.get("http_options", {})}
        return hfpipe.endpoint_client("hf_test_token", url, **given)

    return client
