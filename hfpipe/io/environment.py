"""
What the environment says: the token, the Hub's address, proxies and certificates.

Names and order are those of `huggingface_hub`. Every function takes the variables as an argument.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from attrs import frozen

from hfpipe.printing import equal, hashed, printed
from hfpipe.records import HUB
from hfpipe.secret import Secret, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfpipe.http_options import HttpOptions

_TOKENS: Final = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_TOKEN")
_TRUE: Final = frozenset({"1", "ON", "YES", "TRUE"})


@frozen
class Variable:
    """A token's source: a variable of the environment, read where it is used."""

    name: str

    __repr__, __eq__, __hash__ = printed, equal, hashed

    @property
    def told(self) -> str:
        """Where the token is from, for people."""
        return f"{self.name} in the environment"

    def __call__(self) -> str | None:
        return os.environ.get(self.name, "").strip() or None


@frozen
class SavedLogin:
    """A token's source: the file that `hf auth login` writes."""

    told = "the saved login of `hf auth login`"

    __repr__, __eq__, __hash__ = printed, equal, hashed

    def __call__(self) -> str | None:
        return _read(token_file(os.environ))


def implicit_token(environ: Mapping[str, str] = os.environ) -> Secret | None:
    """
    The token of the environment, else of the saved login, else None.

    https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
    """
    if environ.get("HF_HUB_DISABLE_IMPLICIT_TOKEN", "").upper() in _TRUE:
        return None
    for name in _TOKENS:
        if token := environ.get(name, "").strip():
            return Secret(token, source=Variable(name))
    if token := _read(token_file(environ)) or "":
        return Secret(token, source=SavedLogin())
    return None


def token_file(environ: Mapping[str, str]) -> Path:
    """Where the saved login is."""
    if path := environ.get("HF_TOKEN_PATH"):
        return Path(path).expanduser()
    home = environ.get("HF_HOME")
    if not home:
        cache = environ.get("XDG_CACHE_HOME") or "~/.cache"
        home = f"{cache}/huggingface"
    return Path(home).expanduser() / "token"


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8").strip() or None
    except (OSError, ValueError):
        return None


def hub_url(environ: Mapping[str, str] = os.environ) -> str:
    """The Hub's address: HF_ENDPOINT, else the public one."""
    return environ.get("HF_ENDPOINT", "").strip().rstrip("/") or HUB


def proxy_for(
    url: str, options: HttpOptions, environ: Mapping[str, str] = os.environ
) -> str | None:
    """The proxy for an address, or None: the options' own, else the environment's."""
    if options.proxy is not None:
        return plain(options.proxy)
    if not options.trust_env or not _may_name_a_proxy(environ):
        return None
    # Loaded where there may be one: it takes 4 of the 150 ms to a first answer.
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    host = parts.hostname or ""
    if proxy_bypass(f"{host}:{parts.port}" if parts.port else host):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


def _may_name_a_proxy(environ: Mapping[str, str]) -> bool:
    # Windows and macOS have settings beside the variables.
    settings = sys.platform in {"win32", "darwin"}
    return settings or any(name.lower().endswith("_proxy") for name in environ)


def ca_bundle(options: HttpOptions, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The certificates to trust, or None: those that OpenSSL trusts by itself."""
    if options.ca_bundle is not None:
        return options.ca_bundle
    if options.trust_env:
        for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            if path := environ.get(name):
                return Path(path)
    return None
