"""
What this very call adds to the hint of its error: which token was sent, which page to look at.

Floor 1. The hint of a code is the same for everybody; here it learns of the exchange.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hfpipe.errors import HubApiError, ProviderApiError

if TYPE_CHECKING:
    from hfpipe.errors import HfpipeError
    from hfpipe.records import Exchange
    from hfpipe.secret import Secret

_GATED: Final = r"(?i)gated|(request|ask for|must have|grant(ed)?) access"
_MODEL: Final = r"[\w.-]+/[\w.-]+"


def advised(error: HfpipeError, exchange: Exchange, model: str) -> str:
    """The error's hint, with what the exchange adds to it."""
    if not isinstance(error, (ProviderApiError, HubApiError)):
        return error.hint
    page = f"https://huggingface.co/{model}" if re.fullmatch(_MODEL, model) else ""
    if error.code == "missing_permission" and page and re.search(_GATED, error.message):
        return _before(f"Ask for access to the model: {page}.", error)
    if error.code in {"invalid_token", "missing_permission"}:
        return _before(_token(exchange), error)
    if error.code == "unknown_model":
        if exchange.options.endpoint_url:
            return _before("Check the endpoint's address, too.", error)
        return _before(f"Its page says who serves it: {page}.", error) if page else error.hint
    return error.hint


def _before(line: str, error: HfpipeError) -> str:
    return error.hint if error.hint.startswith(line) else f"{line} {error.hint}"


def _token(exchange: Exchange) -> str:
    token = exchange.options.token
    if token is None:
        return "No token was sent."
    if exchange.headers and "authorization" not in exchange.headers:
        return (
            f"The token ({_from(token)}) goes to Hugging Face's hosts alone: give token=... here."
        )
    return f"The token sent: {_from(token)}."


def _from(token: Secret) -> str:
    """Where a token is from; never the token."""
    if token.source is None:
        return "the one that was given"
    return str(getattr(token.source, "told", "of a source of the caller's own"))
