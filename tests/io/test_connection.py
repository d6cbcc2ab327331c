"""
Connections that rest in their pool.
"""

from __future__ import annotations

import socket
import threading
from queue import Empty, Full
from time import sleep
from types import SimpleNamespace

import pytest

from hfpipe.http_options import HttpOptions
from hfpipe.io.connection import PlainPool
from hfpipe.io.fast import Asked
from hfpipe.io.sender import send
from hfpipe.io.watch import Watch
from hfpipe.wire import Headers, HttpRequest

EMPTY = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
FAST, STOCK = HttpOptions(trust_env=False), HttpOptions(trust_env=False, fast=False)
WAYS = pytest.mark.parametrize("options", [FAST, STOCK], ids=["fast", "stock"])
# three seconds of an answer, none of which takes long
DROPS = [b"a", lambda: sleep(0.02)] * 150


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def pool(server):
    pool = PlainPool(*server.getsockname(), maxsize=2)
    yield pool
    pool.close()


@pytest.fixture
def opened(pool, server):
    """Makes a connection of the pool; gives it and its other end."""
    made = []

    def open_one():
        connection = pool._get_conn()
        connection.opening(Watch(5.0), connect_timeout=5.0, public_only=False)
        connection.connect()
        made.append((connection, server.accept()[0]))
        return made[-1]

    yield open_one
    for both in made:
        for end in both:
            end.close()


def test_the_connection_that_rested_last_is_taken_first(pool, opened):
    """
    It is the one that its server has had the least time to close.
    """
    (first, _), (second, _) = made = [opened() for _ in range(2)]
    for connection, _ in made:
        pool._put_conn(connection)

    assert [second, first] == [pool._get_conn(), pool._get_conn()]


def test_more_connections_than_a_pool_keeps_are_closed(pool, opened):
    """
    The surplus of a busy moment is not kept for the next one.
    """
    made = [opened()[0] for _ in range(3)]
    for connection in made:
        pool._put_conn(connection)

    assert [False, False, True] == [connection.sock is None for connection in made]


def test_idle_connections_are_as_much_of_a_queue_as_a_pool_uses():
    """
    It is empty or full with the exceptions of one, and counts what it has.
    """
    idle = PlainPool.QueueCls(1)
    with pytest.raises(Empty):
        idle.get()
    idle.put("a", block=False)
    with pytest.raises(Full):
        idle.put("b", block=False)

    assert (1, "a", 0) == (idle.qsize(), idle.get(block=False), idle.qsize())


@pytest.mark.parametrize("polled", [True, False])
@pytest.mark.parametrize("news", [b"", b"HTTP/1.1 408 Request Timeout\r\n\r\n", None])
def test_an_idle_connection_with_news_is_not_used(opened, news, polled, monkeypatch):
    """
    Its end, or bytes that nobody asked for; on systems without `poll`, too.
    """
    if not polled:
        # hfpipe's alone: urllib3 looks once for all, and keeps what it found
        monkeypatch.setattr("hfpipe.io.connection.select", SimpleNamespace())
    connection, other = opened()
    before = connection.is_connected
    if news:
        other.sendall(news)
    elif news is not None:
        other.close()
    if news is not None:
        connection.sock.settimeout(5.0)
        connection.sock.recv(1, socket.MSG_PEEK)

    assert (True, news is None) == (before, connection.is_connected)


def asked(url, **limits):
    return HttpRequest("GET", url, {}, **{"timeout": 30.0, **limits})


def test_a_kept_connection_leads_no_request_where_it_may_not_go(serve, face):
    """
    A request that may go to public addresses alone is not sent to another one, whoever is
    connected to it already.
    """
    server = serve(*[[EMPTY]] * 3)
    own = asked(server.url)
    before, foreign, after = face.asked(own, asked(server.url, public_only=True), own)

    assert (200, 200) == (before[0], after[0])
    assert ("forbidden_address", False, "no") == foreign
    assert 2 == len(server.requests)


def test_a_connection_that_was_looked_at_is_kept(serve, monkeypatch):
    """
    For the next request that may go to public addresses alone, and for any other.
    """
    monkeypatch.setattr("hfpipe.io.dialing.reachable", lambda _: True)  # as if it were public
    server = serve(*[[EMPTY]] * 3)
    for public_only in (True, True, False):
        answer = send(FAST, asked(server.url, public_only=public_only)).unwrap()
        assert 200 == answer.status

    assert 1 == server.opened


