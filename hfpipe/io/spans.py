"""
Spans: each call as structlog events, where the user has configured structlog.

Nobody can have configured what nobody has imported: without structlog in `sys.modules` a call
costs one look into a dictionary. No event holds a secret, a prompt or an answer.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from returns.result import Result

    from hfpipe.errors import HfpipeError
    from hfpipe.io.span import Span
    from hfpipe.records import Exchange


def listener() -> Any:
    """The logger to tell, or None: nobody has configured structlog."""
    structlog = sys.modules.get("structlog")
    # another thread may be in the middle of importing it
    configured = getattr(structlog, "is_configured", None)
    if structlog is None or configured is None or not configured():
        return None
    return structlog.get_logger("hfpipe")


def begun(exchange: Exchange) -> Span | None:
    """A span that has begun, or None: nobody listens."""
    log = listener()
    if log is None:
        return None
    from hfpipe.io.span import opened  # 1 ms of a first answer that nobody wants to hear of

    return opened(log, exchange)


def told(
    span: Span, walk: Callable[[], Result[Exchange, HfpipeError]]
) -> Result[Exchange, HfpipeError]:
    """The walk, with its span around it, which ends as the walk does."""
    with span.around():
        ended = walk()
    span.end(ended)
    return ended
