"""
The tasks for scripts: each gives its value, or raises the `HfpipeError` that the call failed with.

Floor 7. The functions are those of `hfpipe` itself, with the box already opened: same names, same
arguments. A stream gives bare chunks, and raises the `StreamError` in its place.

>>> from hfpipe import raising
>>> raising.chat_completion({"provider": "sandbox"}, "say hello").text
'hello'
>>> for chunk in raising.chat_completion_stream({"provider": "sandbox"}, "count to 3"):
...     print(chunk.text, end="")
1 2 3
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, Never, ParamSpec, Self, TypeVar, overload

from returns.result import Result

from hfpipe import providing, raw, walks
from hfpipe.calls import (
    audio,
    chat,
    embeddings,
    image,
    labels,
    live,
    questions,
    tabular,
    text,
    video,
)
from hfpipe.errors import HfpipeError
from hfpipe.results import unwrap

if TYPE_CHECKING:
    from hfpipe.outputs.chat import ChatCompletion
    from hfpipe.outputs.chunks import ChatChunk
    from hfpipe.outputs.text import TextGeneration, TextGenerationChunk
    from hfpipe.records import Meta
    from hfpipe.streaming import Stream

__all__ = [
    "RaisingStream",
    "exchange",
    "providers_for",
    "raised",
    "request",
    "request_stream",
    "run",
    "streamed",
]
__all__ += audio.__all__
__all__ += chat.__all__
__all__ += embeddings.__all__
__all__ += image.__all__
__all__ += labels.__all__
__all__ += live.__all__
__all__ += questions.__all__
__all__ += tabular.__all__
__all__ += text.__all__
__all__ += video.__all__

P = ParamSpec("P")
T = TypeVar("T")


def raised(f: Callable[P, Result[T, HfpipeError]]) -> Callable[P, T]:
    """
    The function with its failures raised: for a function of one's own, too.

    >>> from returns.result import Failure
    >>> from hfpipe import InputError
    >>> raised(lambda: Failure(InputError("no")))()
    Traceback (most recent call last):
    ...
    hfpipe.errors.InputError: no [bad_input] Correct the argument ...
    """

    @wraps(f)
    def value(*args: P.args, **kwargs: P.kwargs) -> T:
        return unwrap(f(*args, **kwargs))

    return value


class RaisingStream(Generic[T]):
    """
    An answer as it comes: an iterator of bare chunks, and a context manager.

    A stream that ends badly raises its `StreamError`, which has the `partial` answer.
    """

    def __init__(self, stream: Stream[T]) -> None:
        self._stream = stream

    @property
    def meta(self) -> Meta:
        """What is known about the call so far beside its answer."""
        return self._stream.meta

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        return unwrap(next(self._stream))

    # first, for a stream of Any: mypy would take it for one of a chat
    @overload
    def response(self: RaisingStream[Never]) -> Any: ...
    @overload
    def response(self: RaisingStream[ChatChunk]) -> ChatCompletion: ...
    @overload
    def response(self: RaisingStream[TextGenerationChunk]) -> TextGeneration: ...
    @overload
    def response(self) -> Any: ...
    def response(self) -> Any:
        """The whole answer, when the stream has ended: reads what has not been read yet."""
        return unwrap(self._stream.response())

    def close(self) -> None:
        """Ends the stream early, and its connection with it."""
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Raising{self._stream!r}"


def streamed(f: Callable[P, Result[Stream[T], HfpipeError]]) -> Callable[P, RaisingStream[T]]:
    """The streaming function with its failures raised, those in mid-stream too."""

    @wraps(f)
    def stream(*args: P.args, **kwargs: P.kwargs) -> RaisingStream[T]:
        return RaisingStream(unwrap(f(*args, **kwargs)))

    return stream


audio_classification = raised(audio.audio_classification)
audio_to_audio = raised(audio.audio_to_audio)
automatic_speech_recognition = raised(audio.automatic_speech_recognition)
chat_completion = raised(chat.chat_completion)
chat_completion_stream = streamed(live.chat_completion_stream)
document_question_answering = raised(questions.document_question_answering)
embed = raised(embeddings.embed)
exchange = raised(walks.exchange)
feature_extraction = raised(embeddings.feature_extraction)
fill_mask = raised(labels.fill_mask)
image_classification = raised(image.image_classification)
image_segmentation = raised(image.image_segmentation)
image_text_to_image = raised(image.image_text_to_image)
image_text_to_video = raised(video.image_text_to_video)
image_to_image = raised(image.image_to_image)
image_to_text = raised(image.image_to_text)
image_to_video = raised(video.image_to_video)
object_detection = raised(image.object_detection)
providers_for = raised(providing.providers_for)
question_answering = raised(questions.question_answering)
request = raised(raw.request)
request_stream = streamed(raw.request_stream)
run = raised(walks.run)
sentence_similarity = raised(embeddings.sentence_similarity)
summarization = raised(text.summarization)
table_question_answering = raised(questions.table_question_answering)
tabular_classification = raised(tabular.tabular_classification)
tabular_regression = raised(tabular.tabular_regression)
text_classification = raised(labels.text_classification)
text_generation = raised(text.text_generation)
text_generation_stream = streamed(live.text_generation_stream)
text_to_audio = raised(audio.text_to_audio)
text_to_image = raised(image.text_to_image)
text_to_speech = raised(audio.text_to_speech)
text_to_video = raised(video.text_to_video)
token_classification = raised(labels.token_classification)
translation = raised(text.translation)
visual_question_answering = raised(questions.visual_question_answering)
zero_shot_classification = raised(labels.zero_shot_classification)
zero_shot_image_classification = raised(image.zero_shot_image_classification)
