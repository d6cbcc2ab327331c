"""
Rows of whole answers: a chat call, large bodies, many threads.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from urllib.request import urlopen

import msgspec
from contenders import HEADERS, MESSAGES, MODEL, hub, openai, ours
from measuring import OURS, Fact, Goal, Row, Scale, Skipped, interleaved, peak, timed
from server import MEGABYTE, VECTORS
from urllib3 import PoolManager

import hfpipe
from hfpipe.outputs.chat import ChatCompletion

IMAGE = b"\x89PNG\r\n\x1a\n" + bytes(5 * MEGABYTE)
THREADS = 16
TEXTS = ["a text"] * 8


def raw_chat(url: str, maxsize: int = 1) -> Callable[[], ChatCompletion]:
    """The same call by hand: urllib3's pool, msgspec's encoder and typed decoder."""
    pool = PoolManager(maxsize=maxsize)
    encode = msgspec.json.Encoder().encode
    decode = msgspec.json.Decoder(ChatCompletion).decode
    address = f"{url}/chat/v1/chat/completions"

    def call() -> ChatCompletion:
        body = encode({"model": MODEL, "messages": MESSAGES, "stream": False})
        return decode(pool.request("POST", address, body=body, headers=HEADERS).data)

    return call


def chat(url: str, scale: Scale) -> Row:
    """One chat call on a connection that is kept open."""
    client, theirs, third = ours(f"{url}/chat"), hub(f"{url}/chat"), openai(f"{url}/chat")
    measured = interleaved(
        {
            OURS: lambda: hfpipe.chat_completion(client, MESSAGES).unwrap(),
            "urllib3 + msgspec": raw_chat(url),
            "huggingface_hub": lambda: theirs.chat_completion(MESSAGES),
            "openai": lambda: third.chat.completions.create(model=MODEL, messages=MESSAGES),
        },
        times=scale.of(100),
        rounds=scale.rounds * 5,
    )
    goals = (
        Goal(0.65, "urllib3 + msgspec"),
        Goal(0.28, "huggingface_hub"),
        Goal(0.15, "openai"),
    )
    return Row("one chat call, keep-alive", measured, goals)


def stock(url: str, scale: Scale) -> Row:
    """The same without hfpipe's own reading of answers: what that one is worth."""
    client = ours(f"{url}/chat", http_options={"fast": False})
    measured = interleaved(
        {
            OURS: lambda: hfpipe.chat_completion(client, MESSAGES).unwrap(),
            "urllib3 + msgspec": raw_chat(url),
        },
        times=scale.of(200),
        rounds=scale.rounds * 2,
    )
    return Row("one chat call, `fast=False`", measured, (Goal(1.2, "urllib3 + msgspec"),))


def embeddings(url: str, scale: Scale) -> Row:
    """A megabyte of embeddings, as tuples of floats."""
    client, third = ours(f"{url}/embed"), openai(f"{url}/embeddings")
    theirs = hub(f"{url}/embed")
    pool, address = PoolManager(), f"{url}/embed"
    encode = msgspec.json.Encoder().encode
    decode = msgspec.json.Decoder(tuple[tuple[float, ...], ...]).decode

    def raw() -> object:
        body = encode({"inputs": TEXTS})
        return decode(pool.request("POST", address, body=body, headers=HEADERS).data)

    measured = interleaved(
        {
            OURS: lambda: hfpipe.feature_extraction(client, TEXTS).unwrap(),
            "urllib3 + msgspec": raw,
            "huggingface_hub": lambda: theirs.feature_extraction(TEXTS),
            "openai": lambda: third.embeddings.create(
                model=MODEL, input=TEXTS, encoding_format="float"
            ),
        },
        times=scale.of(20),
        rounds=scale.rounds,
    )
    return Row("1 MB of embeddings", measured, (Goal(1.10, "urllib3 + msgspec"),), "ms", 1e3)


