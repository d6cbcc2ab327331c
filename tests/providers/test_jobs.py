"""Providers that answer with a job: what is sent, in which order, and what becomes of it."""

from __future__ import annotations

import pytest

import hfpipe
from hfpipe.codec.json import encoded

R = "https://router.huggingface.co"
MP4 = b"\0\0\0\x18ftypmp42" + bytes(40)

VIDEO = hfpipe.HttpResponse(200, {"content-type": "video/mp4"}, MP4)
IMAGE = hfpipe.HttpResponse(200, {"content-type": "image/webp"}, b"RIFF\0\0\0\0WEBPVP8 ")
FILM_URL = "https://cdn.example.com/film.mp4?sig=abc"


def refusal(code, body, **headers):
    headers = {"content-type": "application/json", **headers}
    return hfpipe.HttpResponse(code, headers, encoded(body))


def test_fal_routed(fal):
    """
    The queue through the router: the sub-domain stays on every poll, the prefix stays doubled.
    """
    found = fal({"status": "IN_PROGRESS"}, *fal.made)

    assert [
        f"POST {R}/fal-ai/fal-ai/some?_subdomain=queue",
        f"GET {R}/fal-ai/fal-ai/some/requests/r1/status?_subdomain=queue",
        f"GET {R}/fal-ai/fal-ai/some/requests/r1/status?_subdomain=queue",
        f"GET {R}/fal-ai/fal-ai/some/requests/r1?_subdomain=queue",
        f"GET {fal.url}",
    ] == found.sent
    assert hfpipe.Media(fal.mp4, "video/mp4") == found.output
    assert [0.5, 0.625] == found.slept


def test_fal_direct(fal):
    """
    With a key of fal's own: its scheme, its queue's host, no sub-domain; the download has no key.
    """
    found = fal(*fal.made, token="fal_key_1")

    assert [
        "POST https://queue.fal.run/fal-ai/some",
        "GET https://queue.fal.run/fal-ai/some/requests/r1/status",
        "GET https://queue.fal.run/fal-ai/some/requests/r1",
        f"GET {fal.url}",
    ] == found.sent
    keys = [request.headers.text("authorization") for request in found.sender.requests]
    assert ["Key fal_key_1", "Key fal_key_1", "Key fal_key_1", ""] == keys
    assert fal.mp4 == bytes(found.output)


POLLED = {
    "together": (
        "text-to-video",
        {"id": "j1", "status": "queued"},
        [
            {"status": "in_progress"},
            {},
            {"status": "completed", "outputs": {"video_url": FILM_URL}},
        ],
        "/v2/videos",
        "/v2/videos/j1",
    ),
    "wavespeed": (
        "text-to-video",
        {"data": {"status": "created", "urls": {"get": "https://evil.example/api/v3/p1/result"}}},
        [
            {"data": {"status": "processing"}},
            {"data": {"status": "completed", "outputs": [FILM_URL], "error": ""}},
        ],
        "/api/v3/the/model",
        "/api/v3/p1/result",
    ),
    "novita": (
        "text-to-video",
        {"task_id": "t1"},
        [
            {"task": {"status": "TASK_STATUS_QUEUED"}},
            {"task": {"status": "TASK_STATUS_SUCCEED"}, "videos": [{"video_url": FILM_URL}]},
        ],
        "/v3/async/the/model",
        "/v3/async/task-result?task_id=t1",
    ),
    "replicate": (
        "text-to-video",
        {"id": "p1", "status": "starting", "output": None, "error": None},
        [
            {"status": "processing", "output": None},
            {"status": "succeeded", "output": [FILM_URL], "error": None},
        ],
        "/v1/models/the/model/predictions",
        "/v1/predictions/p1",
    ),
}


@pytest.mark.parametrize("provider", POLLED)
@pytest.mark.parametrize(("token", "routed"), [("hf_abcdefgh", True), ("own_key_1", False)])
def test_jobs_are_polled_on_the_base_of_their_submission(talk, provider, token, routed):
    """
    Submit, poll until done, fetch; whatever host an answer names, the key stays where it was.
    """
    task, ticket, polls, submit, poll = POLLED[provider]
    base = f"{R}/{provider}" if routed else hfpipe.PROVIDERS[provider].base

    found = talk(provider, task, "the/model", ticket, *polls, VIDEO, token=token)

    expected = [f"POST {base}{submit}", *[f"GET {base}{poll}"] * len(polls), f"GET {FILM_URL}"]
    assert expected == found.sent
    assert MP4 == bytes(found.output)
    keys = [request.headers.text("authorization") for request in found.sender.requests]
    assert [f"Bearer {token}"] * (len(polls) + 1) + [""] == keys
    assert all(request.body is None for request in found.sender.requests[1:])


def test_zai_pictures(talk):
    """
    Every call and poll tells where it comes from; polls are five seconds apart.
    """
    found = talk(
        "zai-org",
        "text-to-image",
        "glm",
        {"id": "t1", "task_status": "PROCESSING"},
        {"task_status": "PROCESSING"},
        {"task_status": "SUCCESS", "image_result": [{"url": "https://cdn.example.com/a.webp"}]},
        IMAGE,
    )

    assert [
        f"POST {R}/zai-org/api/paas/v4/async/images/generations",
        f"GET {R}/zai-org/api/paas/v4/async-result/t1",
        f"GET {R}/zai-org/api/paas/v4/async-result/t1",
        "GET https://cdn.example.com/a.webp",
    ] == found.sent
    channels = [request.headers.text("x-source-channel") for request in found.sender.requests]
    assert ["hugging_face", "hugging_face", "hugging_face", ""] == channels
    assert "image/webp" == found.output.media_type
    assert [5.0, 5.0] == found.slept


