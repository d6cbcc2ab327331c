"""
Rows of an event loop: many calls in flight, late answers, many streams.

OpenAI's asynchronous client takes no part: with so many calls at once it stalls now and then,
until its own time-out of ten minutes.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from time import perf_counter, process_time

import aiohttp
import msgspec
import rows_lags
from contenders import HEADERS, MESSAGES, MODEL, async_hub, ours
from measuring import OURS, Fact, Figures, Goal, Measured, Row, Scale, Skipped

import hfpipe
from hfpipe.outputs.chat import ChatCompletion
from hfpipe.outputs.chunks import ChatChunk

RAW = "aiohttp + msgspec"
HUB = "AsyncInferenceClient"
STREAMS = 200
LONGEST = 60.0

Call = Callable[[], Awaitable[object]]


def rows(url: str, scale: Scale) -> list[Row | Fact | Skipped]:
    """All of them, or the reason why there are none."""
    if find_spec("hfpipe.aio") is None:
        return [Skipped("async, 100 and 500 at a time; paced streams", "hfpipe.aio is not there")]
    return asyncio.run(_made(url, scale))


async def _made(url: str, scale: Scale) -> list[Row | Fact | Skipped]:
    made = {
        "async, 100 at a time": lambda: _many(url, 100, 1.35, scale),
        "async, 500 at a time": lambda: _many(url, 500, 1.25, scale),
        "500 answers that come 50 ms late": lambda: _late(url, scale),
        "200 paced streams": lambda: _paced(url, scale),
    }
    measured = [await _in_time(what, row) for what, row in made.items()]
    return [*measured, *await rows_lags.rows(url, scale)]


async def _in_time(what: str, row: Callable[[], Awaitable[Row]]) -> Row | Skipped:
    # one of the rivals may stall for as long as its own time-out is: 10 minutes
    try:
        async with asyncio.timeout(LONGEST):
            return await row()
    except TimeoutError:
        return Skipped(what, f"not done after {LONGEST:g} s")


async def _measured(
    contenders: dict[str, Callable[[], Awaitable[object]]], units: int, rounds: int
) -> Measured:
    measured: Measured = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, work in contenders.items():
            gc.collect()  # what one leaves behind is not the next one's to clear up
            wall, cpu = perf_counter(), process_time()
            await work()
            taken = Figures((perf_counter() - wall) / units, (process_time() - cpu) / units)
            if turn:
                measured[name].append(taken)
    return measured


def _bare(session: aiohttp.ClientSession, address: str) -> Call:
    encode = msgspec.json.Encoder().encode
    decode = msgspec.json.Decoder(ChatCompletion).decode

    async def call() -> object:
        body = encode({"model": MODEL, "messages": MESSAGES, "stream": False})
        async with session.post(address, data=body, headers=HEADERS) as answer:
            return decode(await answer.read())

    return call


def _at_once(call: Call, count: int) -> Call:
    async def work() -> object:
        return await asyncio.gather(*(call() for _ in range(count)))

    return work


def _calls(url: str, name: str, session: aiohttp.ClientSession) -> dict[str, Call]:
    client, theirs = ours(f"{url}/{name}"), async_hub(f"{url}/{name}")

    async def our_call() -> object:
        # hfpipe's own unwrap: a call that fails ends the run with its code and its cause
        return hfpipe.unwrap(await hfpipe.aio.chat_completion(client, MESSAGES))

    return {
        OURS: our_call,
        RAW: _bare(session, f"{url}/{name}/v1/chat/completions"),
        HUB: lambda: theirs.chat_completion(MESSAGES),
    }


async def _many(url: str, count: int, factor: float, scale: Scale) -> Row:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        calls = _calls(url, "chat", session)
        works = {name: _at_once(call, count) for name, call in calls.items()}
        measured = await _measured(works, count, scale.rounds)
    goals = (Goal(1 / 5.5, HUB, ("wall",)), Goal(factor, RAW, ("cpu",)))
    return Row(f"async, {count} at a time, a call", measured, goals)


async def _late(url: str, scale: Scale) -> Row:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        calls = _calls(url, "late", session)
        works = {name: _at_once(calls[name], 500) for name in (OURS, RAW)}
        measured = await _measured(works, 1, scale.rounds)
    goal = Goal(1.6, RAW, ("wall",))
    return Row("500 answers that come 50 ms late", measured, (goal,), "ms", 1e3)


async def _paced(url: str, scale: Scale) -> Row:
    client = ours(f"{url}/paced")
    decode = msgspec.json.Decoder(ChatChunk).decode

    async def our_stream() -> None:
        opened = await hfpipe.aio.chat_completion_stream(client, MESSAGES)
        async for chunk in hfpipe.unwrap(opened):
            hfpipe.unwrap(chunk)

    async def ideal() -> None:
        await asyncio.sleep(1.0)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def bare() -> None:
            address, rest = f"{url}/paced/v1/chat/completions", b""
            body = msgspec.json.encode({"model": MODEL, "messages": MESSAGES, "stream": True})
            async with session.post(address, data=body, headers=HEADERS) as answer:
                async for piece in answer.content.iter_any():
                    *blocks, rest = (rest + piece).split(b"\n\n")
                    for block in blocks:
                        if block[6:] != b"[DONE]":
                            decode(block[6:])

        works: dict[str, Call] = {
            OURS: _at_once(our_stream, STREAMS),
            RAW: _at_once(bare, STREAMS),
            "ideal": ideal,
        }
        measured = await _measured(works, 1, min(scale.rounds, 3))
    return Row("200 paced streams", measured, (Goal(1.45, "ideal", ("wall",)),), "ms", 1e3)
