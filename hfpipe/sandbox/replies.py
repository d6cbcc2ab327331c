"""
What the sandbox answers, as data: a status, a body, or the pieces of a stream in their time.

Floor 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, Final

from attrs import evolve, frozen

from hfpipe.codec.json import encoded
from hfpipe.errors import TransportError

JSON: Final = (("content-type", "application/json"),)
EVENTS: Final = (("content-type", "text/event-stream; charset=utf-8"),)


@frozen
class Piece:
    """Bytes of a body, `after` so many seconds; or the fault that ends it."""

    content: bytes = b""
    after: float = 0.0
    fault: TransportError | None = None


@frozen
class Reply:
    """
    One answer, `after` so many seconds: its body whole, or in `pieces` where it is streamed.

    `fault`: that no answer comes at all.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = JSON
    body: bytes = b""
    pieces: tuple[Piece, ...] = ()
    after: float = 0.0
    fault: TransportError | None = None


class Refused(Exception):
    """Why a request is not answered, as the reply that says so."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def json_reply(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A reply whose body is this value as JSON."""
    return Reply(status, (*JSON, *(headers or {}).items()), encoded(value))


def media_reply(content: bytes, media_type: str) -> Reply:
    """A reply whose body is an image, a sound or a film."""
    return Reply(200, (("content-type", media_type),), content)


def event(value: Any) -> bytes:
    """One server-sent event."""
    return b"data: " + encoded(value) + b"\n\n"


def stream_reply(events: Iterable[bytes], pace: float = 0.0) -> Reply:
    """A reply of events: each `pace` seconds after the one before."""
    return Reply(200, EVENTS, pieces=tuple(Piece(each, pace) for each in events))


def refused(status: int, error: Any, **more: Any) -> Refused:
    """A refusal in the service's classic shape: `{"error": ...}`."""
    return Refused(json_reply({"error": error, **more}, status))


def unfit(why: str) -> Refused:
    """A refusal of a request that is well-formed JSON but makes no sense."""
    return refused(422, f"Input validation error: {why}", error_type="validation")


def signed(reply: Reply, request_id: str) -> Reply:
    """The reply with the headers that every answer has."""
    return evolve(reply, headers=(*reply.headers, ("x-request-id", request_id)))


def fingerprint(content: bytes, size: int = 8) -> str:
    """A name for these bytes: the same for the same ones."""
    return blake2b(content, digest_size=size).hexdigest()
