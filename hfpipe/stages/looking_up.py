"""
Asking the Hub which providers serve a model.

Floor 3. The question is a Need that the driver answers from memory for five minutes; who asks
says what becomes of the entries, and of a failure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from attrs import frozen
from returns.result import Success

from hfpipe.address import in_path
from hfpipe.codec.json import decoded
from hfpipe.errors import HfpipeError, HubApiError
from hfpipe.evolving import evolve
from hfpipe.mappings import lenient
from hfpipe.pipeline import Answer, Need, Outcome
from hfpipe.records import Exchange, ProviderMapping, warned
from hfpipe.redirect import onward
from hfpipe.secret import of_the_hub, plain
from hfpipe.shapes import is_array, is_object
from hfpipe.verdict import hub_refusal
from hfpipe.wire import Headers, HttpRequest, HttpResponse

if TYPE_CHECKING:
    from hfpipe.records import Options

KEEP: Final = 300.0


class Asker(Protocol):
    """Who asks: a record, so that a walk that waits for the Hub can be put away."""

    def found(self, exchange: Exchange, entries: tuple[ProviderMapping, ...]) -> Outcome:
        """Goes on with what the Hub lists."""
        ...

    def otherwise(self, exchange: Exchange, error: HfpipeError, why: str, /) -> Outcome:
        """Goes on without it; `why` is the error as the end of "the Hub ..."."""
        ...


def look_up(options: Options, asker: Asker) -> Need:
    """The question; a token goes along only where it is one of the Hub's own."""
    token = options.token
    headers = Headers({"authorization": token.prefixed("Bearer ")} if of_the_hub(token) else {})
    url = f"{plain(options.hub_url)}/api/models/{in_path(options.model)}"
    request = HttpRequest("GET", f"{url}?expand=inferenceProviderMapping", headers)
    return Need(request, LookedUp(request, asker), keep=KEEP)


@frozen
class LookedUp:
    """The Hub has answered: reads which providers serve the model."""

    request: HttpRequest
    asker: Asker
    hops: int = 0

    def __call__(self, exchange: Exchange, answer: Answer) -> Outcome:
        if not isinstance(answer, Success):
            error = evolve(answer.failure(), request=self.request, attempts=1)
            return self.asker.otherwise(exchange, error, "could not be reached")
        response = answer.unwrap()
        elsewhere = onward(self, response, keep=KEEP)
        if elsewhere is not None:
            if isinstance(elsewhere, Success):
                return elsewhere
            return self.asker.otherwise(exchange, elsewhere.failure(), "points elsewhere")
        refused = hub_refusal(self.request, response)
        if refused is not None:
            return self.asker.otherwise(exchange, refused, f"answered {response.status}")
        return self._read(exchange, response)

    def _read(self, exchange: Exchange, response: HttpResponse) -> Outcome:
        try:
            body = decoded(response.body)
        except ValueError:
            body = None
        field = body.get("inferenceProviderMapping") if is_object(body) else None
        if not (is_object(field) or is_array(field)):
            error = HubApiError(
                "the Hub's answer lists no providers",
                code="bad_answer",
                request=self.request,
                response=response,
                status=response.status,
            )
            return self.asker.otherwise(exchange, error, "lists no providers")
        entries, unread = lenient(field)
        if unread:
            exchange = warned(exchange, f"{unread} of the model's providers could not be read")
        return self.asker.found(exchange, entries)
