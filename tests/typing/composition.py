"""User code that has to type-check: Results chained, calls that raise, coroutines composed."""

from __future__ import annotations

from typing import Any, assert_type

from returns.future import FutureResult
from returns.io import IOResult
from returns.result import Result

import hfpipe
from hfpipe import (
    ChatChunk,
    ChatCompletion,
    Client,
    HfpipeError,
    Media,
    Summary,
    TextGeneration,
    aio,
    raising,
    streams,
)

# pyright calls `bind` and `lash` partially unknown, as they are declared by returns; what comes
# out of them is exact all the same.
# pyright: reportUnknownMemberType=false


def again(error: HfpipeError) -> Result[ChatCompletion, HfpipeError]:
    return hfpipe.chat_completion(hfpipe.client(), str(error))


def chained(hf: Client) -> None:
    asked = hfpipe.chat_completion(hf, "hi")

    assert_type(
        asked.bind(lambda chat: hfpipe.summarization(hf, chat.text)), Result[Summary, HfpipeError]
    )
    assert_type(
        asked.bind(lambda chat: hfpipe.summarization(hf, [chat.text])),
        Result[tuple[Summary, ...], HfpipeError],
    )
    assert_type(
        asked.bind(lambda chat: hfpipe.text_to_image(hf, chat.text)).map(bytes),
        Result[bytes, HfpipeError],
    )
    assert_type(asked.alt(str), Result[ChatCompletion, str])
    assert_type(asked.lash(again), Result[ChatCompletion, HfpipeError])
    assert_type(asked.map(lambda chat: chat.text).value_or(""), str)


def raised(hf: Client) -> None:
    assert_type(raising.chat_completion(hf, "hi", temperature=0.5), ChatCompletion)
    assert_type(raising.summarization(hf, "a text"), Summary)
    assert_type(raising.summarization(hf, ["a text"]), tuple[Summary, ...])
    assert_type(raising.text_to_image(hf, "a cat"), Media)
    assert_type(raising.embed(hf, ["a"])[0], tuple[float, ...])
    assert_type(raising.exchange(hf, hfpipe.chat_completion, "hi"), hfpipe.Exchange)
    with raising.chat_completion_stream(hf, "hi") as stream:
        for chunk in stream:
            assert_type(chunk, ChatChunk)
    assert_type(stream.response(), ChatCompletion)
    assert_type(raising.text_generation_stream(hf, "hi").response(), TextGeneration)
    assert_type(raising.request_stream(hf, path="/generate").response(), Any)
    raising.text_to_image(hf, "a cat", widht=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def streamed(hf: Client) -> None:
    stream = hfpipe.chat_completion_stream(hf, "hi").unwrap()

    assert_type(stream.response(), Result[ChatCompletion, HfpipeError])
    assert_type(stream.map(lambda chunk: len(chunk.text)), hfpipe.Stream[int])
    assert_type(streams.collect_content(stream), Result[str, HfpipeError])
    assert_type(
        hfpipe.text_generation_stream(hf, "hi").unwrap().response(),
        Result[TextGeneration, HfpipeError],
    )
    # what comes at a path of one's own is known to nobody
    events = hfpipe.request_stream(hf, path="/generate").unwrap()
    assert_type(events.response().unwrap(), Any)


async def composed(hf: Client) -> None:
    asked = FutureResult(aio.chat_completion(hf, "hi"))

    assert_type(await asked.map(lambda chat: chat.text), IOResult[str, HfpipeError])
    assert_type(
        await asked.bind(lambda chat: FutureResult(aio.text_to_image(hf, chat.text))),
        IOResult[Media, HfpipeError],
    )


def by_name(hf: Client) -> None:
    assert_type(hfpipe.run(hf, "chat-completion", "hi"), Result[Any, HfpipeError])
    assert_type(
        hfpipe.submit(hf, hfpipe.text_to_video, "a cat"),
        Result[hfpipe.Waiting | Media, HfpipeError],
    )
