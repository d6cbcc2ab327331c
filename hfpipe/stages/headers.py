"""
headers: who asks, what is sent, what is wanted back.

Floor 3. Runs after payload, on which the content type depends. The caller's own headers lie over
the generated ones; those that a provider insists on lie over both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from returns.result import Result

from hfpipe.address import origin
from hfpipe.errors import HfpipeError
from hfpipe.evolving import evolve
from hfpipe.records import warned
from hfpipe.results import success
from hfpipe.secret import Secret, of_a_provider, of_the_hub, plain
from hfpipe.stages.recipe import recipe
from hfpipe.version import USER_AGENT
from hfpipe.wire import Headers

if TYPE_CHECKING:
    from hfpipe.providers.row import Provider, Recipe
    from hfpipe.records import Exchange, Options

_KEPT: Final = 64
_OURS: Final = ("huggingface.co", "hf.co", "huggingface.cloud")


def headers(exchange: Exchange) -> Result[Exchange, HfpipeError]:
    """Writes `headers`; warns of a `bill_to` that has no effect."""
    row, how = recipe(exchange)
    client, options, token = exchange.client, exchange.options, exchange.options.token
    kept = client.kept_headers if options is client.options else {}
    goes = token is not None and goes_to(exchange.url, token, exchange)
    like = row.name, how.accept, exchange.content_type, goes
    built = kept.get(like)
    if built is None:
        built = _built(row, how, options, exchange.content_type, token if goes else None)
        if len(kept) < _KEPT:  # forms have a content type of their own each
            kept[like] = built
    if options.bill_to and of_a_provider(token):
        line = "bill_to has no effect with a provider's own key"
        exchange = warned(exchange, line)
    return success(evolve(exchange, headers=built))


def _built(
    row: Provider, how: Recipe, options: Options, content_type: str, token: Secret | None
) -> Headers:
    built: dict[str, str | Secret] = {"user-agent": USER_AGENT}
    if content_type:
        built["content-type"] = content_type
    if how.accept:
        built["accept"] = how.accept
    if token is not None:
        built["authorization"] = token.prefixed(_scheme(row, token))
    if options.bill_to:
        built["x-hf-bill-to"] = options.bill_to
    return Headers({**built, **options.extra_headers, **dict(row.headers)})


def _scheme(row: Provider, token: Secret) -> str:
    return "Bearer " if row.scheme == "Bearer" or of_the_hub(token) else f"{row.scheme} "


def goes_to(url: str, token: Secret, exchange: Exchange) -> bool:
    """
    Whether the token may go to this address.

    One that was given explicitly goes where the caller points; one found in the environment or
    the saved login only to the Hub, the router, and https hosts of Hugging Face.
    """
    if token.source is None:
        return True
    here = origin(url)
    options = exchange.options
    if here in {origin(plain(options.router_url)), origin(plain(options.hub_url))}:
        return True
    return here[0] == "https" and any(
        here[1] == host or here[1].endswith(f".{host}") for host in _OURS
    )
