"""Long jobs, and calls by their names: as the blocking functions do it."""

from __future__ import annotations

import asyncio

import pytest

import hfpipe
import hfpipe.aio
from hfpipe.testing import scripted

FILM = hfpipe.HttpResponse(200, {"content-type": "video/mp4"}, b"the film")
DONE = {"status": "completed", "outputs": {"video_url": "https://cdn.example.com/cat.mp4"}}
TOGETHER = {
    "provider": "together",
    "mappings": {"org/kling": [hfpipe.ProviderMapping("together", "kling", "text-to-video")]},
}


def client(*answers):
    return hfpipe.client("hf_abc", send=scripted(*answers), **TOGETHER)


@pytest.mark.parametrize("task", [hfpipe.text_to_video, hfpipe.aio.text_to_video, "text-to-video"])
def test_a_job_is_submitted_and_polled(task):
    """
    The task may be a function of either face, or its name; the ticket is the blocking one's.
    """
    answers = {"id": "j1", "status": "queued"}, {"id": "j1", "status": "in_progress"}, DONE, FILM

    async def main():
        hf = client(*answers)
        ticket = (await hfpipe.aio.submit(hf, task, "a cat", model="org/kling")).unwrap()
        again = (await hfpipe.aio.poll(ticket, hf)).unwrap()
        return ticket, again, (await hfpipe.aio.poll(again, hf)).unwrap()

    hf = client(*answers)
    ticket, again, media = asyncio.run(main())

    assert hfpipe.submit(hf, task, "a cat", model="org/kling").unwrap().need == ticket.need
    assert "in_progress" == again.need.progress.state
    assert b"the film" == bytes(media)


def test_a_job_is_finished_by_another_loop():
    """
    From the bytes of its ticket.
    """
    queued = client({"id": "j1", "status": "queued"})
    ticket = asyncio.run(hfpipe.aio.submit(queued, "text_to_video", "a cat", model="org/kling"))
    waiting = hfpipe.Waiting.from_bytes(ticket.unwrap().to_bytes())

    media = asyncio.run(hfpipe.aio.finish(waiting, client(DONE, FILM), timeout=60))

    assert b"the film" == bytes(media.unwrap())


def test_a_client_of_another_address_cannot_finish_it():
    """
    A token goes nowhere on a ticket's say-so: as the blocking function has it.
    """
    queued = client({"id": "j1", "status": "queued"})
    ticket = asyncio.run(hfpipe.aio.submit(queued, "text_to_video", "a cat", model="org/kling"))

    other = hfpipe.endpoint_client("key", "https://elsewhere.example", send=scripted(DONE, FILM))
    failed = asyncio.run(hfpipe.aio.finish(ticket.unwrap(), other))

    assert isinstance(failed.failure(), hfpipe.InputError)


@pytest.mark.parametrize("task", ["chat-completion", "chat_completion", hfpipe.chat_completion])
def test_a_call_by_name(task):
    """
    A name that is none is a Failure, as it is there.
    """
    hf = hfpipe.client(provider="sandbox")

    answer = asyncio.run(hfpipe.aio.run(hf, task, "say hello"))
    none = asyncio.run(hfpipe.aio.run(hf, "chat-complexion", "say hello"))

    assert "hello" == answer.unwrap().text
    assert hfpipe.run(hf, "chat-complexion", "say hello") == none


def test_a_call_as_its_whole_record():
    """
    With the meta and the trace of its walk.
    """
    hf = hfpipe.client(provider="sandbox")

    done = asyncio.run(hfpipe.aio.exchange(hf, hfpipe.aio.chat_completion, "say hello")).unwrap()
    there = hfpipe.exchange(hf, hfpipe.chat_completion, "say hello").unwrap()

    assert (there.output, there.meta.status) == (done.output, done.meta.status)
    assert [record.name for record in there.trace] == [record.name for record in done.trace]
