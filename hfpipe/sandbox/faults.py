"""
Answers that break: how each fault looks on the wire, in a whole answer and in a stream.

Floor 5.
"""

from __future__ import annotations

import math
from typing import Final

from attrs import evolve

from hfpipe.errors import TransportError
from hfpipe.sandbox.commands import Script
from hfpipe.sandbox.replies import Piece, Reply, event, json_reply

_RESET: Final = TransportError("the sandbox was asked to reset the connection", code="reset")
_PAGE: Final = b"<!doctype html>\n<html><title>Sandbox</title>no answer</html>\n"
_ERROR: Final = {
    "error": {
        "message": "the sandbox was asked to fail in the middle",
        "type": "server_error",
        "code": 500,
    }
}


def played(script: Script, reply: Reply) -> Reply:
    """The reply as the script wants it: late, slow, or broken."""
    paced = tuple(evolve(piece, after=script.pace) for piece in reply.pieces)
    timed = evolve(reply, after=script.after, pieces=paced)
    if not script.fault:
        return timed
    return _broken_stream(script, timed) if paced else _broken_whole(script, timed)


def _broken_stream(script: Script, reply: Reply) -> Reply:
    kept = reply.pieces[: len(reply.pieces) // 2]
    whole = reply.pieces[len(kept)].content
    last = {
        "truncation": (),
        "error": (Piece(event(_ERROR), script.pace),),
        "reset": (Piece(fault=_RESET),),
        "garbage": (Piece(whole[: len(whole) // 2] + b"\xff\n\n"), *reply.pieces[len(kept) :]),
        "stall": (Piece(after=math.inf),),
    }
    return evolve(reply, pieces=(*kept, *last[script.fault]))


def _broken_whole(script: Script, reply: Reply) -> Reply:
    if script.fault == "truncation":
        return evolve(reply, body=reply.body[: len(reply.body) // 2])
    if script.fault == "error":
        return evolve(json_reply(_ERROR), after=reply.after)
    if script.fault == "garbage":
        return evolve(reply, headers=(("content-type", "text/html"),), body=_PAGE)
    if script.fault == "reset":
        return evolve(reply, fault=_RESET)
    return evolve(reply, after=math.inf)
