"""
decode: the answer as the task's value, or the failure that it is.

Floor 3. A streamed answer gets a pure decoder as its `output`; the stream functions join it with
the live bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from returns.result import Failure

from hfpipe.errors import ProviderOutputError
from hfpipe.evolving import evolve
from hfpipe.outputs.read import error_in
from hfpipe.results import success
from hfpipe.stages.recipe import recipe
from hfpipe.verdict import provider_refusal

if TYPE_CHECKING:
    from hfpipe.pipeline import Outcome
    from hfpipe.records import Exchange
    from hfpipe.wire import HttpResponse

_NOT_FOUND: Final = 404


def decode(exchange: Exchange) -> Outcome:
    """Writes `output`; needs more where the value is a job to wait for or a file to fetch."""
    row, how = recipe(exchange)
    request, response = exchange.request, exchange.response
    if request is None or response is None:
        return Failure(ProviderOutputError("there is no answer to decode", billed="no"))
    refused = provider_refusal(request, response, row.name)
    if refused is not None:
        if how.missing is not None and response.status == _NOT_FOUND:
            return how.missing(exchange)
        return Failure(refused)
    if not request.stream:
        return how.value(exchange)
    if how.fold is None or response.chunks is None:
        return Failure(_no_stream(row.name, response))
    return success(evolve(exchange, output=how.fold(exchange)))


def _no_stream(name: str, response: HttpResponse) -> ProviderOutputError:
    got = response.content_type or "no content type"
    told = error_in(response.body)
    return ProviderOutputError(
        f"{name} answered a streaming call with {got} instead of an event stream"
        f"{': ' if told else ''}{told}",
        code="in_band" if told else "bad_answer",
        expected="text/event-stream",
        got=got,
    )
