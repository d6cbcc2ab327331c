"""User code that has to type-check: coroutine functions keep their types, overloads included."""

from __future__ import annotations

from typing import Any, assert_type

from returns.result import Result

from hfpipe import (
    ChatChunk,
    ChatCompletion,
    Client,
    Explanation,
    HfpipeError,
    ProviderMapping,
    TextGeneration,
    aio,
)
from hfpipe import TextGenerationChunk as Chunk
from hfpipe.aio import AsyncChatStream, AsyncStream


async def whole(hf: Client) -> None:
    one = await aio.text_generation(hf, "a")
    many = await aio.text_generation(hf, ["a"])
    gathered = await aio.gather(aio.chat_completion(hf, "hi"), limit=3)

    assert_type(await aio.chat_completion(hf, "hi", model="m"), Result[ChatCompletion, HfpipeError])
    assert_type(one, Result[TextGeneration, HfpipeError])
    assert_type(many, Result[tuple[TextGeneration, ...], HfpipeError])
    assert_type(gathered, list[Result[ChatCompletion, HfpipeError]])


async def streamed(hf: Client) -> None:
    chat = await aio.chat_completion_stream(hf, "a")
    text = await aio.text_generation_stream(hf, "a")

    assert_type(chat, Result[AsyncChatStream, HfpipeError])
    assert_type(text, Result[AsyncStream[Chunk], HfpipeError])
    async with chat.unwrap() as stream:
        async for chunk in stream:
            assert_type(chunk, Result[ChatChunk, HfpipeError])
    assert_type(await stream.response(), Result[ChatCompletion, HfpipeError])
    assert_type(await text.unwrap().response(), Result[TextGeneration, HfpipeError])
    assert_type(stream.map(lambda chunk: len(chunk.text)), AsyncStream[int])


async def of_ones_own(hf: Client) -> None:
    events = await aio.request_stream(hf, path="/v1/chat/completions", body={"stream": True})
    listed = await aio.providers_for("org/model", hf)

    assert_type(await aio.request(hf, path="/v1/models", method="GET"), Result[Any, HfpipeError])
    assert_type(events, Result[AsyncStream[Any], HfpipeError])
    assert_type((await events.unwrap().response()).unwrap(), Any)
    assert_type(listed, Result[tuple[ProviderMapping, ...], HfpipeError])
    assert_type(await aio.explain(hf, aio.embed, "a"), Result[Explanation, HfpipeError])
