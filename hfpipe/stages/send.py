"""
send: the finished request, asked of the driver; its answer, kept beside it.

Floor 3. Redirects are followed here, by the rules of `hfpipe.redirect`.
"""

from __future__ import annotations

from attrs import evolve as attrs_evolve
from attrs import frozen
from returns.result import Failure, Success

from hfpipe.evolving import evolve
from hfpipe.pipeline import Answer, Need, Outcome
from hfpipe.printing import equal, hashed, printed
from hfpipe.records import Exchange
from hfpipe.redirect import onward
from hfpipe.results import success
from hfpipe.wire import REDIRECTION, HttpRequest


def send(exchange: Exchange) -> Outcome:
    """Needs the request sent; then writes `request` and `response`, whatever its status."""
    stream = bool(exchange.args.get("stream"))
    request = HttpRequest(
        exchange.method,
        exchange.url,
        exchange.headers,
        exchange.body,
        stream,
        None,
        exchange.options.idle_timeout,
    )
    return success(Need(request, Received(request), save=exchange.options.save_to))


@frozen(slots=False)
class Received:
    """The answer has come: keeps it beside its request, or goes where it points."""

    request: HttpRequest
    hops: int = 0

    __repr__, __eq__, __hash__ = printed, equal, hashed

    def __call__(self, exchange: Exchange, answer: Answer) -> Outcome:
        if not isinstance(answer, Success):
            return Failure(attrs_evolve(answer.failure(), request=self.request, attempts=1))
        response = answer.unwrap()
        if response.status in REDIRECTION:
            elsewhere = onward(self, response, save=exchange.options.save_to)
            if elsewhere is not None:
                return elsewhere
        return success(evolve(exchange, request=self.request, response=response))
