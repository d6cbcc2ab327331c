"""Providers that answer with a job: what is sent, in which order, and what becomes of it."""

from __future__ import annotations

import pytest

import hfpipe
from hfpipe.codec.json import encoded
from hfpipe.door import new_exchange, pipeline
from hfpipe.io.driver import World, run
from hfpipe.testing import scripted

R = "https://router.huggingface.co"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
MP4 = b"\0\0\0\x18ftypmp42" + bytes(40)
WAV = b"RIFF\0\0\0\0WAVEfmt " + bytes(20)

VIDEO = hfpipe.HttpResponse(200, {"content-type": "video/mp4"}, MP4)
IMAGE = hfpipe.HttpResponse(200, {"content-type": "image/webp"}, b"RIFF\0\0\0\0WEBPVP8 ")
SOUND = hfpipe.HttpResponse(200, {"content-type": "audio/wav"}, WAV)
FILM_URL = "https://cdn.example.com/film.mp4?sig=abc"


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


def test_fal_routed():
    """
    The queue through the router: the sub-domain stays on every poll, the prefix stays doubled.
    """
    talk = Talk(
        "fal-ai",
        "text-to-video",
        "fal-ai/some",
        FAL_TICKET,
        {"status": "IN_PROGRESS"},
        {"status": "COMPLETED"},
        FAL_FILM,
        VIDEO,
    )

    assert [
        f"POST {R}/fal-ai/fal-ai/some?_subdomain=queue",
        f"GET {R}/fal-ai/fal-ai/some/requests/r1/status?_subdomain=queue",
        f"GET {R}/fal-ai/fal-ai/some/requests/r1/status?_subdomain=queue",
        f"GET {R}/fal-ai/fal-ai/some/requests/r1?_subdomain=queue",
        f"GET {FILM_URL}",
    ] == talk.sent
    assert hfpipe.Media(MP4, "video/mp4") == talk.output
    assert [0.5, 0.625] == talk.slept


def test_fal_direct():
    """
    With a key of fal's own: its scheme, its queue's host, no sub-domain; the download has no key.
    """
    talk = Talk(
        "fal-ai",
        "text-to-video",
        "fal-ai/some",
        FAL_TICKET,
        {"status": "COMPLETED"},
        FAL_FILM,
        VIDEO,
        token="fal_key_1",
    )

    assert [
        "POST https://queue.fal.run/fal-ai/some",
        "GET https://queue.fal.run/fal-ai/some/requests/r1/status",
        "GET https://queue.fal.run/fal-ai/some/requests/r1",
        f"GET {FILM_URL}",
    ] == talk.sent
    keys = [request.headers.text("authorization") for request in talk.sender.requests]
    assert ["Key fal_key_1", "Key fal_key_1", "Key fal_key_1", ""] == keys
    assert MP4 == bytes(talk.output)


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
def test_jobs_are_polled_on_the_base_of_their_submission(provider, token, routed):
    """
    Submit, poll until done, fetch; whatever host an answer names, the key stays where it was.
    """
    task, ticket, polls, submit, poll = POLLED[provider]
    base = f"{R}/{provider}" if routed else hfpipe.PROVIDERS[provider].base

    talk = Talk(provider, task, "the/model", ticket, *polls, VIDEO, token=token)

    expected = [f"POST {base}{submit}", *[f"GET {base}{poll}"] * len(polls), f"GET {FILM_URL}"]
    assert expected == talk.sent
    assert MP4 == bytes(talk.output)
    keys = [request.headers.text("authorization") for request in talk.sender.requests]
    assert [f"Bearer {token}"] * (len(polls) + 1) + [""] == keys
    assert all(request.body is None for request in talk.sender.requests[1:])


def test_zai_pictures():
    """
    Every call and poll tells where it comes from; polls are five seconds apart.
    """
    talk = Talk(
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
    ] == talk.sent
    channels = [request.headers.text("x-source-channel") for request in talk.sender.requests]
    assert ["hugging_face", "hugging_face", "hugging_face", ""] == channels
    assert "image/webp" == talk.output.media_type
    assert [5.0, 5.0] == talk.slept


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
def test_a_failed_job_tells_the_providers_own_words(provider):
    """
    The job is given up with what the provider says of it.
    """
    ticket, last = FAILED[provider]

    error = Talk(provider, "text-to-video", "m", ticket, last).error

    assert isinstance(error, hfpipe.ProviderApiError)
    assert "job_failed" == error.code
    assert "too violent" in error.message
    assert provider == error.provider


