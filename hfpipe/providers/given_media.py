"""
Media as inputs: in memory, in a file, or at an address.

Floor 4. An input that is an address is fetched first where the provider does not take addresses,
and a large file is read by the driver.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from attrs import frozen
from returns.result import Failure, Success

from hfpipe.codec.media import HEAD, media_type
from hfpipe.errors import InputError
from hfpipe.media import Media
from hfpipe.pipeline import Answer, Need, Outcome
from hfpipe.records import Exchange
from hfpipe.redirect import onward
from hfpipe.verdict import provider_refusal
from hfpipe.version import USER_AGENT
from hfpipe.wire import Headers, HttpRequest

WithMedia: TypeAlias = Callable[[Exchange, Media], Outcome]

# What a server says of a file that it knows nothing of.
VAGUE: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_HEARD_OR_SEEN: Final = frozenset({"image", "audio", "video"})
_BY_EAR: Final = frozenset(
    {"audio-classification", "audio-to-audio", "automatic-speech-recognition"}
)


def _wanted(task: str) -> frozenset[str]:
    """What kinds of media a task works on: a film has a sound, too."""
    return frozenset({"audio", "video"}) if task in _BY_EAR else frozenset({"image"})


def with_media(exchange: Exchange, given: Any, then: WithMedia) -> Outcome:
    """Goes on with the media in memory, or in a file: fetched first where it is an address."""
    if isinstance(given, Media):
        return then(exchange, given)
    request = HttpRequest("GET", given, Headers({"user-agent": USER_AGENT}))
    return Success(Need(request, Fetched(request, then)))


def with_bytes(exchange: Exchange, given: Any, then: WithMedia) -> Outcome:
    """Goes on with the media in memory, in any case: for JSON, which cannot be read from disk."""
    return with_media(exchange, given, Loading(then))


@frozen
class Fetched:
    """The input that an address named has come: it has to be there, and to be media."""

    request: HttpRequest
    then: WithMedia
    hops: int = 0

    def __call__(self, exchange: Exchange, answer: Answer) -> Outcome:
        if not isinstance(answer, Success):
            error = answer.failure()
            return Failure(self._unusable(error.message, cause=error.cause))
        response = answer.unwrap()
        if (elsewhere := onward(self, response)) is not None:
            return elsewhere.alt(lambda error: self._unusable(error.message))
        refused = provider_refusal(self.request, response, "its host")
        if refused is not None:
            return Failure(self._unusable(refused.message))
        kind = response.content_type
        if not kind.startswith(("image/", "audio/", "video/")):
            name = urlsplit(self.request.url).path if kind in VAGUE else ""
            kind = media_type(response.body[:HEAD], name)
        if not kind or not response.body:
            got = response.content_type or "nothing"
            return Failure(self._unusable(f"it is {got}, neither image, sound nor film"))
        major = kind.partition("/")[0]
        if major in _HEARD_OR_SEEN and major not in _wanted(exchange.task):
            return Failure(self._unusable(f"it is {kind}"))
        return self.then(exchange, Media(response.body, kind))

    def _unusable(self, why: str, cause: str = "") -> InputError:
        return InputError(
            f"the input at the given address cannot be used: {why}",
            request=self.request,
            cause=cause,
        )


@frozen
class Loading:
    """Reads the media into memory where they are in a file."""

    then: WithMedia

    def __call__(self, exchange: Exchange, media: Media) -> Outcome:
        if isinstance(media.content, bytes):
            return self.then(exchange, media)
        return Success(Need(media.content, Loaded(media.media_type, self.then)))


@frozen
class Loaded:
    """The file has been read."""

    media_type: str
    then: WithMedia

    def __call__(self, exchange: Exchange, answer: Answer) -> Outcome:
        if not isinstance(answer, Success):
            error = answer.failure()
            return Failure(InputError(f"the input cannot be read: {error.message}"))
        return self.then(exchange, Media(answer.unwrap().body, self.media_type))
