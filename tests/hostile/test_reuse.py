"""Connections that are used again, and the servers that had other plans."""

import pytest

import hfpipe

STREAM = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n"
    b"keep-alive: timeout=5, max=100\r\n\r\n"
)
EVENT = b'data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


def closes_after_a_stream(peer):
    """
    As llama.cpp's server does: it says that it keeps the connection, and a moment after the
    stream's end it closes it.
    """
    peer.ask()
    if b'"stream":true' in peer.server.bodies[-1]:
        peer.raw(STREAM + b"%x\r\n%s\r\n0\r\n\r\n" % (len(EVENT), EVENT), every=0.001)
    else:
        peer.answer()


@pytest.mark.parametrize("fast", [True, False])
def test_the_call_after_a_stream_is_not_lost(serve, client, fast):
    """
    Without a moment's doubt the next request would be sent into a connection that ends.
    """
    own = client(serve(closes_after_a_stream).url, http_options={"fast": fast})
    for _ in range(5):
        assert "hi" == hfpipe.chat_completion_stream(own, "hi").unwrap().response().unwrap().text
        assert "hi" == hfpipe.chat_completion(own, "hi").unwrap().text
