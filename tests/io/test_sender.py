"""
One request: what is asked for, and how long each of its waits may be.
"""

from time import sleep

import pytest

from hfpipe.wire import HttpRequest

EMPTY = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


def asked(url, **limits):
    return HttpRequest("GET", url, {}, timeout=30.0, **limits)


def test_streams_alone_are_not_to_be_compressed(serve, face):
    """
    Compressed, the events of a stream would come in lumps; anything else comes faster.
    """
    server = serve([EMPTY], [EMPTY])
    face.asked(asked(server.url), asked(server.url, stream=True))
    plain, streamed = [
        field.lower().partition(b": ")[2]
        for request in server.requests
        for field in request.split(b"\r\n")
        if field.lower().startswith(b"accept-encoding")
    ]

    assert b"gzip" in plain
    assert b"identity" == streamed


@pytest.mark.parametrize(
    ("stream", "came"),
    [(False, (b"ab",)), (True, (b"a", "idle", "unknown"))],
    ids=["whole", "stream"],
)
def test_the_wait_for_a_piece_is_bounded_in_streams_alone(serve, face, stream, came):
    """
    Whoever wants the whole of an answer has but one limit, that of the call.
    """
    server = serve(
        [b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na", lambda: sleep(0.5), b"b"],
    )
    (outcome,) = face.asked(asked(server.url, stream=stream, idle_timeout=0.1))

    assert (200, came) == (outcome[0], outcome[2:])