FAILED = {
    "together": ({"id": "j1"}, {"status": "failed", "error": {"message": "too violent"}}),
    "wavespeed": (
        {"data": {"status": "created", "urls": {"get": "https://h.example/p"}}},
        {"data": {"status": "failed", "error": "too violent"}},
    ),
    "novita": (
        {"task_id": "t1"},
        {"task": {"status": "TASK_STATUS_FAILED", "reason": "too violent"}},
    ),
    "replicate": (
        {"id": "p1", "status": "starting"},
        {"status": "failed", "error": "too violent", "output": None},
    ),
}


@pytest.mark.parametrize("provider", FAILED)
def test_a_failed_job_tells_the_providers_own_words(talk, provider):
    """
    The job is given up with what the provider says of it.
    """
    ticket, last = FAILED[provider]

    error = talk(provider, "text-to-video", "m", ticket, last).error

    assert isinstance(error, hfpipe.ProviderApiError)
    assert "job_failed" == error.code
    assert "too violent" in error.message
    assert provider == error.provider


def test_fals_failed_jobs_are_completed_with_an_error(fal):
    """
    The result's address answers with an error status, and that is the failure.
    """
    broken = refusal(422, {"detail": [{"loc": ["body", "prompt"], "msg": "too violent"}]})

    error = fal({"status": "COMPLETED"}, broken).error

    assert ("job_failed", 422) == (error.code, error.status)
    assert "body.prompt: too violent" in error.message


@pytest.mark.parametrize("provider", ["together", "wavespeed", "replicate"])
def test_an_unknown_state_is_named(talk, provider):
    """
    A word that nobody knows ends the wait, and stands in the error.
    """
    ticket = FAILED[provider][0]
    state = {"status": "on_fire"}
    poll = {"data": state} if provider == "wavespeed" else state

    error = talk(provider, "text-to-video", "m", ticket, poll).error

    assert "job_failed" == error.code
    assert "unknown state 'on_fire'" in error.message


MISSING = {
    "fal-ai": ({"status": "IN_QUEUE"}, "$.request_id"),
    "together": ({"status": "queued"}, "$.id"),
    "wavespeed": ({"data": {"status": "created"}}, "$.data.urls.get"),
    "novita": ({"status": "ok"}, "$.task_id"),
    "replicate": ({"status": "starting"}, "$.id"),
}


@pytest.mark.parametrize("provider", MISSING)
def test_a_ticket_without_the_jobs_name(talk, provider):
    """
    There is nothing to ask for: the error says where the name was looked for.
    """
    ticket, path = MISSING[provider]

    error = talk(provider, "text-to-video", "m", ticket).error

    assert isinstance(error, hfpipe.ProviderOutputError)
    assert path == error.path


@pytest.mark.parametrize(
    "named",
    [
        "https://queue.fal.run/a/../../other/requests/r1",
        "https://queue.fal.run/a/%2e%2e/%2E%2E/x",
        "https://queue.fal.run/a/%252e%252e/x",
        "file:///etc/passwd",
        "gopher://h.example/x",
    ],
)
def test_a_poll_address_that_leaves_its_place(fal, named):
    """
    A path that climbs, or another scheme, is not visited with the key.
    """
    found = fal(named=named)

    assert "forbidden_address" == found.error.code
    assert 1 == len(found.sent)


@pytest.mark.parametrize("named", ["https://169.254.169.254/latest", "http://127.0.0.1:9/x"])
def test_a_private_poll_address_is_never_asked(fal, named):
    """
    Only its path is taken: the request goes where the submission went.
    """
    found = fal(*fal.made, named=named)

    assert all("169.254" not in url and "127.0.0.1" not in url for url in found.sent)
    assert found.sent[1].startswith(f"GET {R}/fal-ai/")


def test_novitas_other_route(talk):
    """
    An answer with the film in it needs no poll; a 404 of the job's route tries the other one.
    """
    gone, held = refusal(404, {"message": "no"}), {"video": {"video_url": FILM_URL}}
    args = {"inputs": "a cat", "parameters": {"num_inference_steps": 4, "seed": 7}}

    found = talk(
        "novita",
        "text-to-video",
        "the/model",
        gone,
        held,
        VIDEO,
        args=args,
    )

    assert [
        f"POST {R}/novita/v3/async/the/model",
        f"POST {R}/novita/v3/hf/the/model",
        f"GET {FILM_URL}",
    ] == found.sent
    first, second, _ = found.sender.requests
    assert b'{"seed":7,"steps":4,"prompt":"a cat"}' == first.body
    assert b'{"prompt":"a cat","num_inference_steps":4,"seed":7}' == second.body
    assert MP4 == bytes(found.output)


def test_novita_without_either_route(talk):
    """
    Where the other route is not there either, its refusal is the failure.
    """
    gone = refusal(404, {"message": "no such model"})

    found = talk("novita", "text-to-video", "m", gone, gone)

    assert (404, "unknown_model") == (found.error.status, found.error.code)
    assert 2 == len(found.sent)
