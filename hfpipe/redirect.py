"""
Following a server that points elsewhere, as pure data: the next request, or why there is none.

Floor 2. GET goes anywhere public, never from https to http; 307 and 308 of anything else stay
within the origin. Credentials never leave their origin, and five hops are enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urljoin

from returns.result import Failure, Result, Success

from hfpipe.address import origin, private
from hfpipe.errors import Billed, ProviderApiError
from hfpipe.evolving import evolve
from hfpipe.hints import Code
from hfpipe.pipeline import Need
from hfpipe.wire import SUCCESSFUL, Headers, HttpRequest, HttpResponse

if TYPE_CHECKING:
    from hfpipe.pipeline import Answer, Outcome
    from hfpipe.records import Exchange

MOST_HOPS: Final = 5

_KEPT: Final = ("accept", "user-agent", "range")
_SAME_METHOD: Final = frozenset({307, 308})
_GET: Final = frozenset({301, 302, 303})


def redirected(
    request: HttpRequest, response: HttpResponse, hops: int
) -> Result[HttpRequest | None, ProviderApiError]:
    """The request to make next; None where the answer points nowhere that may be followed."""
    place = response.headers.text("location")
    follows = response.status in _SAME_METHOD or (
        response.status in _GET and request.method in {"GET", "HEAD"}
    )
    if not place or not follows:
        return Success(None)
    if hops >= MOST_HOPS:
        return _refused(request, response, f"redirected more than {MOST_HOPS} times", "redirected")
    try:
        url = urljoin(request.url, place)
        here, there = origin(request.url), origin(url)
    except ValueError:
        return _refused(request, response, "redirected to no valid address", "redirected")
    if here == there:
        return Success(evolve(request, url=url))
    if request.method not in {"GET", "HEAD"}:
        return Success(None)
    return visiting(url, request, response)


class Hop(Protocol):
    """A continuation that follows redirects: it knows its request, and how many came before."""

    @property
    def request(self) -> HttpRequest:
        """What was asked."""
        ...

    @property
    def hops(self) -> int:
        """How often it was pointed elsewhere."""
        ...

    def __call__(self, exchange: Exchange, answer: Answer, /) -> Outcome:
        """Goes on with the answer."""
        ...


def onward(hop: Hop, response: HttpResponse, **how: Any) -> Outcome | None:
    """
    What a continuation needs where the answer points elsewhere: itself, asked there.

    None where the answer is to be read as it is, a Failure where it may not be followed. `how`
    are the other fields of the Need.
    """
    found = redirected(hop.request, response, hop.hops)
    if not isinstance(found, Success):
        return Failure(found.failure())
    request = found.unwrap()
    if request is None:
        return None
    again: Any = hop
    return Success(Need(request, evolve(again, request=request, hops=hop.hops + 1), **how))


def visiting(
    url: str, request: HttpRequest, response: HttpResponse
) -> Result[HttpRequest | None, ProviderApiError]:
    """
    A GET of an address that the answer to `request` names, without credentials; a HEAD stays one.

    It has to be https (http only where the request's own base is), and public unless the
    request's own base is the same private host.
    """
    try:
        here, there = origin(request.url), origin(url)
    except ValueError:
        here, there = ("", "", 0), ("", "", 0)
    if there[0] not in {"http", "https"} or (here[0] == "https" and there[0] == "http"):
        return _refused(
            request, response, f"pointed to a {there[0] or 'broken'} address", "forbidden_address"
        )
    if private(there[1]) and here[1] != there[1]:
        return _refused(
            request, response, f"pointed to the private address {there[1]}", "forbidden_address"
        )
    kept = Headers((name, value) for name in _KEPT if (value := request.headers.get(name)))
    return Success(
        HttpRequest(
            "HEAD" if request.method == "HEAD" else "GET",
            url,
            kept,
            stream=request.stream,
            idle_timeout=request.idle_timeout,
            public_only=here[1] != there[1],
        )
    )


def _refused(
    request: HttpRequest, response: HttpResponse, why: str, code: Code
) -> Result[HttpRequest | None, ProviderApiError]:
    return Failure(
        ProviderApiError(
            f"the server {why}",
            code=code,
            request=request,
            response=response,
            status=response.status,
            billed=_billed(request, response),
        )
    )


def _billed(request: HttpRequest, response: HttpResponse) -> Billed:
    # An answer that names a bad address was made; a POST that was pointed elsewhere was not
    # answered; a GET is of a result, or of the Hub.
    if response.status in SUCCESSFUL:
        return "yes"
    return "unknown" if request.method == "GET" else "no"
