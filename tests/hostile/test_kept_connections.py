"""
Connections that are kept for the next call, and what becomes of them.
"""

import pytest
from returns.result import Failure, Success

import hfpipe

BODY = b'{"choices":[{"message":{"role":"assistant","content":"hi"}}]}'
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(BODY) + BODY


def test_one_connection_serves_many_calls(serve, client):
    """
    Ten calls one after another are made on one connection.
    """
    server = serve(lambda p: p.answer())
    hf = client(server.url)

    for _ in range(10):
        assert isinstance(hfpipe.chat_completion(hf, "hi"), Success)

    assert (10, 1) == (len(server.heads), server.connections)


def test_a_kept_connection_that_the_server_has_closed_is_replaced(serve, client):
    """
    A server that closes each connection after its answer, without a word, is asked on new ones.
    """

    def behaviour(p):
        p.answer()
        p.over = True

    server = serve(behaviour)
    hf = client(server.url)
    hfpipe.chat_completion(hf, "hi")
    server.threads[1].join(5)

    assert isinstance(hfpipe.chat_completion(hf, "hi"), Success)
    assert 2 == len(server.heads)


def test_a_kept_connection_that_dies_under_a_request_is_a_failure(serve, client):
    """
    What has been sent may have been read, so it is not sent again: the user is told.
    """

    def behaviour(p):
        p.turns(lambda p: p.answer(), lambda p: p.raw())

    server = serve(behaviour)
    hf = client(server.url)
    hfpipe.chat_completion(hf, "hi")

    result = hfpipe.chat_completion(hf, "hi")

    assert isinstance(result, Failure)
    assert ("reset", "unknown") == (result.failure().code, result.failure().billed)
    assert 2 == len(server.heads)


@pytest.mark.parametrize("body", [b"", b"x" * 5_000, b"x" * 3_000_000])
def test_the_rest_of_an_answer_never_reaches_the_next_call(serve, client, body):
    """
    After an error answer of any size the next call on the client reads its own answer.
    """
    server = serve(
        lambda p: p.turns(lambda p: p.answer(400, body, "text/plain"), lambda p: p.answer())
    )
    hf = client(server.url)

    assert isinstance(hfpipe.chat_completion(hf, "hi"), Failure)
    assert "hi" == hfpipe.chat_completion(hf, "hi").unwrap().text


def test_bytes_after_an_answer_never_reach_the_next_call(serve, client):
    """
    What a server sends beyond the length it told is nobody's answer.
    """
    extra = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"

    def behaviour(p):
        p.ask()
        p.sock.sendall(WHOLE + extra)
        p.asked = b""

    server = serve(behaviour)
    hf = client(server.url)
    hfpipe.chat_completion(hf, "hi")

    assert "hi" == hfpipe.chat_completion(hf, "hi").unwrap().text
