"""
The sender of the extra `aio`: one request over aiohttp, one Result.

The usual request goes over aiohttp's connections alone (`hfpipe.io.async_fast`), any other through
all of it.

It never follows a redirect and never asks again. No exception leaves it but a cancellation, and
that without the frames in which a token could be seen.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aiohttp import ClientError
from returns.result import Failure, Result, Success
from yarl import URL

from hfpipe.io.aiohttp_faults import failure
from hfpipe.io.arriving import arriving, up
from hfpipe.io.async_fast import exchanged, written
from hfpipe.io.connector import UNCOMPRESSED
from hfpipe.io.faults import told
from hfpipe.io.incoming import AsyncIncoming
from hfpipe.io.sender import AT_ONCE
from hfpipe.io.sessions import Place, Session, session
from hfpipe.io.threads import off
from hfpipe.media import pieces
from hfpipe.wire import SUCCESSFUL, FileBody, Headers, HttpRequest, HttpResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from aiohttp import ClientResponse

    from hfpipe.errors import TransportError
    from hfpipe.http_options import HttpOptions

# A larger body is handed to the socket in slices: aiohttp copies one that is given whole.
_SLICE: Final = 2**18


async def send(options: HttpOptions, request: HttpRequest) -> Result[HttpResponse, TransportError]:
    """The answer, its body read or as live `chunks`; or why there is none."""
    until = up(request.timeout)
    try:
        found = await session(options, request.public_only)
        place = await found.place(request.url, until)
        head = written(place, request)
        if head is not None:
            return await exchanged(found, place, request, head, until)
        return await _in_time(found, place, request, until)
    except (OSError, ClientError, ValueError) as error:
        return Failure(failure(error))
    except BaseException as error:  # noqa: BLE001 - raised again, without our frames
        raise error.with_traceback(None) from None


async def _in_time(
    found: Session, place: Place, request: HttpRequest, until: float | None
) -> Result[HttpResponse, TransportError]:
    time = asyncio.timeout_at(until)
    try:
        async with time:
            return Success(await _answer(found, place, request, until))
    except TimeoutError as error:
        late = told("timeout", error, sent=True) if time.expired() else failure(error)
        return Failure(late)


async def _answer(
    found: Session, place: Place, request: HttpRequest, until: float | None
) -> HttpResponse:
    url = _url(request.url)
    headers = request.headers.reveal()
    body: Any = request.body
    if body is not None and (len(body) > AT_ONCE or isinstance(body, FileBody)):
        headers["content-length"] = str(len(body))
        body = uploaded(body)
    if request.stream:
        headers |= UNCOMPRESSED
    response = await found.client.request(
        request.method,
        url,
        data=body,
        headers=headers,
        allow_redirects=False,
        proxy=place.proxy,
        ssl=place.tls,
        timeout=found.times(until),
    )
    return await _received(response, request, until)


def _url(text: str) -> URL:
    # As it was given: quoting a signed address anew would break its signature.
    if not text.isascii() or not text.isprintable() or " " in text:
        raise UnicodeError("the address has characters that no address may have")
    url = URL(text, encoded=True)
    return url.with_user(None) if url.raw_user is not None else url


async def uploaded(body: bytes | FileBody) -> AsyncIterator[bytes | memoryview]:
    """
    The slices of a body; before each the event loop has read whatever had come.

    A server may answer before it has read everything, as with a 413, and close the connection:
    who writes to that first, loses the answer.
    """
    if isinstance(body, FileBody):
        reading = pieces(body, _SLICE)
        while piece := await off(_next, reading):
            await _heard()
            yield piece
    else:
        whole = memoryview(body)
        for start in range(0, len(body), _SLICE):
            await _heard()
            yield whole[start : start + _SLICE]


async def _heard() -> None:
    # one turn of the loop finds that there is something, and reads it after this task's own turn
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def _next(reading: Iterator[bytes]) -> bytes:
    # the end as a value: no future takes a StopIteration
    return next(reading, b"")


async def _received(
    response: ClientResponse, request: HttpRequest, until: float | None
) -> HttpResponse:
    headers = Headers.received(response.headers.items())
    length = response.content_length
    at_once = length is not None and length <= AT_ONCE and "content-encoding" not in headers
    if at_once and not (request.stream and response.status in SUCCESSFUL):
        return HttpResponse(response.status, headers, await response.read())
    chunks = AsyncIncoming(response.content.readany, failure)
    live = HttpResponse(response.status, headers, chunks=chunks, close=partial(_close, response))
    return arriving(live, until, request.idle_timeout if request.stream else None)


def _close(response: ClientResponse) -> None:
    connection = response.connection
    response.close()
    if connection is not None:
        connection.close()  # whose loop is gone, that has not been let go of yet
