"""
Bodies in which a media input stands as its address: an http(s) one as it is, else a data URL.

Floor 4. What waits while a file is read is a record without data, which finds the body's maker
again in the recipe.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from attrs import frozen

from hfpipe.codec.media import data_url
from hfpipe.errors import InputError
from hfpipe.media import Media
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body
from hfpipe.providers.given_media import with_bytes
from hfpipe.records import Exchange
from hfpipe.stages.recipe import recipe

Filled: TypeAlias = Callable[[Exchange, str], dict[str, Any]]


@frozen
class MediaUrlBody:
    """
    A JSON body made by `body(exchange, address)`; the address is empty where no input is given.

    `default` is the type of media that nobody can make out; `label` gives another one for a
    type that the provider does not take. A provider that takes no `addresses` gets what is there.
    """

    default: str
    body: Filled
    addresses: bool = True
    label: Callable[[str], str] | None = None

    def __call__(self, exchange: Exchange) -> Outcome:
        given = exchange.args.get("inputs")
        if given is None or (isinstance(given, str) and self.addresses):
            return json_body(exchange, self.body(exchange, given or ""))
        return with_bytes(exchange, given, Addressed())

    def filled(self, exchange: Exchange, media: Media) -> Outcome:
        """The body with the media in it."""
        kind = media.media_type
        named = Media(media.content, self.label(kind) if self.label else kind)
        return json_body(exchange, self.body(exchange, data_url(named, self.default)))


@frozen
class Addressed:
    """The media are in memory now: they become a data URL in the body."""

    def __call__(self, exchange: Exchange, media: Media) -> Outcome:
        how = recipe(exchange)[1].payload
        if not isinstance(how, MediaUrlBody):
            raise InputError("the provider's row no longer takes media by address for this task")
        return how.filled(exchange, media)
