"""Whatever JSON-like arguments a public function is given, a Result comes back."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from returns.result import Result, Success

import hfpipe
import hfpipe.calls
from hfpipe.codec.json import encoded
from hfpipe.errors import HfpipeError, RoutingError
from hfpipe.options import CALL
from hfpipe.tasks import named
from hfpipe.testing import stub

FUNCTIONS = [
    function
    for module in pkgutil.iter_modules(hfpipe.calls.__path__)
    for name, function in sorted(vars(import_module(f"hfpipe.calls.{module.name}")).items())
    if "ask" in getattr(function, "__dict__", {}) and hasattr(hfpipe, name)
]
# What would write a file, or let the test wait.
LEFT_OUT = {"save_to", "timeout", "idle_timeout", "retry"}
PNG = b"\x89PNG\r\n\x1a\n"
PROVIDERS = ("sandbox", "hf-inference", "groq", "auto")

SERVED = {
    "org/name": [
        {
            "provider": "hf-inference",
            "providerId": "x",
            "task": named(function).name,
            "status": "live",
        }
        for function in FUNCTIONS
    ]
}

words = st.text(max_size=8) | st.sampled_from(
    ["a\0b", "\ud800", "https://x.example/a", "data:,", "x" * 300]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | words
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
messages = st.lists(
    st.fixed_dictionaries({"role": words, "content": values}), min_size=1, max_size=2
)
inputs = values | st.dictionaries(
    st.sampled_from(["inputs", "parameters", "messages", "image", "question", "table", "query"]),
    values | messages,
    max_size=3,
)
answers = st.recursive(
    st.none()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "message", "content", "error", "data", "label", "score", "b64_json"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


def client(answer, provider):
    """A client whose every request is answered alike, and which nothing leaves."""
    kinds = {"content-type": "application/json"}
    send = stub({"*": hfpipe.HttpResponse(200, kinds, encoded(answer))})
    return hfpipe.client("hf_x", provider=provider, send=send, model="org/name", timeout=2.0)


def arguments(function):
    known = sorted((named(function).known | CALL) - LEFT_OUT)
    return st.dictionaries(
        st.sampled_from(known) | st.text("abc_", max_size=4), inputs | messages, max_size=3
    )


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_result_comes_back(function, data):
    """
    A value, or one of hfpipe's errors: no exception, whoever answers what.
    """
    hf = client(data.draw(answers), data.draw(st.sampled_from(PROVIDERS)))
    found = function(hf, data.draw(inputs), **data.draw(arguments(function)))

    assert isinstance(found, Result)
    assert isinstance(found, Success) or isinstance(found.failure(), HfpipeError)
    assert "stage_raised" != getattr(found.swap().value_or(None), "code", "")


def good(task):
    """Arguments that a task can work on."""
    first = "hi"
    if task.kind == "media":
        first = PNG
    elif task.kind == "mapping":
        texts = {"sentences": ["x", "y"], "table": {"a": ["1"]}, "data": {"a": ["1"]}}
        first = {key: PNG if key == task.media else texts.get(key, "x") for key in task.keys}
    parameters = {key: ["a", "b"] for key in task.required}
    return first, ({"parameters": parameters} if parameters else {})


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(answer=answers, status=st.sampled_from([200, 200, 200, 204, 400, 503]), loose=st.binary())
def test_whatever_is_answered_is_a_value_or_an_error(function, answer, status, loose):
    """
    Any JSON, any bytes, of any status: no stage raises.
    """
    first, more = good(named(function))
    kinds = {"content-type": "application/json"}
    for body in (encoded(answer), loose):
        send = stub({"*": hfpipe.HttpResponse(status, kinds, body)})
        hf = hfpipe.client(
            "hf_x", provider="hf-inference", send=send, retry_on_503=False, mappings=SERVED
        )
        found = function(hf, first, model="org/name", **more)
        served = not isinstance(found.swap().value_or(None), RoutingError)

        assert "stage_raised" != getattr(found.swap().value_or(None), "code", "")
        assert served == bool(send.requests)
