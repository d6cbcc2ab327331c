"""
Files that an answer points to.

Floor 4. They are fetched without any credential and with their status checked: a page that says
"not found" is no picture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from attrs import evolve as attrs_evolve
from attrs import frozen
from returns.result import Failure, Success

from hfpipe.codec.media import HEAD, from_data_url, media_type
from hfpipe.errors import ProviderOutputError
from hfpipe.evolving import evolve
from hfpipe.media import Media
from hfpipe.outputs.read import told_error
from hfpipe.pipeline import Answer, Need, Outcome
from hfpipe.providers.given_media import VAGUE
from hfpipe.providers.values import decoded_of
from hfpipe.records import Exchange
from hfpipe.redirect import onward, visiting
from hfpipe.shapes import is_array, is_object
from hfpipe.verdict import provider_refusal
from hfpipe.wire import HttpRequest, HttpResponse

Made: TypeAlias = Callable[[Exchange], Outcome]

_MEDIA: Final = ("image/", "audio/", "video/")
# Sound is sent in the containers of films, and a film without pictures is a sound.
_TIMED: Final = frozenset({"audio", "video"})


class Linked:
    """
    The file, of this kind, that a JSON answer names at the first of these paths that it has.

    `then` makes the value of the file, which stands in `output`; without it the file is it.

    >>> Linked("image", ("images", 0, "url"))
    Linked('image', '$.images[0].url')
    """

    __slots__ = ("kind", "paths", "then")

    def __init__(self, kind: str, *paths: tuple[str | int, ...], then: Made | None = None) -> None:
        self.kind = kind
        self.paths = paths
        self.then = then

    def __call__(self, exchange: Exchange) -> Outcome:
        given = decoded_of(exchange)
        if not isinstance(given, Success):
            return Failure(given.failure())
        answer = given.unwrap()
        found = [(at(answer, path), path) for path in self.paths]
        named = next(((url, path) for url, path in found if isinstance(url, str)), None)
        if named is None and (told := told_error(answer)) is not None:
            return Failure(told)
        url, path = named or (found[-1][0], self.paths[-1])
        return file_at(exchange, url, written(path), self.kind, self.then)

    def __repr__(self) -> str:
        return f"Linked({self.kind!r}, {', '.join(repr(written(path)) for path in self.paths)})"


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    """What is in a decoded answer at a path; None where there is nothing."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if is_array(value) and step < len(value) else None
        else:
            value = value.get(step) if is_object(value) else None
    return value


def written(path: tuple[str | int, ...]) -> str:
    """
    A path as it is written in errors.

    >>> written(("images", 0, "url"))
    '$.images[0].url'
    """
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def file_at(
    exchange: Exchange, url: Any, path: str, kind: str, then: Made | None = None
) -> Outcome:
    """
    The file at an address that the answer names at `path`, of this kind ("image", ...).

    `then(exchange)` makes the value of it, which stands in `output` by then.
    """
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
        return _inline(exchange, url, path, then)
    where = visiting(url, request, response)
    if not isinstance(where, Success):
        return Failure(where.failure())
    wanted = evolve(where.unwrap() or request, stream=exchange.options.save_to is not None)
    fetched = Downloaded(wanted, kind, response, then)
    return Success(Need(wanted, fetched, save=exchange.options.save_to))


def _inline(exchange: Exchange, url: str, path: str, then: Made | None) -> Outcome:
    try:
        media = from_data_url(url)
    except ValueError as error:
        return Failure(
            ProviderOutputError(str(error), path=path, expected="a data URL", got=url[:40])
        )
    ended = evolve(exchange, output=media)
    return Success(ended) if then is None else then(ended)


@frozen
class Downloaded:
    """The file that an answer pointed to has come. `answer` is that answer."""

    request: HttpRequest
    kind: str
    answer: HttpResponse
    made: Made | None = None
    hops: int = 0

    def __call__(self, exchange: Exchange, answer: Answer) -> Outcome:
        if not isinstance(answer, Success):
            return Failure(attrs_evolve(answer.failure(), request=self.request, billed="yes"))
        response = answer.unwrap()
        if (elsewhere := onward(self, response, save=exchange.options.save_to)) is not None:
            return elsewhere
        refused = provider_refusal(self.request, response, "the host of the result")
        if refused is not None:
            return Failure(refused)
        return self._read(exchange, response)

    def _read(self, exchange: Exchange, response: HttpResponse) -> Outcome:
        content = response.file or response.body
        told = response.content_type
        kind = told if told.startswith(_MEDIA) else media_type(response.body[:HEAD])
        if not kind and told in VAGUE and response.body[:1] not in {b"<", b"{"}:
            kind = media_type(b"", urlsplit(self.request.url).path) or f"{self.kind}/*"
        if self.kind == "text" and (told.startswith("text/") or not kind):
            kind = told or "text/plain"
        if len(content) and self._fits(kind.partition("/")[0]):
            media = Media(content, "" if kind.endswith("/*") else kind)
            ended = evolve(exchange, response=self.answer, output=media)
            return Success(ended) if self.made is None else self.made(ended)
        got = (told or kind or "of no known type") if len(content) else "empty"
        return Failure(
            ProviderOutputError(
                f"the result is {got}, and not {self.kind}",
                expected=f"{self.kind}/*",
                got=got,
                request=self.request,
                response=response,
            )
        )

    def _fits(self, major: str) -> bool:
        return major == self.kind or {major, self.kind} <= _TIMED
