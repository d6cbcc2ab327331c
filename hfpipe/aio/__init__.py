"""
hfpipe on an event loop: every task under its own name, as a coroutine function.

Floor 7. Same arguments, same `Result`, same stages; another driver awaits what they need.

>>> import asyncio
>>> import hfpipe
>>> hf = hfpipe.client(provider="sandbox")
>>> answer = asyncio.run(hfpipe.aio.chat_completion(hf, "say hello"))
>>> answer.map(lambda said: said.text)
<Success: hello>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from returns.result import Failure, Result

from hfpipe import providing as _providing
from hfpipe import raw as _raw
from hfpipe import walks as _walks
from hfpipe.aio import streams
from hfpipe.aio.explaining import explain
from hfpipe.aio.faces import awaited, awaited_stream
from hfpipe.aio.gathering import gather
from hfpipe.aio.jobs import finish, poll, submit
from hfpipe.aio.stream import AsyncChatStream, AsyncStream
from hfpipe.calls import audio as _audio
from hfpipe.calls import chat as _chat
from hfpipe.calls import embeddings as _embeddings
from hfpipe.calls import image as _image
from hfpipe.calls import labels as _labels
from hfpipe.calls import live as _live
from hfpipe.calls import questions as _questions
from hfpipe.calls import tabular as _tabular
from hfpipe.calls import text as _text
from hfpipe.calls import video as _video
from hfpipe.clients import as_client as _as_client
from hfpipe.door import veiled as _veiled
from hfpipe.errors import HfpipeError, InputError
from hfpipe.io.async_sending import async_default_send as default_send
from hfpipe.io.async_sending import carrier as _carrier
from hfpipe.outputs.text import TextGenerationChunk

if TYPE_CHECKING:
    from hfpipe.clients import AnyClient

__all__ = [
    "AsyncChatStream",
    "AsyncStream",
    "close",
    "default_send",
    "exchange",
    "explain",
    "finish",
    "gather",
    "poll",
    "providers_for",
    "request",
    "request_stream",
    "run",
    "streams",
    "submit",
]
__all__ += _audio.__all__
__all__ += _chat.__all__
__all__ += _embeddings.__all__
__all__ += _image.__all__
__all__ += _labels.__all__
__all__ += _live.__all__
__all__ += _questions.__all__
__all__ += _tabular.__all__
__all__ += _text.__all__
__all__ += _video.__all__

chat_completion = awaited(_chat.chat_completion)
chat_completion_stream = awaited_stream(_live.chat_completion_stream, AsyncChatStream)

text_generation = awaited(_text.text_generation)
text_generation_stream = awaited_stream(
    _live.text_generation_stream, AsyncStream[TextGenerationChunk]
)
summarization = awaited(_text.summarization)
translation = awaited(_text.translation)

embed = awaited(_embeddings.embed)
feature_extraction = awaited(_embeddings.feature_extraction)
sentence_similarity = awaited(_embeddings.sentence_similarity)

text_classification = awaited(_labels.text_classification)
token_classification = awaited(_labels.token_classification)
zero_shot_classification = awaited(_labels.zero_shot_classification)
fill_mask = awaited(_labels.fill_mask)

question_answering = awaited(_questions.question_answering)
table_question_answering = awaited(_questions.table_question_answering)
document_question_answering = awaited(_questions.document_question_answering)
visual_question_answering = awaited(_questions.visual_question_answering)

text_to_image = awaited(_image.text_to_image)
image_to_image = awaited(_image.image_to_image)
image_text_to_image = awaited(_image.image_text_to_image)
image_to_text = awaited(_image.image_to_text)
image_classification = awaited(_image.image_classification)
zero_shot_image_classification = awaited(_image.zero_shot_image_classification)
image_segmentation = awaited(_image.image_segmentation)
object_detection = awaited(_image.object_detection)

text_to_video = awaited(_video.text_to_video)
image_to_video = awaited(_video.image_to_video)
image_text_to_video = awaited(_video.image_text_to_video)

automatic_speech_recognition = awaited(_audio.automatic_speech_recognition)
audio_classification = awaited(_audio.audio_classification)
audio_to_audio = awaited(_audio.audio_to_audio)
text_to_speech = awaited(_audio.text_to_speech)
text_to_audio = awaited(_audio.text_to_audio)

tabular_classification = awaited(_tabular.tabular_classification)
tabular_regression = awaited(_tabular.tabular_regression)

exchange = awaited(_walks.exchange)
request = awaited(_raw.request)
request_stream = awaited_stream(_raw.request_stream, AsyncStream[Any])
providers_for = awaited(_providing.providers_for)

# Now, and not at the first call: what carries the requests takes a while to be loaded, in which
# the loop would stand still.
_carrier()


async def run(
    client: AnyClient, task: Any, first: Any = None, /, **args: Any
) -> Result[Any, HfpipeError]:
    """The value of a task that is named at run time, as `hfpipe.run` gives it."""
    args = _veiled(args)
    try:
        function = globals()[_walks.called(task).__name__]
    except InputError as error:
        return Failure(error)
    value: Result[Any, HfpipeError] = await function(client, first, **args)
    return value


async def close(client: AnyClient) -> None:
    """
    Closes the connections of this event loop to all servers, of clients with equal `http_options`.

    A client may be used again after it: it makes new ones. What is never closed is closed with
    its loop.
    """
    found = _as_client(client)
    found.close()
    try:
        from hfpipe.io.sessions import close as closed
    except ImportError:
        return
    await closed(found.options.http_options)
