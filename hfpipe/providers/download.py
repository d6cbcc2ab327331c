"""
Files that an answer points to.

Floor 4. They are fetched without any credential and with their status checked: a page that says
"not found" is no picture.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve as attrs_evolve
from attrs import frozen
from returns.result import Failure, Success

from hfpipe.codec.media import HEAD, from_data_url, media_type
from hfpipe.errors import ProviderOutputError
from hfpipe.evolving import evolve
from hfpipe.media import Media
from hfpipe.pipeline import Answer, Need, Outcome
from hfpipe.records import Exchange
from hfpipe.redirect import redirected, visiting
from hfpipe.verdict import provider_refusal
from hfpipe.wire import HttpRequest, HttpResponse


def file_at(exchange: Exchange, url: Any, path: str, kind: str) -> Outcome:
    """The file at an address that the answer names at `path`, of this kind ("image", ...)."""
    request, response = exchange.request, exchange.response
    if request is None or response is None or not isinstance(url, str):
        return Failure(
            ProviderOutputError(
                f"the answer names no file at {path}",
                path=path,
                expected="an address",
                got=type(url).__name__,
            )
        )
    if url.startswith("data:"):
        return _inline(exchange, url, path)
    where = visiting(url, request, response)
    if not isinstance(where, Success):
        return Failure(where.failure())
    wanted = evolve(where.unwrap() or request, stream=exchange.options.save_to is not None)
    return Success(Need(wanted, Downloaded(wanted, kind), save=exchange.options.save_to))


def _inline(exchange: Exchange, url: str, path: str) -> Outcome:
    try:
        media = from_data_url(url)
    except ValueError as error:
        return Failure(
            ProviderOutputError(str(error), path=path, expected="a data URL", got=url[:40])
        )
    return Success(evolve(exchange, output=media))


@frozen
class Downloaded:
    """The file that an answer pointed to has come."""

    request: HttpRequest
    kind: str
    hops: int = 0

    def __call__(self, exchange: Exchange, answer: Answer) -> Outcome:
        if not isinstance(answer, Success):
            return Failure(attrs_evolve(answer.failure(), request=self.request, billed="yes"))
        response = answer.unwrap()
        onward = redirected(self.request, response, self.hops)
        if not isinstance(onward, Success):
            return Failure(onward.failure())
        if (request := onward.unwrap()) is not None:
            then = Downloaded(request, self.kind, self.hops + 1)
            return Success(Need(request, then, save=exchange.options.save_to))
        refused = provider_refusal(self.request, response, "the host of the result")
        if refused is not None:
            return Failure(refused)
        return self._read(exchange, response)

    def _read(self, exchange: Exchange, response: HttpResponse) -> Outcome:
        content = response.file or response.body
        kind = response.content_type
        if not kind.startswith(("image/", "audio/", "video/")):
            kind = media_type(response.body[:HEAD])
        if kind and len(content):
            return Success(evolve(exchange, output=Media(content, kind)))
        got = response.content_type or "nothing"
        return Failure(
            ProviderOutputError(
                f"the result is {got}, and not {self.kind}",
                expected=f"{self.kind}/*",
                got=got,
                request=self.request,
                response=response,
            )
        )
