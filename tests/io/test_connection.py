"""
Connections that rest in their pool.
"""

from __future__ import annotations

import socket
from queue import Empty, Full

import pytest

from hfpipe.io.connection import PlainPool
from hfpipe.io.watch import Watch


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
def test_an_idle_connection_with_news_is_not_used(opened, news, polled):
    """
    Its end, or bytes that nobody asked for; on systems without `poll`, too.
    """
    connection, other = opened()
    if not polled:
        connection._news = None
    before = connection.is_connected
    if news:
        other.sendall(news)
    elif news is not None:
        other.close()
    if news is not None:
        connection.sock.settimeout(5.0)
        connection.sock.recv(1, socket.MSG_PEEK)

    assert (True, news is None) == (before, connection.is_connected)
