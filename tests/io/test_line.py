"""
A request and its answer on a connection of an event loop: no bytes but those that are fed here.
"""

import asyncio
from http.client import HTTPException

import pytest

from hfpipe.io.alarm import Alarm, timed_out
from hfpipe.io.line import Line


class Theirs:
    """aiohttp's protocol, as far as a line looks at it."""

    lost = 0

    def connection_lost(self, error):
        self.lost += 1


class Connection:
    """A connection of aiohttp's and its transport in one: they note what is done to them."""

    def __init__(self, unsent=0):
        self.transport, self.protocol = self, Theirs()
        self.speaks = self.protocol
        self.done, self.written, self.unsent = [], [], unsent

    def set_protocol(self, protocol):
        self.speaks = protocol

    def write(self, data):
        self.written.append(data)

    def get_write_buffer_size(self):
        return self.unsent

    def __getattr__(self, name):
        if name in {"release", "close", "abort", "pause_reading", "resume_reading"}:
            return lambda: self.done.append(name)
        raise AttributeError(name)


def came(connection, pieces, *, streams=False, error=None):
    """What is known when the pieces have come, and then the end: status and body, or the fault."""

    async def asked():
        line = Line(connection, streams=streams)
        line.ask(b"GET / HTTP/1.1\r\n\r\n", None)
        answer = asyncio.ensure_future(whole(line))
        await asyncio.sleep(0)
        for piece in pieces:
            if connection.speaks is line:
                line.data_received(piece)
        if connection.speaks is line:
            line.connection_lost(error)
        return await answer

    return asyncio.run(asked())


async def whole(line):
    try:
        head, body = await line.answered(Alarm(timed_out), None)
        while body is None or (piece := await line.next()):
            body = b"" if body is None else body + piece
    except (HTTPException, OSError) as error:
        return type(error).__name__
    return head.status, body


HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
TABLE = {
    "a told length": (HEAD + b"content-length: 5\r\n\r\nhello", (200, b"hello"), True),
    "an empty body": (HEAD + b"content-length: 0\r\n\r\n", (200, b""), True),
    "no body, whatever it says": (
        b"HTTP/1.1 204 x\r\ncontent-length: 5\r\n\r\n",
        (204, b""),
        True,
    ),
    "chunks": (CHUNKED + b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nx: y\r\n\r\n", None, True),
    "until the end": (HEAD + b"\r\nhello", (200, b"hello"), False),
    "an answer that says it closes": (
        HEAD + b"connection: close\r\ncontent-length: 5\r\n\r\nhello",
        (200, b"hello"),
        False,
    ),
    "interim answers first": (
        b"HTTP/1.1 100 x\r\n\r\nHTTP/1.1 103 x\r\na: b\r\n\r\n"
        + HEAD
        + b"content-length: 1\r\n\r\na",
        (200, b"a"),
        True,
    ),
    "too little": (HEAD + b"content-length: 6\r\n\r\nhello", "IncompleteRead", False),
    "too few chunks": (CHUNKED + b"5\r\nhello\r\n", "IncompleteRead", False),
    "a chunk that is none": (CHUNKED + b"5\r\nhello\r\nz\r\n", "BrokenChunks", False),
    "half a head": (HEAD + b"content-le", "RemoteDisconnected", False),
    "no head": (b"SSH-2.0\r\n\r\n", "Malformed", False),
    "half of no head": (b"SSH-2.0", "Malformed", False),
    "nothing": (b"", "RemoteDisconnected", False),
}


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize(("data", "result", "kept"), TABLE.values(), ids=TABLE)
def test_an_answer_does_not_depend_on_how_it_is_cut(data, result, kept, streams):
    """
    Byte by byte or whole, streamed or not; and its connection is given back or closed, once.
    """
    result = result or (200, b"hello world")
    for size in range(1, len(data) + 2):
        connection = Connection()
        pieces = [data[at : at + size] for at in range(0, len(data), size)]

        assert result == came(connection, pieces, streams=streams)
        assert 1 == connection.done.count("release") + connection.done.count("close")
        assert kept == ("release" in connection.done)


def test_a_reset_is_no_end():
    """
    Neither of a body that goes on until the end, nor of one in chunks.
    """
    for head in (HEAD + b"\r\n", CHUNKED):
        connection = Connection()
        fault = came(connection, [head, b"5\r\nhello\r\n"], error=ConnectionResetError())

        assert "ConnectionResetError" == fault
        assert 1 == connection.protocol.lost


@pytest.mark.parametrize("behind", [b"!", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_connection_is_not_kept_where_more_came_than_was_told(behind):
    """
    It would be taken for the next answer.
    """
    for data in (HEAD + b"content-length: 1\r\n\r\na", CHUNKED + b"1\r\na\r\n0\r\n\r\n"):
        connection = Connection()

        assert (200, b"a") == came(connection, [data + behind])
        assert ["abort", "close"] == connection.done


def test_a_connection_is_not_kept_whose_request_has_not_gone_out():
    """
    An answer that came early is an answer; what is left of the request is for nobody.
    """
    connection = Connection(unsent=9)

    assert (413, b"") == came(connection, [b"HTTP/1.1 413 x\r\ncontent-length: 0\r\n\r\n"])
    assert ["abort", "close"] == connection.done
    assert connection.speaks is connection.protocol


def test_a_line_that_is_closed_closes_its_connection_once():
    """
    However often, and whoever waits on it is told.
    """
    connection = Connection()

    async def closed():
        line = Line(connection, streams=True)
        line.data_received(CHUNKED)
        await line.answered(Alarm(timed_out), None)
        waits = asyncio.ensure_future(line.next())
        await asyncio.sleep(0)
        line.close()
        line.close()
        with pytest.raises(ConnectionAbortedError):
            await asyncio.wait_for(waits, 5.0)

    asyncio.run(closed())

    assert ["abort", "close"] == connection.done
