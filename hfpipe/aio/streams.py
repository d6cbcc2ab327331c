"""
What to do with a stream of an event loop: the helpers of `hfpipe.streams`, awaited.

Each reads a stream to its end and says how it ended: a stream that was cut is a Failure with the
`partial` answer, never a short text.

>>> import asyncio
>>> import hfpipe
>>> async def said(hf: hfpipe.Client) -> str:
...     opened = await hfpipe.aio.chat_completion_stream(hf, "say hello")
...     return (await collect_content(opened.unwrap())).unwrap()
>>> asyncio.run(said(hfpipe.client(provider="sandbox")))
'hello'
"""

from __future__ import annotations

import asyncio
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Protocol, overload

from returns.result import Failure, Result, Success

from hfpipe.streams import DONE
from hfpipe.streams import content_stream as _contents

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfpipe.aio.stream import AsyncStream
    from hfpipe.errors import HfpipeError
    from hfpipe.outputs.chat import ChatCompletion
    from hfpipe.outputs.chunks import ChatChunk
    from hfpipe.outputs.text import TextGeneration, TextGenerationChunk


class Queue(Protocol):
    """What texts can be put into: `asyncio.Queue`, and queues whose `put` does not wait."""

    def put(self, item: Any, /) -> object:
        """Takes one item."""
        ...


def content_stream(stream: AsyncStream[Any]) -> AsyncStream[str]:
    """The texts of a stream as they come, without the empty ones; a fault is the last item."""
    mapped: Any = stream
    texts: AsyncStream[str] = _contents(mapped)  # type: ignore[assignment]  # it only maps
    return texts


async def each_content(
    stream: AsyncStream[Any], callback: Callable[[str], object]
) -> Result[None, HfpipeError]:
    """
    Calls `callback` with each text as it comes; the Result says how the stream ended.

    A callback that is a coroutine function is awaited. What it raises comes out of here, after
    the stream has been closed.
    """
    async for text in content_stream(stream):
        if isinstance(text, Success):
            try:
                called = callback(text.unwrap())
                if isawaitable(called):
                    await called
            except BaseException:
                await stream.close()
                raise
    return Success(None) if stream.error is None else Failure(stream.error)


async def collect_content(stream: AsyncStream[Any]) -> Result[str, HfpipeError]:
    """The text that is still to come, in one piece."""
    texts: list[str] = []
    ended = await each_content(stream, texts.append)
    return ended.map(lambda _: "".join(texts))


@overload
async def collect_response(
    stream: AsyncStream[ChatChunk],
) -> Result[ChatCompletion, HfpipeError]: ...
@overload
async def collect_response(
    stream: AsyncStream[TextGenerationChunk],
) -> Result[TextGeneration, HfpipeError]: ...
@overload
async def collect_response(stream: AsyncStream[Any]) -> Result[Any, HfpipeError]: ...
async def collect_response(stream: AsyncStream[Any]) -> Result[Any, HfpipeError]:
    """The whole answer: text, reasoning, tool calls, usage and the reason to end."""
    return await stream.response()


def async_collect(stream: AsyncStream[Any]) -> asyncio.Task[Result[str, HfpipeError]]:
    """
    `collect_content` in a task of its own, while the caller goes on.

    Cancelling the task closes the stream. Keep the task: a loop holds its tasks weakly.
    """
    task = asyncio.create_task(collect_content(stream))
    # one that is cancelled before it has begun never runs, and closes nothing by itself
    task.add_done_callback(lambda _: stream.drop())
    return task


async def stream_to(stream: AsyncStream[Any], queue: Queue, tag: Any) -> Result[None, HfpipeError]:
    """
    Puts `(tag, text)` for each text, then `(tag, DONE)`, or `(tag, Failure)` of a bad end.

    Many streams may go to one queue: the tag tells them apart. A full `asyncio.Queue` is waited
    for, and the stream with it. What `put` raises comes out of here, after the stream has been
    closed.
    """
    ended = await each_content(stream, lambda text: queue.put((tag, text)))
    last = queue.put((tag, DONE if isinstance(ended, Success) else ended))
    if isawaitable(last):
        await last
    return ended


__all__ = [
    "DONE",
    "async_collect",
    "collect_content",
    "collect_response",
    "content_stream",
    "each_content",
    "stream_to",
]
