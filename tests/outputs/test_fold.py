"""A long stream costs little memory, and its cost grows as it does."""

from __future__ import annotations

import tracemalloc
from time import process_time

import pytest
from returns.result import Failure, Success

from hfpipe.codec.sse import LARGEST
from hfpipe.outputs.fold import Fold
from hfpipe.outputs.told import MOST, Told, longer
from hfpipe.providers.chunks import CHUNKS
from hfpipe.providers.completions import PIECES

MIB = 2**20


def event(text, pad=0):
    return b'data: {"choices":[{"delta":{"content":"%s"}}],"pad":"%s"}\n\n' % (text, b"x" * pad)


@pytest.mark.parametrize(("text", "pad"), [(b"word ", 200), (b"y" * 1000, 0)])
def test_fifty_megabytes_of_events_take_little_memory(text, pad):
    """
    What is kept is the text, up to its bound; not the events.
    """
    piece = event(text, pad) * 200
    fold = Fold(CHUNKS)
    tracemalloc.start()
    try:
        for _ in range(50_000_000 // len(piece)):
            fold, _ = fold.feed(piece)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 3 * MOST
    assert fold.count > 40_000


def test_a_server_that_drips_costs_no_more_than_its_bytes():
    """
    A line that comes byte by byte is joined once, not for every byte.
    """
    fold = Fold(CHUNKS)
    body = event(b"z" * 300_000)
    began = process_time()
    for at in range(len(body)):
        fold, items = fold.feed(body[at : at + 1])

    assert 1 == len(items)
    assert process_time() - began < 60


def test_feeding_leaves_a_fold_as_it_was():
    """
    The state before is still there to go on from.
    """
    before, _ = Fold(CHUNKS).feed(event(b"a"))
    one, _ = before.feed(event(b"b"))
    two, _ = before.feed(event(b"c"))

    assert ("a", "ab", "ac") == tuple(fold.completion().text for fold in (before, one, two))


def test_a_fold_that_is_done_takes_nothing_more():
    """
    Neither bytes nor another end.
    """
    fold, _ = Fold(CHUNKS).feed(b"data: [DONE]\n\n")

    assert (fold, []) == fold.feed(event(b"a"))
    assert (fold, []) == fold.close()


def test_an_event_named_error_is_one_among_many():
    """
    Whatever it holds, and however many good ones stand before it.
    """
    named = b"event: error\n" + event(b"overloaded")
    fold, items = Fold(CHUNKS).feed(event(b"a") * 9 + named + event(b"b"))

    assert [Success] * 9 + [Failure] == [type(item) for item in items]
    assert "in_band" == fold.failed.code
    assert "a" * 9 == fold.failed.partial.text


@pytest.mark.parametrize(("answers", "code"), [(128, None), (129, "too_large")])
def test_as_many_answers_as_openai_gives_to_one_question(answers, code):
    """
    And not one more: the last one that fits is still there.
    """
    chunk = b'data: {"choices":[{"index":%d,"delta":{"content":"a"},"finish_reason":"stop"}]}\n\n'
    fold, items = Fold(CHUNKS).feed(b"".join(chunk % at for at in range(answers)))
    fold, _ = fold.close()

    assert code == (fold.failed and fold.failed.code)
    assert 128 == len(fold.completion().choices)
    assert answers == len(items)


def test_an_error_that_is_no_json_is_told_in_its_first_500_bytes():
    """
    A page of a proxy may be long.
    """
    fold, _ = Fold(CHUNKS).feed(b"event: error\ndata: " + b"<" * 501 + b"\n\n")

    assert 500 == fold.failed.message.count("<")


def test_parts_that_grow_are_joined_seldom():
    """
    Joined they are the whole, and there are few of them.
    """
    parts = ()
    for number in range(5_000):
        parts = longer(parts, str(number), "".join)

    assert "".join(map(str, range(5_000))) == "".join(parts)
    assert len(parts) < 30
    assert parts == longer(parts, "", "".join)


def test_what_is_told_is_whole_up_to_its_bound():
    """
    One letter more, and it is not.
    """
    fold, _ = Fold(CHUNKS).feed(event(b"x" * MOST))
    assert MOST == len(fold.completion().text)
    fold, _ = fold.feed(event(b"x"))

    assert None is fold.completion()
    assert "too_large" == fold.answer().failure().code
    assert None is Told().completion()


@pytest.mark.parametrize(
    "bad", [b'{"x":' + b"[" * 100_000, b'{"choices":0}', b'{"id":"\xff"}', b"{"]
)
def test_what_is_no_chunk_is_the_last_of_many_too(bad):
    """
    However it is broken: the good ones before it are there.
    """
    fold, items = Fold(CHUNKS).feed(event(b"a") * 9 + b"data: " + bad + b"\n\n")

    assert [Success] * 9 + [Failure] == [type(item) for item in items]
    assert ("bad_answer", "a" * 9) == (fold.failed.code, fold.failed.partial.text)


@pytest.mark.parametrize("told", [b'"token":{"text":"w%d "}', b'"choices":[{"text":"w%d "}]'])
def test_generated_texts_are_the_same_one_by_one_and_at_once(told):
    """
    What each adds is understood as a chunk of a chat is.
    """
    pieces = [b"data: {%b}\n\n" % (told % at) for at in range(9)]
    slow, items = Fold(PIECES), []
    for piece in pieces:
        slow, more = slow.feed(piece)
        items += more
    fast, at_once = Fold(PIECES).feed(b"".join(pieces))

    assert [f"w{at} " for at in range(9)] == [item.unwrap().text for item in at_once]
    assert items == at_once
    assert slow.completion() == fast.completion()
    assert "w0 w1 w2 w3 w4 w5 w6 w7 w8 " == fast.completion().text


def test_what_comes_behind_the_end_is_no_fault():
    """
    However large it is.
    """
    fold, items = Fold(CHUNKS).feed(b"data: [DONE]\n\n" + b"x" * (LARGEST + 1))

    assert [] == items
    assert (True, None) == (fold.done, fold.failed)


@pytest.mark.parametrize("text", [b"a", b"y" * (MOST + 1)])
def test_the_usage_is_told_as_soon_as_it_has_come(text):
    """
    Also of an answer that is too long to keep.
    """
    used = b'data: {"choices":[],"usage":{"total_tokens":7}}\n\n'
    before, _ = Fold(CHUNKS).feed(event(text))
    after, _ = before.feed(used)

    assert before.usage is None
    assert 7 == after.usage.total_tokens


def test_an_event_that_adds_something_is_no_error_for_what_else_it_tells():
    """
    Of one that adds nothing the same words are the error.
    """
    fold, items = Fold(CHUNKS).feed(event(b"a").replace(b'"pad":""', b'"detail":"slow"'))
    _, (failure,) = fold.feed(b'data: {"detail":"slow"}\n\n')

    assert [Success] == [type(item) for item in items]
    assert ("in_band", True) == (failure.failure().code, "slow" in failure.failure().message)


@pytest.mark.parametrize(
    ("data", "words"), [(b"{}", "no words"), (b"\xff", "\ufffd"), (b'{"detail":["a","b"]}', "a; b")]
)
def test_an_error_by_name_is_told_in_its_words(data, words):
    """
    It may have none.
    """
    fold, _ = Fold(CHUNKS).feed(b"event: error\ndata: " + data + b"\n\n")

    assert f"the stream tells of an error: {words}" == fold.failed.message


def test_tokens_are_something_to_tell_of():
    """
    An event of usage alone is none of an error, whatever else is in it.
    """
    _, items = Fold(CHUNKS).feed(b'data: {"usage":{"total_tokens":7},"detail":"slow"}\n\n')

    assert [7] == [item.unwrap().usage.total_tokens for item in items]


def test_an_end_that_is_none_says_so():
    """
    In these words.
    """
    fold, _ = Fold(CHUNKS).feed(event(b"a"))
    fold, _ = fold.close()

    assert "the stream ended before the answer was finished" == fold.failed.message
