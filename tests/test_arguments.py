"""How a call may be written: a mapping of arguments, a task by its function, an option as None."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from returns.result import Failure, Result

import hfpipe
from hfpipe.stages.merge import merge
from hfpipe.testing import scripted

SANDBOX = {"provider": "sandbox"}
NOBODYS: Any = None  # no text, as the signatures have it


def _code(result: Result[Any, Any]) -> tuple[str, str] | None:
    error = result.failure() if isinstance(result, Failure) else None
    return None if error is None else (type(error).__name__, error.code)


def test_a_stream_in_a_mapping_is_no_whole_answer() -> None:
    """
    A mapping of arguments that asks for a stream is refused as the keyword is, in every door.
    """
    args = {"messages": "hi", "stream": True}
    refused = ("InputError", "bad_option")

    assert refused == _code(hfpipe.chat_completion(SANDBOX, args))
    assert refused == _code(hfpipe.run(SANDBOX, "chat-completion", args))
    assert refused == _code(asyncio.run(hfpipe.aio.chat_completion(SANDBOX, args)))


@pytest.mark.parametrize(
    ("function", "named"),
    [
        (hfpipe.chat_completion, "hfpipe.chat_completion_stream"),
        (hfpipe.text_generation, "hfpipe.text_generation_stream"),
        (hfpipe.text_to_image, "chat_completion_stream and text_generation_stream"),
    ],
)
def test_the_hint_names_a_stream_that_there_is(function: Any, named: str) -> None:
    """
    Who asks a whole answer for a stream is told of a function that exists.
    """
    refused = function(SANDBOX, "hi", stream=True).failure()

    assert named in refused.hint
    assert not hasattr(hfpipe, "text_to_image_stream")


@pytest.mark.parametrize(
    "task", [hfpipe.sentence_similarity, "sentence_similarity", "sentence-similarity"]
)
def test_the_option_task_takes_a_function_too(task: Any) -> None:
    """
    The option `task` takes the function itself, its name and the Hub's, of a client and a call.
    """
    hf, shared = hfpipe.client(), hfpipe.client(task=task)
    exchanges = [
        hfpipe.new_exchange(hf, hfpipe.feature_extraction, "x", task=task),
        hfpipe.new_exchange(shared, hfpipe.feature_extraction, "x"),
    ]

    assert ["sentence-similarity"] * 2 == [merge(x).unwrap().options.task for x in exchanges]


def test_no_provider_is_the_default_one() -> None:
    """
    A provider that is None, as a program's unset setting is, is "auto": of a client and a call.
    """
    hf = hfpipe.client("hf_x", provider=NOBODYS, model="org/m", send=scripted("one", "two"))

    assert "one" == hfpipe.chat_completion(hf, "hi").unwrap().text
    assert "two" == hfpipe.chat_completion(hf, "hi", provider=NOBODYS).unwrap().text


def test_a_client_does_not_follow_the_mapping_it_was_made_of() -> None:
    """
    A client is frozen: what becomes of the mapping given as `extra_body` does not reach it.
    """
    extra = {"top_k": 5}
    hf = hfpipe.client(extra_body=extra)
    before = hash(hf)
    extra["top_k"] = 6

    assert {"top_k": 5} == hf.options.extra_body
    assert before == hash(hf) == hash(hfpipe.client(extra_body={"top_k": 5}))
