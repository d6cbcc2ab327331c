"""
redact: the record made safe to keep and to print. Headers and secrets go, prompts stay.

Floor 3. Failures are redacted by the engine, whether or not this stage is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from returns.result import Result

from hfpipe.evolving import evolve
from hfpipe.results import success
from hfpipe.secret import shown
from hfpipe.wire import Headers, HttpRequest

if TYPE_CHECKING:
    from hfpipe.clients import Client
    from hfpipe.errors import HfpipeError
    from hfpipe.records import Exchange, Options


def redact(exchange: Exchange) -> Result[Exchange, HfpipeError]:
    """Rewrites `url`, `headers`, `request` and `options` with nothing behind the marks."""
    request, options = exchange.request, exchange.options
    headers = exchange.headers.redacted()
    return success(
        evolve(
            exchange,
            url=shown(exchange.url),
            headers=headers,
            request=request and _safe(request, exchange.headers, headers),
            options=_tokenless(options, exchange.client),
        )
    )


def _tokenless(options: Options, client: Client) -> Options:
    if options.token is None:
        return options
    # most calls have no options of their own: 0.6 us
    return client.tokenless if options is client.options else evolve(options, token=None)


def _safe(request: HttpRequest, built: Headers, redacted: Headers) -> HttpRequest:
    # what was pointed elsewhere has headers of its own, without credentials
    headers = redacted if request.headers is built else request.headers.redacted()
    return evolve(request, url=shown(request.url), headers=headers)
