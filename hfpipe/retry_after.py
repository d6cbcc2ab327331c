"""
How long a server asks to be left alone, in any of the spellings seen.

Floor 2.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from hfpipe.codec.json import decoded
from hfpipe.shapes import is_object

if TYPE_CHECKING:
    from hfpipe.wire import HttpResponse

_MILLISECONDS: Final = ("retry-after-ms", "x-retry-after-ms")
_RESETS: Final = r"(?:^|[;,\s])t=(\d+(?:\.\d+)?)"
_LONGEST: Final = 10 * 366 * 86400.0


def asked_wait(response: HttpResponse) -> float | None:
    """
    The seconds that the server asks to wait, or None where it does not say.

    Read in this order: `retry-after-ms`; `Retry-After` in seconds or as a date (RFC 9110,
    10.2.3, measured from `received_at`); `ratelimit: ...;t=55` with nothing left, as the Hub
    writes it; `estimated_time` in the body, as of a model that is being loaded.
    """
    shown = response.headers.shown
    for name in _MILLISECONDS:
        if (wait := _number(shown(name))) is not None:
            return wait / 1000
    after = shown("retry-after").strip()
    if after:
        wait = _number(after)
        return wait if wait is not None else _until(after, response.received_at)
    limit = shown("ratelimit")
    if "r=0" in limit.replace(" ", "") and (reset := re.search(_RESETS, limit)):
        return _number(reset[1])
    return _estimated(response.body)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    # NaN and what is below zero mean nothing; what is above all bounds means "not today"
    return min(value, _LONGEST) if value >= 0 else None


def _until(date: str, now: float) -> float | None:
    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def _estimated(body: bytes) -> float | None:
    if b'"estimated_time"' not in body:
        return None
    try:
        value = decoded(body)
    except ValueError:
        return None
    seconds = value.get("estimated_time") if is_object(value) else None
    return _number(str(seconds)) if isinstance(seconds, (int, float)) else None
