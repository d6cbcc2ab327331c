"""Waiting for jobs: how long, how often, and what is told meanwhile."""

from __future__ import annotations

import hfpipe
from hfpipe.codec.json import encoded


def refusal(code, body, **headers):
    headers = {"content-type": "application/json", **headers}
    return hfpipe.HttpResponse(code, headers, encoded(body))


def test_a_job_that_never_ends(fal):
    """
    The call's time is up: the error says how long was waited, in which state the job is, and
    holds the walk to go on with.
    """
    found = fal(*[{"status": "IN_PROGRESS"}] * 99, timeout=30.0)

    assert isinstance(found.error, hfpipe.DeadlineError)
    assert 25.0 < found.error.waited <= 30.0
    assert "IN_PROGRESS" in found.error.message
    assert found.error.waiting is not None
    assert "GET" == found.error.waiting.need.request.method
    assert sum(found.slept) <= 30.0


def test_a_busy_provider_does_not_lose_the_job(fal):
    """
    Where a poll is to be asked again later than the call's time allows, the walk is kept.
    """
    later = refusal(503, {"error": "busy"}, **{"retry-after": "3600"})

    error = fal(later, timeout=30.0).error

    assert isinstance(error, hfpipe.DeadlineError)
    assert error.waiting is not None
    assert 1 > error.waited


def test_waits_grow_to_a_cap(fal):
    """
    The provider's interval first, then a little more each time, and never above five seconds.
    """
    found = fal(*[{"status": "IN_QUEUE"}] * 30, timeout=90.0)

    assert [0.5, 0.625, 0.78125] == found.slept[:3]
    assert 5.0 == max(found.slept)
    assert sorted(found.slept) == found.slept


def test_retry_after_is_heeded(fal):
    """
    Where the provider says when to ask again, that is when.
    """
    later = refusal(200, {"status": "IN_QUEUE"}, **{"retry-after": "7"})
    busy = refusal(429, {"error": "slow down"}, **{"retry-after": "9"})

    found = fal(later, busy, *fal.made)

    assert [0.5, 7.0, 9.0] == found.slept
    assert fal.mp4 == bytes(found.output)


def test_a_poll_that_goes_wrong_does_not_lose_the_job(fal):
    """
    The job is paid for: the poll is asked again, and the job is never submitted a second time.
    """
    broken = hfpipe.TransportError("gone", code="reset")
    found = fal(broken, refusal(502, {}), *fal.made, retry=5)

    assert fal.mp4 == bytes(found.output)
    assert 1 == sum(line.startswith("POST") for line in found.sent)


def test_polls_that_only_go_wrong_come_to_an_end(fal):
    """
    Four in a row are enough: the last one's error is the call's.
    """
    found = fal(*[refusal(500, {"error": "no"})] * 9)

    assert 500 == found.error.status
    assert 5 == len(found.sent)


def test_progress_is_told(fal):
    """
    Before each wait: the provider's word, the place in the queue, and the lines of its log.
    """
    told = []
    running = {"status": "IN_PROGRESS", "logs": [{"message": "step 1"}, {"message": "step 2"}]}

    fal(running, *fal.made, on_progress=told.append)

    assert [
        hfpipe.Progress(state="IN_QUEUE", queue_position=2, job="r1", waited=0.0),
        hfpipe.Progress(
            state="IN_PROGRESS", logs=("step 1", "step 2"), job="r1", polls=1, waited=0.5
        ),
    ] == told
