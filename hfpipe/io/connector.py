"""
How aiohttp connects for hfpipe: which names it looks up, and which connections it uses again.
"""

from __future__ import annotations

import asyncio
import socket
from functools import cached_property, partial
from inspect import signature
from ipaddress import ip_address
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from aiohttp import (
    ClientConnectorDNSError,
    ClientRequest,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    ServerDisconnectedError,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver, ResolveResult

from hfpipe.address import figures, reachable
from hfpipe.io.connection import DOUBT
from hfpipe.io.dialing import ForbiddenAddress
from hfpipe.io.pools import ProxyTrouble
from hfpipe.io.threads import off

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ConnectionKey
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

# Longer than most servers keep one; what they close meanwhile is noticed.
_KEPT: Final = 60.0
# The limits of http.client, which the blocking sender has.
_LINE: Final = 65_536
_HEADERS: Final = 100
# Before 3.14 aiohttp counts no headers, and takes no such argument.
_COUNTS: Final = "max_headers" in signature(ClientSession).parameters
_MOST_HEADERS: Final[dict[str, Any]] = {"max_headers": _HEADERS} if _COUNTS else {}

# Streams, and they alone, are asked for so: a compressed one would come in lumps.
UNCOMPRESSED: Final = {"accept-encoding": "identity"}


def client_session(public_only: bool) -> ClientSession:
    """A session of aiohttp that does as hfpipe does."""
    connector = _Connector(
        limit=0,  # how much goes on at a time is the caller's to say: hfpipe.aio.gather
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
        **_MOST_HEADERS,
    )
    # aiohttp sends a GET again by itself when a kept connection breaks; whether to do that is
    # for hfpipe's retry to say.
    setattr(client, "_retry_connection", False)  # noqa: B010 - there is no public way
    return client


class Ask(ClientRequest):
    """
    What the connector is asked by, for every request to one origin: it makes its key once.

    aiohttp's own makes it anew each time, 5k of a call's 700k instructions.
    """

    @cached_property
    def connection_key(self) -> ConnectionKey:  # pyright: ignore[reportIncompatibleMethodOverride] - nobody sets it
        """What connections to the same place have in common."""
        return super().connection_key


class _Connector(TCPConnector):
    """
    Connections, of which one that has just carried a stream is doubted, as `DOUBT` says.

    `_doubted` tells until when; `_faithful` whose server was seen to keep one after a stream.
    `_dialed` are the connections to a proxy that a task is about to go through.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)  # pyright: ignore[reportUnknownMemberType] - aiohttp's
        self._doubted: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
        self._faithful: set[Any] = set()
        self._dialed: dict[Any, list[Any]] = {}

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 - the signature is aiohttp's
    ) -> Connection:
        """A connection to the server; where its proxy fails before there is one, that is told."""
        try:
            found = await super().connect(req, traces, timeout)
            # A server that says something before it is asked: it would be taken for the answer.
            while found.protocol.should_close or (  # type: ignore[union-attr]  # it is connected
                self._doubted and not await self._kept(found, req)
            ):
                found.close()
                found = await super().connect(req, traces, timeout)
        except TimeoutError as error:
            raise ConnectionTimeoutError("no connection came in time") from error
        except (ClientConnectorDNSError, ServerDisconnectedError) as error:
            if req.proxy is None:
                raise
            raise ProxyTrouble(str(error)) from error
        if not isinstance(req, Ask):
            found.add_callback(partial(_cut, found.protocol))
        if req.headers.get("accept-encoding") == "identity":  # UNCOMPRESSED: it is a stream
            key, protocol = req.connection_key, found.protocol
            if key not in self._faithful:
                found.add_callback(lambda: self._doubted.update({protocol: monotonic() + DOUBT}))
        return found

    async def _kept(self, found: Connection, req: ClientRequest) -> bool:
        protocol: Any = found.protocol
        key = req.connection_key
        wait = self._doubted.pop(protocol, 0.0) - monotonic()
        if wait > 0 and key not in self._faithful:
            try:
                await asyncio.sleep(wait)
            except BaseException:
                found.close()
                raise
            if protocol.is_connected():
                self._faithful.add(key)
        return bool(protocol.is_connected())

    # aiohttp closes the connection to a proxy that would not connect, but over TLS that waits for
    # the proxy's goodbye, half a minute at most; and a loop that ends before leaves it to the
    # garbage collector. There is no public way to it.
    async def _create_proxy_connection(self, *given: Any, **named: Any) -> Any:
        task: Any = asyncio.current_task()
        dialed = self._dialed[task] = []
        try:
            return await super()._create_proxy_connection(*given, **named)
        except BaseException:
            for transport in dialed:
                transport.abort()
            raise
        finally:
            del self._dialed[task]

    async def _create_direct_connection(self, *given: Any, **named: Any) -> Any:
        made = await super()._create_direct_connection(*given, **named)
        self._dialed.get(asyncio.current_task(), []).append(made[0])
        return made

    def __del__(self, *_: Any) -> None:
        """Prints nothing: what was never closed goes with the process."""


def _cut(protocol: Any) -> None:
    # Of a request that was given up, or answered early, nothing more is to be sent: a transport
    # that is closed waits until the server has taken the rest, which it may never do.
    transport = protocol.transport
    if transport is not None and transport.get_write_buffer_size():
        transport.abort()


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
    bare = address.strip("[]").partition("%")[0]
    try:
        return reachable(ip_address(bare))
    except ValueError:
        # some versions of aiohttp connect to "127.1" without asking anybody
        return not figures(bare)
