"""
What is fuzzed: bytes of every kind into the parsers, and what must hold of any of them.

Each target takes the fuzzer's bytes and raises where something does not hold.
"""

from __future__ import annotations

from itertools import cycle
from typing import Any

from returns.result import Failure, Result, Success

from hfpipe.codec.json import decoded, encoded
from hfpipe.codec.sse import Events
from hfpipe.errors import HfpipeError, ProviderApiError, ProviderOutputError, StreamError
from hfpipe.outputs.answers import TableAnswer
from hfpipe.outputs.audio import Transcription
from hfpipe.outputs.chat import ChatCompletion
from hfpipe.outputs.chunks import ChatChunk
from hfpipe.outputs.fold import Fold
from hfpipe.outputs.image import DetectedObject
from hfpipe.outputs.read import convert, read, told_error
from hfpipe.outputs.text import Classification, TextGeneration, TokenClassification
from hfpipe.providers.chunks import CHUNKS
from hfpipe.providers.completions import PIECES
from hfpipe.verdict import spoken

ENDINGS = frozenset({"truncated", "in_band", "bad_answer", "too_large"})
KINDS: tuple[Any, ...] = (
    ChatChunk,
    ChatCompletion,
    TextGeneration,
    tuple[TextGeneration, ...],
    tuple[Classification, ...],
    tuple[TokenClassification, ...],
    tuple[DetectedObject, ...],
    TableAnswer,
    Transcription,
    tuple[tuple[float, ...], ...],
)


def pieces(data: bytes) -> tuple[bytes, list[bytes]]:
    """The bytes to parse, and the same cut up: the first eight bytes say how, again and again."""
    sizes, body = [cut % 32 for cut in data[:8]], data[8:]
    if not any(sizes):
        return body, [body]
    at, found = 0, []
    for size in cycle(sizes):
        found.append(body[at : at + size])
        at += size
        if at >= len(body):
            return body, found
    return body, found


def by_the_book(body: bytes) -> list[tuple[bytes, bytes]]:
    """
    The events of a whole body, as slow and as plain as the standard says it.

    https://html.spec.whatwg.org/multipage/server-sent-events.html 9.2.6, and a last event that
    lacks its empty line.
    """
    body = body.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    events: list[tuple[bytes, bytes]] = []
    name, data = b"", []
    for line in [*body.split(b"\n"), b""]:
        if not line:
            events += [(name, b"\n".join(data))] if data else []
            name, data = b"", []
            continue
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value
    return events


def events(data: bytes) -> None:
    """Server-sent events: what the standard says, however the bytes are cut."""
    body, cut = pieces(data)
    state = Events()
    found: list[tuple[bytes, bytes]] = []
    for piece in cut:
        state, *more = state.feed(piece)
        found += paired(*more)
    found += paired(*state.close())
    wanted = by_the_book(body)
    assert wanted == found, (wanted, found)


def paired(data: list[bytes], names: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Names and data, event by event."""
    return list(zip(names or [b""] * len(data), data, strict=True))


def folds(data: bytes) -> None:
    """A stream: items, then at most one failure, the very same however the bytes are cut."""
    body, cut = pieces(data)
    for kind in (CHUNKS, PIECES):
        whole, parts = outcome(kind, [body]), outcome(kind, cut)
        assert whole == parts, (whole, parts)


def outcome(kind: Any, cut: list[bytes]) -> tuple[Any, ...]:
    """All that comes of the pieces, looked through."""
    fold: Fold[Any] = Fold(kind)
    items: list[Result[Any, HfpipeError]] = []
    for piece in cut:
        fold, more = fold.feed(piece)
        items += more
    fold, more = fold.close()
    items += more
    failures = [item.failure() for item in items if isinstance(item, Failure)]
    assert fold.done
    assert failures == ([fold.failed] if fold.failed else [])
    assert all(isinstance(item, Success) for item in items[:-1])
    assert len(items) - len(failures) == fold.count
    for error in failures:
        assert isinstance(error, StreamError)
        assert error.code in ENDINGS, error.code
        assert len(str(error)) <= 2_000  # noqa: PLR2004 - the contract's line
    return [repr(item) for item in items], repr(fold.completion()), repr(fold.answer())


def answers(data: bytes) -> None:
    """A whole answer: a value of the wanted type, or the error that says what is wrong with it."""
    for kind in KINDS:
        found = read(kind, data)
        if isinstance(found, Failure):
            error = found.failure()
            assert isinstance(error, (ProviderOutputError, ProviderApiError)), error
            assert error.message
    try:
        value = decoded(data)
    except ValueError:
        return
    list(spoken(value))
    told_error(value)
    for kind in KINDS:
        assert isinstance(convert(kind, value), Result)
    assert value == decoded(encoded(value))


TARGETS = {"events": events, "folds": folds, "answers": answers}
