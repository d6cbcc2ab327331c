"""
A streamed body into memory or into a file, within its bounds.

Every answer that is not an event stream is read here before any stage sees it, whoever sent it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from returns.result import Failure, Result, Success

from hfpipe.errors import TransportError
from hfpipe.evolving import evolve
from hfpipe.wire import SUCCESSFUL, FileBody, HttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hfpipe.pipeline import Answer
    from hfpipe.wire import HttpRequest

OF_AN_ERROR: Final = 2**20


def live(response: HttpResponse) -> bool:
    """Whether this is an event stream to hand on as it comes."""
    return response.status in SUCCESSFUL and response.content_type == "text/event-stream"


def fine(response: HttpResponse) -> bool:
    """Whether the status is a success."""
    return response.status in SUCCESSFUL


def to_disk(request: HttpRequest, response: HttpResponse) -> bool:
    """
    Whether the body is what `save_to` waits for. Of a GET it is the result itself; the answer to
    anything else may be JSON that holds or names the result, or says what went wrong.
    """
    media = response.content_type.startswith(("image/", "audio/", "video/"))
    return fine(response) and (request.method == "GET" or media)


def bound(response: HttpResponse, most: int) -> int:
    """How many bytes of the body are read: of an error's no more than 1 MiB."""
    return most if response.status in SUCCESSFUL else min(most, OF_AN_ERROR)


def too_large(most: int) -> TransportError:
    """The failure of a body that passes its bound."""
    return TransportError(f"the answer is larger than {most} bytes", code="too_large", billed="yes")


def read(response: HttpResponse, most: int) -> Answer:
    """The response with its body in memory; of an error's body as much as is read of one."""
    if response.chunks is None:
        small = len(response.body) <= most or response.status not in SUCCESSFUL
        return Success(response) if small else Failure(too_large(most))
    limit = bound(response, most)
    pieces: list[bytes] = []
    size = 0
    try:
        at_once = getattr(response.chunks, "whole", None)
        if at_once is not None and (body := at_once(limit)) is not None:
            return Success(evolve(response, body=body, chunks=None, close=None))
        for piece in _plain(response):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                if response.status in SUCCESSFUL:
                    return Failure(too_large(most))
                break
    except Exception as error:  # noqa: BLE001 - whatever a sender's chunks raise is a value
        if response.status in SUCCESSFUL:
            return Failure(fault(error))
    finally:
        end(response)
    body = b"".join(pieces)
    return Success(evolve(response, body=body, chunks=None, close=None))


def saved(response: HttpResponse, path: Path, most: int) -> Answer:
    """The response with its body in a file, which appears whole or not at all."""
    from hfpipe.codec.media import HEAD

    beside = path.with_name(f".{path.name[:100]}.{uuid4().hex}")
    size, head = 0, b""
    try:
        with beside.open("xb") as file:
            for piece in _plain(response):
                head = head if len(head) >= HEAD else (head + piece)[:HEAD]
                size += file.write(piece)
                if size > most:
                    return Failure(too_large(most))
        beside.replace(path)
    except OSError as error:
        return Failure(
            TransportError(
                f"the result could not be saved: {error.strerror}", code="bad_answer", billed="yes"
            )
        )
    except Exception as error:  # noqa: BLE001 - whatever a sender's chunks raise is a value
        return Failure(fault(error))
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        end(response)
    file_body = FileBody(path, 0, size)
    return Success(evolve(response, body=head, chunks=None, close=None, file=file_body))


def _plain(response: HttpResponse) -> Iterable[bytes]:
    chunks = response.chunks
    if chunks is None:
        return (response.body,)
    if not hasattr(chunks, "__iter__"):
        raise TransportError("the sender's chunks are for an event loop: use hfpipe.aio")
    return chunks  # type: ignore[return-value]  # the line above has ruled the other kind out


def fault(error: Exception) -> TransportError:
    """An exception out of a sender's chunks as the error that it counts as."""
    if isinstance(error, TransportError):
        return error
    cause = f"{type(error).__name__}: {error}"
    if isinstance(error, TimeoutError):
        return TransportError("no answer came in time", code="timeout", timeout=True, cause=cause)
    return TransportError("the connection broke", code="reset", cause=cause)


def end(response: HttpResponse) -> None:
    """Closes what the response holds open; a fault in closing changes nothing any more."""
    for close in (response.close, getattr(response.chunks, "close", None)):
        if close is not None:
            with suppress(Exception):
                close()


def file_answer(need: FileBody) -> Result[HttpResponse, TransportError]:
    """The bytes of a file's part, as the body of an answer."""
    from hfpipe.media import pieces

    try:
        return Success(HttpResponse(body=b"".join(pieces(need))))
    except OSError as error:
        return Failure(TransportError(f"{need.path.name}: {error.strerror or error}", billed="no"))
