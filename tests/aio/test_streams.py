"""The helpers of a stream, on an event loop: the same as the blocking ones."""

from __future__ import annotations

import asyncio
import queue

import pytest
from returns.result import Failure, Success

import hfpipe
import hfpipe.aio
from hfpipe import streams as blocking
from hfpipe.aio import streams
from hfpipe.testing import scripted

HF = hfpipe.client(provider="sandbox")


def on_a_loop(work, asked="count to 5", task="chat_completion_stream"):
    async def main():
        opened = await getattr(hfpipe.aio, task)(HF, asked)
        return await work(opened.unwrap())

    return asyncio.run(main())


def here(asked="count to 5"):
    return hfpipe.chat_completion_stream(HF, asked).unwrap()


def test_the_helpers_have_the_same_names():
    """
    Whoever knows the ones finds the others.
    """
    names = {name for name in vars(blocking) if name.islower() and not name.startswith("_")}
    helpers = {name for name in names if getattr(blocking, name).__module__ == blocking.__name__}

    assert helpers <= set(streams.__all__)
    assert blocking.DONE is streams.DONE


def test_the_text_and_the_answer_are_the_same():
    """
    In one piece, and put together.
    """
    assert blocking.collect_content(here()) == on_a_loop(streams.collect_content)
    assert blocking.collect_response(here()) == on_a_loop(streams.collect_response)


def test_a_generated_text_is_collected_too():
    """
    It is a stream like any other.
    """
    text = on_a_loop(streams.collect_content, task="text_generation_stream")

    assert "1 2 3 4 5" == text.unwrap().strip()


def test_each_text_is_given_to_a_callback():
    """
    A plain one, and one that is awaited.
    """
    texts, awaited = [], []

    async def keep(text):
        await asyncio.sleep(0)
        awaited.append(text)

    assert Success(None) == on_a_loop(lambda stream: streams.each_content(stream, texts.append))
    assert Success(None) == on_a_loop(lambda stream: streams.each_content(stream, keep))
    assert texts == awaited
    assert "1 2 3 4 5" == "".join(texts)


@pytest.mark.parametrize("helper", ["each_content", "map"])
def test_what_a_callback_raises_comes_out_after_the_stream_is_closed(helper):
    """
    It is the user's own exception.
    """

    def fails(_):
        return 1 / 0

    async def main(stream):
        mapped = stream.map(fails)
        with pytest.raises(ZeroDivisionError):
            await (anext(mapped) if helper == "map" else streams.each_content(stream, fails))
        return stream

    stream = on_a_loop(main)

    assert "<AsyncChatStream ended" in repr(stream)
    assert "cancelled" == stream.error.code


@pytest.mark.parametrize("read", [1, 99])
def test_a_stream_that_is_dropped_gives_nothing_more(read):
    """
    What was ready is gone, as when it is closed; one that has ended stays whole.
    """
    said = "".join(
        f'data: {{"choices": [{{"delta": {{"content": "{text}"}}}}]}}\n\n' for text in "abc"
    )
    hf = hfpipe.endpoint_client(
        None, "https://a.example", send=scripted([said.encode(), b"data: [DONE]\n\n"])
    )

    async def main():
        opened = await hfpipe.aio.chat_completion_stream(hf, "q")
        stream = opened.unwrap()
        for _ in range(min(read, 3)):
            await anext(stream)
        if read > 1:
            assert [] == [item async for item in stream]
        stream.drop()
        return [item async for item in stream], stream.error and stream.error.code

    assert ([], "cancelled" if read == 1 else None) == asyncio.run(main())


def test_a_map_is_lazy_and_chains():
    """
    Both read from the one connection.
    """

    async def main(stream):
        sizes = streams.content_stream(stream).map(len)
        return [size.unwrap() async for size in sizes], stream.error, stream.meta.status

    assert ([1, 2, 2, 2, 2], None, 200) == on_a_loop(main)


@pytest.mark.parametrize("kind", [asyncio.Queue, queue.SimpleQueue])
def test_a_stream_goes_to_a_queue(kind):
    """
    One that is awaited, and one that is not; the last word says how it ended.
    """

    async def main(stream):
        texts = kind()
        ended = await streams.stream_to(stream, texts, "a")
        return ended, [texts.get_nowait() for _ in range(texts.qsize())]

    ended, items = on_a_loop(main, "say hello")

    assert Success(None) == ended
    assert [("a", "hello"), ("a", streams.DONE)] == items


def test_a_stream_that_was_cut_is_a_failure_everywhere():
    """
    With what had come until then.
    """

    async def closed(stream):
        await anext(stream)
        await stream.close()
        return (
            await streams.collect_content(stream),
            await streams.collect_response(stream),
            [item async for item in stream],
        )

    text, answer, rest = on_a_loop(closed)

    assert isinstance(text, Failure)
    assert isinstance(answer, Failure)
    assert "cancelled" == text.failure().code
    assert [] == rest


def test_collecting_in_the_background():
    """
    A task, whose cancelling closes the stream.
    """

    async def main(stream):
        first = await streams.async_collect(stream)
        other = (await hfpipe.aio.chat_completion_stream(HF, "hi")).unwrap()
        task = streams.async_collect(other)
        task.cancel()
        await asyncio.wait([task])
        return first, other

    first, other = on_a_loop(main)

    assert "1 2 3 4 5" == first.unwrap()
    assert "ended" in repr(other)
