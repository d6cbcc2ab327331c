"""Waiting for jobs: how long, how often, and what is told meanwhile."""

from __future__ import annotations

import hfpipe
from hfpipe.codec.json import encoded

MP4 = b"\0\0\0\x18ftypmp42" + bytes(40)

VIDEO = hfpipe.HttpResponse(200, {"content-type": "video/mp4"}, MP4)
FILM_URL = "https://cdn.example.com/film.mp4?sig=abc"


def refusal(code, body, **headers):
    headers = {"content-type": "application/json", **headers}
    return hfpipe.HttpResponse(code, headers, encoded(body))


FAL_TICKET = {
    "request_id": "r1",
    "status": "IN_QUEUE",
    "response_url": "https://queue.fal.run/fal-ai/some/requests/r1",
    "queue_position": 2,
}
FAL_FILM = {"video": {"url": FILM_URL}}


def test_a_job_that_never_ends(talk):
    """
    The call's time is up: the error says how long was waited, in which state the job is, and
    holds the walk to go on with.
    """
    found = talk(
        "fal-ai",
        "text-to-video",
        "m",
        FAL_TICKET,
        *[{"status": "IN_PROGRESS"}] * 99,
        timeout=30.0,
    )

    assert isinstance(found.error, hfpipe.DeadlineError)
    assert 25.0 < found.error.waited <= 30.0
    assert "IN_PROGRESS" in found.error.message
    assert found.error.waiting is not None
    assert "GET" == found.error.waiting.need.request.method
    assert sum(found.slept) <= 30.0


def test_a_busy_provider_does_not_lose_the_job(talk):
    """
    Where a poll is to be asked again later than the call's time allows, the walk is kept.
    """
    later = refusal(503, {"error": "busy"}, **{"retry-after": "3600"})

    error = talk("fal-ai", "text-to-video", "m", FAL_TICKET, later, timeout=30.0).error

    assert isinstance(error, hfpipe.DeadlineError)
    assert error.waiting is not None
    assert 1 > error.waited


def test_waits_grow_to_a_cap(talk):
    """
    The provider's interval first, then a little more each time, and never above five seconds.
    """
    found = talk(
        "fal-ai", "text-to-video", "m", FAL_TICKET, *[{"status": "IN_QUEUE"}] * 30, timeout=90.0
    )

    assert [0.5, 0.625, 0.78125] == found.slept[:3]
    assert 5.0 == max(found.slept)
    assert sorted(found.slept) == found.slept


def test_retry_after_is_heeded(talk):
    """
    Where the provider says when to ask again, that is when.
    """
    later = refusal(200, {"status": "IN_QUEUE"}, **{"retry-after": "7"})
    busy = refusal(429, {"error": "slow down"}, **{"retry-after": "9"})

    found = talk(
        "fal-ai",
        "text-to-video",
        "m",
        FAL_TICKET,
        later,
        busy,
        {"status": "COMPLETED"},
        FAL_FILM,
        VIDEO,
    )

    assert [0.5, 7.0, 9.0] == found.slept
    assert MP4 == bytes(found.output)


def test_a_poll_that_goes_wrong_does_not_lose_the_job(talk):
    """
    The job is paid for: the poll is asked again, and the job is never submitted a second time.
    """
    broken = hfpipe.TransportError("gone", code="reset")
    found = talk(
        "fal-ai",
        "text-to-video",
        "m",
        FAL_TICKET,
        broken,
        refusal(502, {}),
        {"status": "COMPLETED"},
        FAL_FILM,
        VIDEO,
        retry=5,
    )

    assert MP4 == bytes(found.output)
    assert 1 == sum(line.startswith("POST") for line in found.sent)


def test_polls_that_only_go_wrong_come_to_an_end(talk):
    """
    Four in a row are enough: the last one's error is the call's.
    """
    found = talk("fal-ai", "text-to-video", "m", FAL_TICKET, *[refusal(500, {"error": "no"})] * 9)

    assert 500 == found.error.status
    assert 5 == len(found.sent)


def test_progress_is_told(talk):
    """
    Before each wait: the provider's word, the place in the queue, and the lines of its log.
    """
    told = []
    running = {"status": "IN_PROGRESS", "logs": [{"message": "step 1"}, {"message": "step 2"}]}

    talk(
        "fal-ai",
        "text-to-video",
        "m",
        FAL_TICKET,
        running,
        {"status": "COMPLETED"},
        FAL_FILM,
        VIDEO,
        on_progress=told.append,
    )

    assert [
        hfpipe.Progress(state="IN_QUEUE", queue_position=2, job="r1", waited=0.0),
        hfpipe.Progress(
            state="IN_PROGRESS", logs=("step 1", "step 2"), job="r1", polls=1, waited=0.5
        ),
    ] == told
