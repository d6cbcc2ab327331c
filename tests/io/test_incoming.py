"""
Bodies as they come: read to their end, left early, and ended from another thread.
"""

import gzip
import socket
import threading
from contextlib import suppress
from queue import Queue
from types import SimpleNamespace

import pytest
from returns.result import Failure

from hfpipe.errors import TransportError
from hfpipe.http_options import HttpOptions
from hfpipe.io.incoming import Incoming
from hfpipe.io.reading import read
from hfpipe.io.sender import send
from hfpipe.io.watch import Watch
from hfpipe.wire import HttpRequest

WAYS = pytest.mark.parametrize(
    "options", [HttpOptions(), HttpOptions(fast=False)], ids=["fast", "stock"]
)
OK = b"HTTP/1.1 200 OK\r\n"
EMPTY = OK + b"content-length: 0\r\n\r\n"
LARGE = bytes(3_000_000)
ZIPPED = gzip.compress(bytes(100_000))
# The beginning of a body that goes on: as it is, in chunks, and compressed.
BEGUN = {
    "length": OK + b"content-length: 900\r\n\r\nhello",
    "chunked": OK + b"transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "compressed": OK
    + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % (len(ZIPPED) + 1)
    + ZIPPED,
}
KINDS = pytest.mark.parametrize("begun", BEGUN.values(), ids=BEGUN)


def request(url, **more):
    return HttpRequest("GET", url, {}, timeout=30.0, **more)


@pytest.fixture
def streamed():
    """A streamed answer that begins with these bytes, and the server's end of its connection."""
    ends = []

    def asked(options, begun):
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def answer():
                sock, _ = listening.accept()
                ends.append(sock)
                sock.recv(65536)
                sock.sendall(begun)

            thread = threading.Thread(target=answer, daemon=True)
            thread.start()
            url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
            response = send(options, request(url, stream=True)).unwrap()
            thread.join(10)
        return response, ends[-1]

    yield asked
    for sock in ends:
        sock.close()


def closed(sock):
    """Whether the other end has closed the connection; waits until it does."""
    sock.settimeout(5.0)
    with suppress(ConnectionResetError):
        return sock.recv(1) == b""
    return True


def in_a_thread(f):
    """What f gives or raises, in a thread of its own: if it hangs, the tests do not."""
    told = Queue()

    def run():
        try:
            told.put(f())
        except BaseException as error:  # noqa: BLE001 - it is looked at
            told.put(error)

    threading.Thread(target=run, daemon=True).start()
    return lambda: told.get(timeout=10)


@WAYS
@KINDS
def test_a_body_that_was_left_is_over(streamed, options, begun):
    """
    Its connection is closed, and there are no more pieces: not even those that had come.
    """
    response, server = streamed(options, begun)
    next(response.chunks)
    response.close()

    assert closed(server)
    assert in_a_thread(lambda: list(response.chunks))() == []


@WAYS
@pytest.mark.parametrize("length", [True, False], ids=["length", "chunked"])
def test_a_body_has_no_empty_pieces(serve, options, length):
    """
    Whoever takes an empty one for the end of a body is right.
    """
    told = b"content-length: 5\r\n\r\nhello"
    chunked = b"transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    server = serve([OK + (told if length else chunked)])

    assert [b"hello"] == list(send(options, request(server.url, stream=True)).unwrap().chunks)


@WAYS
def test_a_stream_that_is_complete_leaves_its_connection_to_the_next_request(serve, options):
    """
    Also where the end of its body comes behind the last event.
    """
    read_on, ended = threading.Event(), threading.Event()
    server = serve([BEGUN["chunked"], read_on.wait, b"0\r\n\r\n", ended.set], [EMPTY])
    chunks = send(options, request(server.url, stream=True)).unwrap().chunks
    next(chunks)
    read_on.set()
    ended.wait(10)
    chunks.finish()

    assert 200 == send(options, request(server.url)).unwrap().status
    assert 1 == server.opened


