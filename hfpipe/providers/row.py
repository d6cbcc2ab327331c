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

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from hfpipe.pipeline import Outcome
from hfpipe.printing import equal, hashed, printed
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

    __repr__, __eq__, __hash__ = printed, equal, hashed


Made: TypeAlias = Callable[[], Recipe]


class Recipes(Mapping[str, Recipe]):
    """
    Recipes by task; one that is given as a function is made when it is first asked for.

    So what a task needs is loaded with it, and not with the row. A pickle holds the recipes
    themselves.

    >>> from hfpipe import providers
    >>> recipes = Recipes({"conversational": lambda: providers.chat.CHAT})
    >>> recipes, recipes["conversational"].route
    (Recipes(conversational), Path(template='/v1/chat/completions'))
    """

    __slots__ = ("_recipes",)
    _recipes: dict[str, Recipe | Made]

    def __init__(self, recipes: Mapping[str, Recipe | Made]) -> None:
        self._recipes = dict(recipes)

    def __getitem__(self, task: str) -> Recipe:
        recipe = self._recipes[task]
        if not isinstance(recipe, Recipe):
            recipe = self._recipes[task] = recipe()
        return recipe

    def __contains__(self, task: object) -> bool:
        return task in self._recipes

    def __iter__(self) -> Iterator[str]:
        return iter(self._recipes)

    def __len__(self) -> int:
        return len(self._recipes)

    def __repr__(self) -> str:
        return f"Recipes({', '.join(self._recipes)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Recipes, (dict(self),))


def _recipes(given: Mapping[str, Recipe | Made]) -> Recipes:
    return given if isinstance(given, Recipes) else Recipes(given)


@frozen
class Provider:
    """
    One provider: its name, its own address, and in `recipes` a recipe for each of its tasks,
    or a function that makes one.

    `route` says where its calls go: `either` way (through the router with an `hf_` token, else
    straight to `base`), always through the `router`, always `direct`. `scheme` stands before a
    key of its own. `headers` go along with every call. `keyless` providers answer without a
    token; `mapped` ones have their models looked up on the Hub; `model` is the default one.
    `below` is the path of its calls under the router's address, None for `/<name>`. `prefix` may
    stand before the name of a model and is cut off. `removed` is the day on which the Hub's
    router stopped serving it: what is left is its own address, for keys of its own.
    `spoken(exchange)` is the recipe where the task alone does not settle it: `recipes` then says
    which tasks there are.
    """

    name: str
    base: str
    recipes: Recipes = field(hash=False, converter=_recipes)
    route: Literal["either", "router", "direct"] = "either"
    scheme: str = "Bearer"
    headers: tuple[tuple[str, str], ...] = ()
    keyless: bool = False
    mapped: bool = True
    model: str = ""
    below: str | None = None
    prefix: str = ""
    removed: str = ""
    spoken: Callable[[Exchange], Recipe] | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed
