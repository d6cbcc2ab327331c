"""
The strict reading of answers, beside http.client on the same bytes.
"""

import io
from http.client import HTTPException, HTTPResponse, LineTooLong, RemoteDisconnected

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hfpipe.io.framing import (
    LARGEST_HEAD,
    MOST_FIELDS,
    BrokenChunks,
    Chunked,
    Malformed,
    headed,
    parsed,
    unanswered,
)


class Replayed:
    """A socket as far as http.client looks at one."""

    def __init__(self, data):
        self.data = data

    def makefile(self, _):
        return io.BytesIO(self.data)


def standard(data):
    """What http.client makes of the bytes: status, fields, body."""
    response = HTTPResponse(Replayed(data), method="POST")
    response.begin()
    return response.status, response.msg.items(), response.read()


def own(data):
    """The same, as the sender reads them."""
    end = data.index(b"\r\n\r\n")
    head = parsed(data[:end])
    rest = data[end + 4 :]
    if head.unusual:
        raise Malformed("compressed")
    if head.status < 200:
        raise Malformed("the answer is still to come")
    if head.chunked:
        body = Chunked()
        content = body.feed(rest)
        if not body.done:
            raise Malformed("cut off")
    elif head.length is not None:
        if len(rest) < head.length:
            raise Malformed("cut off")
        content = rest[: head.length]
    else:
        content = rest
    return head.status, head.fields, content


REFUSED = {
    "no status": b"HTTP/1.1 OK\r\n",
    "a status of two digits": b"HTTP/1.1 20 OK\r\n",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\n",
    "another protocol": b"ICY 200 OK\r\n",
    "a version to come": b"HTTP/2.0 200 OK\r\n",
    "two blanks before the status": b"HTTP/1.1  200 OK\r\n",
    "a NUL in the reason": b"HTTP/1.1 200 O\0K\r\n",
    "a folded field": b"HTTP/1.1 200 OK\r\na: 1\r\n b\r\n",
    "a field folded with a tab": b"HTTP/1.1 200 OK\r\na: 1\r\n\tb\r\n",
    "a blank before the colon": b"HTTP/1.1 200 OK\r\na : 1\r\n",
    "no colon": b"HTTP/1.1 200 OK\r\nabc\r\n",
    "no name": b"HTTP/1.1 200 OK\r\n: 1\r\n",
    "a NUL in a value": b"HTTP/1.1 200 OK\r\na: \0\r\n",
    "a bare CR in a value": b"HTTP/1.1 200 OK\r\na: 1\rb: 2\r\n",
    "a bare LF in a value": b"HTTP/1.1 200 OK\r\na: 1\nb: 2\r\n",
    "a control character in a value": b"HTTP/1.1 200 OK\r\na: \x1b[2J\r\n",
    "a letter beyond ASCII in a name": b"HTTP/1.1 200 OK\r\n\xe4: 1\r\n",
    "a length that is none": b"HTTP/1.1 200 OK\r\ncontent-length: five\r\n",
    "a negative length": b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n",
    "a length with a sign": b"HTTP/1.1 200 OK\r\ncontent-length: +5\r\n",
    "a length with an underscore": b"HTTP/1.1 200 OK\r\ncontent-length: 1_0\r\n",
    "an empty length": b"HTTP/1.1 200 OK\r\ncontent-length:\r\n",
    "two lengths in one": b"HTTP/1.1 200 OK\r\ncontent-length: 5, 5\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nContent-Length: 6\r\n",
    "a length of a chunked body": (
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n"
    ),
    "another transfer coding": b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n",
    "two transfer codings": (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: identity\r\n"
    ),
    "chunks before there were any": b"HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n",
}


@pytest.mark.parametrize("head", REFUSED.values(), ids=REFUSED)
def test_a_head_that_could_be_read_in_two_ways_is_refused(head):
    """
    What http.client would guess at is no answer.
    """
    with pytest.raises(Malformed):
        parsed(head.removesuffix(b"\r\n"))


def test_too_many_fields_are_refused():
    """
    There is an end to what a server may send before its answer: a hundred are none too many.
    """
    head = b"HTTP/1.1 200 OK" + b"\r\na: 1" * MOST_FIELDS

    assert MOST_FIELDS == len(parsed(head).fields)
    with pytest.raises(HTTPException, match="more than 100 headers"):
        parsed(head + b"\r\na: 1")


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"], ids=["goes on", "ends"])
def test_a_head_without_bounds_is_refused(end):
    """
    64 KiB are the most, whether or not there is an end of it.
    """
    head = b"HTTP/1.1 200 OK\r\na: ".ljust(LARGEST_HEAD, b"a")

    assert (None if end == b"" else 200) == ((found := headed(head + end)) and found[0].status)
    with pytest.raises(LineTooLong):
        headed(head + b"a" + end)


def test_what_is_long_but_within_bounds_is_read():
    """
    A head of sixty KiB, and a chunk's line of fifteen that is still to end.
    """
    body = Chunked()

    assert 200 == headed(b"HTTP/1.1 200 OK\r\na: ".ljust(60 * 1024, b"a") + b"\r\n\r\n")[0].status
    assert b"" == body.feed(b"5;".ljust(15 * 1024, b"a"))
    assert b"hello" == body.feed(b"\r\nhello\r\n")


LOST = {
    "nothing at all": (b"", RemoteDisconnected),
    "a head that began": (b"HTTP/1.1 200 OK\r\nContent-Le", RemoteDisconnected),
    "half a first line": (b"HTTP/1.1 20", Malformed),
    "another protocol": (b"220 smtp.example ESMTP\r\n", Malformed),
    "a control character": (b"HTTP/1.1 200 \x1b[2J\r\n", Malformed),
}


@pytest.mark.parametrize(("data", "why"), LOST.values(), ids=LOST)
def test_an_answer_that_ends_before_its_head(data, why):
    """
    Is a connection that was lost where it began as an answer does, and else none of HTTP's.
    """
    assert why is type(unanswered(data))


LENGTHS = {"9" * 18: True, "0" * 17 + "5": True, "9" * 19: False}


@pytest.mark.parametrize(("length", "fits"), LENGTHS.items())
def test_a_length_has_bounds(length, fits):
    """
    Of more than eighteen digits is no body, and zeros before it count.
    """
    head = b"HTTP/1.1 200 OK\r\ncontent-length: " + length.encode()
    if fits:
        assert int(length) == parsed(head).length
    else:
        with pytest.raises(Malformed):
            parsed(head)


NOT_CHUNKED = {
    "no size": b"\r\n\r\n",
    "a size that is none": b"five\r\nhello\r\n0\r\n\r\n",
    "a size with a sign": b"+5\r\nhello\r\n0\r\n\r\n",
    "a size in Python's spelling": b"0x5\r\nhello\r\n0\r\n\r\n",
    "a size with an underscore": b"0_5\r\nhello\r\n0\r\n\r\n",
    "a negative size": b"-5\r\nhello\r\n0\r\n\r\n",
    "a size beyond all bounds": b"f" * 17 + b"\r\n",
    "a line that never ends": b"5;" + b"a" * 20_000,
    "a chunk longer than it said": b"4\r\nhello\r\n0\r\n\r\n",
    "a control character in an extension": b"5;\x00\r\nhello\r\n0\r\n\r\n",
    "a trailer that is no field": b"0\r\nno field\r\n\r\n",
    "trailers without end": b"0\r\n" + b"a: 1\r\n" * 20_000,
}


@pytest.mark.parametrize("body", NOT_CHUNKED.values(), ids=NOT_CHUNKED)
def test_a_chunked_body_that_is_none_is_refused(body):
    """
    A chunk is exactly as long as its line of hexadecimal digits says.
    """
    with pytest.raises((BrokenChunks, LineTooLong)):
        Chunked().feed(body)


HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
CHUNKED = b"5;ext=1\r\nhello\r\n1B \r\n world, in twenty-six bytes\r\n0\r\nx: y\r\n\r\n"


@pytest.mark.parametrize("size", range(1, len(CHUNKED) + 1))
def test_a_chunked_body_does_not_depend_on_how_it_is_cut(size):
    """
    Byte by byte or whole, it is the same body, and it ends at the same byte.
    """
    body = Chunked()
    pieces = [body.feed(CHUNKED[at : at + size]) for at in range(0, len(CHUNKED), size)]

    assert (b"hello world, in twenty-six bytes", True, b"") == (
        b"".join(pieces),
        body.done,
        body.rest,
    )


ALIKE = b"3\r\nabc\r\n"
WITHIN = {
    "of a chunk under way": [b"8\r\n", ALIKE, b"\r\n0\r\n\r\n"],
    "of a chunk that began": [b"b\r\nxyz", ALIKE, b"\r\n0\r\n\r\n"],
    "of a chunk whose size was cut": [b"1", b"3\r\n" + b"a" * 11 + ALIKE + b"\r\n0\r\n\r\n"],
}


@pytest.mark.parametrize("pieces", WITHIN.values(), ids=WITHIN)
def test_a_piece_that_looks_like_a_chunk_is_data_within_one(pieces):
    """
    The short way for a chunk that comes alone is only for between the chunks.
    """
    body = Chunked()

    assert standard(HEAD + b"".join(pieces))[2] == b"".join(map(body.feed, pieces))
    assert body.done


@pytest.mark.parametrize("data", [b"0\r\n\r\n", b"0\r\n\r\n3\r\nabc\r\n"])
def test_nothing_comes_out_of_a_body_that_has_ended(data):
    """
    What looks like a chunk behind the last one is none.
    """
    body = Chunked()

    assert (b"", True) == (body.feed(data), body.done)
    assert b"" == body.feed(ALIKE)


def test_what_comes_behind_a_chunked_body_is_no_part_of_it():
    """
    Bytes after the last chunk are kept apart: such a connection is not used again.
    """
    body = Chunked()

    assert (b"hello world, in twenty-six bytes", b"HTTP/1.1") == (
        body.feed(CHUNKED + b"HTTP/1.1"),
        body.rest,
    )


KEPT = {
    b"HTTP/1.1 200 OK\r\ncontent-length: 5": True,
    b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: keep-alive": True,
    b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nConnection: Close": False,
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked": True,
    b"HTTP/1.1 200 OK": False,
    b"HTTP/1.0 200 OK\r\ncontent-length: 5": False,
}


@pytest.mark.parametrize(("head", "keeps"), KEPT.items())
def test_a_connection_is_kept_where_the_end_of_the_body_is_told(head, keeps):
    """
    Only HTTP/1.1 keeps connections by itself, and only where the body ends before they do.
    """
    assert keeps == parsed(head).keeps


@pytest.mark.parametrize("status", [100, 101, 103, 199, 204, 304])
@pytest.mark.parametrize(
    "fields", [b"", b"\r\ncontent-length: 5", b"\r\ntransfer-encoding: chunked"]
)
def test_some_answers_have_no_body_whatever_they_say(status, fields):
    """
    RFC 9112, 6.3; after 101 the connection speaks another protocol.
    """
    head = parsed(b"HTTP/1.1 %d x%b" % (status, fields))

    assert (0, False, status != 101) == (head.length, head.chunked, head.keeps)


@pytest.mark.parametrize("fields", [b"content-encoding: gzip", b"Content-Encoding:br"])
def test_a_compressed_body_is_told(fields):
    """
    To decode it is urllib3's.
    """
    assert parsed(b"HTTP/1.1 200 x\r\n" + fields).unusual


LINES = st.sampled_from(
    [
        b"content-length: 5",
        b"Content-Length: 5 ",
        b"content-length: 05",
        b"content-length: 4",
        b"transfer-encoding: chunked",
        b"Transfer-Encoding: CHUNKED",
        b"connection: close",
        b"connection: keep-alive",
        b"content-type: text/event-stream",
        b"x-a:",
        b"x-a: \xe4 \t b\t",
        b"From: a",
        b" folded",
        b"From a",
    ]
)
FIRST = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.1 503", b"HTTP/1.1 404 Not \xe4", b"HTTP/1.0 200 OK"]
)
BODIES = st.sampled_from([b"hello", b"hell", CHUNKED, b"0\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n"])


@st.composite
def answers(draw):
    """An answer that is nearly right: usual lines, with bytes put in, taken out or changed."""
    lines = [draw(FIRST), *draw(st.lists(LINES, max_size=5))]
    data = b"\r\n".join(lines) + b"\r\n\r\n" + draw(BODIES)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        put = draw(st.binary(max_size=2) | st.sampled_from([b"\r", b"\n", b" ", b"\t", b":", b"0"]))
        data = data[:at] + put + data[at + draw(st.integers(0, 2)) :]
    return data


@settings(max_examples=1500, deadline=None)
@given(answers())
def test_what_is_accepted_means_the_same_to_http_client(data):
    """
    On the same bytes: what is read here, http.client reads, too, with equal status, fields, body.
    """
    try:
        mine = own(data)
    except (HTTPException, ValueError):
        return  # stricter it may be

    assert mine == standard(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_refused(data):
    """
    No bytes raise anything but what http.client itself may raise.
    """
    seen = []
    for read in (parsed, Chunked().feed):
        try:
            read(data)
        except HTTPException as error:
            seen.append(type(error))

    assert {Malformed, BrokenChunks} >= set(seen)
