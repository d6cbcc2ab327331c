"""
The sender that hfpipe uses: one request over urllib3, one Result.

It never follows a redirect and never asks again. No exception leaves it but the user's own
(an interrupt), and that without the frames in which a token could be seen.
"""

from __future__ import annotations

from http.client import HTTPException
from typing import TYPE_CHECKING, Final

from returns.result import Failure, Result
from urllib3.exceptions import HTTPError
from urllib3.util.request import ACCEPT_ENCODING

from hfpipe.address import origin
from hfpipe.io import pools
from hfpipe.io.fast import Asked, Whole
from hfpipe.io.faults import failure
from hfpipe.io.incoming import Incoming
from hfpipe.io.watch import Watch
from hfpipe.io.written import target
from hfpipe.results import success
from hfpipe.wire import SUCCESSFUL, Headers, HttpRequest, HttpResponse

if TYPE_CHECKING:
    from urllib3.response import HTTPResponse

    from hfpipe.errors import TransportError
    from hfpipe.http_options import HttpOptions
    from hfpipe.io.fast import Answer

# Bodies up to this size, of a length that is told, are read at once.
AT_ONCE: Final = 2**20


def send(options: HttpOptions, request: HttpRequest) -> Result[HttpResponse, TransportError]:
    """The answer, its body read or as live `chunks`; or why there is none."""
    watch = Watch(request.timeout, streams=request.stream)
    try:
        return success(_answer(options, request, watch))
    except (OSError, HTTPException, HTTPError, ValueError) as error:
        return Failure(failure(error, watch))
    except BaseException as error:  # noqa: BLE001 - raised again, without our frames
        raise error.with_traceback(None) from None


def _answer(options: HttpOptions, request: HttpRequest, watch: Watch) -> HttpResponse:
    pool = pools.pool(options, request.url)
    # What goes in the clear is asked of a proxy by its whole address, otherwise by the path.
    whole = pool.proxy is not None and origin(request.url)[0] == "http"
    place = request.url if whole else target(request.url)
    coding = "identity" if request.stream else ACCEPT_ENCODING
    asked = Asked(request.method, place, coding, request.headers, request.body, watch)
    response = pool.ask(
        asked, options.connect_timeout, public_only=request.public_only, fast=options.fast
    )
    watch.idle = request.idle_timeout if request.stream else None
    return _received(response, request, watch)


def _received(
    response: Whole | Answer | HTTPResponse, request: HttpRequest, watch: Watch
) -> HttpResponse:
    if isinstance(response, Whole):
        return HttpResponse(response.status, Headers.received(response.fields), response.body)
    fields = response.headers
    headers = Headers.received(fields if isinstance(fields, list) else fields.items())
    length = response.length_remaining
    ends = length is None and "transfer-encoding" not in headers
    if ends and watch.broke and response.status in SUCCESSFUL:
        # what broke the request may have thrown some of the answer away, and nobody could tell
        response.close()
        raise ConnectionResetError("the server closed the connection before it had read all")
    at_once = length is not None and length <= AT_ONCE and "content-encoding" not in headers
    if at_once and not (request.stream and response.status in SUCCESSFUL):
        return HttpResponse(response.status, headers, response.read())
    incoming = Incoming(response, watch)
    return HttpResponse(response.status, headers, chunks=incoming, close=incoming.close)
