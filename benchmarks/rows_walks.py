"""
Rows of the walk alone, with no network: its cost, and how it grows.

Instructions tell more than time on a machine that others use, too:

    valgrind --tool=callgrind --callgrind-out-file=/dev/null python benchmarks/walk.py 0
    valgrind --tool=callgrind --callgrind-out-file=/dev/null python benchmarks/walk.py 1000

The difference of the two totals ("Collected"), over 1000, is the instructions of one walk;
`python benchmarks/walk.py 1000 evolve` is the same for eight plain `attrs.evolve` stages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from contenders import MESSAGES, ours
from measuring import OURS, Goal, Row, Scale, interleaved
from returns.pipeline import is_successful
from returns.result import Result, Success
from server import CHAT, event

import hfpipe
from hfpipe.outputs.chat import ChatCompletion
from hfpipe.outputs.fold import Fold
from hfpipe.providers.chunks import CHUNKS

EVOLVED = "8 x attrs.evolve"
ANSWER = Success(
    hfpipe.HttpResponse(200, {"content-type": "application/json", "x-request-id": "req_1"}, CHAT)
)


def from_memory(_: hfpipe.HttpRequest) -> Result[hfpipe.HttpResponse, hfpipe.TransportError]:
    """A sender that needs no network."""
    return ANSWER


def walk(**options: Any) -> Callable[[], ChatCompletion]:
    """One chat call of hfpipe, whole but for the network."""
    client = ours("http://127.0.0.1:9", send=from_memory, **options)
    return lambda: hfpipe.chat_completion(client, MESSAGES).unwrap()


@attrs.frozen
class Record:
    """As many fields as an `Exchange` has."""

    client: Any = None
    task: str = ""
    args: Any = None
    options: Any = None
    mapping: Any = None
    url: str = ""
    body: Any = None
    content_type: str = ""
    headers: Any = None
    request: Any = None
    response: Any = None
    output: Any = None
    meta: Any = None
    trace: Any = None


WRITTEN = ("options", "mapping", "url", "body", "headers", "response", "output", "meta")


def evolved() -> Callable[[], object]:
    """Eight stages that each do nothing but set one field, by attrs' own means."""

    def stage(name: str) -> Callable[[Record], Result[Record, Exception]]:
        return lambda record: Success(attrs.evolve(record, **{name: 1}))

    stages = [stage(name) for name in WRITTEN]

    def work() -> object:
        record = Record()
        for step in stages:
            result = step(record)
            if not is_successful(result):
                return result
            record = result.unwrap()
        return record

    return work


def alone(scale: Scale) -> Row:
    """The whole walk against eight plain evolves."""
    measured = interleaved(
        {OURS: walk(), EVOLVED: evolved()}, times=scale.of(2000), rounds=scale.rounds
    )
    return Row("the walk alone, `send` from memory", measured, (Goal(0.90, EVOLVED),))


def linear(scale: Scale) -> list[Row]:
    """Ten times as much shall cost ten times as much: the cost of one, here and there."""
    few = "a tenth of it"
    rows = [
        _linear("stages", {OURS: (_stages(2000), 2000), few: (_stages(200), 200)}, scale.of(20)),
        _linear(
            "messages", {OURS: (_talk(10_000), 10_000), few: (_talk(1000), 1000)}, scale.of(20)
        ),
        _linear("chunks", {OURS: (_fold(10_000), 10_000), few: (_fold(1000), 1000)}, scale.of(20)),
    ]
    return [
        Row(f"growth: one of ten times as many {what}", measured, (Goal(1.25, few, ("cpu",)),))
        for what, measured in rows
    ]


def _linear(
    what: str, cases: dict[str, tuple[Callable[[], object], int]], times: int
) -> tuple[str, Any]:
    measured: Any = {name: [] for name in cases}
    for _ in range(7):
        for name, (work, units) in cases.items():
            figures = interleaved({name: work}, units=units, times=times, rounds=1)
            measured[name] += figures[name]
    return what, measured


def _stages(count: int) -> Callable[[], object]:
    def tag(exchange: hfpipe.Exchange) -> Result[hfpipe.Exchange, hfpipe.HfpipeError]:
        return Success(hfpipe.evolve(exchange, content_type="application/json"))

    stages = hfpipe.default_pipeline().stages
    tags = (hfpipe.Stage(f"tag{at}", tag) for at in range(count))
    return walk(pipeline=hfpipe.Pipeline((*stages[:4], *tags, *stages[4:])))


def _talk(count: int) -> Callable[[], object]:
    client = ours("http://127.0.0.1:9", send=from_memory)
    messages = [{"role": "user", "content": f"message {at}"} for at in range(count)]
    return lambda: hfpipe.chat_completion(client, messages).unwrap()


def _fold(count: int) -> Callable[[], object]:
    pieces = [event(f" word{at}") for at in range(count)] + [event("", "stop")]

    def work() -> object:
        fold = Fold(CHUNKS)
        for piece in pieces:
            fold, _ = fold.feed(piece)
        return fold.close()[0].completion()

    return work
