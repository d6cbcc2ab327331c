"""
Bodies: JSON, and bytes as they are.

Floor 4. What several providers share.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from returns.result import Failure

from hfpipe.codec.json import NotJson, encoded
from hfpipe.errors import InputError
from hfpipe.evolving import evolve
from hfpipe.parameters import ordered
from hfpipe.pipeline import Outcome
from hfpipe.records import Exchange
from hfpipe.results import success
from hfpipe.wire import Body

_JSON: Final = "application/json"


def json_body(exchange: Exchange, value: Mapping[str, Any]) -> Outcome:
    """The exchange with this value as its body; a Failure where it is not JSON."""
    try:
        return success(evolve(exchange, body=encoded(value), content_type=_JSON))
    except NotJson as error:
        return Failure(InputError(f"the arguments are not JSON: {error}"))


def raw_body(exchange: Exchange, body: Body, content_type: str) -> Outcome:
    """The exchange with these bytes as its body."""
    return success(evolve(exchange, body=body, content_type=content_type))


def parameters(exchange: Exchange) -> dict[str, Any]:
    """The call's `parameters` that are set, in their order, with `extra_body` laid over them."""
    given: Mapping[str, Any] = exchange.args.get("parameters") or {}
    task = exchange.mapping.task if exchange.mapping else exchange.task
    return {**ordered(task, given), **exchange.options.extra_body}


def model(exchange: Exchange, nameless: str = "") -> str:
    """The provider's name of the model; `nameless` where there is none."""
    return (exchange.mapping.provider_id if exchange.mapping else "") or nameless
