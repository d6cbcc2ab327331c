"""
redact: the record made safe to keep and to print. Headers and secrets go, prompts stay.

Floor 3. Failures are redacted by the engine, whether or not this stage is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from returns.result import Result, Success

from hfpipe.evolving import evolve
from hfpipe.secret import shown
from hfpipe.wire import Headers, HttpRequest

if TYPE_CHECKING:
    from hfpipe.errors import HfpipeError
    from hfpipe.records import Exchange


def redact(exchange: Exchange) -> Result[Exchange, HfpipeError]:
    """Rewrites `url`, `headers`, `request` and `options` with nothing behind the marks."""
    request, options = exchange.request, exchange.options
    headers = exchange.headers.redacted()
    address = shown(exchange.url)
    return Success(
        evolve(
            exchange,
            url=address,
            headers=headers,
            request=request and _safe(request, shown(request.url), headers),
            options=options if options.token is None else evolve(options, token=None),
        )
    )


def _safe(request: HttpRequest, address: str, headers: Headers) -> HttpRequest:
    # written out: to evolve a field that has a converter takes thrice as long
    return HttpRequest(
        request.method,
        address,
        headers,
        request.body,
        request.stream,
        request.timeout,
        request.idle_timeout,
        request.public_only,
    )
