"""
Rows of streamed answers: what an event costs, how late it is, what a long stream keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median
from time import monotonic_ns, perf_counter

import msgspec
from contenders import HEADERS, MESSAGES, MODEL, hub, openai, ours
from measuring import OURS, Figures, Goal, Measured, Row, Scale, interleaved
from server import EVENTS, SPARSE
from urllib3 import PoolManager

import hfpipe
from hfpipe.outputs.chunks import ChatChunk

Texts = Callable[[], Iterator[str]]
RAW = "urllib3 + msgspec"


def raw(url: str) -> Texts:
    """The least that a typed stream by hand has to do: whole buffers, cut and decoded."""
    pool, address = PoolManager(), f"{url}/v1/chat/completions"
    encode = msgspec.json.Encoder().encode
    decode = msgspec.json.Decoder(ChatChunk).decode

    def texts() -> Iterator[str]:
        body = encode({"model": MODEL, "messages": MESSAGES, "stream": True})
        answer = pool.request("POST", address, body=body, headers=HEADERS, preload_content=False)
        rest = b""
        while piece := answer.read1(2**16):
            *blocks, rest = (rest + piece).split(b"\n\n")
            for block in blocks:
                data = block[6:]
                if data != b"[DONE]":
                    yield decode(data).text
        answer.release_conn()

    return texts


def _ours(url: str) -> Texts:
    client = ours(url)

    def texts() -> Iterator[str]:
        for chunk in hfpipe.chat_completion_stream(client, MESSAGES).unwrap():
            yield chunk.unwrap().text

    return texts


def _hub(url: str) -> Texts:
    client = hub(url)

    def texts() -> Iterator[str]:
        for chunk in client.chat_completion(MESSAGES, stream=True):
            yield chunk.choices[0].delta.content or ""

    return texts


def _openai(url: str) -> Texts:
    client = openai(url)

    def texts() -> Iterator[str]:
        stream = client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
        for chunk in stream:
            yield chunk.choices[0].delta.content or ""

    return texts


def _all(url: str) -> dict[str, Texts]:
    return {
        OURS: _ours(url),
        RAW: raw(url),
        "huggingface_hub": _hub(url),
        "openai": _openai(url),
    }


def _read(texts: Texts) -> Callable[[], None]:
    def work() -> None:
        for _ in texts():
            pass

    return work


def dense(url: str, scale: Scale) -> Row:
    """An event among many in a segment."""
    measured = interleaved(
        {name: _read(texts) for name, texts in _all(f"{url}/burst").items()},
        units=EVENTS,
        times=scale.of(5),
        rounds=scale.of(15),
    )
    goals = (Goal(1.6, RAW), Goal(1 / 12, "huggingface_hub"), Goal(1 / 20, "openai"))
    return Row("a streamed event, many a segment", measured, goals)


def single(url: str, scale: Scale) -> Row:
    """An event alone in its segment. The server waits between them, so CPU alone is judged."""
    measured = interleaved(
        {name: _read(texts) for name, texts in _all(f"{url}/sparse").items()},
        units=SPARSE,
        # a single one is off by a quarter where others use the machine
        rounds=scale.of(13),
    )
    return Row(
        "a streamed event, one a segment", measured, (Goal(1.2, RAW, ("cpu",)),), measures=("cpu",)
    )


def lateness(url: str, scale: Scale) -> list[Row]:
    """How long after the server sent it an event is seen, and how long the first one takes."""
    contenders = _all(f"{url}/sparse")
    late: Measured = {name: [] for name in contenders}
    first: Measured = {name: [] for name in contenders}
    for _ in range(scale.rounds * 4):
        for name, texts in contenders.items():
            soonest, delays = _watched(texts())
            first[name].append(Figures(soonest, 0.0))
            late[name].append(Figures(median(delays), 0.0))
    wall = ("wall",)
    return [
        Row("lateness of an event", late, (Goal(1.6, RAW, wall),), measures=wall),
        Row("time to the first event", first, (Goal(1.35, RAW, wall),), measures=wall),
    ]


def _watched(texts: Iterator[str]) -> tuple[float, list[float]]:
    began = perf_counter()
    first = next(texts)
    soonest = perf_counter() - began
    delays = [(monotonic_ns() - int(text)) / 1e9 for text in texts if text]
    return soonest, delays if first else []
