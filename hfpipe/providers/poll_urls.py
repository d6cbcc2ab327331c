"""
Where a job is asked for: the submission's own base, and of what an answer names only the path.

Floor 4. So the key never goes where a server points, whatever host or scheme it names.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from returns.result import Failure, Result, Success

from hfpipe.address import in_path
from hfpipe.errors import HfpipeError, ProviderApiError, ProviderOutputError
from hfpipe.records import Exchange
from hfpipe.shapes import is_object
from hfpipe.stages.url import base

_KEPT: Final = "/%:@.-_~!$&'()*+,;="


def name_of(answer: dict[str, Any]) -> str:
    """The provider's name of a job, under any of the keys seen; empty where there is none."""
    data = answer.get("data")
    for place in (answer, data if is_object(data) else {}):
        for key in ("request_id", "task_id", "id"):
            if isinstance(found := place.get(key), (str, int)) and found != "":
                return str(found)[:200]
    return ""


def at_path(exchange: Exchange, named: Any, path: str) -> Result[str, HfpipeError]:
    """
    The address of a poll: the submission's base, with the path of the address that was named.

    `path` is where in the answer it was named.
    """
    try:
        parts = urlsplit(named) if isinstance(named, str) else None
        scheme = parts.scheme if parts else ""
    except ValueError:
        parts, scheme = None, ""
    if parts is None or not parts.path.startswith("/"):
        return Failure(_missing(path, named))
    if scheme not in {"", "http", "https"} or _leaves(parts.path):
        return Failure(
            ProviderApiError(
                f"the provider pointed to an address at {path} that is no place of its own",
                code="forbidden_address",
            )
        )
    return Success(base(exchange) + quote(parts.path, safe=_KEPT))


def below(exchange: Exchange, route: str, job: Any, path: str) -> Result[str, HfpipeError]:
    """The address of a poll: `route` below the submission's base, with the job's name in it."""
    if isinstance(job, bool) or not isinstance(job, (str, int)) or job == "":
        return Failure(_missing(path, job))
    name = str(job)
    if "/" in name or _leaves(f"/{name}"):
        return Failure(_missing(path, job))
    return Success(base(exchange) + route.replace("{job}", in_path(name)))


def _leaves(path: str) -> bool:
    text = unquote(unquote(path))
    steps = text.replace("\\", "/").split("/")
    return ".." in steps or "." in steps or any(letter <= " " for letter in text)


def _missing(path: str, got: Any) -> HfpipeError:
    kind = "nothing" if got is None else type(got).__name__
    return ProviderOutputError(
        f"the answer names no job at {path}", path=path, expected="the job's name", got=kind
    )
