"""The raising door: every task, its value or its error raised."""

from __future__ import annotations

import pickle

import pytest

import hfpipe
from hfpipe import raising
from hfpipe.tasks import TASKS

SANDBOX = {"provider": "sandbox"}


def test_every_task_is_there():
    """
    A task that hfpipe has, hfpipe.raising has under the same name.
    """
    tasks = {name for name in dir(hfpipe) if hasattr(getattr(hfpipe, name, None), "ask")}
    functions = {task.function for task in TASKS.values()}

    assert functions <= tasks
    assert set() == {name for name in tasks if not callable(getattr(raising, name, None))}


@pytest.mark.parametrize("name", ["chat_completion", "text_generation", "chat_completion_stream"])
def test_the_error_itself_is_raised(name):
    """
    Not one that wraps it: what was caught can be matched, pickled, compared.
    """
    with pytest.raises(hfpipe.ProviderApiError) as caught:
        getattr(raising, name)(SANDBOX, "fail with 402")

    assert ("out_of_credits", 402) == (caught.value.code, caught.value.status)
    assert caught.value == pickle.loads(pickle.dumps(caught.value))


def test_a_stream_raises_where_it_breaks():
    """
    The chunks before come bare; the error has the answer so far.
    """
    seen: list[str] = []
    stream = raising.chat_completion_stream(SANDBOX, "break with truncation: count to 9")
    with pytest.raises(hfpipe.StreamError) as caught:
        seen.extend(chunk.text for chunk in stream)

    assert "truncated" == caught.value.code
    assert "".join(seen) == caught.value.partial.text
    assert "1 2" == "".join(seen)[:3]


def test_a_stream_can_be_left_and_asked_for_the_whole():
    """
    It is the stream of hfpipe in all else.
    """
    with raising.chat_completion_stream(SANDBOX, "count to 3") as stream:
        assert "" == next(stream).text
        assert "1 2 3" == stream.response().text
    with raising.chat_completion_stream(SANDBOX, "count to 3") as stream:
        next(stream)
    assert [] == list(stream)
    assert "sandbox" == stream.meta.provider
