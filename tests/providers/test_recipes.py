"""
The recipes of a row: made when one is asked for, and then there.
"""

import pickle
from importlib import import_module

import pytest
from attrs import evolve
from returns.result import Success

import hfpipe
from hfpipe import providers
from hfpipe.providers import classic
from hfpipe.providers.body import json_body
from hfpipe.providers.families import CLASSIC, family
from hfpipe.providers.row import Provider, Recipe
from hfpipe.providers.table import PROVIDERS
from hfpipe.testing import scripted

PAIRS = [(row.name, task) for row in PROVIDERS.values() for task in row.recipes]


@pytest.mark.parametrize(("name", "task"), PAIRS)
def test_each_task_that_a_row_names_has_its_recipe(name, task):
    """
    What a row only names is there when it is asked for.
    """
    assert isinstance(PROVIDERS[name].recipes[task], Recipe)


FAMILIES = {
    "fal-ai": "fal",
    "replicate": "replicate",
    "sandbox": "sandbox",
    "wavespeed": "wavespeed",
    "zai-org": "zai",
}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_row_names_all_of_its_family(name):
    """
    No recipe is written down that no call would find.
    """
    found = import_module(f"hfpipe.providers.{FAMILIES[name]}").RECIPES

    assert set(found) == set(PROVIDERS[name].recipes) - {"conversational"}


def test_the_classic_tasks_are_those_of_the_dialect():
    """
    hf-inference, the sandbox and endpoints name the tasks of a module that is not loaded yet.
    """
    assert set(CLASSIC.split()) == set(classic.HF_INFERENCE)


def counting():
    """A maker of one recipe, and the list of those it has made."""
    made = []

    def maker():
        made.append(evolve(providers.chat.CHAT))
        return made[-1]

    return maker, made


def test_a_recipe_is_made_once_and_only_when_it_is_asked_for():
    """
    Whether a task is there is known without making its recipe.
    """
    maker, made = counting()
    row = Provider("mine", "https://h", {"conversational": maker})
    named = ("conversational" in row.recipes, list(row.recipes), len(row.recipes), repr(row))

    assert (True, ["conversational"], 1) == named[:3]
    assert [] == made
    assert row.recipes["conversational"] is row.recipes["conversational"]
    assert 1 == len(made)


def test_rows_with_functions_equal_rows_with_their_recipes():
    """
    A function in the place of a recipe is only another time at which it is made.
    """
    lazy = Provider("mine", "https://h", {"conversational": lambda: providers.chat.CHAT})
    plain = Provider("mine", "https://h", {"conversational": providers.chat.CHAT})

    assert lazy == plain
    assert plain == pickle.loads(pickle.dumps(lazy))


def test_a_changed_row_keeps_what_was_made():
    """
    `evolve` hands the recipes on as they are.
    """
    row = PROVIDERS["groq"]

    assert evolve(row, base="https://h").recipes is row.recipes


def test_a_task_without_a_recipe_is_a_key_error():
    """
    Recipes are a mapping like any other.
    """
    with pytest.raises(KeyError):
        PROVIDERS["groq"].recipes["text-to-video"]


def test_a_family_is_found_by_the_names_of_its_tasks():
    """
    Each maker picks its own out of what is found.
    """
    makers = family("conversational", lambda: {"conversational": providers.chat.CHAT})

    assert providers.chat.CHAT is makers["conversational"]()


def test_there_is_no_other_module_in_the_package():
    """
    A name that the package does not have is missing there as anywhere.
    """
    with pytest.raises(AttributeError, match="'groq'"):
        _ = providers.groq


def empty_body(exchange):
    """The body of any call."""
    return json_body(exchange, {})


def value(exchange):
    """What is made of any answer."""
    return Success(evolve(exchange, output=exchange.url))


def test_a_row_may_tell_which_recipe_is_meant():
    """
    Where the task alone does not settle it; whether there is such a task, its recipes say.
    """
    ways = {
        name: Recipe(
            lambda _, name=name: f"/{name}", lambda exchange: json_body(exchange, {}), value
        )
        for name in ("a", "b")
    }
    row = Provider(
        "mine",
        "https://m.example",
        {"text-to-image": ways["a"]},
        "direct",
        keyless=True,
        mapped=False,
        spoken=lambda exchange: ways[exchange.options.model],
    )
    send = scripted({}, {})
    hf = hfpipe.client(None, provider="mine", providers={"mine": row}, send=send)

    found = [hfpipe.text_to_image(hf, "a cat", model=model).unwrap() for model in ways]

    assert ["https://m.example/a", "https://m.example/b"] == found
    assert found == [sent.url for sent in send.requests]
    refused = hfpipe.text_to_speech(hf, "hi", model="a").failure()
    assert "unsupported_task" == refused.code
