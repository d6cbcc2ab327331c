"""
A body as it comes to an event loop: pieces within their time, into memory or into a file.

The asynchronous counterpart of `hfpipe.io.reading`, by the same bounds.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from returns.result import Failure, Success

from hfpipe.codec.media import HEAD
from hfpipe.errors import TransportError
from hfpipe.evolving import evolve
from hfpipe.io.bell import Bell
from hfpipe.io.reading import bound, fault, fine, too_large
from hfpipe.io.threads import InThreads, off
from hfpipe.wire import FileBody, HttpResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from typing import IO

    from hfpipe.pipeline import Answer

# How long an answer that is complete may take to end its connection's part, too.
_LINGER: Final = 0.005
_FEW: Final = 4
# What is written to a file at once: a thread is asked once a MiB, not once a piece.
_BATCH: Final = 2**20


class Arriving:
    """
    The pieces of a response's body, each within `idle` seconds and all until `deadline`.

    The deadline is on the loop's clock. A fault is raised as a `TransportError`, behind which
    no other exception stands: a foreign one may hold the request's headers. A wait that is
    cancelled closes the connection.
    """

    def __init__(
        self, response: HttpResponse, deadline: float | None = None, idle: float | None = None
    ) -> None:
        self._response = response
        self._source = _source(response)
        self._deadline = deadline
        self._idle = idle
        self._over = False
        self._loop = asyncio.get_running_loop()
        self._bell = Bell()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if self._over:
            raise StopAsyncIteration
        piece = await self._next()
        if isinstance(piece, TransportError):
            await self.close()
            raise piece
        if piece is None:
            self._over = True
            self._bell.stop()
            raise StopAsyncIteration
        return piece

    async def _next(self) -> bytes | TransportError | None:
        limit = self._limit()
        waits, late = self._bell.set(limit), False
        try:
            try:
                return await anext(self._source, None)
            finally:
                late = self._bell.cleared(waits)
        except asyncio.CancelledError:
            if late:
                return self._late(limit)
            self.drop()
            raise
        except Exception as error:  # noqa: BLE001 - whatever a sender's chunks raise is a value
            return fault(error)

    def _limit(self) -> float | None:
        if self._idle is None:
            return self._deadline
        idle = self._loop.time() + self._idle
        return idle if self._deadline is None else min(idle, self._deadline)

    def _late(self, limit: float | None) -> TransportError:
        if limit == self._deadline:
            return TransportError("the time of the call is up", code="deadline", timeout=True)
        return TransportError("nothing came for too long", code="idle", timeout=True)

    async def finish(self) -> None:
        """Ends a body of which nothing more matters; keeps the connection if that is all of it."""
        self._idle, self._deadline = None, self._loop.time() + _LINGER
        with suppress(TransportError, StopAsyncIteration):
            for _ in range(_FEW):
                await self.__anext__()
        await self.close()

    async def close(self) -> None:
        """Closes the connection, unless the body was read to its end."""
        closing = self._closed()
        if isawaitable(closing):
            with suppress(Exception):
                await closing

    def drop(self) -> None:
        """`close` for who cannot wait: from another thread, in `__del__`, in a cancelled task."""
        try:
            here = asyncio.get_running_loop()
        except RuntimeError:
            here = None
        if here is self._loop:
            self._dropped()
        elif self._loop.is_closed():
            self._closed()
        else:
            with suppress(RuntimeError):  # the loop has just gone, and its connections with it
                self._loop.call_soon_threadsafe(self._dropped)

    def _dropped(self) -> None:
        closing: Any = self._closed()
        if isawaitable(closing):
            closed = asyncio.ensure_future(closing)
            _closing.add(closed)
            closed.add_done_callback(_closing.discard)

    def _closed(self) -> object:
        if self._over:
            return None
        self._over = True
        self._bell.stop()
        with suppress(Exception):
            return self._response.close and self._response.close()
        return None

    def __del__(self) -> None:
        # Whoever forgets an answer keeps no connection open.
        if not getattr(self, "_over", True):
            with suppress(Exception):
                self.drop()


# The loop itself holds its tasks weakly.
_closing: Final[set[Any]] = set()


def _source(response: HttpResponse) -> AsyncIterator[bytes]:
    chunks: Any = response.chunks
    return aiter(chunks) if hasattr(chunks, "__aiter__") else InThreads(iter(chunks))


def up(seconds: float | None) -> float | None:
    """What the loop's clock will show when so many seconds are over."""
    return None if seconds is None else asyncio.get_running_loop().time() + seconds


def arriving(
    response: HttpResponse, until: float | None = None, idle: float | None = None
) -> HttpResponse:
    """The response with its live chunks bound to their time, on the loop's clock."""
    if response.chunks is None or isinstance(response.chunks, Arriving):
        return response
    chunks = Arriving(response, until, idle)
    return evolve(response, chunks=chunks, close=chunks.drop)


async def read(response: HttpResponse, most: int) -> Answer:
    """The response with its body in memory; of an error's body as much as is read of one."""
    chunks: Any = response.chunks
    limit = bound(response, most)
    pieces: list[bytes] = []
    size = 0
    try:
        async for piece in chunks:
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                break
    except TransportError as error:
        if fine(response):
            return Failure(error)
    finally:
        await chunks.close()
    if size > limit and fine(response):
        return Failure(too_large(most))
    return Success(evolve(response, body=b"".join(pieces), chunks=None, close=None))


async def saved(response: HttpResponse, path: Path, most: int) -> Answer:
    """The response with its body in a file, which appears whole or not at all."""
    beside = path.with_name(f".{path.name[:100]}.{uuid4().hex}")
    try:
        file = await off(_created, beside)
        try:
            size, head = await _filled(file, response, most)
        finally:
            await off(file.close)
        await off(beside.replace, path)
    except OSError as error:
        return Failure(
            TransportError(
                f"the result could not be saved: {error.strerror}", code="bad_answer", billed="yes"
            )
        )
    except TransportError as error:
        return Failure(error)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        if isinstance(response.chunks, Arriving):
            response.chunks.drop()
    file_body = FileBody(path, 0, size)
    return Success(evolve(response, body=head, chunks=None, close=None, file=file_body))


def _created(path: Path) -> IO[bytes]:
    return path.open("xb")


async def _filled(file: IO[bytes], response: HttpResponse, most: int) -> tuple[int, bytes]:
    batch, size, head = bytearray(), 0, b""
    async for piece in _pieces(response):
        head = head if len(head) >= HEAD else (head + piece)[:HEAD]
        size += len(piece)
        if size > most:
            raise too_large(most)
        batch += piece
        if len(batch) >= _BATCH:
            await off(file.write, batch)
            batch = bytearray()
    await off(file.write, batch)
    return size, head


async def _pieces(response: HttpResponse) -> AsyncIterator[bytes]:
    if isinstance(response.chunks, Arriving):
        async for piece in response.chunks:
            yield piece
    else:
        yield response.body
