"""Both faces are one: the same arguments and answers give equal Results."""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
from importlib import import_module
from pathlib import Path

import pytest
from returns.future import FutureResult
from returns.io import IOSuccess
from returns.result import Failure, Success

import hfpipe
import hfpipe.aio
import hfpipe.raising
from hfpipe.tasks import TASKS

SAID = {"choices": [{"index": 0, "message": {"content": "hello"}, "finish_reason": "stop"}]}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


def calls():
    """Every function of hfpipe that says what it asks for."""
    folder = Path(hfpipe.__file__).parent / "calls"
    modules = [import_module(f"hfpipe.calls.{file.stem}") for file in folder.glob("[a-z]*.py")]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if hasattr(value, "ask") and value.__module__ == module.__name__
    }


@pytest.mark.parametrize("name", sorted(calls()))
def test_every_call_has_a_coroutine_function(name):
    """
    Under the same name and with the same signature; a task that is new fails here until it has.
    """
    face = getattr(hfpipe.aio, name)

    assert inspect.iscoroutinefunction(face)
    assert inspect.signature(getattr(hfpipe, name)) == inspect.signature(face)


def test_every_task_is_among_them():
    """
    No task of the table is without one.
    """
    assert {task.function for task in TASKS.values()} <= set(dir(hfpipe.aio))


def test_whatever_asks_the_network_is_among_them():
    """
    Requests of one's own, jobs, the Hub's list and explanations are tasks of no table.
    """
    others = "exchange explain finish poll providers_for request request_stream run submit".split()

    for name in others:
        assert inspect.iscoroutinefunction(getattr(hfpipe.aio, name)), name
        here = inspect.signature(getattr(hfpipe, name)).parameters
        assert here == inspect.signature(getattr(hfpipe.aio, name)).parameters, name
    raising = {name for name, value in vars(hfpipe.raising).items() if hasattr(value, "ask")}
    assert raising <= set(dir(hfpipe.aio))


def answered(status=200, body=b"", kind="application/json", **headers):
    def send(request):
        return Success(hfpipe.HttpResponse(status, {"content-type": kind, **headers}, body))

    return send


ENDINGS = {
    "a chat": ("chat_completion", "hi", answered(body=json.dumps(SAID).encode())),
    "a picture": ("text_to_image", "a cat", answered(body=PNG, kind="image/png")),
    "labels": (
        "text_classification",
        "good",
        answered(body=b'[[{"label": "POSITIVE", "score": 0.9}]]'),
    ),
    "a picture's labels": (
        "image_classification",
        PNG,
        answered(body=b'[{"label": "cat", "score": 0.9}]'),
    ),
    "no token": ("chat_completion", "hi", answered(401, b'{"error": "Invalid token"}')),
    "an asleep endpoint": ("chat_completion", "hi", answered(400, b'{"error": "bad"}')),
    "no JSON": ("chat_completion", "hi", answered(body=b"<html>")),
    "another shape": ("chat_completion", "hi", answered(body=b'{"choices": 3}')),
    "nothing": (
        "chat_completion",
        "hi",
        lambda request: Failure(hfpipe.TransportError("no", code="refused", billed="no")),
    ),
    "no Result": ("chat_completion", "hi", lambda request: 3),
    "an exception": ("chat_completion", "hi", lambda request: 1 / 0),
    "a redirect": ("chat_completion", "hi", answered(302, location="http://127.0.0.1/")),
    "an input that is none": ("image_classification", "a text", answered()),
    "an unknown option": ("chat_completion", "hi", answered()),
}


