"""
One client in many threads and on several event loops at a time: nobody gets another's answer.
"""

import asyncio
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

import hfpipe
import hfpipe.aio

CALLS = 8
WORKERS = 3  # of each kind


def chunk(text, reason=None):
    return {"choices": [{"delta": {"content": text}, "finish_reason": reason}]}


def echoes(p):
    """Says what it was asked, whole or as a stream."""
    p.ask()
    asked = json.loads(p.body)
    text = asked["messages"][-1]["content"]
    if asked.get("stream"):
        events = [chunk(f"{word} ") for word in text.split()] + [chunk("", "stop")]
        p.events(*events, "data: [DONE]\n\n")
    else:
        message = {"role": "assistant", "content": text}
        p.answer(body={"choices": [{"message": message, "finish_reason": "stop"}]})


def blocking(hf, at_once, name):
    """Calls and a stream in this thread; what came of them."""
    at_once.wait(30)
    whole = [hfpipe.chat_completion(hf, f"{name} call {n}") for n in range(CALLS)]
    with hfpipe.chat_completion_stream(hf, f"{name} stream").unwrap() as stream:
        streamed = stream.response()
    return [result.unwrap().text for result in [*whole, streamed]]


def on_a_loop(hf, at_once, name):
    """The same on a loop of this thread's own, all at the same time."""

    async def asked():
        calls = [hfpipe.aio.chat_completion(hf, f"{name} call {n}") for n in range(CALLS)]
        stream = (await hfpipe.aio.chat_completion_stream(hf, f"{name} stream")).unwrap()
        async with stream:
            whole = await asyncio.gather(*calls)
            return [*whole, await stream.response()]

    at_once.wait(30)
    return [result.unwrap().text for result in asyncio.run(asked())]


def all_at_once(hf, *ways):
    """Each way so many times over, begun together, by the name of each."""
    at_once = Barrier(WORKERS * len(ways))
    with ThreadPoolExecutor(WORKERS * len(ways)) as pool:
        told = {
            name: pool.submit(way, hf, at_once, name)
            for way in ways
            for name in [f"{way.__name__} {n}" for n in range(WORKERS)]
        }
    return {name: future.result() for name, future in told.items()}


def expected(name):
    return [*(f"{name} call {n}" for n in range(CALLS)), f"{name} stream "]


@pytest.mark.parametrize(
    "ways", [[blocking], [on_a_loop], [blocking, on_a_loop]], ids=["threads", "loops", "both"]
)
@pytest.mark.parametrize("fast", [True, False])
def test_everybody_gets_the_answer_to_what_they_asked(serve, client, ways, fast):
    """
    Threads and loops that share a client, and with it its connections, do so without a mix-up.
    """
    server = serve(echoes)
    hf = client(server.url, timeout=60.0, http_options={"fast": fast})

    told = all_at_once(hf, *ways)

    assert {name: expected(name) for name in told} == told
    assert WORKERS * len(ways) * (CALLS + 1) == len(server.heads)


def test_a_loop_after_another_gets_connections_of_its_own(serve, client):
    """
    Those of a loop that has ended are of no use to the next.
    """
    hf = client(serve(echoes).url, timeout=60.0)

    for turn in range(3):
        name = f"turn {turn}"
        assert expected(name) == on_a_loop(hf, Barrier(1), name)
        assert expected(name) == blocking(hf, Barrier(1), name)


def test_a_child_of_a_fork_shares_no_connection(serve, client, forked):
    """
    Both go on with the same client, and each gets its own answers.
    """
    hf = client(serve(echoes).url, timeout=60.0)
    assert expected("before") == blocking(hf, Barrier(1), "before")
    childs = pickle.loads(forked(lambda: pickle.dumps(blocking(hf, Barrier(1), "child"))))
    parents = blocking(hf, Barrier(1), "parent")

    assert (expected("parent"), expected("child")) == (parents, childs)


def test_a_session_is_opened_while_other_threads_open_theirs(serve, client):
    """
    Who looks for what closed loops have left is not disturbed by a loop that comes meanwhile.
    """
    pytest.importorskip("aiohttp")
    from hfpipe.io import sessions

    class Loop:
        """A loop of another thread, which begins when this one is asked."""

        def __init__(self, begins=None):
            self.begins = begins

        def is_closed(self):
            if self.begins is not None:
                sessions._sessions[self.begins, None, False] = None
                self.begins = None
            return False

    late = Loop()
    early = Loop(begins=late)
    sessions._sessions[early, None, False] = None
    try:
        hf = client(serve(echoes).url, timeout=60.0)
        assert expected("one") == on_a_loop(hf, Barrier(1), "one")
    finally:
        for loop in (early, late):
            sessions._sessions.pop((loop, None, False), None)