@WAYS
def test_a_complete_stream_whose_body_goes_on_is_closed(streamed, options):
    """
    What is not wanted is not read, however much of it there is.
    """
    begun = OK + b"content-length: 5000000\r\n\r\n" + bytes(1_000_000)
    response, server = streamed(options, begun)
    next(response.chunks)
    response.chunks.finish()

    assert closed(server)


def test_the_end_of_a_complete_stream_is_waited_for_but_a_moment():
    """
    Whatever time the call had left: its answer is there.
    """
    watch, left = Watch(600.0), []

    def silent(_):
        left.append(watch.left())
        raise TimeoutError

    response = SimpleNamespace(read1=silent, close=int)
    Incoming(response, watch).finish()

    assert 0 < left[0] < 1


def test_a_large_answer_is_whole(serve):
    """
    A body that is read in one go is all there, and the connection serves the next request.
    """
    answer = [OK + b"content-length: 3000000\r\n\r\n", LARGE]
    server = serve(answer, answer)
    for _ in range(2):
        response = send(HttpOptions(), request(server.url)).unwrap()
        assert LARGE == read(response, 2 * len(LARGE)).unwrap().body

    assert 1 == server.opened


def test_a_large_answer_is_bounded(serve):
    """
    By what its length says already.
    """
    server = serve([OK + b"content-length: 3000000\r\n\r\n", LARGE])
    response = send(HttpOptions(), request(server.url)).unwrap()

    assert "too_large" == read(response, len(LARGE) - 1).failure().code


def test_a_large_answer_that_is_cut_short_is_no_answer(serve):
    """
    But the failure that it was cut short.
    """
    server = serve([OK + b"content-length: 3000000\r\n\r\n", LARGE[:-1], None])
    outcome = read(send(HttpOptions(), request(server.url)).unwrap(), len(LARGE))

    assert isinstance(outcome, Failure)
    assert ("reset", "unknown") == (outcome.failure().code, outcome.failure().billed)


class Waiting:
    """A response on which a thread waits until another one shuts it down."""

    length_remaining, headers = 5, ()

    def __init__(self, fault=None):
        self.begun, self.shut, self.fault = threading.Event(), threading.Event(), fault

    def read(self, _=None):
        self.begun.set()
        self.shut.wait(20)
        raise ConnectionResetError

    read1 = read

    def shutdown(self):
        self.shut.set()
        if self.fault is not None:
            raise self.fault

    def close(self):
        """Nothing is open."""


@pytest.mark.parametrize("reads", [next, lambda body: body.whole(10)], ids=["a piece", "all"])
# what urllib3 raises where the other thread has just ended its answer
@pytest.mark.parametrize("fault", [None, OSError(), ValueError(), RuntimeError()], ids=repr)
def test_closing_wakes_a_thread_that_waits(reads, fault):
    """
    For the next piece, or for all of a body; it is told so, and whoever closes is not disturbed.
    """
    response = Waiting(fault)
    body = Incoming(response, Watch(None))
    woken = in_a_thread(lambda: reads(body))
    assert response.begun.wait(10)
    body.close()

    assert isinstance(woken(), TransportError)


@pytest.mark.parametrize("reads", [next, lambda body: body.whole(10)], ids=["a piece", "all"])
@pytest.mark.parametrize(
    ("raised", "told"), [(KeyboardInterrupt, KeyboardInterrupt), (OSError, TransportError)]
)
def test_a_fault_ends_a_body(reads, raised, told):
    """
    A user's interrupt leaves it as it is; a fault in closing does not take another's place.
    """
    ends = []

    def broken(_=None):
        raise raised

    def close():
        ends.append("closed")
        raise OSError

    response = SimpleNamespace(
        read1=broken, read=broken, close=close, length_remaining=5, headers=()
    )
    body = Incoming(response, Watch(None))

    with pytest.raises(told) as caught:
        reads(body)

    assert told is caught.type
    assert ["closed"] == ends
    assert [] == list(body)
