"""
Which providers serve a model: the Hub's own list, by itself.

Floor 7. The same look-up as that of a call, from the same memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.clients import as_client, client
from hfpipe.door import Asked, Walk, asking, output, performed
from hfpipe.errors import HfpipeError, InputError
from hfpipe.evolving import evolve
from hfpipe.options import checked
from hfpipe.pipeline import Outcome, Pipeline, Stage
from hfpipe.records import Exchange, ProviderMapping
from hfpipe.stages.looking_up import look_up
from hfpipe.tasks import CHAT

if TYPE_CHECKING:
    from hfpipe.clients import AnyClient


def _ask(model: str, given: AnyClient | None = None) -> Asked:
    try:
        asks = client() if given is None else as_client(given)
        options = evolve(asks.options, model=checked({"model": model})["model"])
        if not options.model or "://" in options.model:
            raise InputError("providers_for needs a model's id: org/name", code="no_model")
    except InputError as error:
        return Failure(error)
    asks = evolve(asks, options=evolve(asks.options, pipeline=_LISTING))
    return Success(Walk(Exchange(asks, CHAT, {}, options), output))


def providers_for(
    model: str, client: AnyClient | None = None
) -> Result[tuple[ProviderMapping, ...], HfpipeError]:
    """
    The providers of a model as the Hub lists them, in the order of the token's owner.

    Each entry has the provider, its own name for the model, the task, and the status: `live`,
    `staging` or `error`. Entries of providers that this version does not know are among them.

    >>> entry = ProviderMapping("groq", "llama", "conversational")
    >>> providers_for("org/llama", {"mappings": {"org/llama": [entry]}})
    <Success: (ProviderMapping(provider='groq', provider_id='llama', task='conversational', ...>
    """
    return performed(_ask(model, client))


asking(providers_for, _ask)


def clear_mappings() -> None:
    """Forgets which providers serve which models: the next call asks the Hub again."""
    from hfpipe.io.shelf import SHELF

    SHELF.clear()


def listing(exchange: Exchange) -> Outcome:
    """Writes `output`: the entries of the option `mappings`, else the Hub's."""
    known = exchange.options.mappings.get(exchange.options.model)
    if known is not None:
        return Success(evolve(exchange, output=known))
    return Success(look_up(exchange.options, Listing()))


@frozen
class Listing:
    """The entries are wanted as they are."""

    def found(self, exchange: Exchange, entries: tuple[ProviderMapping, ...]) -> Outcome:
        """All of them."""
        return Success(evolve(exchange, output=entries))

    def otherwise(self, _exchange: Exchange, error: HfpipeError, _why: str, /) -> Outcome:
        """The error, as it is."""
        return Failure(error)


_LISTING = Pipeline((Stage("listing", listing),))
