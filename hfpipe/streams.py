"""
What to do with a stream: call, collect, pass on. For chats and generated texts alike.

Floor 7. Each function reads a stream to its end and says how it ended: a stream that was cut is a
Failure with the `partial` answer, never a short text. They chain:

>>> import hfpipe
>>> from hfpipe import streams
>>> hfpipe.chat_completion_stream({"provider": "sandbox"}, "say hello").bind(
...     streams.collect_content
... )
<Success: hello>
"""

from __future__ import annotations

from enum import Enum
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Final, Protocol, overload

from returns.result import Failure, Result, Success

from hfpipe.errors import HfpipeError, InputError
from hfpipe.folded import NOTHING
from hfpipe.io.background import in_background
from hfpipe.streaming import Stream

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from hfpipe.outputs.chat import ChatCompletion
    from hfpipe.outputs.chunks import ChatChunk
    from hfpipe.outputs.text import TextGeneration, TextGenerationChunk


class HasText(Protocol):
    """A piece of a stream that adds a text, which may be empty."""

    @property
    def text(self) -> str:
        """What it adds."""
        ...


class Done(Enum):
    """The type of `DONE`: a value that stays itself on its way through any queue."""

    DONE = "DONE"

    def __repr__(self) -> str:
        return "DONE"


DONE: Final = Done.DONE


class Queue(Protocol):
    """What texts can be put into: `queue.Queue`, `queue.SimpleQueue`, `multiprocessing.Queue`."""

    def put(self, item: Any, /) -> object:
        """Takes one item."""
        ...


def content_stream(stream: Stream[Any]) -> Stream[str]:
    """
    The texts of a stream as they come, without the empty ones; a fault is the last item.

    >>> import hfpipe
    >>> stream = hfpipe.chat_completion_stream({"provider": "sandbox"}, "count to 3").unwrap()
    >>> "".join(text.unwrap() for text in content_stream(stream))
    '1 2 3'
    """
    return stream.map(_text)


def _text(piece: HasText | str) -> Any:
    return (piece if isinstance(piece, str) else piece.text) or NOTHING


def each_content(
    stream: Stream[Any], callback: Callable[[str], object]
) -> Result[None, HfpipeError]:
    """
    Calls `callback` with each text as it comes; the Result says how the stream ended.

    What the callback raises comes out of here, after the stream has been closed.

    >>> import hfpipe
    >>> stream = hfpipe.chat_completion_stream({"provider": "sandbox"}, "say hello").unwrap()
    >>> each_content(stream, print)
    hello
    <Success: None>
    """
    texts = content_stream(stream)
    for text in texts:
        if isinstance(text, Success):
            try:
                callback(text.unwrap())
            except BaseException:
                stream.close()
                raise
    # Asked of the stream, not of its last item: one that was closed meanwhile gives no more items.
    return Success(None) if stream.error is None else Failure(stream.error)


def collect_content(stream: Stream[Any]) -> Result[str, HfpipeError]:
    """The text that is still to come, in one piece."""
    texts: list[str] = []
    return each_content(stream, texts.append).map(lambda _: "".join(texts))


@overload
def collect_response(stream: Stream[ChatChunk]) -> Result[ChatCompletion, HfpipeError]: ...
@overload
def collect_response(
    stream: Stream[TextGenerationChunk],
) -> Result[TextGeneration, HfpipeError]: ...
@overload
def collect_response(stream: Stream[Any]) -> Result[Any, HfpipeError]: ...
def collect_response(stream: Stream[Any]) -> Result[Any, HfpipeError]:
    """
    The whole answer: text, reasoning, tool calls, usage and the reason to end, put together.

    >>> import hfpipe
    >>> stream = hfpipe.chat_completion_stream({"provider": "sandbox"}, "say hello").unwrap()
    >>> collect_response(stream).map(lambda answer: (answer.text, answer.finish_reason))
    <Success: ('hello', 'stop')>
    """
    return stream.response()


def async_collect(stream: Stream[Any]) -> Future[Result[str, HfpipeError]]:
    """
    `collect_content` in a thread of its own, while the program goes on.

    Cancelling the future closes the stream.

    >>> import hfpipe
    >>> stream = hfpipe.chat_completion_stream({"provider": "sandbox"}, "say hello").unwrap()
    >>> async_collect(stream).result(timeout=10)
    <Success: hello>
    """
    return in_background(lambda: collect_content(stream), stream.close)


def stream_to(stream: Stream[Any], queue: Queue, tag: Any) -> Result[None, HfpipeError]:
    """
    Puts `(tag, text)` for each text, then `(tag, DONE)`, or `(tag, Failure)` of a bad end.

    Many streams may go to one queue: the tag tells them apart. What `put` raises comes out of
    here, after the stream has been closed.

    >>> import hfpipe, queue
    >>> stream = hfpipe.chat_completion_stream({"provider": "sandbox"}, "say hello").unwrap()
    >>> texts = queue.SimpleQueue()
    >>> stream_to(stream, texts, "a")
    <Success: None>
    >>> texts.get(), texts.get()
    (('a', 'hello'), ('a', DONE))
    """
    if iscoroutinefunction(queue.put):
        stream.close()
        return Failure(
            InputError(
                "the queue is an event loop's: use hfpipe.aio.streams.stream_to, or queue.Queue"
            )
        )
    ended = each_content(stream, lambda text: queue.put((tag, text)))
    queue.put((tag, DONE if isinstance(ended, Success) else ended))
    return ended