@pytest.mark.parametrize("asynchronous", [False, True], ids=["plain sender", "async sender"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_faces_give_equal_results(ending, asynchronous):
    """
    Whatever the sender gives, and whether it blocks or not.
    """
    name, given, send = ENDINGS[ending]
    more = {"tempersture": 1} if "option" in ending else {}

    async def asked(request):
        await asyncio.sleep(0)
        return send(request)

    def client(sender):
        url = "http://127.0.0.1:9"
        return hfpipe.endpoint_client(None, url, model="m", send=sender, retry_on_503=False)

    expected = getattr(hfpipe, name)(client(send), given, **more)
    there = client(asked if asynchronous else send)
    actual = asyncio.run(getattr(hfpipe.aio, name)(there, given, **more))

    assert expected == actual
    assert isinstance(actual, Success) == (ending in list(ENDINGS)[:4])


def test_an_asynchronous_sender_may_be_wrapped_in_a_plain_function():
    """
    What a plain function gives is awaited, where it can be.
    """
    sender = hfpipe.aio.default_send()
    seen = []

    def counted(request):
        seen.append(request.method)
        return sender(request)

    hf = hfpipe.client(provider="sandbox", send=counted)
    actual = asyncio.run(hfpipe.aio.chat_completion(hf, "say hello"))

    assert "hello" == actual.unwrap().text
    assert ["POST"] == seen


def test_an_asynchronous_sender_is_refused_by_the_blocking_face():
    """
    With the way out, and without a complaint about a coroutine that nobody awaited.
    """
    hf = hfpipe.client(provider="sandbox", send=hfpipe.aio.default_send())

    assert "bad_option" == hfpipe.chat_completion(hf, "hi").failure().code


def test_a_file_is_read_off_the_loop(tmp_path):
    """
    The input of a media task may be a file, by a path or in a mapping of arguments.
    """
    path = tmp_path / "cat.png"
    path.write_bytes(PNG)
    send = answered(body=b'[{"label": "cat", "score": 0.9}]')
    hf = hfpipe.endpoint_client(None, "http://127.0.0.1:9", send=send)

    async def asked():
        return [
            await hfpipe.aio.image_classification(hf, path),
            await hfpipe.aio.image_classification(hf, {"inputs": path}),
            await hfpipe.aio.image_classification(hf, inputs=path),
            await hfpipe.aio.image_classification(hf, tmp_path / "none.png"),
        ]

    *labels, missing = asyncio.run(asked())

    assert ["cat"] * 3 == [found.unwrap()[0].label for found in labels]
    assert "bad_input" == missing.failure().code


def test_a_future_result_composes():
    """
    The coroutine of a Result is what returns' FutureResult is made of.
    """
    hf = hfpipe.client(provider="sandbox")

    async def asked():
        future = FutureResult(hfpipe.aio.chat_completion(hf, "say hello"))
        return await future.map(lambda answer: answer.text).map(str.upper)

    assert IOSuccess("HELLO") == asyncio.run(asked())


def test_without_an_asyncio_loop_a_failure_says_what_is_needed():
    """
    As under trio, whose tasks no asyncio loop runs.
    """
    call = hfpipe.aio.chat_completion(hfpipe.client(provider="sandbox"), "hi")

    with pytest.raises(StopIteration) as stopped:
        call.send(None)

    error = stopped.value.value.failure()
    assert isinstance(error, hfpipe.InputError)
    assert "asyncio" in error.message
    assert "trio" in error.hint


def test_the_first_import_of_the_face_loads_what_carries_its_requests():
    """
    Loading aiohttp takes a while, in which a loop that is running would stand still.
    """
    pytest.importorskip("aiohttp")

    assert "hfpipe.io.aiohttp_sender" in sys.modules


def test_a_request_of_ones_own_gives_the_same_on_a_loop():
    """
    JSON and events, with the failures of the blocking face; its sender may be asynchronous.
    """
    seen = []

    async def send(request):
        seen.append((request.method, request.url, request.headers["authorization"]))
        return answered(body=b'{"data": [1]}')(request)

    hf = hfpipe.endpoint_client("hf_abc", "http://127.0.0.1:9/base", send=send)
    value = asyncio.run(hfpipe.aio.request(hf, path="/v1/models", method="GET"))
    refused = asyncio.run(hfpipe.aio.request(hf, path="v1"))

    assert {"data": [1]} == value.unwrap()
    assert [("GET", "http://127.0.0.1:9/base/v1/models", "Bearer hf_abc")] == seen
    assert hfpipe.request(hf, path="v1") == refused


def test_events_of_ones_own_are_awaited():
    """
    Each as decoded JSON; the fault at the end is the last item.
    """
    body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "say hello"}]}

    async def events():
        opened = await hfpipe.aio.request_stream(
            {"provider": "sandbox"}, path="/v1/chat/completions", body=body
        )
        async with opened.unwrap() as stream:
            return [event.unwrap() async for event in stream]

    said = [e["choices"][0]["delta"].get("content") for e in asyncio.run(events()) if e["choices"]]

    assert "hello" == "".join(text or "" for text in said)


HUB = json.dumps(
    {"inferenceProviderMapping": {"groq": {
        "status": "live", "providerId": "llama", "task": "conversational"}}}
).encode()  # fmt: skip


@pytest.mark.parametrize("resolve", [False, True])
def test_an_explanation_awaits_the_look_up_alone(resolve):
    """
    Both faces show the same; the call itself is never sent.
    """
    asked = []

    def plain(request):
        asked.append(request.method)
        return answered(body=HUB)(request)

    async def awaited(request):
        return plain(request)

    def client(send):
        return hfpipe.client("hf_abc", model=f"org/m{resolve}", provider="groq", send=send)

    here = hfpipe.explain(client(plain), "chat-completion", "hi", resolve=resolve).unwrap()
    there = asyncio.run(
        hfpipe.aio.explain(client(awaited), hfpipe.aio.chat_completion, "hi", resolve=resolve)
    ).unwrap()

    assert ["GET", "GET"] * resolve == asked
    assert (here.purpose, here.request) == (there.purpose, there.request)
    assert ("call" if resolve else "look-up") == there.purpose
    assert [one.name for one in here.stages] == [one.name for one in there.stages]


def test_the_providers_of_a_model_are_awaited():
    """
    As the Hub lists them.
    """

    async def send(request):
        return answered(body=HUB)(request)

    listed = asyncio.run(hfpipe.aio.providers_for("org/listed", {"send": send})).unwrap()

    assert [("groq", "llama")] == [(one.provider, one.provider_id) for one in listed]