def to_numpy(url: str, scale: Scale) -> list[Row | Fact | Skipped]:
    """The same megabyte as a matrix of numpy's, and what is in memory meanwhile."""
    what = "1 MB of embeddings to numpy"
    if find_spec("numpy") is None:
        return [Skipped(what, "numpy is not installed")]
    import numpy as np

    client, texts = ours(f"{url}/embed"), ["a text"] * VECTORS
    pool, address = PoolManager(), f"{url}/embed"
    encode = msgspec.json.Encoder().encode
    decode = msgspec.json.Decoder(list[list[float]]).decode

    def raw() -> object:
        body = encode({"inputs": texts})
        answer = decode(pool.request("POST", address, body=body, headers=HEADERS).data)
        return np.array(answer, dtype=np.float32)

    def matrix() -> object:
        return hfpipe.embed(client, texts).unwrap().to_numpy()

    measured = interleaved(
        {OURS: matrix, "urllib3 + msgspec": raw}, times=scale.of(20), rounds=scale.rounds
    )
    return [
        Row(what, measured, (Goal(1.10, "urllib3 + msgspec"),), "ms", 1e3),
        Fact(f"{what}, growth of the peak", peak(matrix), round(peak(raw), 2), "MB"),
    ]


def image_out(url: str, scale: Scale) -> Row:
    """A picture of 5 MB that is answered."""
    client, theirs = ours(f"{url}/image"), PoolManager()
    encode = msgspec.json.Encoder().encode

    def raw() -> object:
        body = encode({"inputs": "a cat"})
        return theirs.request("POST", f"{url}/image", body=body, headers=HEADERS).data

    measured = interleaved(
        {OURS: lambda: hfpipe.text_to_image(client, "a cat").unwrap(), "urllib3 + msgspec": raw},
        times=scale.of(20),
        rounds=scale.rounds,
    )
    return Row("5 MB image out", measured, (Goal(1.15, "urllib3 + msgspec"),), "ms", 1e3)


def image_in(url: str, scale: Scale) -> Row:
    """A picture of 5 MB that is asked about."""
    client, theirs = ours(f"{url}/labels"), PoolManager()
    decode = msgspec.json.Decoder(list[hfpipe.Classification]).decode
    headers = HEADERS | {"content-type": "image/png"}

    def raw() -> object:
        return decode(theirs.request("POST", f"{url}/labels", body=IMAGE, headers=headers).data)

    measured = interleaved(
        {
            OURS: lambda: hfpipe.image_classification(client, IMAGE).unwrap(),
            "urllib3 + msgspec": raw,
        },
        times=scale.of(20),
        rounds=scale.rounds,
    )
    return Row("5 MB image in", measured, (Goal(1.15, "urllib3 + msgspec"),), "ms", 1e3)


def opened(url: str) -> int:
    """How many connections the server has seen so far."""
    with urlopen(f"{url}/opened") as answer:
        return int(json.load(answer))


def threads(url: str, scale: Scale) -> list[Row | Fact | Skipped]:
    """Sixteen threads that share one client."""
    client, raw = ours(f"{url}/chat"), raw_chat(url, maxsize=THREADS * 2)
    each = scale.of(40)

    def spread(call: Callable[[], object]) -> Callable[[], None]:
        def work() -> None:
            with ThreadPoolExecutor(THREADS) as executor:
                for done in [
                    executor.submit(lambda: [call() for _ in range(each)]) for _ in range(THREADS)
                ]:
                    done.result()

        return work

    calls = {
        OURS: lambda: hfpipe.chat_completion(client, MESSAGES).unwrap(),
        "urllib3 + msgspec": raw,
    }
    with client:
        before = opened(url)
        timed(spread(calls[OURS]))
        connections = opened(url) - before - 1
        measured = interleaved(
            {name: spread(call) for name, call in calls.items()},
            units=THREADS * each,
            # who gets the interpreter next is chance: single rounds give 0.5 to 1.0
            rounds=scale.rounds * 7,
        )
    goal = Goal(1 / 1.3, "urllib3 + msgspec")
    return [
        Row("16 threads, one client, a call", measured, (goal,)),
        Fact("16 threads, connections opened", connections, THREADS + 1, "connections"),
    ]
