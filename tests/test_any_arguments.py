"""Whatever JSON-like arguments a public function is given, a Result comes back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from returns.result import Result, Success

import hfpipe
from hfpipe.codec.json import encoded
from hfpipe.errors import HfpipeError, InputError
from hfpipe.options import CALL
from hfpipe.tasks import named
from hfpipe.testing import stub

FUNCTIONS = [
    function
    for name in sorted(dir(hfpipe))
    if not name.startswith("_")
    and "ask" in getattr(function := getattr(hfpipe, name), "__dict__", {})
]
# What would write a file, or let the test wait.
LEFT_OUT = {"save_to", "timeout", "idle_timeout", "retry"}
PROVIDERS = ("sandbox", "hf-inference", "groq", "auto")

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


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    wrong=scalars
    | st.lists(scalars, max_size=2)
    | st.dictionaries(words, values, min_size=1, max_size=2)
)
def test_what_is_no_client_is_an_input_error(function, wrong):
    """
    Anything else in the client's place is said to be that.
    """
    found = function(wrong, "hi")

    assert isinstance(found.failure(), InputError)


def test_every_task_function_is_tried():
    """
    Nothing that asks a provider is left out.
    """
    names = {function.__name__ for function in FUNCTIONS}

    assert {"chat_completion", "chat_completion_stream", "text_to_image", "embed"} <= names
