"""
A walk that waits, handed to another client: its token, sender, pipeline and deadline.

Floor 7. A ticket may come from anywhere, so nothing that it says decides where a token goes: the
address is made anew by the client's own stages, and has to be the one where the walk stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs
from returns.result import Failure, Result, Success

from hfpipe.address import origin
from hfpipe.errors import HfpipeError, InputError
from hfpipe.evolving import evolve
from hfpipe.pipeline import Need, Pipeline, Waiting
from hfpipe.records import Exchange, Options
from hfpipe.secret import REDACTED, Secret, of_a_provider, of_the_hub, plain, shown
from hfpipe.standard import default_pipeline
from hfpipe.wire import Headers, HttpRequest

if TYPE_CHECKING:
    from hfpipe.clients import Client

# What was asked stays; everything else is the business of who goes on.
_ASKED = ("model", "provider", "task", "bill_to", "extra_body", "save_to")


def rebound(waiting: Waiting, client: Client, said: dict[str, Any]) -> Result[Waiting, HfpipeError]:
    """
    The walk with the client in the place of the one before, and `said` over its options.

    Raises `InputError` where the client is not one to go on with.
    """
    pipeline = client.options.pipeline or default_pipeline()
    there, here = waiting.pipeline.names(), pipeline.names()
    if there != here:
        raise InputError(
            f"the walk was begun in a pipeline of the stages {', '.join(there)}; "
            f"the client's has {', '.join(here)}",
            code="bad_option",
        )
    exchange = evolve(waiting.exchange, client=client, options=_options(waiting, client, said))
    if exchange.url:
        if waiting.exchange.client != client:
            _same_provider(exchange)
        moved = _address(exchange, pipeline)
        if not isinstance(moved, Success):
            return Failure(moved.failure())
        exchange = moved.unwrap()
    need = _renewed(waiting.need, exchange)
    return Success(Waiting(pipeline, waiting.at, exchange, need, waiting.began, waiting.clock))


def _options(waiting: Waiting, client: Client, said: dict[str, Any]) -> Options:
    old, new = waiting.exchange.options, client.options
    if waiting.exchange.client == client:
        again: dict[str, Any] = {name: getattr(new, name) for name in ("timeout", "send")}
        return evolve(old, **{**again, **said})
    kept: dict[str, Any] = {name: getattr(old, name) for name in _ASKED}
    headers = Headers(
        (name, value)
        for name, value in old.extra_headers.items()
        if not (isinstance(value, Secret) and value.lost)
    )
    return evolve(new, **{**kept, "extra_headers": headers | new.extra_headers, **said})


def _same_provider(exchange: Exchange) -> None:
    mapping, mine = exchange.mapping, exchange.client.options
    token = exchange.options.token
    if mapping is None or mapping.provider == "endpoint":
        return
    foreign = of_a_provider(token)
    if foreign and mine.provider != mapping.provider:
        raise InputError(
            f"the walk is {mapping.provider}'s, and the client's key is for {mine.provider!r}: "
            f"go on with a client of provider={mapping.provider!r}",
            code="invalid_token",
        )


def _address(exchange: Exchange, pipeline: Pipeline) -> Result[Exchange, HfpipeError]:
    """The exchange with the address and the headers that the client's own stages make."""
    made = evolve(exchange, url="")
    for name in ("url", "headers") if exchange.headers else ("url",):
        if name not in pipeline.names():
            continue
        outcome = pipeline.stages[pipeline.index(name)].run(made)
        if not isinstance(outcome, Success):
            return Failure(outcome.failure())
        found = outcome.unwrap()
        if not isinstance(found, Exchange):
            raise InputError(f"the stage {name} needs more than its exchange: it cannot go on")
        made = found
        if name == "url" and shown(made.url) != shown(exchange.url):
            raise InputError(
                f"the walk stands at {shown(exchange.url)}, and the client goes to "
                f"{shown(made.url)}: go on with a client of the same provider or endpoint, "
                "and of the same kind of token"
            )
    return Success(evolve(made, meta=exchange.meta))


def _renewed(need: Need, exchange: Exchange) -> Need:
    """The need with what its requests say of who asks taken from the exchange."""
    changed: Need = _walked(need, exchange)
    request = changed.request
    if isinstance(request, HttpRequest) and REDACTED in request.url:
        raise InputError(
            "the walk waits for an address with a secret in it, which did not travel: "
            "it can be finished in its own process alone"
        )
    return changed


def _walked(value: Any, exchange: Exchange) -> Any:
    if isinstance(value, HttpRequest):
        return _request(value, exchange)
    kind = cast("Any", type(value))
    if not attrs.has(kind) or isinstance(value, BaseException):
        return value
    changes: dict[str, Any] = {}
    for field in attrs.fields(kind):
        old = getattr(value, field.name)
        new = _walked(old, exchange)
        if new is not old:
            changes[field.name] = new
    return attrs.evolve(value, **changes) if changes else value


def _request(request: HttpRequest, exchange: Exchange) -> HttpRequest:
    options, token = exchange.options, exchange.options.token
    here = origin(request.url)
    at_home = bool(exchange.url) and here == origin(exchange.url)
    at_the_hub = here == origin(plain(options.hub_url))
    headers: dict[str, str | Secret] = {}
    for name, value in request.headers.items():
        if not isinstance(value, Secret):
            headers[name] = value
        elif at_home and name in exchange.headers:
            headers[name] = exchange.headers[name]
        elif at_the_hub and name == "authorization" and of_the_hub(token):
            headers[name] = token.prefixed("Bearer ")
    strange = bool(exchange.headers) and not at_home
    url = exchange.url if shown(exchange.url) == request.url else request.url
    return evolve(
        request,
        url=url,
        headers=Headers(headers),
        public_only=request.public_only or strange,
    )
