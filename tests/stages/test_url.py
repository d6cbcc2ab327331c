"""url: the base of a provider or endpoint, and the route of a task below it."""

from __future__ import annotations

import pytest
from attrs import evolve

import hfpipe
from hfpipe import ProviderMapping
from hfpipe.providers.row import Provider, Recipe
from hfpipe.records import Options
from hfpipe.secret import Secret
from hfpipe.stages.url import base, url

ROUTER = "https://router.huggingface.co"


def place(row=None, recipe=None, token="hf_abc", route="/v1/x", **options):
    """What `url` makes of a call of that row."""
    return url(walk(row, recipe, token, route, **options))


def walk(row=None, recipe=None, token="hf_abc", route="/v1/x", **options):
    how = Recipe(lambda _: route, None, None, **(recipe or {}))
    made = Provider("acme", "https://acme.example", {"t": how}, **(row or {}))
    asked = hfpipe.new_exchange(hfpipe.client("hf_x", model="m"), hfpipe.chat_completion, "hi")
    return evolve(
        asked,
        options=Options(token=token and Secret(token), providers={"acme": made}, **options),
        mapping=ProviderMapping("acme", "m", "t"),
    )


WAYS = [
    ({}, {}, "hf_abc", f"{ROUTER}/acme/v1/x"),
    ({}, {}, None, f"{ROUTER}/acme/v1/x"),
    ({}, {}, "own_key", "https://acme.example/v1/x"),
    ({"route": "direct"}, {}, "hf_abc", "https://acme.example/v1/x"),
    ({"route": "direct"}, {}, None, "https://acme.example/v1/x"),
    ({"route": "router"}, {}, "own_key", f"{ROUTER}/acme/v1/x"),
    ({"below": ""}, {}, "hf_abc", f"{ROUTER}/v1/x"),
    ({"below": "/other"}, {}, "hf_abc", f"{ROUTER}/other/v1/x"),
    ({"below": "/other"}, {}, "own_key", "https://acme.example/v1/x"),
    ({}, {"base": "https://b.example"}, "own_key", "https://b.example/v1/x"),
    ({}, {"base": "https://b.example"}, "hf_abc", f"{ROUTER}/acme/v1/x"),
]


@pytest.mark.parametrize(("row", "recipe", "token", "goes"), WAYS)
def test_where_a_call_goes(row, recipe, token, goes):
    """
    An `hf_` token, or none, goes through the router; a key of its own straight to its provider.
    """
    assert goes == place(row, recipe, token).unwrap().url


def test_another_router():
    """
    It may be a secret, as an address with a password is.
    """
    found = place(router_url=Secret("https://a:b@r.example")).unwrap().url

    assert "https://a:b@r.example/acme/v1/x" == found


@pytest.mark.parametrize(
    ("route", "leaves"),
    [
        ("/models/../x", True),
        ("/models/..", True),
        ("/models/..x", False),
        ("/models/x..", False),
        ("/models/a..b/x", False),
    ],
)
def test_a_name_for_a_model_does_not_leave_its_path(route, leaves):
    """
    Whatever the Hub says that a provider calls it.
    """
    found = place(route=route)

    assert leaves == isinstance(found.swap().value_or(None), hfpipe.RoutingError)


def test_a_recipes_own_base_goes_before_its_providers():
    """
    Of direct calls; what is routed goes to the router. Without a mapping there is no recipe.
    """
    own = {"recipe": {"base": "https://b.example"}}

    assert "https://b.example" == base(walk(token="own_key", **own))
    assert "https://acme.example" == base(walk(token="own_key"))
    assert "https://router.huggingface.co/acme" == base(walk(token="hf_abc", **own))
    with pytest.raises(hfpipe.InputError, match="no mapping"):
        base(evolve(walk(token="own_key"), mapping=None))
