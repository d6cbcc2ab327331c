"""Records as the wire has them."""

from __future__ import annotations

import hfpipe
from hfpipe.codec.json import decoded


def test_an_answer_is_again_what_the_wire_had():
    """
    Of a chat's body nothing is lost but what the record does not know, and what is null.
    """
    done = hfpipe.exchange({"provider": "sandbox"}, hfpipe.chat_completion, "say hello").unwrap()
    wire = decoded(done.response.body)
    told = hfpipe.to_dict(done.output)

    assert wire["choices"][0]["message"] == told["choices"][0]["message"]
    assert wire["usage"] == told["usage"]
    assert "system_fingerprint" not in told or told["system_fingerprint"] is not None


def test_tuples_media_and_tool_calls_have_their_shapes_too():
    """
    Lists, base64 texts, and a function with its arguments as the model wrote them.
    """
    call = hfpipe.ToolCall("c1", "add", '{"a": 1}')

    assert [{"label": "x", "score": 0.5}] == hfpipe.to_dict((hfpipe.Classification("x", 0.5),))
    assert {"mask": "YWJj"} == hfpipe.to_dict({"mask": hfpipe.Media(b"abc", "image/png")})
    assert {
        "id": "c1",
        "type": "function",
        "function": {"name": "add", "arguments": '{"a": 1}'},
    } == hfpipe.to_dict(call)
