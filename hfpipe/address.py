"""
Addresses as text: where they are, whether two are the same place, and where nobody may be sent.

Floor 0.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import quote, urlsplit

# How an address on the web begins, and one of either kind that media may be given by.
WEB: Final = ("http://", "https://")
REMOTE: Final = (*WEB, "data:")

_PORTS: Final = {"http": 80, "https": 443}
_PRIVATE_NAMES: Final = (".localhost", ".local", ".internal", ".home.arpa")
_NAT64: Final = IPv6Network("64:ff9b::/96")


def origin(url: str) -> tuple[str, str, int]:
    """
    Scheme, host and port of an address: what credentials are bound to.

    >>> origin("https://Router.huggingface.co/v1/models")
    ('https', 'router.huggingface.co', 443)
    """
    # A host ends at the third slash at the latest. A call asks once or twice, mostly for the same
    # few hosts: 0.4 us, where it was 2.0. What may hold a password is not remembered.
    place = "/".join(url.split("/", 3)[:3])
    return _parsed(place) if "@" in place else _known(place)


def _parsed(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(scheme, 0)


_known: Final = lru_cache(64)(_parsed)


def private(host: str) -> bool:
    """
    Whether a host is known, by its name alone, to be no public one.

    A name that only resolves to such an address is found out by the sender.
    """
    bare = host.strip("[]").partition("%")[0].rstrip(".").lower()
    try:
        return not reachable(ip_address(bare))
    except ValueError:
        return figures(bare) or "." not in bare or bare.endswith(_PRIVATE_NAMES)


def figures(host: str) -> bool:
    """
    Whether a host that no strict parser takes for an address is one to the C library.

    >>> figures("127.1"), figures("0x7f000001"), figures("api.example")
    (True, True, False)
    """
    last = host.rpartition(".")[2]
    return last.isdigit() or last.startswith("0x")


def reachable(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is a public one: global, for one receiver, and hiding no other inside."""
    if isinstance(address, IPv6Address):
        if address.teredo is not None:
            # both count: the relay that is asked, and the machine behind it
            return all(map(reachable, address.teredo))
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return reachable(inner)
    return address.is_global and not address.is_multicast


def in_path(text: str) -> str:
    """
    A model id as it stands in a path.

    >>> in_path("org/name v2")
    'org/name%20v2'
    """
    return quote(text, safe="/:@.-_~")


def split_query(url: str) -> tuple[str, str]:
    """
    An address without its query, and the query with its question mark.

    >>> split_query("http://h/v1?x=1")
    ('http://h/v1', '?x=1')
    """
    path, mark, query = url.partition("?")
    return path, mark + query
