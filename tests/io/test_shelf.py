"""What serves others for a while: for how long, how much of it, and who asks again."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

import hfpipe
from hfpipe import HttpRequest, HttpResponse, TransportError
from hfpipe.io.async_driver import AsyncWorld
from hfpipe.io.async_driver import run as run_on_a_loop
from hfpipe.io.driver import World, run
from hfpipe.io.shelf import MOST, SHELF, Shelf, key
from hfpipe.testing import scripted

OK = HttpResponse(body=b"kept")
LISTED = {
    "inferenceProviderMapping": {
        "groq": {"providerId": "llama", "task": "conversational", "status": "live"},
    }
}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.time = 1_000.0

    def __call__(self):
        return self.time


def asked(url="https://hub.example/m", **headers):
    return HttpRequest("GET", url, headers)


def kept(shelf, name, seconds=300.0):
    """Puts an answer there."""
    promise, mine = shelf.claim(name)
    assert mine
    shelf.settle(name, promise, OK, seconds)


def test_an_answer_serves_for_its_time_and_no_longer():
    """
    To the last moment before it, and not in it.
    """
    clock = Clock()
    shelf, name = Shelf(clock=clock), key(asked(), None)
    kept(shelf, name)

    clock.time += 299.9
    promise, mine = shelf.claim(name)
    assert (False, OK) == (mine, promise.result(0))
    clock.time += 0.1
    assert shelf.claim(name)[1]


def test_who_asks_first_asks_for_all():
    """
    The others have the same promise, which nothing makes old until it is kept.
    """
    clock = Clock()
    shelf, name = Shelf(clock=clock), key(asked(), None)
    promise, mine = shelf.claim(name)

    clock.time += 10_000.0
    again, mine_too = shelf.claim(name)
    assert (True, False) == (mine, mine_too)
    assert promise is again
    shelf.settle(name, promise, OK, 300.0)
    assert OK == again.result(0)


def test_an_error_serves_nobody():
    """
    Those who wait are told to ask for themselves, and the first of them asks for all again.
    """
    shelf, name = Shelf(), key(asked(), None)
    promise, _ = shelf.claim(name)
    waiting, _ = shelf.claim(name)

    shelf.settle(name, promise, None, 300.0)

    assert None is waiting.result(0)
    assert shelf.claim(name)[1]


def test_a_promise_that_was_given_up_settles_no_other():
    """
    What comes late, after all was forgotten and asked again, does not take the new one's place.
    """
    shelf, name = Shelf(), key(asked(), None)
    old, _ = shelf.claim(name)
    shelf.clear()
    new, mine = shelf.claim(name)

    shelf.settle(name, old, OK, 300.0)
    shelf.settle(name, old, None, 300.0)

    assert mine
    assert OK == old.result(0)
    assert (new, False) == shelf.claim(name)
    assert not new.done()


def test_the_oldest_goes_first():
    """
    As many are kept as the shelf holds; one that was asked for again counts as young.
    """
    clock = Clock()
    shelf = Shelf(3, clock)
    names = [key(asked(f"https://hub.example/{number}"), None) for number in range(4)]
    for name in names[:3]:
        kept(shelf, name, 10.0)
    assert [False] * 3 == [shelf.claim(name)[1] for name in names[:3]]
    clock.time += 11.0
    kept(shelf, names[0])
    kept(shelf, names[3])

    assert [False, False] == [shelf.claim(names[number])[1] for number in (0, 3)]
    assert 3 == len(shelf._kept)
    assert shelf.claim(names[1])[1]


def test_a_thousand_are_kept():
    """
    And not one more: a program that asks for ever more models does not grow for ever.
    """
    shelf = Shelf()
    names = [key(asked(f"https://hub.example/{number}"), None) for number in range(MOST + 1)]
    for name in names[:-1]:
        kept(shelf, name)
    assert not shelf.claim(names[0])[1]
    kept(shelf, names[-1])

    assert 1_000 == MOST == len(shelf._kept)
    assert not shelf.claim(names[1])[1]
    assert shelf.claim(names[0])[1]


@pytest.mark.parametrize(
    ("other", "sender", "same"),
    [
        (asked(authorization="Bearer a"), 1, True),
        (asked(authorization="Bearer a", accept="x"), 1, True),
        (asked(authorization="Bearer b"), 1, False),
        (asked(), 1, False),
        (asked("https://hub.example/n", authorization="Bearer a"), 1, False),
        (asked("https://else.example/m", authorization="Bearer a"), 1, False),
        (asked(authorization="Bearer a"), 2, False),
    ],
)
def test_what_makes_two_look_ups_the_same(other, sender, same):
    """
    The Hub, the model, the token and the sender; the key shows no token.
    """
    one = key(asked(authorization="Bearer a"), 1)

    assert same == (one == key(other, sender))
    assert "Bearer" not in repr(one)


def blocking(exchange, send, shelf):
    return run(hfpipe.default_pipeline(), exchange, send, World(shelf=shelf))


def on_a_loop(exchange, send, shelf):
    async def asynchronous(request):
        return send(request)

    world = AsyncWorld(shelf=shelf)
    return asyncio.run(
        run_on_a_loop(hfpipe.default_pipeline(), exchange, asynchronous, world=world)
    )


@pytest.mark.parametrize("drive", [blocking, on_a_loop])
@pytest.mark.parametrize(
    ("first", "later", "look_ups"),
    [
        (LISTED, 299.0, 1),
        (LISTED, 300.0, 2),
        (HttpResponse(204), 1.0, 1),
        (HttpResponse(404), 1.0, 2),
        (HttpResponse(500), 1.0, 2),
        (TransportError("gone"), 1.0, 2),
    ],
    ids=str,
)
def test_a_look_up_is_kept_five_minutes(drive, first, later, look_ups):
    """
    Of any 2xx, and of nothing else, under both drivers.
    """
    clock = Clock()
    shelf = Shelf(clock=clock)
    hub = [first, LISTED]

    def send(request):
        if "/api/models/" in request.url:
            seen.append(request.url)
            return scripted(hub[len(seen) - 1])(request)
        return scripted("hi")(request)

    seen = []
    hf = hfpipe.client("hf_x", provider="groq", send=send, retry_on_503=False)
    exchange = hfpipe.new_exchange(hf, hfpipe.chat_completion, "hi", model="org/llama")
    drive(exchange, send, shelf)
    clock.time += later
    drive(exchange, send, shelf)

    assert look_ups == len(seen)


def test_threads_that_ask_at_once_ask_once():
    """
    One of them is told to ask; all of them have its answer.
    """
    shelf, name = Shelf(), key(asked(), None)
    at_once = Barrier(16)

    def ask(_):
        at_once.wait(30)
        promise, mine = shelf.claim(name)
        if mine:
            shelf.settle(name, promise, OK, 300.0)
        return mine, promise.result(30)

    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(ask, range(16)))

    assert [(False, OK)] * 15 + [(True, OK)] == sorted(told, key=lambda pair: pair[0])


def test_a_child_of_a_fork_asks_for_itself(forked):
    """
    Who was asking in the parent is not there, and the lock may have been held.
    """
    name = key(asked(), None)
    promise, _ = SHELF.claim(name)
    try:
        with SHELF._lock:
            told = forked(lambda: str(SHELF.claim(name)[1]).encode())
        assert b"True" == told
        assert (promise, False) == SHELF.claim(name)
    finally:
        SHELF.settle(name, promise, None, 0.0)
