"""
One span: what is told of a call, and when.

Loaded for those who listen: `hfpipe.io.spans` looks whether anybody does.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen
from returns.result import Failure, Result, Success

from hfpipe import meta
from hfpipe.records import who
from hfpipe.secret import shown

if TYPE_CHECKING:
    from collections.abc import Generator

    from hfpipe.errors import HfpipeError
    from hfpipe.records import Exchange

START: Final = "hfpipe.request.start"
STOP: Final = "hfpipe.request.stop"
EXCEPTION: Final = "hfpipe.request.exception"

_current: ContextVar[tuple[str, str] | None] = ContextVar("hfpipe_span", default=None)


@frozen
class Span:
    """One call that is being told of: its names, and since when."""

    log: Any
    exchange: Exchange
    names: dict[str, str]
    began: float = field(factory=perf_counter)

    def stop(self, ended: Exchange) -> None:
        """Tells that the call went well."""
        told = meta.told(ended, perf_counter() - self.began)
        for line in told.warnings:
            self.log.warning("hfpipe.warning", warning=line, **self.names)
        usage = told.usage
        self.log.info(
            STOP,
            **self.who(ended),
            status=told.status,
            duration_ms=told.duration * 1000,
            attempts=told.attempts,
            request_id=told.request_id,
            prompt_tokens=usage and usage.prompt_tokens,
            completion_tokens=usage and usage.completion_tokens,
            total_tokens=usage and usage.total_tokens,
            url=shown(ended.url),
        )

    def fail(self, error: HfpipeError) -> None:
        """Tells that it did not."""
        self.log.warning(
            EXCEPTION,
            **self.who(self.exchange, provider=error.provider, model=error.model),
            status=error.status,
            duration_ms=(perf_counter() - self.began) * 1000,
            attempts=error.attempts,
            request_id=error.request_id,
            code=error.code,
            stage=error.stage,
            error=error.message,
        )

    def end(self, ended: Result[Exchange, HfpipeError]) -> None:
        """Tells how it went."""
        if isinstance(ended, Success):
            self.stop(ended.unwrap())
        elif isinstance(ended, Failure):
            self.fail(ended.failure())

    @contextmanager
    def around(self) -> Generator[None]:
        """Spans that begin within are this one's."""
        token = _current.set((self.names["trace_id"], self.names["span_id"]))
        try:
            yield
        finally:
            _current.reset(token)

    def who(self, exchange: Exchange, **known: str) -> dict[str, Any]:
        """The fields that every event of the span has."""
        provider, model = who(exchange)
        return {
            **self.names,
            "provider": provider,
            "task": exchange.task,
            "model": model,
            **{name: value for name, value in known.items() if value},
        }


def opened(log: Any, exchange: Exchange) -> Span:
    """A span that has begun, within the one around it."""
    above = _current.get()
    names = {"trace_id": above[0] if above else secrets.token_hex(16)}
    names["span_id"] = secrets.token_hex(8)
    if above:
        names["parent_id"] = above[1]
    span = Span(log, exchange, names)
    log.info(START, **span.who(exchange))
    return span
