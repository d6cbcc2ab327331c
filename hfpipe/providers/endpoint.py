"""
An endpoint of one's own, known by its address alone.

Floor 4. Chat goes to `/v1/chat/completions` below the address, unless that already ends so;
everything else to the address itself. A query stays where it is.
"""

from __future__ import annotations

from typing import Final

from hfpipe.address import split_query
from hfpipe.providers.classic import recipes
from hfpipe.records import Exchange
from hfpipe.secret import plain

_CHAT: Final = "/chat/completions"


def itself(exchange: Exchange) -> str:
    """The address, untouched."""
    return plain(exchange.options.endpoint_url)


def chat_address(exchange: Exchange) -> str:
    """
    The address of chat: `http://h`, `http://h/v1` and `http://h/v1/chat/completions` are one.
    """
    path, query = split_query(plain(exchange.options.endpoint_url))
    bare = path.rstrip("/")
    if bare.endswith(_CHAT):
        return path + query
    return f"{bare}{_CHAT if bare.endswith('/v1') else '/v1' + _CHAT}{query}"


ENDPOINT: Final = recipes(itself, chat_address, piped=False)
