"""
Nothing is left behind: no descriptor, no thread, no word at the end of the program.
"""

import gc
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from returns.result import Failure, Success

import hfpipe

PIECE = {"choices": [{"index": 0, "delta": {"content": "a"}}]}
DESCRIPTORS = Path("/proc/self/fd")
counted = pytest.mark.skipif(not DESCRIPTORS.is_dir(), reason="descriptors cannot be counted here")


def succeeds(hf):
    hfpipe.chat_completion(hf, "hi")


def runs_out_of_time(hf):
    hfpipe.chat_completion(hf, "hi", timeout=0.3)


def leaves_a_stream(hf):
    with hfpipe.chat_completion_stream(hf, "hi").unwrap() as stream:
        next(stream)


def forgets_a_stream(hf):
    next(hfpipe.chat_completion_stream(hf, "hi").unwrap())
    gc.collect()


def never_reads_a_stream(hf):
    hfpipe.chat_completion_stream(hf, "hi")
    gc.collect()


def gives_up_a_stream(hf):
    """Closed by another thread, while this one waits for the next piece."""
    stream = hfpipe.chat_completion_stream(hf, "hi").unwrap()
    next(stream)
    timer = threading.Timer(0.05, stream.close)
    timer.start()
    list(stream)
    timer.join()


def streams_and_stalls(p):
    p.events(PIECE)
    p.over = False
    p.wait(2.0)
    p.over = True


WAYS = {
    "success": (succeeds, lambda p: p.answer()),
    "an error": (succeeds, lambda p: p.answer(500, {"error": "no"})),
    "a reset": (succeeds, lambda p: (p.ask(), p.reset())),
    "half an answer": (succeeds, lambda p: p.raw(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")),
    "garbage": (succeeds, lambda p: p.raw(b"garbage\r\n\r\n")),
    "a stall": (runs_out_of_time, lambda p: (p.ask(), p.wait(1.0))),
    "a stream left early": (leaves_a_stream, streams_and_stalls),
    "a stream forgotten": (forgets_a_stream, streams_and_stalls),
    "a stream never read": (never_reads_a_stream, streams_and_stalls),
    "a stream given up by another thread": (gives_up_a_stream, streams_and_stalls),
}


@counted
@pytest.mark.parametrize(("use", "behaviour"), WAYS.values(), ids=WAYS)
def test_descriptors_and_threads_are_as_they_were(serve, client, use, behaviour):
    """
    After eight calls of each kind and a close nothing of the client's is open any more.
    """
    server = serve(behaviour)
    hf = client(server.url)
    use(hf)
    hf.close()
    gc.collect()
    before = ours(server)

    for _ in range(8):
        use(hf)
    hf.close()
    gc.collect()

    assert before == ours(server)


def ours(server):
    """The connections to this server that this side holds, and the threads of the library."""
    names = [thread.name for thread in threading.enumerate() if "hfpipe" in thread.name]
    held = 0
    for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        # remote port, and a state that is ours to end: established or close-wait
        held += fields[2].endswith(f":{server.port:04X}") and fields[3] in {"01", "08"}
    return held, names


@counted
def test_a_stream_that_is_still_open_is_counted(serve, client):
    """
    The count of these tests sees a connection that is open, and sees it go.
    """
    server = serve(streams_and_stalls)
    hf = client(server.url)
    before = ours(server)

    stream = hfpipe.chat_completion_stream(hf, "hi").unwrap()
    open_now = ours(server)
    stream.close()

    assert (0, 1, 0) == (before[0], open_now[0], ours(server)[0])


def test_sixteen_threads_share_a_client(serve, client):
    """
    Every thread gets its own answers, over no more connections than there are threads.
    """
    server = serve(lambda p: p.answer(200, answer_to(p)))
    hf = client(server.url)

    with ThreadPoolExecutor(16) as threads:
        texts = list(
            threads.map(lambda n: hfpipe.chat_completion(hf, f"<{n}>").unwrap().text, range(320))
        )

    assert [f"<{n}>" for n in range(320)] == texts
    assert server.connections <= 17


def answer_to(p):
    p.ask()
    body = p.body.decode()
    said = body[body.index("<") : body.index(">") + 1]
    return {"choices": [{"message": {"role": "assistant", "content": said}}]}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_fork_has_connections_of_its_own(serve, client):
    """
    A child neither reads its parent's answers nor waits for its locks.
    """
    server = serve(lambda p: p.answer())
    hf = client(server.url)
    hfpipe.chat_completion(hf, "hi")

    child = os.fork()
    if child == 0:
        good = isinstance(hfpipe.chat_completion(hf, "hi"), Success)
        os._exit(0 if good else 1)
    _, status = os.waitpid(child, 0)

    assert 0 == status
    assert isinstance(hfpipe.chat_completion(hf, "hi"), Success)
    assert 2 == server.connections


def test_a_client_works_after_a_pickle_and_after_a_close(serve, client):
    """
    What arrives of a client makes its own connections; a closed one makes new ones.
    """
    server = serve(lambda p: p.answer())
    hf = pickle.loads(pickle.dumps(client(server.url).with_options(token=None)))

    with hf:
        first = hfpipe.chat_completion(hf, "hi")
    second = hfpipe.chat_completion(hf, "hi")

    assert [Success, Success] == [type(first), type(second)]


def test_a_client_that_lost_its_token_says_so(client):
    """
    A literal token does not travel, and the first call says what to do about it.
    """
    hf = pickle.loads(pickle.dumps(client("http://127.0.0.1:9")))

    error = hfpipe.chat_completion(hf, "hi")

    assert isinstance(error, Failure)
    assert "missing_token" == error.failure().code


PROGRAM = """
import sys, threading, hfpipe
hf = hfpipe.endpoint_client(None, sys.argv[1], model="m", http_options={"trust_env": False})
assert hfpipe.chat_completion(hf, "hi").unwrap().text == "hi"
hfpipe.chat_completion(hf, 5)
left = hfpipe.chat_completion_stream(hf, "hi")
thread = threading.Thread(target=hfpipe.chat_completion, args=(hf, "hi"))
thread.start(); thread.join()
"""


def test_nothing_is_said_at_the_end_of_a_program(serve):
    """
    With every warning an error, a client that nobody closes and a stream that nobody reads are
    no word at exit.
    """
    server = serve(lambda p: p.answer())

    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", PROGRAM, server.url],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)
