"""
aiohttp's sessions: one for each event loop and set of options, made when it is first used.

`hfpipe.aio.close` closes them, else the end of their loop does; one that nobody closed prints
nothing.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aiohttp import ClientSession, ClientTimeout
from attrs import evolve, field, frozen
from yarl import URL

from hfpipe.address import WEB, origin
from hfpipe.io.alarm import Alarm, timed_out
from hfpipe.io.connector import UNCOMPRESSED, Ask, client_session, public
from hfpipe.io.dialing import ForbiddenAddress
from hfpipe.io.environment import proxy_for
from hfpipe.io.pools import ProxyTrouble, context
from hfpipe.io.threads import off
from hfpipe.io.written import named

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from ssl import SSLContext

    from hfpipe.http_options import HttpOptions

_Key: TypeAlias = tuple[asyncio.AbstractEventLoop, "HttpOptions", bool]


@frozen(eq=False)
class Place:
    """
    An origin as a session reaches it: through a `proxy`, or directly.

    `host` is what a request names it; empty where that is unusual, or all goes through aiohttp.
    `asks` is what aiohttp's connector wants of a request, for streams (True) and for everything
    else: made once, it costs nothing any more. `tls` says whom to trust there; True where
    nobody is asked over TLS.
    """

    proxy: str | None
    host: str
    asks: dict[bool, Ask]
    tls: SSLContext | bool


class _Trust:
    """Whom a session trusts over TLS: read from files once, when that is first asked."""

    def __init__(self, options: HttpOptions) -> None:
        self._options = options
        self._reading = asyncio.Lock()
        self._read: SSLContext | None = None

    async def context(self) -> SSLContext:
        """What the certificates say; who asks meanwhile waits for the same."""
        async with self._reading:
            if self._read is None:
                self._read = await off(context, self._options)
            return self._read


@frozen(eq=False)
class Session:
    """A session of aiohttp with the options that it was made by."""

    client: ClientSession
    options: HttpOptions
    public_only: bool
    keeper: AsyncGenerator[None, None]
    trust: _Trust
    usual: ClientTimeout
    alarm: Alarm[asyncio.Future[None]] = field(factory=lambda: Alarm(timed_out))
    places: dict[tuple[str, str, int], Place] = field(factory=dict[Any, Any])

    async def place(self, url: str, until: float | None) -> Place:
        """The origin of an address. Environment and certificates are read once, and in time."""
        at = origin(url)
        found = self.places.get(at)
        if found is None:
            async with asyncio.timeout_at(until):
                found = self.places.setdefault(at, await self._place(url, at))
        return found

    async def _place(self, url: str, at: tuple[str, str, int]) -> Place:
        scheme, host, port = at
        if scheme not in {"http", "https"}:
            raise ValueError(f"no request can go to an address of the kind {scheme!r}")
        proxy = _proxy(url, self.options)
        if self.public_only and proxy is None and not public(host):
            raise ForbiddenAddress(f"{host} is a private address")
        usual = port == (443 if scheme == "https" else 80)
        name = named(host, None if usual else port) if self.options.fast and not proxy else ""
        secure = scheme == "https" or (proxy or "").startswith("https://")
        tls = await self.trust.context() if secure else True
        asks: dict[bool, Ask] = {}
        if name:
            there, loop = URL(f"{scheme}://{name}/"), asyncio.get_running_loop()
            kinds = {False: {}, True: UNCOMPRESSED}
            asks = {
                streams: Ask("GET", there, headers=headers, loop=loop, ssl=tls)
                for streams, headers in kinds.items()
            }
        return Place(proxy, name, asks, tls)

    def times(self, until: float | None) -> ClientTimeout:
        """How long a connection may take to be made: no longer than the loop's clock shows it."""
        most = self.usual.connect
        if until is None or most is None:
            return self.usual
        left = until - asyncio.get_running_loop().time()
        # zero would be no limit at all
        return self.usual if left > most else evolve(self.usual, connect=max(left, 1e-6))


def _proxy(url: str, options: HttpOptions) -> str | None:
    found = proxy_for(url, options)
    if found is not None and "://" not in found:
        found = f"http://{found}"
    if found is not None and not found.startswith(WEB):
        kind = found.partition(":")[0]
        raise ProxyTrouble(f"proxies of the kind {kind} cannot be used, only http ones")
    return found


_sessions: Final[dict[_Key, Session]] = {}


async def session(options: HttpOptions, public_only: bool) -> Session:
    """
    The session of this loop, made when it is first used.

    Requests that may only go to public addresses have their own.
    """
    key = (asyncio.get_running_loop(), options, public_only)
    if (found := _sessions.get(key)) is not None:
        return found
    # of a copy, made at once: other threads open sessions of their own meanwhile
    _abandon([old for old in list(_sessions) if old[0].is_closed()])
    keeper = _keeper(key)
    times = ClientTimeout(total=None, connect=options.connect_timeout, ceil_threshold=inf)
    made = _sessions[key] = Session(
        client_session(public_only), options, public_only, keeper, _Trust(options), times
    )
    await anext(keeper)
    return made


async def _keeper(key: _Key) -> AsyncGenerator[None, None]:
    # A loop tells nobody that it ends, but it closes the generators that were begun on it.
    try:
        yield
    finally:
        found = _sessions.pop(key, None)
        if found is not None:
            await found.client.close()


async def close(options: HttpOptions) -> None:
    """Closes the sessions of this loop that have these options."""
    loop = asyncio.get_running_loop()
    for key in [key for key in list(_sessions) if key[:2] == (loop, options)]:
        await _sessions[key].keeper.aclose()


def _abandon(keys: list[_Key]) -> None:
    for key in keys:
        left = _sessions.pop(key, None)
        if left is None:
            continue  # another thread was quicker
        # without its connector a session has nothing to complain of
        left.client.detach()
        # nor a loop of a generator that has ended: with nothing to close it waits for nothing
        # (Python 3.13 tells of one that the loop would have had to end)
        with suppress(StopIteration, RuntimeError):
            left.keeper.aclose().send(None)


def _abandon_all() -> None:
    _abandon(list(_sessions))


# In the child of a fork: the parent's connections are not ours.
os.register_at_fork(after_in_child=_abandon_all)
