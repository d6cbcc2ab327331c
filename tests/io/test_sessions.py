"""
Sessions of aiohttp: how an origin is reached, how long that may take, and who is let go of.
"""

from __future__ import annotations

import asyncio
import threading
from ssl import SSLContext

import pytest

from hfpipe.http_options import HttpOptions

pytest.importorskip("aiohttp")
from hfpipe.io import sessions
from hfpipe.io.pools import ProxyTrouble


def on_a_loop(asked, **options):
    """What is told by a session with these options, on a loop that ends with it."""

    async def told():
        found = await sessions.session(HttpOptions(trust_env=False, **options), public_only=False)
        return await asked(found)

    return asyncio.run(told())


@pytest.mark.parametrize(
    ("url", "name", "tls"),
    [
        ("http://h.example/x", "h.example", bool),
        ("http://h.example:80/x", "h.example", bool),
        ("http://h.example:443/x", "h.example:443", bool),
        ("https://h.example/x", "h.example", SSLContext),
        ("https://h.example:443/x", "h.example", SSLContext),
        ("https://h.example:80/x", "h.example:80", SSLContext),
    ],
)
def test_a_host_is_named_with_its_port_where_that_is_not_the_usual_one(url, name, tls):
    """
    Nobody is asked over TLS without certificates, and nobody without TLS needs any.
    """
    place = on_a_loop(lambda session: session.place(url, None))

    assert (name, tls) == (place.host, type(place.tls))
    assert place.tls
    assert {True, False} == set(place.asks)


@pytest.mark.parametrize(
    ("options", "proxy"),
    [
        ({"proxy": "p.example:3128"}, "http://p.example:3128"),
        ({"proxy": "https://p.example"}, "https://p.example"),
        ({"fast": False}, None),
    ],
)
def test_what_goes_all_the_way_through_aiohttp_names_no_host(options, proxy):
    """
    A proxy, which is an http one unless it says otherwise, or where it is wished so.
    """
    place = on_a_loop(lambda session: session.place("http://h.example/x", None), **options)

    assert ("", proxy, {}) == (place.host, place.proxy, place.asks)


def test_a_proxy_of_another_kind_is_refused():
    """
    By its kind.
    """
    with pytest.raises(ProxyTrouble, match="of the kind socks5 cannot"):
        on_a_loop(lambda session: session.place("http://h.example", None), proxy="socks5://p:1")


def test_an_origin_is_looked_at_once():
    """
    Whatever is asked of it later.
    """

    async def asked(session):
        return [await session.place(f"http://h.example/{n}", None) for n in range(2)]

    first, second = on_a_loop(asked)

    assert first is second


@pytest.mark.parametrize(
    ("most", "left", "least", "longest"),
    [
        (10.0, None, 10.0, 10.0),
        (10.0, 60.0, 10.0, 10.0),
        (10.0, 5.0, 2.0, 5.0),
        (10.0, -5.0, 1e-6, 1e-6),
    ],
)
def test_a_connection_is_made_in_the_time_that_is_left(most, left, least, longest):
    """
    And in no more than the options grant it; no time at all is not no limit.
    """

    async def asked(session):
        until = None if left is None else asyncio.get_running_loop().time() + left
        return session.times(until).connect

    assert least <= on_a_loop(asked, connect_timeout=most) <= longest


def test_closing_leaves_the_sessions_of_other_options_open():
    """
    And those of other loops: whoever wants one later gets a new one.
    """
    one, other = HttpOptions(pool_size=33), HttpOptions(pool_size=34)

    async def told():
        found = [await sessions.session(options, public_only=False) for options in (one, other)]
        await sessions.close(one)
        again = [await sessions.session(options, public_only=False) for options in (one, other)]
        return [session.client.closed for session in found], [
            new is old for new, old in zip(again, found, strict=True)
        ]

    assert ([True, False], [False, True]) == asyncio.run(told())


def test_a_loop_that_was_closed_without_an_end_is_let_go_of():
    """
    When the next session is made.
    """

    async def told():
        return await sessions.session(HttpOptions(), public_only=False)

    left = asyncio.new_event_loop()
    left.run_until_complete(told())
    left.close()
    assert left in {loop for loop, _, _ in sessions._sessions}

    asyncio.run(told())

    assert left not in {loop for loop, _, _ in sessions._sessions}


class Watched(asyncio.SelectorEventLoop):
    """A loop that lets another thread go first when it is asked whether it was closed."""

    first = None

    def is_closed(self):
        first, self.first = self.first, None
        if first is not None:
            thread = threading.Thread(target=first)
            thread.start()
            thread.join()
        return super().is_closed()


def test_a_closed_loop_may_be_let_go_of_by_two_threads():
    """
    Each opens a session of its own meanwhile, and neither is disturbed by the other.
    """
    opened = []

    async def told():
        opened.append(await sessions.session(HttpOptions(), public_only=False))

    left = Watched()
    left.run_until_complete(told())
    left.close()
    left.first = lambda: asyncio.run(told())
    asyncio.run(told())

    assert 3 == len(set(map(id, opened)))
    assert left not in {loop for loop, _, _ in sessions._sessions}


def test_a_child_of_a_fork_has_no_session_of_its_parent(forked):
    """
    Two processes on one connection would read each other's answers; the parent keeps its own.
    """

    async def told():
        mine = await sessions.session(HttpOptions(), public_only=False)
        childs = forked(lambda: str(len(sessions._sessions)).encode())
        return childs, mine is await sessions.session(HttpOptions(), public_only=False)

    assert (b"0", True) == asyncio.run(told())
