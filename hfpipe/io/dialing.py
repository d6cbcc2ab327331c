"""
Making a connection within its time: the name, each of its addresses, and where one may not go.

The C library's look-up of names cannot be bounded, so it is done in a thread that is left behind
when it takes too long.
"""

from __future__ import annotations

import socket
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from ipaddress import ip_address
from threading import Thread
from typing import Any

from hfpipe.address import reachable
from hfpipe.io.stop import held
from hfpipe.io.watch import Watch


class ForbiddenAddress(OSError):
    """A name of a server's choice leads to an address that is not public."""


def dialed(
    host: str,
    port: int,
    watch: Watch,
    options: Any,
    source: tuple[str, int] | None,
    public_only: bool,
) -> socket.socket:
    """
    A socket connected to the host, at the first of its addresses that takes the connection.

    Raises socket.gaierror where there is no such name, TimeoutError, `ForbiddenAddress`, or the
    OSError of the last address tried.
    """
    found = _addresses(host.strip("[]"), port, watch)
    last: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in found:
        if public_only and not reachable(ip_address(str(address[0]).partition("%")[0])):
            last = ForbiddenAddress(f"{host} is at the private address {address[0]}")
            continue
        sock = socket.socket(family, kind, protocol)
        try:
            for option in options or ():
                sock.setsockopt(*option)
            held(sock)
            sock.settimeout(watch.left())
            if source:
                sock.bind(source)
            sock.connect(address)
        except OSError as error:
            sock.close()
            last = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise last


def _addresses(host: str, port: int, watch: Watch) -> list[Any]:
    try:
        ip_address(host)
    except ValueError:
        return _looked_up(host, port, watch)
    # As bytes: a text would be taken for an international name, whose tables take 1 ms to load.
    return socket.getaddrinfo(
        host.encode(), port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
    )


def _looked_up(host: str, port: int, watch: Watch) -> list[Any]:
    future: Future[list[Any]] = Future()

    def look() -> None:
        try:
            future.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except BaseException as error:  # noqa: BLE001 - handed on to who waits
            future.set_exception(error)

    Thread(target=look, name=f"hfpipe-dns-{host}", daemon=True).start()
    try:
        return future.result(watch.left())
    except FutureTimeout:
        watch.timed_out()
        raise TimeoutError(f"the look-up of {host} took too long") from None
