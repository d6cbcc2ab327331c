"""Vectors as the bytes of a matrix: exact, checked at the call, and tuples for whoever asks."""

from __future__ import annotations

import pickle
import struct
import tracemalloc
from base64 import b64encode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hfpipe
from hfpipe.codec.json import encoded
from hfpipe.outputs.vectors import Embeddings, Packed, packed
from hfpipe.testing import scripted

FLOATS = st.floats(-1e38, 1e38)
MATRICES = (
    st.integers(0, 5)
    .flatmap(
        lambda width: st.lists(
            st.lists(FLOATS, min_size=width, max_size=width).map(tuple), max_size=5
        )
    )
    .map(tuple)
)
ROWS = ((0.1, -0.0, 1e30), (1.0, 2.0, 5e-324), (3.0, 0.3, 7.0))


def embedded(body, texts, url="https://a.example/v1/embeddings"):
    content = body if isinstance(body, bytes) else encoded(body)
    answer = hfpipe.HttpResponse(200, {"content-type": "application/json"}, content)
    return hfpipe.embed(hfpipe.endpoint_client(None, url, send=scripted(answer)), texts)


def openai(*rows, order=None):
    order = order or range(len(rows))
    return {"data": [{"embedding": row, "index": at} for row, at in zip(rows, order, strict=True)]}


def base64(*numbers):
    return b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


@given(MATRICES)
def test_vectors_are_a_tuple_of_tuples(rows):
    """
    Equal, hashed and pickled as one, number by number, whatever is taken of them.
    """
    vectors = Embeddings(rows)

    assert vectors == rows
    assert vectors == Embeddings(rows)
    assert rows == tuple(vectors)
    assert hash(rows) == hash(vectors)
    assert vectors == pickle.loads(pickle.dumps(vectors))
    assert len(rows) == len(vectors)
    for part in (slice(1, None), slice(None, None, -2), slice(2, 1)):
        assert rows[part] == vectors[part]
    assert np.array(rows, np.float32).tobytes() == vectors.to_numpy().tobytes()


def test_vectors_that_differ_are_not_equal():
    """
    By a number, by their count, or by being no tuple.
    """
    vectors = Embeddings(ROWS)

    assert vectors != Embeddings(ROWS[:2])
    assert vectors != (*ROWS[:2], (3.0, 0.3, 8.0))
    assert vectors != list(ROWS)
    with pytest.raises(IndexError):
        vectors[3]
    with pytest.raises(ValueError, match="different lengths"):
        Embeddings([(1.0,), (1.0, 2.0)])


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("https://a.example/v1/embeddings", openai(*ROWS)),
        ("https://a.example/v1/embeddings", openai(*ROWS[::-1], order=(2, 1, 0))),
        ("https://a.example/embed", ROWS),
        ("https://a.example/embed", [[row] for row in ROWS]),
    ],
)
def test_an_answer_is_exact(url, body):
    """
    To the last bit, in the order of the texts, in each of the wire's shapes.
    """
    vectors = embedded(body, ["a", "b", "c"], url).unwrap()

    assert list(map(repr, ROWS)) == list(map(repr, vectors))
    assert (3, 3) == vectors.to_numpy().shape
    assert np.float32 == vectors.to_numpy().dtype
    assert vectors.to_numpy().flags.writeable


def test_base64_of_floats_is_kept_as_it_came():
    """
    Floats of 32 bits, for Python and for numpy.
    """
    vectors = embedded(openai(base64(0.1, 2.0), base64(-1.5, 1e-9)), ["a", "b"]).unwrap()

    assert struct.unpack("<2f", struct.pack("<2f", 0.1, 2.0)) == vectors[0]
    assert (
        np.array([[0.1, 2.0], [-1.5, 1e-9]], np.float32).tobytes() == vectors.to_numpy().tobytes()
    )
    assert vectors == pickle.loads(pickle.dumps(vectors))
    assert vectors[1:] == (vectors[1],)


def test_base64_beside_lists_is_read_too():
    """
    Nobody has seen it, and nothing forbids it.
    """
    assert ((1.5, 2.0), (3.0, 4.0)) == embedded(
        openai(base64(1.5, 2.0), [3, 4]), ["a", "b"]
    ).unwrap()


@pytest.mark.parametrize(
    ("body", "path", "words"),
    [
        (openai([1.0, True]), "$.data[0].embedding[1]", "float"),
        (openai([1.0, None]), "$.data[0].embedding[1]", "float"),
        (openai([1.0], ["x"]), "$.data[1].embedding[0]", "float"),
        (openai("AAAA"), "$.data[0].embedding", "base64"),
        (openai("?"), "$.data[0].embedding", "base64"),
        (openai([1.0], [1.0, 2.0]), "$", "different lengths"),
        (openai(base64(1.0, 2.0), [3.0]), "$", "different lengths"),
        (openai([1.0], [1.0], [1.0]), "$", "3 values for 2 inputs"),
        (b'{"data": [{"embedding": [1e999]}]}', "$", "1e999"),
        (b'{"data": [{"embedding": [1' + b"0" * 400 + b"]}]}", "$.data[0].embedding[0]", "range"),
        (b'{"data": [{"embedding": [1.0', "$", "not JSON"),
        ({"data": []}, "$", "0 values for 2 inputs"),
    ],
)
def test_a_broken_answer_fails_at_the_call(body, path, words):
    """
    And says where, as it would of tuples.
    """
    error = embedded(body, ["a", "b"]).failure()

    assert path == error.path
    assert words in error.message


@pytest.mark.parametrize(
    "body", [b"[[true]]", b'[["AAAAAA=="]]', b'["AAAAAA=="]', b"[[1], 2]", b"[[1"]
)
def test_what_are_no_numbers_is_not_packed(body):
    """
    A list of numbers is packed, and nothing else: no base64 where none is the wire's.
    """
    assert None is packed(tuple[Packed, ...], body)


def test_numpy_takes_the_numbers_without_a_float_of_pythons():
    """
    The matrix of 32 bits is all that is made: an eighth of what tuples of its numbers take.
    """
    rows = [[number / 7 for number in range(at, at + 400)] for at in range(100)]
    vectors = embedded(openai(*rows), ["a"] * 100).unwrap()
    vectors[:1].to_numpy()  # numpy is loaded
    tracemalloc.start()
    try:
        matrix = vectors.to_numpy()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert matrix.nbytes == 100 * 400 * 4
    assert peak < matrix.nbytes + 20_000
