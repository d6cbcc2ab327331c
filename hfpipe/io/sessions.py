"""
aiohttp's sessions: one for each event loop and set of options, made when it is first used.

`hfpipe.aio.close` closes them, else the end of their loop does; one that nobody closed prints
nothing.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import socket
from ipaddress import ip_address
from ssl import SSLContext
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aiohttp import (
    ClientConnectorDNSError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    ServerDisconnectedError,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver, ResolveResult
from attrs import field, frozen

from hfpipe.address import origin, reachable
from hfpipe.io.dialing import ForbiddenAddress
from hfpipe.io.environment import proxy_for
from hfpipe.io.pools import ProxyTrouble, context
from hfpipe.io.threads import off

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from aiohttp import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

    from hfpipe.http_options import HttpOptions

# Longer than most servers keep one; what they close meanwhile is noticed.
_KEPT: Final = 60.0
# The limits of http.client, which the blocking sender has.
_LINE: Final = 65_536
_HEADERS: Final = 100

_Key: TypeAlias = tuple[asyncio.AbstractEventLoop, "HttpOptions", bool]


@frozen(eq=False)
class Session:
    """A session of aiohttp with the options that it was made by."""

    client: ClientSession
    options: HttpOptions
    keeper: AsyncGenerator[None, None]
    proxies: dict[tuple[str, str, int], str | None] = field(factory=dict[Any, Any])

    def proxy(self, url: str) -> str | None:
        """The proxy for an address. The environment is read once for each origin."""
        place = origin(url)
        if place not in self.proxies:
            found = proxy_for(url, self.options)
            if found is not None and "://" not in found:
                found = f"http://{found}"
            if found is not None and not found.startswith(("http://", "https://")):
                kind = found.partition(":")[0]
                raise ProxyTrouble(f"proxies of the kind {kind} cannot be used, only http ones")
            self.proxies[place] = found
        return self.proxies[place]


_sessions: Final[dict[_Key, Session]] = {}
_opening: Final[dict[_Key, asyncio.Task[Session]]] = {}


async def session(options: HttpOptions, public_only: bool) -> Session:
    """The session of this loop. Requests that may only go to public addresses have their own."""
    key = (asyncio.get_running_loop(), options, public_only)
    found = _sessions.get(key)
    if found is not None:
        return found
    opening = _opening.get(key)
    if opening is None:
        opening = _opening[key] = key[0].create_task(_opened(key))
        opening.add_done_callback(lambda _: _opening.pop(key, None))
    return await asyncio.shield(opening)


async def _opened(key: _Key) -> Session:
    _, options, public_only = key
    _abandon([old for old in _sessions if old[0].is_closed()])
    tls = await off(context, options)  # it reads the certificates
    client = _client(tls, public_only)
    keeper = _keeper(key)
    made = _sessions[key] = Session(client, options, keeper)
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


def _client(tls: SSLContext, public_only: bool) -> ClientSession:
    connector = _Connector(
        limit=0,  # how much goes on at a time is the caller's to say: hfpipe.aio.gather
        ssl=tls,
        resolver=_Resolver(public_only),
        keepalive_timeout=_KEPT,
    )
    client = ClientSession(
        connector=connector,
        cookie_jar=DummyCookieJar(),
        timeout=ClientTimeout(total=None),
        skip_auto_headers=("Accept", "User-Agent", "Content-Type"),
        max_line_size=_LINE,
        max_field_size=_LINE,
        max_headers=_HEADERS,
    )
    # aiohttp sends a GET again by itself when a kept connection breaks; whether to do that is
    # for hfpipe's retry to say.
    setattr(client, "_retry_connection", False)  # noqa: B010 - there is no public way
    return client


class _Connector(TCPConnector):
    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 - the signature is aiohttp's
    ) -> Connection:
        """A connection to the server; whose proxy fails before there is one, it says so."""
        try:
            return await super().connect(req, traces, timeout)
        except (ClientConnectorDNSError, ServerDisconnectedError) as error:
            if req.proxy is None:
                raise
            raise ProxyTrouble(str(error)) from error

    def __del__(self, *_: Any) -> None:
        """Prints nothing: what was never closed goes with the process."""


class _Resolver(AbstractResolver):
    """Names, looked up in hfpipe's own threads; where asked so, public addresses alone."""

    def __init__(self, public_only: bool) -> None:
        self._public_only = public_only

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host; raises OSError."""
        infos = await off(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM)
        found = [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, protocol, _, address in infos
            if not self._public_only or public(str(address[0]))
        ]
        if not found and infos:
            raise ForbiddenAddress(f"{host} is at the private address {infos[0][4][0]}")
        return found

    async def close(self) -> None:
        """Nothing is held open."""


def public(address: str) -> bool:
    """Whether an address is a public one, or none in figures at all."""
    try:
        return reachable(ip_address(address.strip("[]").partition("%")[0]))
    except ValueError:
        return True


async def close(options: HttpOptions) -> None:
    """Closes the sessions of this loop that have these options."""
    loop = asyncio.get_running_loop()
    for key in [key for key in _sessions if key[:2] == (loop, options)]:
        await _sessions[key].keeper.aclose()


def _abandon(keys: list[_Key]) -> None:
    for key in keys:
        # without its connector a session has nothing to complain of
        _sessions.pop(key).client.detach()


def _abandon_all() -> None:
    _abandon(list(_sessions))
    _opening.clear()


atexit.register(_abandon_all)
# In the child of a fork: the parent's connections are not ours.
os.register_at_fork(after_in_child=_abandon_all)
