"""
The first calls of a process, from many threads at once: nothing is there yet, and all load it.
"""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys

import attrs
import pytest

import hfpipe

TOGETHER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import hfpipe

def told(call):
    start.wait()
    return call()

def asked(client, **more):
    return [
        lambda: hfpipe.chat_completion(client, "hi", **more),
        lambda: hfpipe.chat_completion_stream(client, "hi", **more).bind(lambda s: s.response()),
        lambda: hfpipe.embed(client, "hi", **more),
        lambda: hfpipe.text_classification(client, "hi", **more),
        lambda: hfpipe.text_generation(client, "hi", **more),
        lambda: hfpipe.text_to_image(client, "hi", **more),
        lambda: hfpipe.summarization(client, "hi there", **more),
        lambda: hfpipe.fill_mask(client, "hi [MASK]", **more),
    ] * 2

calls = asked({client})
start = Barrier(len(calls))
sys.setswitchinterval(1e-5)
with ThreadPoolExecutor(len(calls)) as pool:
    ended = list(pool.map(told, calls))
sys.setswitchinterval(0.005)
codes = {{hfpipe.fold(one, ok=lambda _: "ok", err=lambda error: error.code) for one in ended}}
print(sorted(codes))
"""


@pytest.mark.parametrize(
    ("client", "ends"),
    [
        ('hfpipe.client(provider="sandbox")', "['ok']"),
        # nobody listens there
        ('hfpipe.endpoint_client(None, "http://127.0.0.1:9", model="m")', "['refused']"),
    ],
)
@pytest.mark.parametrize("turn", range(3))
def test_first_calls_from_many_threads(client, ends, turn):
    """
    All end as the only one would: none sees a module, or what is known of a type, half made.
    """
    found = subprocess.run(
        [sys.executable, "-c", TOGETHER.format(client=client)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (0, ends) == (found.returncode, found.stdout.strip()), (turn, found.stderr[-2000:])


# What is known of a class is kept with the class.
LEARNED = """
import importlib, sys
for name in sys.argv[1:]:
    module, _, kind = name.rpartition(".")
    if "__msgspec_cache__" not in vars(getattr(importlib.import_module(module), kind)):
        print(name)
"""
# These take a class and decode nothing with it.
DECODE_NOTHING = {"isinstance", "issubclass", "field", "attrs.fields"}


def records_handed_on(module):
    """The records that this module gives to a call as classes, alone or as in `tuple[X, ...]`."""
    for call in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(call, ast.Call) and ast.unparse(call.func) not in DECODE_NOTHING:
            given = [*call.args, *[keyword.value for keyword in call.keywords]]
            named = [one for one in given if isinstance(one, ast.Name | ast.Subscript)]
            for name in (part for one in named for part in ast.walk(one)):
                kind = getattr(module, name.id, None) if isinstance(name, ast.Name) else None
                if isinstance(kind, type) and attrs.has(kind):
                    yield kind


def test_what_is_decoded_is_learned_while_its_module_is_imported():
    """
    A record whose module forgets `learned` is made known by the first answer, of many at once.
    """
    names = [one.name for one in pkgutil.walk_packages(hfpipe.__path__, "hfpipe.")]
    modules = [importlib.import_module(name) for name in names if "__main__" not in name]
    handed = {kind for module in modules for kind in records_handed_on(module)}
    records = {kind for kind in handed if not issubclass(kind, hfpipe.HfpipeError)}

    wanted = sorted(f"{kind.__module__}.{kind.__name__}" for kind in records)
    script = [sys.executable, "-c", LEARNED, *wanted]
    found = subprocess.run(script, capture_output=True, text=True, check=True, timeout=60)

    assert {"hfpipe.outputs.chat.ChatCompletion", "hfpipe.providers.tei._Rank"} < set(wanted)
    assert [] == found.stdout.split()