@pytest.mark.parametrize("fast", [True, False], ids=["fast", "stock"])
def test_a_kept_connection_that_takes_nothing_is_replaced(pool, opened, server, fast):
    """
    No byte of the request has left, so that it can be sent on another one.
    """
    connection, _ = opened()
    pool._put_conn(connection)
    connection.sock.shutdown(socket.SHUT_WR)

    def answer():
        sock, _ = server.accept()
        with sock:
            sock.recv(65536)
            sock.sendall(EMPTY)

    threading.Thread(target=answer, daemon=True).start()
    request = Asked("GET", "/", "identity", Headers(), None, Watch(10.0))

    assert 200 == pool.ask(request, 5.0, public_only=False, fast=fast).status


def test_where_a_proxy_goes_is_its_own_to_decide(serve):
    """
    One on this machine, too, is asked for what may come from public addresses alone.
    """
    server = serve([EMPTY], [EMPTY])
    options = HttpOptions(proxy=server.url.removesuffix("/v1/x?a=1"))
    for _ in range(2):
        answer = send(options, asked("http://h.example/x", public_only=True)).unwrap()
        assert 200 == answer.status

    assert [b"GET http://h.example/x HTTP/1.1"] * 2 == [
        request.split(b"\r\n")[0] for request in server.requests
    ]
    assert 1 == server.opened


@pytest.mark.parametrize(("timeout", "connect"), [(None, 0.05), (30.0, 0.05), (0.05, 30.0)])
def test_a_connection_that_is_not_made_in_time(monkeypatch, timeout, connect):
    """
    Is a failure that cost nothing: after the time for making one, or when the call's is up.
    """
    answered, told = threading.Event(), []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(20) and [])
    request = asked("http://slow.example/", timeout=timeout)
    options = HttpOptions(connect_timeout=connect, trust_env=False)
    waits = threading.Thread(target=lambda: told.append(send(options, request)), daemon=True)
    waits.start()
    waits.join(10)
    answered.set()

    (error,) = [result.failure() for result in told]
    assert ("timeout", True, "no") == (error.code, error.timeout, error.billed)


@WAYS
@pytest.mark.parametrize("begun", [b"x: ", b"content-length: 150\r\n\r\n"], ids=["head", "body"])
def test_an_answer_in_drops_is_late(serve, options, begun):
    """
    However short each wait is: the time is that of the call.
    """
    server = serve([b"HTTP/1.1 200 OK\r\n" + begun, *DROPS, b"\r\n\r\n"])
    error = send(options, asked(server.url, timeout=0.3)).failure()

    assert ("deadline", True, "unknown") == (error.code, error.timeout, error.billed)


@WAYS
def test_an_answer_that_does_not_come_is_late(serve, options):
    """
    On a connection that has served others, as on a new one.
    """
    over = threading.Event()
    server = serve([EMPTY], [over.wait])
    send(options, asked(server.url))
    error = send(options, asked(server.url, timeout=0.3)).failure()
    over.set()

    assert ("deadline", True, "unknown") == (error.code, error.timeout, error.billed)
    assert 1 == server.opened


@WAYS
def test_an_upload_that_is_not_read_is_late(server, options):
    """
    The server takes the connection and what fits its buffers, and no more.
    """
    host, port = server.getsockname()
    request = HttpRequest("POST", f"http://{host}:{port}/", {}, bytes(50_000_000), timeout=0.3)
    told = []
    sends = threading.Thread(target=lambda: told.append(send(options, request)), daemon=True)
    sends.start()
    sends.join(10)

    (error,) = [result.failure() for result in told]
    assert (True, "unknown") == (error.timeout, error.billed)


def test_a_proxy_that_answers_in_drops_is_late(serve):
    """
    What a proxy says before it has connected is no answer, and bounded as one.
    """
    server = serve([b"HTTP/1.1 200 ", *DROPS, b"\r\n\r\n"])
    options = HttpOptions(proxy=server.url.removesuffix("/v1/x?a=1"))
    error = send(options, asked("https://h.example/", timeout=0.3)).failure()

    assert (True, "no") == (error.timeout, error.billed)
