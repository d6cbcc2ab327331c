"""
The sandbox's front: from a request to the reply of the task that it asks for.

Floor 6. The address says which task: `/v1/chat/completions`, or `/models/MODEL/pipeline/TASK`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from returns.result import Failure, Result, Success

from hfpipe.codec.json import decoded
from hfpipe.errors import TransportError
from hfpipe.io.paced import Paced
from hfpipe.media import pieces
from hfpipe.sandbox import asked, chat, generation, hearing, painting, seeing, texts
from hfpipe.sandbox.media import Given, from_text
from hfpipe.sandbox.replies import Refused, Reply, fingerprint, json_reply, refused, signed
from hfpipe.shapes import is_object
from hfpipe.wire import FileBody, HttpRequest, HttpResponse

Answer: TypeAlias = Callable[[dict[str, Any]], Reply]

_TASK: Final = re.compile(r"/models/.+/pipeline/(?P<task>[a-z0-9-]+)")

_OF_TEXT: Final[Mapping[str, Answer]] = {
    "text-generation": generation.reply,
    "text-to-audio": hearing.said,
    "text-to-image": painting.painted,
    "text-to-speech": hearing.said,
    "text-to-video": painting.animated,
    **texts.REPLIES,
}
_OF_MEDIA: Final[Mapping[str, Callable[[Given], Reply]]] = {
    "audio-classification": hearing.classified,
    "audio-to-audio": hearing.changed,
    "automatic-speech-recognition": hearing.transcribed,
    "document-question-answering": seeing.read_from,
    "image-classification": seeing.classified,
    "image-segmentation": seeing.parted,
    "image-text-to-image": painting.repainted,
    "image-text-to-video": painting.reanimated,
    "image-to-image": painting.repainted,
    "image-to-text": seeing.described,
    "image-to-video": painting.reanimated,
    "object-detection": seeing.found,
    "visual-question-answering": seeing.asked_about,
    "zero-shot-image-classification": seeing.matched,
}


def answer(request: HttpRequest) -> Result[HttpResponse, TransportError]:
    """
    What the sandbox answers, always the same to the same request.

    Where a command asks it to wait it does, as long as the request's own limits allow.
    """
    reply = replied(request)
    paced = Paced(reply.pieces, request.timeout, request.idle_timeout)
    try:
        Paced((), request.timeout).wait(reply.after)
    except TransportError as error:
        return Failure(error)
    if reply.fault is not None:
        return Failure(reply.fault)
    if reply.pieces:
        return Success(HttpResponse(reply.status, reply.headers, chunks=paced, close=paced.close))
    return Success(HttpResponse(reply.status, reply.headers, reply.body))


def replied(request: HttpRequest) -> Reply:
    """The reply, with nothing waited for yet."""
    given = request.body
    body = b"".join(pieces(given)) if isinstance(given, FileBody) else given or b""
    try:
        reply = _routed(request, body)
    except Refused as refusal:
        reply = refusal.reply
    return signed(reply, f"sandbox-{fingerprint(request.url.encode() + body)}")


def _routed(request: HttpRequest, body: bytes) -> Reply:
    path = request.url.partition("?")[0].partition("://")[2].partition("/")[2]
    if request.method != "POST":
        raise refused(405, f"Method {request.method} is not allowed here")
    if path.endswith("v1/chat/completions"):
        return chat.reply(_mapping(body))
    found = _TASK.fullmatch(f"/{path}")
    task = found["task"] if found else ""
    if task in _OF_TEXT:
        return _OF_TEXT[task](_mapping(body))
    if task in _OF_MEDIA:
        return _OF_MEDIA[task](_given(request, body))
    return json_reply({"error": f"Not Found: the sandbox has nothing at /{path}"}, 404)


def _given(request: HttpRequest, body: bytes) -> Given:
    if request.headers.shown("content-type").partition(";")[0] != "application/json":
        return Given(body)
    value = _mapping(body)
    inputs = value.get("inputs")
    parameters = asked.mapping(value, "parameters")
    if is_object(inputs):
        return Given(from_text(inputs.get("image"), "image"), parameters, inputs)
    content = b"" if inputs is None else from_text(inputs, "inputs")
    return Given(content, parameters, value)


def _mapping(body: bytes) -> dict[str, Any]:
    try:
        value = decoded(body)
    except ValueError as error:
        raise refused(400, f"Failed to parse the request body as JSON: {error}") from None
    if not is_object(value):
        raise refused(422, "Failed to deserialize the JSON body: expected an object")
    return value
