"""
What a provider is: a row of data, with a recipe for each task it does.

Floor 4. Adding a provider of a known shape is one row; what really differs is a function in a
recipe.

>>> from hfpipe.providers import chat
>>> from hfpipe.providers.row import Provider
>>> Provider("mine", "https://api.mine.example", {"conversational": chat.CHAT}).name
'mine'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from hfpipe.pipeline import Outcome
from hfpipe.records import Exchange

Route: TypeAlias = Callable[[Exchange], str]
Payload: TypeAlias = Callable[[Exchange], Outcome]
Value: TypeAlias = Callable[[Exchange], Outcome]
Fold: TypeAlias = Callable[[Exchange], Any]


@frozen
class Recipe:
    """
    How one task is asked of a provider, and how its answer is read.

    `route(exchange)` is the path below the base, from its slash on. `payload(exchange)` is the
    body. `value(exchange)` writes `output` from the response, or needs more. `fold(exchange)` is
    the pure decoder of a streamed answer; None where the task has no stream. `accept` is the
    header of that name, empty for none. `base` is the address of direct calls where it is not
    the provider's own. `missing(exchange)` is what else to try when the answer is 404.
    """

    route: Route
    payload: Payload
    value: Value
    fold: Fold | None = None
    accept: str = ""
    base: str = ""
    missing: Value | None = None


@frozen
class Provider:
    """
    One provider: its name, its own address, and in `recipes` a recipe for each of its tasks.

    `route` says where its calls go: `either` way (through the router with an `hf_` token, else
    straight to `base`), always through the `router`, always `direct`. `scheme` stands before a
    key of its own. `headers` go along with every call. `keyless` providers answer without a
    token; `mapped` ones have their models looked up on the Hub; `model` is the default one.
    `below` is the path of its calls under the router's address, None for `/<name>`. `prefix` may
    stand before the name of a model and is cut off. `removed` is the day on which the Hub's
    router stopped serving it: what is left is its own address, for keys of its own.
    """

    name: str
    base: str
    recipes: Mapping[str, Recipe] = field(hash=False)
    route: Literal["either", "router", "direct"] = "either"
    scheme: str = "Bearer"
    headers: tuple[tuple[str, str], ...] = ()
    keyless: bool = False
    mapped: bool = True
    model: str = ""
    below: str | None = None
    prefix: str = ""
    removed: str = ""
