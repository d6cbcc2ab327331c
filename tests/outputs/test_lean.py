"""Answers as they are decoded: what they leave out is there all the same."""

from __future__ import annotations

import pickle

import attrs
import pytest

from hfpipe import evolve, to_dict
from hfpipe.outputs.chat import ChatCompletion, Choice, Message
from hfpipe.outputs.chunks import ChatChunk, ChunkChoice, Delta
from hfpipe.outputs.read import decoder
from hfpipe.outputs.usage import Usage

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


WHOLE = [
    (b'{"choices":[]}', ChatCompletion(())),
    (
        b'{"choices":[{"message":{"content":"a"}}],"usage":{"total_tokens":3}}',
        ChatCompletion((Choice(Message(content="a")),), usage=Usage(total_tokens=3)),
    ),
    (
        b'{"choices":[{"message":{"role":null},"finish_reason":"stop"}],"model":"m"}',
        ChatCompletion((Choice(Message(role=None), finish_reason="stop"),), model="m"),
    ),
]
ANSWERS = [(ChatChunk, *event) for event in EVENTS] + [(ChatCompletion, *one) for one in WHOLE]


@pytest.mark.parametrize(("kind", "data", "made"), ANSWERS)
def test_a_record_that_is_decoded_is_as_one_that_is_made(kind, data, made):
    """
    In all that can be asked of it, whatever the answer leaves out.
    """
    record = decoder(kind).decode(data)

    assert made == record == pickle.loads(pickle.dumps(record))
    assert (hash(made), repr(made)) == (hash(record), repr(record))
    assert to_dict(made) == to_dict(record)
    assert attrs.asdict(made) == attrs.asdict(record)


@pytest.mark.parametrize(("kind", "data", "made"), ANSWERS)
def test_a_changed_copy_of_one_that_was_decoded(kind, data, made):
    """
    Is that of one that was made; a field that there is not is refused, whatever is left out.
    """
    record = decoder(kind).decode(data)

    assert evolve(made, system_fingerprint="f") == evolve(record, system_fingerprint="f")
    for count in range(1, 1 + len(attrs.fields(kind))):
        with pytest.raises(TypeError, match="unexpected keyword argument"):
            evolve(record, **{f"no_field_{n}": n for n in range(count)})


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        (ChatChunk, EVENTS[1][0], {"id", "choices"}),
        (ChatCompletion, WHOLE[1][0], {"choices", "usage"}),
    ],
)
def test_a_record_is_given_only_what_its_answer_tells(kind, data, told):
    """
    The rest is found with the class: it takes a seventh of the time to set it.
    """
    record = decoder(kind).decode(data)

    assert told == record.__dict__.keys()
    assert None is record.model is record.system_fingerprint
