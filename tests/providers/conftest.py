"""A walk over scripted answers, for the tests of providers."""

from __future__ import annotations

from typing import Final

import pytest

import hfpipe
from hfpipe.door import new_exchange, pipeline
from hfpipe.io.driver import World, run
from hfpipe.testing import scripted


class Talk:
    """A walk over scripted answers with a clock of its own: what was sent, how long it slept."""

    def __init__(self, provider, task, model, *answers, token="hf_abcdefgh", **options):
        entry = {"provider": provider, "providerId": model, "status": "live", "task": task}
        entry |= options.pop("entry", {})
        args = options.pop("args", {"inputs": "a cat"})
        self.slept = []
        self.sender = scripted(*answers)
        client = hfpipe.client(
            token,
            provider=provider,
            model="org/name",
            mappings={"org/name": [entry]},
            send=self.sender,
        )
        exchange = new_exchange(client, task, {**args, **options})
        world = World(sleep=self.slept.append, clock=lambda: sum(self.slept))
        self.result = run(pipeline(exchange), exchange, self.sender, world)

    @property
    def sent(self):
        return [f"{request.method} {request.url}" for request in self.sender.requests]

    @property
    def output(self):
        return self.result.unwrap().output

    @property
    def error(self):
        return self.result.failure()


@pytest.fixture
def talk():
    """Makes a walk: `talk(provider, task, model, *answers, **options)`."""
    return Talk


class Fal:
    """A job that fal has accepted: `fal(*answers, **options)` is the walk from there on."""

    ticket: Final = {
        "request_id": "r1",
        "status": "IN_QUEUE",
        "response_url": "https://queue.fal.run/fal-ai/some/requests/r1",
        "queue_position": 2,
    }
    url = "https://cdn.example.com/film.mp4?sig=abc"
    mp4 = b"\0\0\0\x18ftypmp42" + bytes(40)
    video = hfpipe.HttpResponse(200, {"content-type": "video/mp4"}, mp4)
    made = ({"status": "COMPLETED"}, {"video": {"url": url}}, video)

    def __call__(self, *answers, named=ticket["response_url"], **options):
        ticket = {**self.ticket, "response_url": named}
        return Talk("fal-ai", "text-to-video", "fal-ai/some", ticket, *answers, **options)


@pytest.fixture
def fal():
    """A job of fal's that is accepted, what ends it well, and the film that it makes."""
    return Fal()
