"""
Connections, kept open: one pool for each set of options and origin.

A pool is made when it is first used. After a fork the child makes its own: two processes on one
connection would read each other's answers.
"""

from __future__ import annotations

import os
import ssl
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from urllib3 import PoolManager, ProxyManager
from urllib3.util.request import make_headers
from urllib3.util.ssl_ import create_urllib3_context
from urllib3.util.url import parse_url

from hfpipe.address import origin
from hfpipe.io.connection import PlainPool, TlsPool
from hfpipe.io.environment import ca_bundle, proxy_for

if TYPE_CHECKING:
    from pathlib import Path

    from hfpipe.http_options import HttpOptions

Pool: TypeAlias = PlainPool | TlsPool

_MOST: Final = 64


class ProxyTrouble(OSError):
    """A proxy is named that cannot be used."""


_Key: TypeAlias = tuple["HttpOptions", tuple[str, str, int]]

_pools: Final[dict[_Key, Pool]] = {}
_managers: Final[dict[tuple[HttpOptions, str, bool], PoolManager]] = {}
_lock = Lock()


def pool(options: HttpOptions, url: str) -> Pool:
    """The pool of connections for an address."""
    key = (options, origin(url))
    found = _pools.get(key)
    return _made(key, url) if found is None else found


def _made(key: _Key, url: str) -> Pool:
    options, (scheme, host, port) = key
    proxy = proxy_for(url, options) or ""
    with _lock:
        if (found := _pools.get(key)) is not None:
            return found
        while len(_pools) >= _MOST:
            _pools.pop(next(iter(_pools)))
        # Certificates are read where they are needed: 19 of the 170 ms to a first answer.
        tls = scheme == "https" or proxy.startswith("https://")
        manager = _managers.get((options, proxy, tls))
        if manager is None:
            manager = _managers[options, proxy, tls] = _manager(options, proxy, tls)
        made: Any = manager.connection_from_host(host, port, scheme)
        return _pools.setdefault(key, made)


def _manager(options: HttpOptions, proxy: str, tls: bool) -> PoolManager:
    settings: dict[str, Any] = {
        "num_pools": _MOST,
        "maxsize": options.pool_size,
        "ssl_context": context(options) if tls else None,
    }
    if not options.verify:
        settings.update(cert_reqs="CERT_NONE", assert_hostname=False)
    manager = _proxied(proxy, settings) if proxy else PoolManager(**settings)
    made: Any = manager
    made.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}
    return manager


def _proxied(proxy: str, settings: dict[str, Any]) -> ProxyManager:
    address = parse_url(proxy if "://" in proxy else f"http://{proxy}")
    if address.scheme not in {"http", "https"}:
        raise ProxyTrouble(f"proxies of the kind {address.scheme} cannot be used, only http ones")
    headers = make_headers(proxy_basic_auth=address.auth) if address.auth else None
    bare = address._replace(auth=None).url
    trust = settings["ssl_context"]  # the proxy itself may be asked over TLS
    return ProxyManager(bare, proxy_headers=headers, proxy_ssl_context=trust, **settings)


def context(options: HttpOptions) -> ssl.SSLContext:
    """Whom connections over TLS trust, and as whom they come. Reads files."""
    made = create_urllib3_context()
    bundle: Path | None = ca_bundle(options)
    if not options.verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    elif bundle is None:
        made.load_default_certs()
    else:
        _trust(made, bundle)
    if options.client_cert is not None:
        key = options.client_key
        made.load_cert_chain(str(options.client_cert), str(key) if key else None)
    return made


def _trust(context: ssl.SSLContext, bundle: Path) -> None:
    try:
        if bundle.is_dir():
            context.load_verify_locations(capath=str(bundle))
        else:
            context.load_verify_locations(cafile=str(bundle))
    except OSError as error:
        raise ssl.SSLError(f"the certificates in {bundle} cannot be read: {error}") from error


def close(options: HttpOptions) -> None:
    """Closes the idle connections of these options; a later call makes new ones."""
    with _lock:
        for key in [key for key in _pools if key[0] == options]:
            _pools.pop(key).close()
        for name in [name for name in _managers if name[0] == options]:
            _managers.pop(name).clear()


def _forget() -> None:
    # In the child of a fork: the parent's connections are not ours, and its lock may be held.
    global _lock  # noqa: PLW0603 - the one place where it is replaced
    _lock = Lock()
    _pools.clear()
    _managers.clear()


os.register_at_fork(after_in_child=_forget)