def test_fals_failed_jobs_are_completed_with_an_error():
    """
    The result's address answers with an error status, and that is the failure.
    """
    broken = refusal(422, {"detail": [{"loc": ["body", "prompt"], "msg": "too violent"}]})

    error = Talk("fal-ai", "text-to-video", "m", FAL_TICKET, {"status": "COMPLETED"}, broken).error

    assert ("job_failed", 422) == (error.code, error.status)
    assert "body.prompt: too violent" in error.message


@pytest.mark.parametrize("provider", ["together", "wavespeed", "replicate"])
def test_an_unknown_state_is_named(provider):
    """
    A word that nobody knows ends the wait, and stands in the error.
    """
    ticket = FAILED[provider][0]
    state = {"status": "on_fire"}
    poll = {"data": state} if provider == "wavespeed" else state

    error = Talk(provider, "text-to-video", "m", ticket, poll).error

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
def test_a_ticket_without_the_jobs_name(provider):
    """
    There is nothing to ask for: the error says where the name was looked for.
    """
    ticket, path = MISSING[provider]

    error = Talk(provider, "text-to-video", "m", ticket).error

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
def test_a_poll_address_that_leaves_its_place(named):
    """
    A path that climbs, or another scheme, is not visited with the key.
    """
    talk = Talk("fal-ai", "text-to-video", "m", {**FAL_TICKET, "response_url": named})

    assert "forbidden_address" == talk.error.code
    assert 1 == len(talk.sent)


@pytest.mark.parametrize("named", ["https://169.254.169.254/latest", "http://127.0.0.1:9/x"])
def test_a_private_poll_address_is_never_asked(named):
    """
    Only its path is taken: the request goes where the submission went.
    """
    ticket = {**FAL_TICKET, "response_url": named}

    talk = Talk("fal-ai", "text-to-video", "m", ticket, {"status": "COMPLETED"}, FAL_FILM, VIDEO)

    assert all("169.254" not in url and "127.0.0.1" not in url for url in talk.sent)
    assert talk.sent[1].startswith(f"GET {R}/fal-ai/")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://169.254.169.254/latest/meta-data", "forbidden_address"),
        ("https://10.0.0.1/film.mp4", "forbidden_address"),
        ("http://cdn.example.com/film.mp4", "forbidden_address"),
        ("file:///etc/passwd", "forbidden_address"),
    ],
)
def test_results_are_fetched_from_public_https_alone(url, code):
    """
    An answer that names a private address, or another scheme, is not followed.
    """
    film = {"video": {"url": url}}

    talk = Talk("fal-ai", "text-to-video", "m", FAL_TICKET, {"status": "COMPLETED"}, film)

    assert code == talk.error.code
    assert 3 == len(talk.sent)


def fetched(*answers, task="text-to-video", **options):
    film = {"video": {"url": FILM_URL}, "images": [{"url": FILM_URL}]}
    return Talk("fal-ai", task, "m", FAL_TICKET, {"status": "COMPLETED"}, film, *answers, **options)


def test_a_404_is_never_a_film():
    """
    The status of a download is looked at, whatever its type says.
    """
    error = fetched(hfpipe.HttpResponse(404, {"content-type": "video/mp4"}, MP4)).error

    assert (404, hfpipe.ProviderApiError) == (error.status, type(error))


@pytest.mark.parametrize(
    ("kind", "body", "good"),
    [
        ("video/mp4", MP4, "video/mp4"),
        ("application/octet-stream", MP4, "video/mp4"),
        ("", b"???", "video/mp4"),
        ("audio/mp4", MP4, "audio/mp4"),
        ("text/html", b"<html>", None),
        ("", b"<html>gone</html>", None),
        ("image/png", PNG, None),
        ("application/json", b'{"error": 1}', None),
        ("video/mp4", b"", None),
    ],
)
def test_the_kind_of_a_download(kind, body, good):
    """
    What a server is sure of has to be the wanted kind; where it is vague, the bytes and the name
    tell.
    """
    headers = {"content-type": kind} if kind else {}
    result = fetched(hfpipe.HttpResponse(200, headers, body)).result

    if good is None:
        assert "bad_answer" == result.failure().code
        assert "video/*" == result.failure().expected
    else:
        assert good == result.unwrap().output.media_type


def test_a_result_in_the_answer_itself():
    """
    A data URL needs no download.
    """
    film = {"video": {"url": "data:video/mp4;base64,AAAA"}}

    talk = Talk("fal-ai", "text-to-video", "m", FAL_TICKET, {"status": "COMPLETED"}, film)

    assert hfpipe.Media(b"\0\0\0", "video/mp4") == talk.output
    assert 3 == len(talk.sent)


