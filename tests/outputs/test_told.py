"""A streamed answer put together again: what comes of each piece, and in which order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hfpipe.outputs.chat import Function, Logprobs, Message, TokenLogprob, ToolCallPart, TopLogprob
from hfpipe.outputs.chunks import ChatChunk, ChunkChoice, Delta, Groq
from hfpipe.outputs.told import MOST, Told, longer
from hfpipe.outputs.usage import Usage


def chunk(delta=None, index=0, reason=None, logprobs=None, **fields):
    choice = ChunkChoice(delta or Delta(), index, reason, logprobs)
    return ChatChunk((choice,), **fields)


def told(*chunks, at_once=True):
    """What chunks come to, taken all together or one by one."""
    if at_once:
        return Told().plus(chunks)
    so_far = Told()
    for one in chunks:
        so_far = so_far.plus([one])
    return so_far


def message(*deltas, at_once=True):
    whole = told(*(chunk(delta) for delta in deltas), at_once=at_once).completion()
    return whole.choices[0].message


both = pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one by one"])


@both
@pytest.mark.parametrize("name", ["content", "reasoning", "reasoning_content", "refusal"])
def test_texts_are_joined_each_by_its_name(name, at_once):
    """
    Empty pieces and missing ones change nothing; a text that never came is None.
    """
    pieces = ["one ", None, "", "two", " thr", "ee"]

    whole = message(*(Delta(**{name: piece}) for piece in pieces), at_once=at_once)

    assert Message("assistant", **{name: "one two three"}) == whole


@both
def test_the_last_word_on_role_and_end_counts(at_once):
    """
    Where none was said, the role is the assistant's, and there is no reason to end.
    """
    silent = told(chunk(Delta(content="a")), at_once=at_once).completion().choices[0]
    spoken = (
        told(
            chunk(Delta(role="user")),
            chunk(Delta(role="tool"), reason="length"),
            chunk(Delta(role=""), reason="stop"),
            chunk(Delta()),
            at_once=at_once,
        )
        .completion()
        .choices[0]
    )

    assert ("assistant", None) == (silent.message.role, silent.finish_reason)
    assert ("tool", "stop") == (spoken.message.role, spoken.finish_reason)


@both
def test_answers_are_told_apart_by_their_index(at_once):
    """
    However they are mixed, and in their order.
    """
    pieces = [(1, "b"), (0, "a"), (2, "c"), (0, "A"), (1, "B")]

    whole = told(
        *(chunk(Delta(content=text), index) for index, text in pieces), at_once=at_once
    ).completion()

    assert [(0, "aA"), (1, "bB"), (2, "c")] == [
        (choice.index, choice.message.content) for choice in whole.choices
    ]


def call(id=None, name=None, arguments=None, index=None, type=None):  # noqa: A002 - the wire's names
    return ToolCallPart(id, type, Function(name, arguments), index)


CALLS = [
    (
        "by their index, in any order",
        [[call("b", "g", "{", 1), call("a", "f", "", 0)], [call(index=0, arguments="{}")],
         [call(index=1, arguments="}")]],
        [("a", "f", "{}"), ("b", "g", "{}")],
    ),
    (
        "without an index, an id of its own begins the next",
        [[call("a", "f", "{")], [call(None, None, "}")], [call("b", "g", "{}")]],
        [("a", "f", "{}"), ("b", "g", "{}")],
    ),
    (
        "in pieces of any length",
        [[call("a", "f", text)] for text in ('{"abcde": ', "12", "}")],
        [("a", "f", '{"abcde": 12}')],
    ),
    (
        "without an index, the same id goes on",
        [[call("a", "f", "{")], [call("a", "f", "}")]],
        [("a", "f", "{}")],
    ),
    (
        "an id that comes late is that of the call so far",
        [[call(None, "f", "{")], [call("a", None, "}")]],
        [("a", "f", "{}")],
    ),
    (
        "three without an index",
        [[call("a", "f", "{}")], [call("b", "g", "{}")], [call("c", "h", "{}")]],
        [("a", "f", "{}"), ("b", "g", "{}"), ("c", "h", "{}")],
    ),
    (
        "without an index first, then with it",
        [[call("a", "f", "{")], [call("b", "g", "{")], [call(index=1, arguments="1}")],
         [call(index=0, arguments="0}")]],
        [("a", "f", "{0}"), ("b", "g", "{1}")],
    ),
    (
        "one that is no list",
        [call("a", "f", "{"), call(None, None, "}")],
        [("a", "f", "{}")],
    ),
    (
        "arguments as JSON, not as text",
        [[call("a", "f", {"x": 1})]],
        [("a", "f", '{"x":1}')],
    ),
    ("no arguments, or none that are told", [[call("a", "f")], [call()]], [("a", "f", "")]),
    ("empty arguments as JSON", [[call("a", "f", {})]], [("a", "f", "")]),
    ("no function at all", [[ToolCallPart("a", "function")]], [("a", "", "")]),
    ("neither id nor index", [[call(None, "f", "{}")]], [(None, "f", "{}")]),
    ("the first name stays", [[call("a", "f", "{")], [call("a", "g", "}")]], [("a", "f", "{}")]),
    ("an empty id is none", [[call("a", "f", "{")], [call("", None, "}")]],
     [("a", "f", "{}")]),
]  # fmt: skip


@both
@pytest.mark.parametrize(("pieces", "calls"), [row[1:] for row in CALLS], ids=[r[0] for r in CALLS])
def test_tool_calls_are_put_together(pieces, calls, at_once):
    """
    Their ids, names and arguments, in the ways that servers send them.
    """
    whole = message(*(Delta(tool_calls=_tuple(piece)) for piece in pieces), at_once=at_once)

    assert calls == [
        (part.id, part.function.name, part.function.arguments) for part in whole.tool_calls
    ]


def _tuple(piece):
    return tuple(piece) if isinstance(piece, list) else piece


def test_the_type_of_a_call_is_its_own_or_a_functions():
    """
    As it was told last.
    """
    plain = message(Delta(tool_calls=(call("a"),)))
    other = message(Delta(tool_calls=(call("a", type="custom"), call("a"))))

    assert "function" == plain.tool_calls[0].type
    assert "custom" == other.tool_calls[0].type


def test_no_calls_are_none():
    """
    And not an empty list, which no server sends.
    """
    assert None is message(Delta(content="a")).tool_calls


@both
def test_probabilities_are_strung_together(at_once):
    """
    Those of each piece, in their order; None where there are none.
    """
    tokens = [TokenLogprob(text, -0.5) for text in "abcd"]
    given = [
        Logprobs(tuple(tokens[:1])), None, Logprobs(None), Logprobs(tuple(tokens[1:3])),
        Logprobs(tuple(tokens[3:])),
    ]  # fmt: skip

    whole = told(*(chunk(logprobs=part) for part in given), at_once=at_once).completion()
    none = told(chunk(), at_once=at_once).completion()

    assert Logprobs(tuple(tokens)) == whole.choices[0].logprobs
    assert None is none.choices[0].logprobs


@both
def test_whose_answer_it_is_is_said_by_the_first_chunk(at_once):
    """
    And the usage by the last that tells any, Groq's way included.
    """
    counts = [Usage(1, 1, 2), Usage(1, 2, 3), Usage(1, 3, 4)]
    first = chunk(id="i", created=7, model="m", system_fingerprint="f", usage=counts[0])
    other = chunk(id="j", created=8, model="n", system_fingerprint="g", usage=counts[1])

    whole = told(first, other, chunk(), at_once=at_once).completion()
    groq = told(first, chunk(x_groq=Groq("x", counts[2])), chunk(x_groq=Groq("y")), at_once=at_once)

    assert ("i", "chat.completion", 7, "m", "f", counts[1]) == (
        whole.id,
        whole.object,
        whole.created,
        whole.model,
        whole.system_fingerprint,
        whole.usage,
    )
    assert counts[2] == groq.completion().usage


def test_nothing_told_is_no_answer():
    """
    A chunk without a choice is one without choices.
    """
    assert (0, True) == (Told().size, Told().whole)
    assert None is Told().completion()
    assert None is Told().plus([]).completion()
    assert () == Told().plus([ChatChunk(usage=Usage(1, 0, 1))]).completion().choices


LETTERS = [
    (Delta(content="abc"), None, 3),
    (Delta(reasoning="abc", reasoning_content="de", refusal="f"), None, 6),
    (Delta(tool_calls=(call("a", "f", "{}"), call("b", "g"))), None, 34),
    (Delta(tool_calls=(call("a", "f", {"x": 1}),)), None, 16),
    (Delta(tool_calls=ToolCallPart("a")), None, 16),
    (Delta(), Logprobs((TokenLogprob("a"), TokenLogprob("b"))), 32),
    (Delta(), Logprobs((TokenLogprob("a", top_logprobs=(TopLogprob("x"),) * 3),)), 64),
    (Delta(content="a"), Logprobs(None), 1),
    (Delta(), None, 0),
]


@both
@pytest.mark.parametrize(("delta", "logprobs", "size"), LETTERS)
def test_how_much_is_kept_is_counted(delta, logprobs, size, at_once):
    """
    Letters of all the texts; what is no text counts as sixteen.
    """
    pieces = [chunk(delta, logprobs=logprobs)] * 3

    assert 3 * size == told(*pieces, at_once=at_once).size


@both
def test_what_passes_the_bound_is_not_kept(at_once):
    """
    8 MiB are; from there on only the usage is listened for, and the answer is not whole.
    """
    full = told(chunk(Delta(content="a" * MOST), id="i"), at_once=at_once)
    more = full.plus([chunk(Delta(content="b"), usage=Usage(1, 1, 2), reason="stop")])
    assert (frozenset(), frozenset({0})) == (full.ended, more.ended)
    after = more.plus([chunk(Delta(content="c"))])

    assert 8 * 1024 * 1024 == MOST
    assert (True, False, False) == (full.whole, more.whole, after.whole)
    assert full.answers == more.answers == after.answers
    assert (Usage(1, 1, 2), "i", MOST + 2) == (after.usage, after.first.id, after.size)
    assert MOST == len(after.completion().choices[0].message.content)


def test_one_chunk_that_is_too_much_still_says_whose_it_is():
    """
    There is an answer, and nothing in it.
    """
    whole = told(chunk(Delta(content="a" * (MOST + 1)), id="i")).completion()

    assert ("i", ()) == (whole.id, whole.choices)


@given(st.lists(st.text(max_size=9)))
def test_parts_fall_in_length_and_lose_nothing(texts):
    """
    Whatever is added, each part is longer than the one after it.
    """
    parts = ()
    for text in texts:
        parts = longer(parts, text, "".join)

    assert "".join(texts) == "".join(parts)
    assert all(len(one) > len(two) for one, two in pairwise(parts))


def test_nothing_is_no_part():
    """
    An empty text leaves the parts as they are.
    """
    parts = ("abc",)

    assert parts is longer(parts, "", "".join)
    assert ("abc", "de") == longer(parts, "de", "".join)
    assert ("abcdef",) == longer(parts, "def", "".join)
