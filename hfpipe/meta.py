"""
What an answer tells beside its value: ids, quotas, timings, tokens.

Floor 4. The spellings are those of the services' own answers.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from hfpipe.evolving import evolve
from hfpipe.records import Exchange, Meta, RateLimit
from hfpipe.redaction import request_id

if TYPE_CHECKING:
    from hfpipe.wire import Headers

_REMAINING: Final = (
    "x-ratelimit-remaining-requests",
    "x-ratelimit-remaining-requests-day",
    "x-ratelimit-remaining",
    "ratelimit-remaining",
)
_TIMES: Final = ("x-compute-time", "x-inference-time")
_FIELD: Final = r"\b([rtqw])=(\d+(?:\.\d+)?)"
_UNITS: Final = r"(\d+(?:\.\d+)?)(ms|s|m|h|d)?"
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "": 1.0}


def told(exchange: Exchange, duration: float) -> Meta:
    """The meta of a finished exchange, after `duration` seconds."""
    response, mapping = exchange.response, exchange.mapping
    known: dict[str, Any] = {
        "provider": mapping.provider if mapping else exchange.options.provider,
        "model": exchange.options.model or (mapping.provider_id if mapping else ""),
        "attempts": max(exchange.meta.attempts, int(response is not None)),
        "duration": duration,
        "usage": getattr(exchange.output, "usage", None),
    }
    if response is not None:
        headers = response.headers
        known |= {
            "status": response.status,
            "request_id": request_id(response),
            "rate_limit": rate_limit(headers),
            "compute_time": next(filter(None, (number(headers, name) for name in _TIMES)), None),
            "provider": headers.shown("x-inference-provider") or known["provider"],
            "warnings": (*exchange.meta.warnings, *_warnings(headers)),
        }
    return evolve(exchange.meta, **known)


def _warnings(headers: Headers) -> tuple[str, ...]:
    # `X-HF-Warning: <topic>; <message>`; the topic may be empty
    given = headers.shown("x-hf-warning")
    return (given.removeprefix(";").strip(),) if given else ()


def number(headers: Headers, name: str) -> float | None:
    """A header as a number that is not negative, or None."""
    try:
        value = float(headers.shown(name))
    except ValueError:
        return None
    return value if value >= 0 and math.isfinite(value) else None


def rate_limit(headers: Headers) -> RateLimit | None:
    """
    What is left of the quota of requests, in the Hub's spelling or the providers'.

    >>> from hfpipe.wire import Headers
    >>> rate_limit(Headers({"ratelimit": '"api";r=12;t=55', "ratelimit-policy": '"api";q=500'}))
    RateLimit(limit=500.0, remaining=12.0, reset=55.0)
    """
    if given := headers.shown("ratelimit"):
        fields = {**_fields(headers.shown("ratelimit-policy")), **_fields(given)}
        return RateLimit(fields.get("q"), fields.get("r"), fields.get("t"))
    for name in _REMAINING:
        remaining = number(headers, name)
        if remaining is not None:
            limit = number(headers, name.replace("remaining", "limit"))
            return RateLimit(
                limit, remaining, _seconds(headers, name.replace("remaining", "reset"))
            )
    return None


def _fields(text: str) -> dict[str, float]:
    return {name: float(value) for name, value in re.findall(_FIELD, text)}


def _seconds(headers: Headers, name: str) -> float | None:
    # "33.93", "12ms", "2m59.56s"
    text = headers.shown(name)
    if not text or re.sub(_UNITS, "", text):
        return None
    return sum(float(count) * _SECONDS[unit] for count, unit in re.findall(_UNITS, text))
