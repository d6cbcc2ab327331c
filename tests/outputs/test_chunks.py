"""Chunks as they are decoded: what an event leaves out is there all the same."""

from __future__ import annotations

import pickle

import pytest

from hfpipe import evolve, to_dict
from hfpipe.outputs.chunks import ChatChunk, ChunkChoice, Delta
from hfpipe.outputs.read import decoder

EVENTS = [
    (b"{}", ChatChunk()),
    (
        b'{"id":"i","choices":[{"delta":{"content":"a"}}]}',
        ChatChunk((ChunkChoice(Delta(content="a")),), id="i"),
    ),
    (
        b'{"choices":[{"index":1,"delta":{"content":null,"refusal":"no"},"finish_reason":"stop"}]}',
        ChatChunk((ChunkChoice(Delta(refusal="no"), 1, "stop"),)),
    ),
]


@pytest.mark.parametrize(("data", "made"), EVENTS)
def test_a_chunk_that_is_decoded_is_as_one_that_is_made(data, made):
    """
    In all that can be asked of it, whatever the event leaves out.
    """
    chunk = decoder(ChatChunk).decode(data)

    assert made == chunk == pickle.loads(pickle.dumps(chunk))
    assert (hash(made), repr(made)) == (hash(chunk), repr(chunk))
    assert to_dict(made) == to_dict(chunk)
    assert evolve(made, model="m") == evolve(chunk, model="m")


def test_a_chunk_is_given_only_what_its_event_tells():
    """
    The rest is found with the class: it takes a seventh of the time to set it.
    """
    chunk = decoder(ChatChunk).decode(EVENTS[1][0])

    assert {"id", "choices"} == chunk.__dict__.keys()
    assert {"content"} == chunk.choices[0].delta.__dict__.keys()
    assert None is chunk.usage is chunk.choices[0].delta.role
