"""
resolve: which provider answers, and under what name it knows the model.

Floor 3. Asks the Hub through a Need, which the driver answers from memory for five minutes; a
model that the option `mappings` lists, an endpoint, the router's own chat, and a provider that
uses the Hub's names need no look-up.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from attrs import frozen
from returns.result import Failure, Result

from hfpipe.codec.json import NotJson, to_json
from hfpipe.errors import HfpipeError, InputError, RoutingError
from hfpipe.evolving import evolve
from hfpipe.mappings import serves, told
from hfpipe.near import nearest
from hfpipe.pipeline import Outcome
from hfpipe.printing import equal, hashed, printed
from hfpipe.records import Exchange, ProviderMapping, warned
from hfpipe.results import success
from hfpipe.secret import of_a_provider, of_the_hub
from hfpipe.tasks import CHAT, TASKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hfpipe.providers.row import Provider
    from hfpipe.records import Options

_Found = Result[Exchange, HfpipeError]


def resolve(exchange: Exchange) -> Outcome:
    """Writes `mapping`: the provider, its name for the model, and the task that it does."""
    options = exchange.options
    task = TASKS[options.task or exchange.task].hub
    if options.token is not None and options.token.lost:
        return Failure(_missing_token("the token did not travel with the client: give it again"))
    if options.endpoint_url:
        return _endpoint(exchange, task)
    name = options.provider
    listed = options.mappings.get(options.model)
    if name == "auto" and task == CHAT and options.auto_router and listed is None:
        return _direct(exchange, options.providers["auto"], task)
    if name == "auto":
        if of_a_provider(options.token):
            return Failure(_foreign_key())
    else:
        row = options.providers.get(name)
        if row is None:
            return Failure(_unknown_provider(name, options.providers))
        if row.removed and (task not in row.recipes or not of_a_provider(options.token)):
            return Failure(_removed(row, task, options.providers))
        if task not in row.recipes:
            return Failure(_unsupported(row, task, options.providers))
        if not row.mapped:
            return _direct(exchange, row, task)
        if (refused := _key(row, options)) is not None:
            return Failure(refused)
    if not options.model:
        return Failure(_no_model())
    return _chosen(exchange, task, listed) if listed is not None else _look_up(exchange, task)


def _endpoint(exchange: Exchange, task: str) -> _Found:
    options = exchange.options
    row = options.providers["endpoint"]
    if task not in row.recipes:
        return Failure(_unsupported(row, task, options.providers))
    if options.provider not in {"auto", "endpoint"}:
        line = f"an endpoint_url is given, so provider {options.provider!r} is not used"
        exchange = warned(exchange, line)
    return success(evolve(exchange, mapping=_mapping("endpoint", options.model, task)))


def _direct(exchange: Exchange, row: Provider, task: str) -> _Found:
    model = (exchange.options.model or row.model).removeprefix(row.prefix)
    if not model:
        return Failure(_no_model())
    if (refused := _key(row, exchange.options)) is not None:
        return Failure(refused)
    return success(evolve(exchange, mapping=_mapping(row.name, model, task)))


@lru_cache(64)
def _mapping(provider: str, model: str, task: str) -> ProviderMapping:
    # Most calls of a client have the same one: 0.1 us, where making it takes 0.35.
    return ProviderMapping(provider, model, task)


def _look_up(exchange: Exchange, task: str) -> Outcome:
    from hfpipe.stages.looking_up import look_up  # 1 ms where the mapping is known without it

    options = exchange.options
    try:
        # Nobody is asked for anything on behalf of arguments that could not be sent anyway.
        to_json({name: value for name, value in exchange.args.items() if name in _SENT})
    except NotJson as error:
        return Failure(InputError(f"the arguments are not JSON: {error}"))
    return success(look_up(options, Choice(task)))


_SENT: Final = frozenset({"messages", "parameters", "tools", "response_format"})


@frozen
class Choice:
    """One of the Hub's entries is to be chosen, for this task."""

    task: str

    __repr__, __eq__, __hash__ = printed, equal, hashed

    def found(self, exchange: Exchange, entries: tuple[ProviderMapping, ...]) -> Outcome:
        """The entry that fits."""
        return _chosen(exchange, self.task, entries)

    def otherwise(self, exchange: Exchange, error: HfpipeError, why: str) -> Outcome:
        """Under `auto` hf-inference is tried, with a warning; else the error stands."""
        options = exchange.options
        row = options.providers.get("hf-inference")
        if options.provider != "auto" or row is None or self.task not in row.recipes:
            return Failure(error)
        line = f"the Hub {why}, so hf-inference is asked: {error.message}"
        return _direct(warned(exchange, line), row, self.task)


