"""A walk over scripted answers, for the tests of providers."""

from __future__ import annotations

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
