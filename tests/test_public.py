"""What a user can name: each public name is told of in words, and typed."""

from __future__ import annotations

import inspect
import re
from importlib import import_module

import attrs
import pytest

import hfpipe

PACKAGES = ("hfpipe", "hfpipe.aio", "hfpipe.raising", "hfpipe.streams", "hfpipe.aio.streams")
PACKAGES += ("hfpipe.testing", "hfpipe.middleware")


def home(value):
    return str(getattr(value, "__module__", ""))


def public(package):
    """The names of a package that are hfpipe's own, and no modules of it."""
    module = import_module(package)
    names = getattr(module, "__all__", None) or dir(module)
    given = {name: getattr(module, name) for name in names if not name.startswith("_")}
    return {name: value for name, value in given.items() if home(value).startswith("hfpipe")}


NAMES = [(package, name) for package in PACKAGES for name in sorted(public(package))]
VALUES = {f"{package}.{name}": public(package)[name] for package, name in NAMES}
FUNCTIONS = {name: value for name, value in VALUES.items() if inspect.isfunction(value)}
CLASSES = {name: value for name, value in VALUES.items() if inspect.isclass(value)}
RECORDS = {name: value for name, value in CLASSES.items() if attrs.has(value)}


def words(value):
    """The docstring of a class and of what it inherits from, or of a function."""
    bases = value.__mro__ if inspect.isclass(value) else (value,)
    return "\n".join(inspect.cleandoc(base.__doc__ or "") for base in bases if base is not object)


def own_functions(kind):
    """The public methods and properties that a class defines itself, unwrapped."""
    for name, value in vars(kind).items():
        bare = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if not name.startswith("_") and inspect.isfunction(bare):
            yield name, bare


METHODS = {
    f"{name}.{method}": function
    for name, kind in CLASSES.items()
    for method, function in own_functions(kind)
}


def test_dir_lists_what_is_public_once():
    """
    `dir(hfpipe)`, which editors and shells complete from, has the public names and no others.
    """
    assert sorted({*hfpipe._WHERE, *hfpipe._MODULES}) == [
        name for name in dir(hfpipe) if not name.startswith("_") or name == "__version__"
    ]


@pytest.mark.parametrize("name", [*VALUES, *METHODS])
def test_every_public_name_is_told_of_in_a_sentence(name):
    """
    Functions, classes, methods and properties have a docstring that begins with a sentence.
    """
    value = {**VALUES, **METHODS}[name]
    first = inspect.cleandoc(value.__doc__ or "").split("\n\n")[0]

    assert re.fullmatch(r"(?s)\S.{10,}[.:]", first), first


@pytest.mark.parametrize("name", RECORDS)
def test_every_field_of_a_record_is_told_of(name):
    """
    The docstring of a public record names its fields: as `code`, or as words.
    """
    told = words(hfpipe.client if name == "hfpipe.Options" else RECORDS[name])
    fields = [field.name for field in attrs.fields(RECORDS[name]) if field.name[0] != "_"]

    assert [] == [
        field
        for field in fields
        if not re.search(rf"(?i)`{field}\b|\b{field.replace('_', ' ')}\b", told)
    ]


@pytest.mark.parametrize("name", [*FUNCTIONS, *METHODS])
def test_every_public_function_is_typed(name):
    """
    Each parameter and each return value has an annotation.
    """
    signature = inspect.signature({**FUNCTIONS, **METHODS}[name])
    given = [item for item in signature.parameters.values() if item.name not in {"self", "cls"}]

    assert [] == [item.name for item in given if item.annotation is item.empty]
    assert signature.return_annotation is not signature.empty


@pytest.mark.parametrize("package", ["hfpipe.aio", "hfpipe.raising"])
def test_every_task_is_at_every_door(package):
    """
    What is a task function of `hfpipe` has its twin under the same name.
    """
    tasks = {name for name, value in public("hfpipe").items() if hasattr(value, "ask")}

    assert set() == tasks - set(public(package))