def _chosen(exchange: Exchange, task: str, entries: Iterable[ProviderMapping]) -> Outcome:
    options = exchange.options
    wanted = options.provider
    fits: list[ProviderMapping] = []
    for entry in entries:
        row = options.providers.get(entry.provider)
        if row is None or row.removed:
            line = f"provider {entry.provider!r} is unknown to this version and was passed over"
            exchange = warned(exchange, line)
        elif serves(entry, task) and task in row.recipes and wanted in {"auto", entry.provider}:
            fits.append(entry)
    for status in ("live", "staging"):
        for entry in fits:
            if entry.status == status:
                return _settled(exchange, evolve(entry, task=task))
    who = "no provider serves" if wanted == "auto" else f"{wanted} does not serve"
    return Failure(
        RoutingError(f"{who} {options.model} for {task}; the model has: {told(entries)}")
    )


def _settled(exchange: Exchange, mapping: ProviderMapping) -> _Found:
    if mapping.status == "staging":
        line = f"{mapping.provider} serves {exchange.options.model} for trial only (staging)"
        exchange = warned(exchange, line)
    refused = _key(exchange.options.providers[mapping.provider], exchange.options)
    if refused is not None:
        return Failure(refused)
    return success(evolve(exchange, mapping=mapping))


def _key(row: Provider, options: Options) -> InputError | None:
    """Why the token does not fit the provider, or None."""
    token = options.token
    if token is None:
        who = "the router" if row.name == "auto" else row.name
        return None if row.keyless else _missing_token(f"{who} needs a token, and there is none")
    ours = of_the_hub(token)
    if row.route == "direct" and ours and not row.keyless:
        return InputError(f"{row.name} takes its own keys, no hf_ token", code="invalid_token")
    return _foreign_key() if row.name == "auto" and not ours else None


def _foreign_key() -> InputError:
    return InputError(
        "with provider 'auto' the token must be a Hugging Face one (hf_...); "
        "with a provider's own key, name the provider",
        code="invalid_token",
    )


def _missing_token(why: str) -> InputError:
    return InputError(why, code="missing_token")


def _no_model() -> InputError:
    return InputError("no model is named: pass model=...", code="no_model")


def _unknown_provider(name: str, rows: Iterable[str]) -> RoutingError:
    known = sorted(row for row in rows if row != "endpoint")
    near = nearest(name, known) or "."
    return RoutingError(
        f"there is no provider {name!r}{near} Known: {', '.join(known)}",
        code="unknown_provider",
    )


def _removed(row: Provider, task: str, rows: Mapping[str, Provider]) -> RoutingError:
    straight = f"A key of its own still goes straight to {row.base}, for: {', '.join(row.recipes)}."
    return RoutingError(
        f"provider {row.name!r} was removed from the Hub's router on {row.removed}; for {task} "
        f"use one of: {', '.join(_able(task, rows)) or 'none'}",
        code="unknown_provider",
        hint=straight if row.recipes else "",
    )


def _able(task: str, rows: Mapping[str, Provider]) -> list[str]:
    """Who does the task: of the table, without the ways to go that are no providers."""
    return sorted(
        name
        for name, row in rows.items()
        if task in row.recipes and not row.removed and name != "endpoint"
    )


def _unsupported(row: Provider, task: str, rows: Mapping[str, Provider]) -> RoutingError:
    able = ", ".join(_able(task, rows)) or "none"
    return RoutingError(
        f"{row.name} does not serve {task}; these do: {able}", code="unsupported_task"
    )
