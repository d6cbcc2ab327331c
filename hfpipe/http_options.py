"""
How connections are made, as data: the frozen form of the option `http_options`.

Floor 0. Clients with equal options share one pool of connections.
"""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from hfpipe.printing import printed
from hfpipe.secret import Secret


# Each call looks something up by them: their hash is made once.
@frozen(kw_only=True, cache_hash=True)
class HttpOptions:
    """
    How a sender reaches servers.

    `proxy` is one proxy for everything, or None: those of the environment (HTTPS_PROXY,
    HTTP_PROXY, ALL_PROXY, NO_PROXY), where `trust_env` lets it. `ca_bundle` is a file or folder
    of certificates to trust beside none of the system's, or None: SSL_CERT_FILE, SSL_CERT_DIR,
    else the system's. `client_cert` and `client_key` are files. `verify=False` trusts anybody.
    `pool_size` is how many idle connections are kept for each origin, `connect_timeout` how many
    seconds a connection may take to be made. `fast=False` switches off hfpipe's own reading of
    answers in favour of the libraries' own: http.client's and, on an event loop, aiohttp's.
    """

    proxy: str | Secret | None = None
    ca_bundle: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    verify: bool = True
    trust_env: bool = True
    pool_size: int = 32
    connect_timeout: float = 10.0
    fast: bool = True

    __repr__ = printed
