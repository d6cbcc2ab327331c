"""
url: the base of the provider or endpoint, and the route of the task below it.

Floor 3. An `hf_` token goes through the Hub's router, any other key straight to its provider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from returns.result import Failure, Result

from hfpipe.errors import HfpipeError, RoutingError
from hfpipe.evolving import evolve
from hfpipe.results import success
from hfpipe.secret import of_a_provider, plain
from hfpipe.stages.recipe import recipe

if TYPE_CHECKING:
    from hfpipe.providers.row import Provider, Recipe
    from hfpipe.records import Exchange


def url(exchange: Exchange) -> Result[Exchange, HfpipeError]:
    """Writes `url`: where the call goes."""
    row, how = recipe(exchange)
    address = _base(exchange, row, how) + how.route(exchange)
    if "/../" in address or address.endswith("/.."):
        return Failure(RoutingError("the provider's name for the model leaves its path"))
    return success(evolve(exchange, url=address))


def base(exchange: Exchange) -> str:
    """
    The address below which the provider's routes stand, without a slash at its end.

    https://huggingface.co/docs/inference-providers: routed calls go to
    `https://router.huggingface.co/<provider>`.
    """
    return _base(exchange, *recipe(exchange))


def _base(exchange: Exchange, row: Provider, how: Recipe) -> str:
    if not routed(exchange, row):
        return how.base or row.base
    below = f"/{row.name}" if row.below is None else row.below
    return plain(exchange.options.router_url) + below


def routed(exchange: Exchange, row: Provider) -> bool:
    """Whether the call goes through the Hub's router, and not straight to its provider."""
    token = exchange.options.token
    theirs = row.route == "either" and of_a_provider(token)
    return not theirs and row.route != "direct"
