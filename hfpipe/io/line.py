"""
A connection while one request and its answer are on it: an asyncio protocol.

The bytes are read by `hfpipe.io.framing`, as those of the blocking sender are.
"""

from __future__ import annotations

import asyncio
from http.client import HTTPException, IncompleteRead
from typing import TYPE_CHECKING, Any, Final

from hfpipe.io.framing import INTERIM, Chunked, Head, headed, unanswered
from hfpipe.io.sender import AT_ONCE
from hfpipe.wire import SUCCESSFUL

if TYPE_CHECKING:
    from aiohttp.connector import Connection

    from hfpipe.io.alarm import Alarm

# Up to here a body is sent together with its head: one segment, and a copy of no account.
_TOGETHER: Final = 64 * 1024


class Line(asyncio.Protocol):
    """
    Stands in the place of aiohttp's own protocol until the end of the answer has been seen.

    Then that comes back, and the connection returns to aiohttp's pool; after anything else than
    such an end it is closed. `streams` says that the answer is wanted as it comes. More than
    1 MiB of a body is never held: the server has to wait until it is taken.
    """

    def __init__(self, connection: Connection, *, streams: bool) -> None:
        self._connection: Connection | None = connection
        transport: Any = connection.transport
        theirs: Any = connection.protocol
        self._transport, self._theirs = transport, theirs
        self._streams = streams
        self._held = b""  # what is no whole head yet
        self._chunked: Chunked | None = None
        self._left: int | None = None
        self._pieces: list[bytes] = []
        self._size = 0
        self._enough = 0  # so many bytes are worth waking for
        self._waiter: asyncio.Future[None] | None = None
        self._error: BaseException | None = None
        self.head: Head | None = None
        transport.set_protocol(self)

    def ask(self, head: bytes, body: bytes | None) -> None:
        """Sends the request."""
        if body and len(body) <= _TOGETHER:
            self._transport.write(head + body)
        else:
            self._transport.write(head)
            if body:
                self._transport.write(body)

    async def answered(
        self, alarm: Alarm[asyncio.Future[None]], until: float | None
    ) -> tuple[Head, bytes | None]:
        """
        The head of the answer and its body, if that is small and not to come in pieces.

        Raises what http.client raises, and OSError; TimeoutError when the loop's clock shows
        `until`.
        """
        if not self._enough_came():
            wait = self._waiter = asyncio.get_running_loop().create_future()
            try:
                alarm.set(wait, until)
                await wait
            finally:
                alarm.clear(wait)
        whole = self._enough > 1
        if self.head is None or (whole and self._left and self._error is not None):
            raise self._fault()
        self._enough = 1
        complete = whole and self._connection is None and self._error is None
        return self.head, self.taken() if complete else None

    async def next(self) -> bytes:
        """The next bytes of the body, as they came; empty at its end. Raises as `answered`."""
        if not self._enough_came():
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        if self._size:
            return self.taken()
        if self._error is not None:
            raise self._fault()
        return b""

    def taken(self) -> bytes:
        """The bytes of the body that are there."""
        pieces, self._pieces = self._pieces, []
        if self._size > AT_ONCE and self._connection is not None:
            self._transport.resume_reading()
        self._size = 0
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def close(self) -> None:
        """Closes the connection, unless the end of the answer has been seen; who waits is told."""
        if self._connection is not None:
            self._failed(ConnectionAbortedError("the connection was closed"))
            self._wake()

    def _enough_came(self) -> bool:
        came = self.head is not None and self._size >= self._enough
        return came or self._connection is None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done() and self._enough_came():
            self._waiter.set_result(None)

    def _fault(self) -> BaseException:
        # Given away once: an error that is raised holds the frames that hold this.
        error, self._error = self._error, None
        return error or ConnectionAbortedError("what went wrong has been told")

    def _ended(self, *, keeps: bool) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        transport = self._transport
        if self._size > AT_ONCE and keeps:
            transport.resume_reading()
        transport.set_protocol(self._theirs)
        if keeps and not transport.get_write_buffer_size():
            connection.release()
        else:
            transport.abort()
            connection.close()

    def data_received(self, data: bytes) -> None:
        """Takes what has come."""
        try:
            if self.head is None:
                self._begun(data)
            else:
                self._went_on(self.head, data)
        except HTTPException as error:
            self._failed(error)
        self._wake()

    def _begun(self, data: bytes) -> None:
        data = self._held + data if self._held else data
        while (found := headed(data)) is not None:
            head, data = found
            if head.status not in INTERIM:
                self._held, self.head = b"", head
                self._expects(head)
                self._went_on(head, data)
                return
        self._held = data

    def _expects(self, head: Head) -> None:
        left = self._left = head.length
        if head.chunked:
            self._chunked = Chunked()
        small = not self._streams if left is None else left <= AT_ONCE
        live = self._streams and head.status in SUCCESSFUL
        if small and not head.unusual and not live:
            self._enough = AT_ONCE + 1

    def _went_on(self, head: Head, data: bytes) -> None:
        keeps, over = head.keeps, False
        if self._chunked is not None:
            data = self._chunked.feed(data)
            over = self._chunked.done
            keeps = keeps and not self._chunked.rest
        elif self._left is not None:
            keeps = keeps and len(data) <= self._left
            data = data[: self._left]
            self._left -= len(data)
            over = not self._left
        if data:
            self._pieces.append(data)
            paused, self._size = self._size > AT_ONCE, self._size + len(data)
            if self._size > AT_ONCE and not paused and not over:
                self._transport.pause_reading()
        if over:
            self._ended(keeps=keeps)

    def _failed(self, error: BaseException) -> None:
        self._error = error
        self._ended(keeps=False)

    def connection_lost(self, exc: Exception | None) -> None:
        """Notes the end of the connection: of some answers it is the end, too."""
        self._theirs.connection_lost(exc)
        if exc is not None:
            self._error = exc
        elif self.head is None:
            self._error = unanswered(self._held)
        elif self._chunked is not None or self._left is not None:
            self._error = IncompleteRead(b"")
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        self._wake()
