"""
What an event loop is promised: its turn while the Hub thinks, and a cancelled stream that is gone.

Each is tried a few times and the best is taken: what hfpipe does to a loop it does every time,
and what another process does to it does not count.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter

from contenders import MESSAGES, MODEL, TOKEN, ours
from measuring import Fact, Scale

import hfpipe

LAG = 20.0  # ms
CANCELLED = 50.0  # ms
TICK = 0.002


async def rows(url: str, scale: Scale) -> list[Fact]:
    """Both of them."""
    return [
        Fact("loop lag, a look-up of 1 s", await _best(lambda: _lag(url), scale), LAG, "ms"),
        Fact("end of a cancelled stream", await _best(_cancelled, scale), CANCELLED, "ms"),
    ]


async def _best(measured: Callable[[], Awaitable[float]], scale: Scale) -> float:
    return min([await measured() for _ in range(scale.rounds)])


async def _lag(url: str) -> float:
    """The longest that a loop was late for its next tick, while ten calls wait for the Hub."""
    hf = hfpipe.client(
        TOKEN, hub_url=f"{url}/hub", router_url=f"{url}/chat", auto_router=False, model=MODEL
    )
    hfpipe.clear_mappings()
    calls = asyncio.gather(*(hfpipe.aio.chat_completion(hf, MESSAGES) for _ in range(10)))
    worst = 0.0
    while not calls.done():
        began = perf_counter()
        await asyncio.sleep(TICK)
        worst = max(worst, perf_counter() - began - TICK)
    for result in calls.result():
        hfpipe.unwrap(result)
    return worst * 1e3


async def _cancelled() -> float:
    """How long a server goes on seeing the connection of a stream that was cancelled."""
    gone: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n: begun\n\n")
        while await reader.read(2**16):
            pass
        gone.set_result(perf_counter())
        writer.close()

    server = await asyncio.start_server(stream, "127.0.0.1", 0)
    async with server:
        client = ours(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        opened = hfpipe.unwrap(await hfpipe.aio.chat_completion_stream(client, MESSAGES))
        waits = asyncio.ensure_future(anext(opened))
        await asyncio.sleep(0.05)
        began = perf_counter()
        waits.cancel()
        return (await gone - began) * 1e3
