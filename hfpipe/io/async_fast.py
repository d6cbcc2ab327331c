"""
One request and its answer straight over a connection of aiohttp's.

The twin of `hfpipe.io.fast`: aiohttp dials, looks names up, does TLS and keeps the pool
(`TCPConnector.connect`); what goes over such a connection is written and read here, over
asyncio's public seam `Transport.set_protocol`. `http_options={"fast": False}` switches it off.
Proxies, uploads from files, large ones and odd addresses are aiohttp's own. It saves more than
half of what a request costs (212k instructions; through all of aiohttp 523k): parsed addresses,
header objects, and payload, writer and reader objects for each.
"""

from __future__ import annotations

from functools import partial
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final

from returns.result import Failure, Result
from urllib3.exceptions import HTTPError
from urllib3.util.request import ACCEPT_ENCODING

from hfpipe.io.arriving import arriving
from hfpipe.io.faults import failure
from hfpipe.io.incoming import AsyncIncoming
from hfpipe.io.line import Line
from hfpipe.io.sender import AT_ONCE
from hfpipe.io.unpacking import Unpacking
from hfpipe.io.watch import Watch
from hfpipe.io.written import request_head, target
from hfpipe.results import success
from hfpipe.wire import FileBody, Headers, HttpRequest, HttpResponse

if TYPE_CHECKING:
    from hfpipe.errors import TransportError
    from hfpipe.io.framing import Head
    from hfpipe.io.sessions import Place, Session

# A request had gone out when what became of it is told.
_SENT: Final = Watch(None)
_SENT.sent = True


def written(place: Place, request: HttpRequest) -> bytes | None:
    """
    The head of a request of the usual kind, as nearly all are; any other is aiohttp's to send.

    Raises ValueError where a header would forge another.
    """
    body = request.body
    if not place.host or isinstance(body, FileBody) or (body and len(body) > AT_ONCE):
        return None
    coding = "identity" if request.stream else ACCEPT_ENCODING
    asked = target(request.url)
    return request_head(request.method, asked, place.host, coding, request.headers, body)


async def exchanged(
    session: Session, place: Place, request: HttpRequest, head: bytes, until: float | None
) -> Result[HttpResponse, TransportError]:
    """
    The answer, or why there is none; raises what aiohttp does before there is a connection.

    The time is up when the loop's clock shows `until`.
    """
    connector: Any = session.client.connector
    connection = await connector.connect(place.asks[request.stream], [], session.times(until))
    line = Line(connection, streams=request.stream)
    body: Any = request.body
    try:
        line.ask(head, body)
        found, whole = await line.answered(session.alarm, until)
        return success(_received(line, found, whole, request, until))
    except (OSError, HTTPException, HTTPError) as error:
        line.close()
        return Failure(_in_mid_answer(error))
    except BaseException:
        line.close()
        raise


def _received(
    line: Line, head: Head, body: bytes | None, request: HttpRequest, until: float | None
) -> HttpResponse:
    headers = Headers.received(head.fields)
    if body is not None:
        return HttpResponse(head.status, headers, body)
    more: Any = line.next
    if head.unusual:
        more = partial(_unpacked, line, Unpacking(headers.text("content-encoding")))
    chunks = AsyncIncoming(more, _in_mid_answer)
    live = HttpResponse(head.status, headers, chunks=chunks, close=line.close)
    return arriving(live, until, request.idle_timeout if request.stream else None)


def _in_mid_answer(error: BaseException) -> TransportError:
    return failure(error, _SENT)


async def _unpacked(line: Line, unpacking: Unpacking) -> bytes:
    piece = b""
    while not piece:
        packed = b"" if unpacking.more else await line.next()
        if not packed and not unpacking.more:
            return unpacking.ended()
        piece = unpacking.fed(packed)
    return piece
