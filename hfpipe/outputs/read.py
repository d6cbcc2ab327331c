"""
JSON into records: a value of the wanted type, or a `ProviderOutputError` that says where and why.

Floor 3. A decoder is built when its type is first wanted, and then kept.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

import msgspec
from returns.result import Failure, Result

from hfpipe.codec.json import decoded
from hfpipe.errors import HfpipeError, ProviderApiError, ProviderOutputError
from hfpipe.results import success
from hfpipe.shapes import is_object
from hfpipe.verdict import spoken

T = TypeVar("T")

_BOM: Final = b"\xef\xbb\xbf"
_MISMATCH: Final = (
    r"(?s)(?:Expected `(?P<expected>[^`]*)`(?:, got `(?P<got>[^`]*)`)?|(?P<other>.*?))"
    r"(?: - at `(?P<path>[^`]*)`)?"
)
_SHOWN: Final = 120
# Where an error tells its words that does not call itself one: FastAPI's, the routers', Hub's.
_BARE: Final = ("detail", "message", "errors")


_decoders: Final[dict[Any, msgspec.json.Decoder[Any]]] = {}


def decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """The decoder for a type, made once."""
    found = _decoders.get(kind)
    return _decoders.setdefault(kind, msgspec.json.Decoder(kind)) if found is None else found


def read(kind: type[T], body: bytes) -> Result[T, HfpipeError]:
    """
    The JSON text as a value of the type.

    >>> read(tuple[float, ...], b"[0.5, 1]")
    <Success: (0.5, 1.0)>
    >>> read(tuple[float, ...], b'[0.5, "x"]').failure().path
    '$[1]'
    """
    try:
        value: T = decoder(kind).decode(body)
        return success(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        if body.startswith(_BOM):
            return read(kind, body.removeprefix(_BOM))
        return Failure(unfit(body, error))


def convert(kind: type[T], value: Any) -> Result[T, HfpipeError]:
    """A value that is decoded already, likewise."""
    try:
        return success(msgspec.convert(value, kind))
    except (msgspec.MsgspecError, RecursionError) as error:
        return Failure(mismatch(error))


def unfit(body: bytes, error: Exception) -> HfpipeError:
    """Why a body is not what was wanted: the error that it tells of, or where it differs."""
    try:
        told = told_error(decoded(body))
    except ValueError:
        shown = body[:_SHOWN].decode("utf-8", "replace") or "nothing"
        return ProviderOutputError(
            f"the answer is not JSON: {shown}", path="$", expected="JSON", got=shown
        )
    return told or mismatch(error)


def error_in(body: bytes) -> str:
    """
    The words of the error that a JSON body tells of; empty where it is none.

    >>> error_in(b'{"error": {"message": "overloaded"}}'), error_in(b"<html>")
    ('the answer tells of an error: overloaded', '')
    """
    try:
        told = told_error(decoded(body))
    except ValueError:
        return ""
    return told.message if told else ""


def told_error(value: Any) -> HfpipeError | None:
    """The error that a JSON answer tells of although its status was a success, or None."""
    if not is_object(value):
        return None
    named = value.get("error") not in (None, "", [], {}) or value.get("object") == "error"
    bare = not named and any(
        isinstance(value.get(key), (str, list)) and value[key] for key in _BARE
    )
    if not named and not bare:
        return None
    words = "; ".join(spoken(value)) or "no words"
    return ProviderApiError(f"the answer tells of an error: {words}", code="in_band")


def mismatch(error: Exception) -> ProviderOutputError:
    """Msgspec's words as path, expected and got."""
    found = re.fullmatch(_MISMATCH, str(error))
    parts = found.groupdict() if found else {}
    path = parts.get("path") or "$"
    expected = parts.get("expected") or parts.get("other") or str(error)
    got = parts.get("got") or ""
    return ProviderOutputError(
        f"the answer is not what the task promises at {path}: {error}",
        path=path,
        expected=expected,
        got=got,
    )
