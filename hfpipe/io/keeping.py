"""
`save_to` for results that came in the answer itself: they go to disk as downloads do.

Pure but for what the drivers do with it: they write, each in its own way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from returns.result import Failure, Result, Success

from hfpipe.evolving import evolve
from hfpipe.redaction import located
from hfpipe.wire import HttpResponse

if TYPE_CHECKING:
    from pathlib import Path

    from hfpipe.errors import HfpipeError
    from hfpipe.pipeline import Answer
    from hfpipe.records import Exchange


def to_save(exchange: Exchange) -> tuple[HttpResponse, Path] | None:
    """What is still to be written of a finished walk, as a response, and where to; or None."""
    path, output = exchange.options.save_to, exchange.output
    if path is None:
        return None
    from hfpipe.media import Media

    if not isinstance(output, Media) or not isinstance(output.content, bytes):
        return None
    return HttpResponse(body=output.content), path


def kept(exchange: Exchange, answer: Answer) -> Result[Exchange, HfpipeError]:
    """The walk with its result in the file that was written, or why there is none."""
    if not isinstance(answer, Success):
        return Failure(located(answer.failure(), exchange, "decode"))
    content = answer.unwrap().file or b""
    return Success(evolve(exchange, output=evolve(exchange.output, content=content)))
