"""
redact: the record made safe to keep and to print. Headers and secrets go, prompts stay.

Floor 3. Failures are redacted by the engine, whether or not this stage is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from returns.result import Result, Success

from hfpipe.evolving import evolve
from hfpipe.secret import shown

if TYPE_CHECKING:
    from hfpipe.errors import HfpipeError
    from hfpipe.records import Exchange


def redact(exchange: Exchange) -> Result[Exchange, HfpipeError]:
    """Rewrites `url`, `headers`, `request` and `options` with nothing behind the marks."""
    request = exchange.request
    headers = exchange.headers.redacted()
    address = shown(exchange.url)
    return Success(
        evolve(
            exchange,
            url=address,
            headers=headers,
            request=request and evolve(request, url=shown(request.url), headers=headers),
            options=evolve(exchange.options, token=None),
        )
    )