def test_a_result_to_disk(tmp_path):
    """
    With save_to the file lies where it was wanted, and the value points to it.
    """
    talk = fetched(VIDEO, save_to=tmp_path / "film.mp4")

    assert MP4 == (tmp_path / "film.mp4").read_bytes()
    assert isinstance(talk.output.content, hfpipe.FileBody)
    assert MP4 == bytes(talk.output)


def test_a_job_that_never_ends():
    """
    The call's time is up: the error says how long was waited, in which state the job is, and
    holds the walk to go on with.
    """
    talk = Talk(
        "fal-ai",
        "text-to-video",
        "m",
        FAL_TICKET,
        *[{"status": "IN_PROGRESS"}] * 99,
        timeout=30.0,
    )

    assert isinstance(talk.error, hfpipe.DeadlineError)
    assert 25.0 < talk.error.waited <= 30.0
    assert "IN_PROGRESS" in talk.error.message
    assert talk.error.waiting is not None
    assert "GET" == talk.error.waiting.need.request.method
    assert sum(talk.slept) <= 30.0


def test_a_busy_provider_does_not_lose_the_job():
    """
    Where a poll is to be asked again later than the call's time allows, the walk is kept.
    """
    later = refusal(503, {"error": "busy"}, **{"retry-after": "3600"})

    error = Talk("fal-ai", "text-to-video", "m", FAL_TICKET, later, timeout=30.0).error

    assert isinstance(error, hfpipe.DeadlineError)
    assert error.waiting is not None
    assert 1 > error.waited


def test_waits_grow_to_a_cap():
    """
    The provider's interval first, then a little more each time, and never above five seconds.
    """
    talk = Talk(
        "fal-ai", "text-to-video", "m", FAL_TICKET, *[{"status": "IN_QUEUE"}] * 30, timeout=90.0
    )

    assert [0.5, 0.625, 0.78125] == talk.slept[:3]
    assert 5.0 == max(talk.slept)
    assert sorted(talk.slept) == talk.slept


def test_retry_after_is_heeded():
    """
    Where the provider says when to ask again, that is when.
    """
    later = refusal(200, {"status": "IN_QUEUE"}, **{"retry-after": "7"})
    busy = refusal(429, {"error": "slow down"}, **{"retry-after": "9"})

    talk = Talk(
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

    assert [0.5, 7.0, 9.0] == talk.slept
    assert MP4 == bytes(talk.output)


def test_a_poll_that_goes_wrong_does_not_lose_the_job():
    """
    The job is paid for: the poll is asked again, and the job is never submitted a second time.
    """
    broken = hfpipe.TransportError("gone", code="reset")
    talk = Talk(
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

    assert MP4 == bytes(talk.output)
    assert 1 == sum(line.startswith("POST") for line in talk.sent)


def test_polls_that_only_go_wrong_come_to_an_end():
    """
    Four in a row are enough: the last one's error is the call's.
    """
    talk = Talk("fal-ai", "text-to-video", "m", FAL_TICKET, *[refusal(500, {"error": "no"})] * 9)

    assert 500 == talk.error.status
    assert 5 == len(talk.sent)


def test_progress_is_told():
    """
    Before each wait: the provider's word, the place in the queue, and the lines of its log.
    """
    told = []
    running = {"status": "IN_PROGRESS", "logs": [{"message": "step 1"}, {"message": "step 2"}]}

    Talk(
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


def test_novitas_other_route():
    """
    An answer with the film in it needs no poll; a 404 of the job's route tries the other one.
    """
    gone, held = refusal(404, {"message": "no"}), {"video": {"video_url": FILM_URL}}
    args = {"inputs": "a cat", "parameters": {"num_inference_steps": 4, "seed": 7}}

    talk = Talk(
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
    ] == talk.sent
    first, second, _ = talk.sender.requests
    assert b'{"seed":7,"steps":4,"prompt":"a cat"}' == first.body
    assert b'{"prompt":"a cat","num_inference_steps":4,"seed":7}' == second.body
    assert MP4 == bytes(talk.output)


def test_novita_without_either_route():
    """
    Where the other route is not there either, its refusal is the failure.
    """
    gone = refusal(404, {"message": "no such model"})

    talk = Talk("novita", "text-to-video", "m", gone, gone)

    assert (404, "unknown_model") == (talk.error.status, talk.error.code)
    assert 2 == len(talk.sent)
