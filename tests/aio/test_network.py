"""Against a real server: what is cancelled, late or broken leaves nothing open."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from time import monotonic

import pytest
from returns.result import Failure, Success

import hfpipe
import hfpipe.aio
from hfpipe.aio import faces
from hfpipe.io import arriving
from hfpipe.io.async_driver import run
from hfpipe.io.async_sending import for_a_loop
from hfpipe.pipeline import Need

# The goal is 50 ms; a test only tells it from the half minute that the server would take.
SOON = 5.0


def test_an_answer(client):
    """
    Comes as through the blocking face.
    """
    hf = client("answer")

    async def asked():
        return await hfpipe.aio.chat_completion(hf, "hi")

    blocking = hfpipe.chat_completion(hf, "hi")

    assert blocking == asyncio.run(asked())
    assert "hello" == blocking.unwrap().text


@pytest.mark.parametrize(
    ("behaviour", "code", "billed"),
    [
        ("refused", "rate_limited", "no"),
        ("moved", "redirected", "no"),
        ("gone", "reset", "unknown"),
        ("nonsense", "bad_answer", "unknown"),
        ("headers", "too_large", "unknown"),
        ("bomb", "too_large", "yes"),
        ("cut", "reset", "unknown"),
    ],
)
def test_a_broken_answer_is_the_same_failure_in_both_faces(server, client, behaviour, code, billed):
    """
    By code, by what may have been billed, and by how often it was sent: once.
    """
    hf = client(behaviour, retry_on_503=False, max_response_bytes=2**20)

    error = asyncio.run(hfpipe.aio.chat_completion(hf, "hi")).failure()
    sent = len(server.requests)
    blocking = hfpipe.chat_completion(hf, "hi").failure()

    assert (code, billed) == (error.code, error.billed)
    assert (blocking.code, blocking.billed) == (error.code, error.billed)
    assert 1 == sent


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1:9/v1", "refused"),
        ("http://no-such-host.invalid/v1", "dns"),
        ("https://{there}/answer", "tls"),
    ],
)
def test_what_never_was_a_connection_cost_nothing(server, options, url, code):
    """
    Nothing was sent, so nothing was billed.
    """
    where = url.format(there=f"127.0.0.1:{server.port}")
    hf = hfpipe.endpoint_client(None, where, retry_on_503=False, **options)

    error = asyncio.run(hfpipe.aio.chat_completion(hf, "hi")).failure()

    assert (code, "no") == (error.code, error.billed)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0x7f000001",
        "[::1]",
        "[::ffff:7f00:1]",
        "127.1",
        "2130706433",
    ],
)
def test_no_server_sends_a_client_inwards(server, host):
    """
    An address of a server's choice is looked at after its name has been looked up.
    """
    request = hfpipe.HttpRequest("GET", f"http://{host}:{server.port}/answer", public_only=True)

    async def sent():
        return await hfpipe.aio.default_send()(request)

    here, there = hfpipe.default_send()(request).failure(), asyncio.run(sent()).failure()

    assert ("forbidden_address", "no") == (here.code, here.billed)
    assert ("forbidden_address", "no") == (there.code, there.billed)
    assert 0 == server.open == len(server.requests)


@pytest.mark.parametrize(
    "url",
    ["ftp://h.example/a", "nonsense", "http://", "http:///x", "http://[::1", "http://h:0x50/", ""],
)
def test_an_address_that_is_none_is_not_tried_again(url):
    """
    Nothing was sent, and nothing would be at another time.
    """
    request = hfpipe.HttpRequest("GET", url, timeout=5.0)

    async def sent():
        return await hfpipe.aio.default_send()(request)

    here, there = hfpipe.default_send()(request).failure(), asyncio.run(sent()).failure()

    expected = ("bad_input", "no", False)
    assert expected == (here.code, here.billed, here.retryable)
    assert expected == (there.code, there.billed, there.retryable)


@pytest.mark.parametrize("behaviour", ["nonsense", "gone", "headers", "cut"])
def test_a_failure_tells_neither_the_address_nor_all_that_came(server, behaviour):
    """
    Signed addresses are secrets, and a server may have sent a megabyte of nonsense.
    """
    request = hfpipe.HttpRequest("GET", f"{server.url}/{behaviour}?sig=s1gn4tur3")

    async def sent():
        answer = await hfpipe.aio.default_send()(request)
        return await arriving.read(answer.unwrap(), 99) if isinstance(answer, Success) else answer

    error = asyncio.run(sent()).failure()

    assert "s1gn4tur3" not in f"{error!r} {error.cause}"
    assert 0 < len(error.cause) < 400


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks5://127.0.0.1:9"])
def test_a_proxy_that_is_none(monkeypatch, options, proxy):
    """
    Is named as what is wrong.
    """
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    # the environment is read once for each set of options and origin
    sends = hfpipe.default_send if options else hfpipe.aio.default_send
    send = sends({"connect_timeout": 5.0 + len(proxy)})
    hf = hfpipe.endpoint_client(None, "https://h.example/v1", retry_on_503=False, send=send)

    error = asyncio.run(hfpipe.aio.chat_completion(hf, "hi")).failure()

    assert ("proxy", "no") == (error.code, error.billed)


def test_the_proxy_is_asked(server, options):
    """
    An address without TLS goes to the proxy as a whole.
    """
    sends = hfpipe.default_send if options else hfpipe.aio.default_send
    hf = hfpipe.endpoint_client(
        None, f"http://127.0.0.1:9{'/answer'}", send=sends({"proxy": server.url})
    )

    async def asked():
        return await hfpipe.aio.chat_completion(hf, "hi")

    error = asyncio.run(asked())

    assert isinstance(error, Failure)
    assert "http://127.0.0.1:9/answer/v1/chat/completions" == server.requests[0][1]


def test_a_token_is_in_no_exception(server, options):
    """
    The exceptions of the libraries hold the request's headers; nothing of them is kept.
    """
    hf = hfpipe.endpoint_client(
        "hf_canary", f"{server.url}/nonsense", retry_on_503=False, **options
    )

    error = asyncio.run(hfpipe.aio.chat_completion(hf, "hi")).failure()

    assert b"hf_canary" in repr(server.requests).encode()
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "hf_canary" not in repr(vars(error)) + str(error)


def test_a_token_is_in_no_exception_of_a_stream(server, options):
    """
    Nor in what is raised of chunks.
    """
    request = hfpipe.HttpRequest(
        "POST", f"{server.url}/broken", {"authorization": "Bearer hf_canary"}, b"{}", stream=True
    )

    async def asked():
        response = (await hfpipe.aio.default_send()(request)).unwrap()
        with pytest.raises(hfpipe.TransportError) as raised:
            async for _ in response.chunks:
                pass
        return raised.value

    error = asyncio.run(asked())

    assert "reset" == error.code
    assert error.__cause__ is None
    assert error.__context__ is None


def test_the_deadline_is_kept(server, client):
    """
    The failure says how long it waited, and the connection is gone.
    """
    hf = client("late", timeout=0.3)
    began = monotonic()

    error = asyncio.run(hfpipe.aio.chat_completion(hf, "hi")).failure()

    assert isinstance(error, hfpipe.DeadlineError)
    assert 0.3 <= error.waited < 0.3 + 1.5
    assert monotonic() - began < SOON
    assert server.emptied(SOON) is not None


def test_the_sender_in_use_keeps_the_time_of_a_request_by_itself():
    """
    The driver sets no second timer beside its: the sandbox's, too, ends when the time is up.
    """
    hf = hfpipe.client(provider="sandbox", timeout=0.2)
    began = monotonic()

    error = asyncio.run(hfpipe.aio.chat_completion(hf, "wait 30 s, then say done")).failure()

    assert isinstance(error, hfpipe.DeadlineError)
    assert monotonic() - began < SOON


def test_the_deadline_is_kept_for_a_sender_that_does_not(server):
    """
    One that never comes back is left behind, a plain one as well as an asynchronous one.
    """
    freed = threading.Event()

    async def never(request):
        await asyncio.sleep(60)

    def blocking(request):
        freed.wait(60)
        return Failure(hfpipe.TransportError("too late"))

    for sender in (never, blocking):
        hf = hfpipe.endpoint_client(None, "http://127.0.0.1:9", send=sender, timeout=0.2)
        error = asyncio.run(hfpipe.aio.chat_completion(hf, "hi")).failure()
        assert isinstance(error, hfpipe.DeadlineError)
    freed.set()


@pytest.mark.parametrize("together", [1, 4])
def test_the_call_after_a_stream_is_not_lost(server, together):
    """
    Some servers end a connection after a stream although they said that they would keep it.
    """
    url = f"{server.url}/short"
    hf = hfpipe.endpoint_client(None, url, model="m", retry_on_503=False)

    async def both():
        opened = await hfpipe.aio.chat_completion_stream(hf, "hi")
        said = await opened.unwrap().response()
        return said, await hfpipe.aio.chat_completion(hf, "hi")

    async def several():
        return [
            answers
            for _ in range(5)
            for answers in await asyncio.gather(*(both() for _ in range(together)))
        ]

    for said, after in asyncio.run(several()):
        assert "a" == said.unwrap().text
        assert "hello" == after.unwrap().text


def test_a_server_that_keeps_its_connections_is_believed(server, client):
    """
    A stream's connection is used again.
    """
    hf = hfpipe.endpoint_client(None, f"{server.url}/stream", model="m")

    async def streams():
        for _ in range(3):
            opened = await hfpipe.aio.chat_completion_stream(hf, "hi")
            assert "abcde" == (await opened.unwrap().response()).unwrap().text

    asyncio.run(streams())

    assert 1 == server.opened


@pytest.mark.parametrize("behaviour", ["late", "hang"])
def test_cancelling_closes_the_connection(server, client, behaviour):
    """
    Whether the answer has begun or not; the task is cancelled, and the other one lives.
    """
    hf, other = client(behaviour), client("answer")

    async def asked():
        if behaviour == "late":
            call = asyncio.ensure_future(hfpipe.aio.chat_completion(hf, "hi"))
        else:
            stream = (await hfpipe.aio.chat_completion_stream(hf, "hi")).unwrap()
            assert "a" == (await anext(stream)).unwrap().text
            call = asyncio.ensure_future(anext(stream))
        await asyncio.to_thread(server.reached.wait, SOON)
        await asyncio.sleep(0.05)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        emptied = await asyncio.to_thread(server.emptied, SOON)
        return emptied, await hfpipe.aio.chat_completion(other, "hi")

    emptied, after = asyncio.run(asked())

    assert emptied is not None
    assert isinstance(after, Success)


def test_cancelling_closes_a_kept_connection(server, client):
    """
    A call on a connection that has served others ends as one on its own.
    """
    hf, before = client("late"), client("answer")

    async def asked():
        assert isinstance(await hfpipe.aio.chat_completion(before, "hi"), Success)
        server.reached.clear()
        call = asyncio.ensure_future(hfpipe.aio.chat_completion(hf, "hi"))
        await asyncio.to_thread(server.reached.wait, SOON)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        return server.opened, await asyncio.to_thread(server.emptied, SOON)

    opened, emptied = asyncio.run(asked())

    assert 1 == opened
    assert emptied is not None


async def left(stream):
    async with stream:
        await anext(stream)


async def closed(stream):
    await anext(stream)
    await stream.close()


async def raised(stream):
    with pytest.raises(ZeroDivisionError):
        async with stream:
            1 / 0  # noqa: B018 - the user's own mistake


async def forgotten(stream):
    await anext(stream)


@pytest.mark.parametrize("ending", [left, closed, raised, forgotten])
def test_a_stream_that_is_given_up_closes_its_connection(server, client, ending):
    """
    By leaving its block, by closing it, by an exception, and by forgetting it.
    """
    hf = client("hang")

    async def asked():
        await ending((await hfpipe.aio.chat_completion_stream(hf, "hi")).unwrap())
        gc.collect()
        return await asyncio.to_thread(server.emptied, SOON)

    assert asyncio.run(asked()) is not None


def test_an_answer_that_is_forgotten_closes_its_connection(server, options):
    """
    Of one's own use of the sender, too: nobody but its chunks knows of it.
    """
    request = hfpipe.HttpRequest("POST", f"{server.url}/hang", {}, b"{}", stream=True)
    send = options.get("send") or hfpipe.aio.default_send()

    async def asked():
        response = (await for_a_loop(send)(request)).unwrap()
        del response
        gc.collect()
        return await asyncio.to_thread(server.emptied, SOON)

    assert asyncio.run(asked()) is not None


def test_a_stream_that_is_forgotten_after_its_loop_has_ended_says_nothing(server, client):
    """
    Its connection went with the loop.
    """
    hf = client("hang")

    async def asked():
        return (await hfpipe.aio.chat_completion_stream(hf, "hi")).unwrap()

    stream = asyncio.run(asked())
    del stream
    gc.collect()

    assert server.emptied(SOON) is not None


def test_a_whole_stream_keeps_its_connection(server, client):
    """
    The next call goes over it.
    """
    hf, other = client("stream"), client("answer")

    async def asked():
        stream = (await hfpipe.aio.chat_completion_stream(hf, "hi")).unwrap()
        texts = [chunk.unwrap().text async for chunk in stream]
        await hfpipe.aio.chat_completion(other, "hi")
        return texts, await stream.response(), server.open

    texts, response, connections = asyncio.run(asked())

    assert "abcde" == "".join(texts)
    assert "abcde" == response.unwrap().text
    assert 1 == connections


@pytest.mark.parametrize(
    ("behaviour", "limits", "code"),
    [
        ("broken", {}, "reset"),
        ("hang", {"idle_timeout": 0.2}, "idle"),
        ("hang", {"timeout": 0.6}, "deadline"),
    ],
)
def test_a_fault_in_mid_stream_is_its_last_item(server, client, behaviour, limits, code):
    """
    A Failure with what had come until then; the connection is gone.
    """
    hf = client(behaviour, **limits)

    async def asked():
        stream = (await hfpipe.aio.chat_completion_stream(hf, "hi")).unwrap()
        return [item async for item in stream]

    first, last = asyncio.run(asked())

    assert "a" == first.unwrap().text
    assert code == last.failure().code
    assert "a" == last.failure().partial.text
    assert server.emptied(SOON) is not None


def test_a_streaming_call_without_a_stream_is_a_failure(client):
    """
    An answer in one piece is no stream.
    """
    failure = asyncio.run(hfpipe.aio.chat_completion_stream(client("answer"), "hi")).failure()

    assert isinstance(failure, hfpipe.ProviderOutputError)


def test_a_large_upload_goes_in_slices(server, client, tmp_path):
    """
    From memory and from disk alike, byte for byte.
    """
    content = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2**13
    path = tmp_path / "cat.png"
    path.write_bytes(content)
    hf = client("refused", retry_on_503=False)

    async def asked():
        await hfpipe.aio.image_classification(hf, content)
        await hfpipe.aio.image_classification(hf, path)

    asyncio.run(asked())

    assert [content, content] == [body for *_, body in server.requests]


def test_a_large_answer_goes_to_disk(server, client, tmp_path):
    """
    It appears there whole, with nothing beside it; half of one does not appear.
    """
    path = tmp_path / "cat.png"
    half = tmp_path / "half.png"

    def fetched(behaviour, to):
        request = hfpipe.HttpRequest("GET", f"{server.url}/{behaviour}")
        then = Kept()
        get = hfpipe.Stage("get", lambda _: Success(Need(request, then, save=to)))
        pipeline = hfpipe.Pipeline((get,))
        exchange = hfpipe.new_exchange(client("picture"), "text_to_image", "a cat")
        sender = faces.sender(exchange)
        return asyncio.run(run(pipeline, exchange, sender)).map(lambda found: found.response.file)

    file = fetched("picture", path).unwrap()
    broken = fetched("cut", half).failure()

    assert 3 * 2**20 + 8 == path.stat().st_size == len(file)
    assert "reset" == broken.code
    assert [path] == list(tmp_path.iterdir())


class Kept:
    """Keeps the answer in the exchange."""

    def __call__(self, exchange, answer):
        return answer.map(lambda response: hfpipe.evolve(exchange, response=response))


def test_a_slow_hub_is_asked_once_and_blocks_nobody(server, options):
    """
    Tasks and threads share the look-up, and the loop goes on meanwhile.
    """
    hf = hfpipe.client(
        "hf_abc", hub_url=server.url, router_url=server.url, auto_router=False, **options
    )
    lags = []

    async def lag():
        while True:
            began = monotonic()
            await asyncio.sleep(0.005)
            lags.append(monotonic() - began - 0.005)

    async def asked():
        watching = asyncio.ensure_future(lag())
        async with asyncio.timeout(20):
            results = await asyncio.gather(
                *(hfpipe.aio.chat_completion(hf, "hi", model="org/model") for _ in range(10)),
                *(
                    asyncio.to_thread(hfpipe.chat_completion, hf, "hi", model="org/model")
                    for _ in range(3)
                ),
            )
        watching.cancel()
        return results

    results = asyncio.run(asked())

    assert ["hello"] * 13 == [result.unwrap().text for result in results]
    assert 1 == sum(path.startswith("/api/models/") for _, path, *_ in server.requests)
    assert max(lags) < 0.2


def test_who_waits_for_a_look_up_that_is_cancelled_asks_again(server, options):
    """
    The leader's end is not everybody's.
    """
    hf = hfpipe.client(
        "hf_abc", hub_url=server.url, router_url=server.url, auto_router=False, **options
    )

    async def asked():
        leader = asyncio.ensure_future(hfpipe.aio.chat_completion(hf, "hi", model="org/other"))
        await asyncio.to_thread(server.reached.wait, SOON)
        follower = asyncio.ensure_future(hfpipe.aio.chat_completion(hf, "hi", model="org/other"))
        await asyncio.sleep(0.05)
        leader.cancel()
        return await follower

    assert isinstance(asyncio.run(asked()), Success)


def test_closing_a_client_closes_its_connections(server, client):
    """
    And it may be used again.
    """
    hf = client("answer")

    async def asked():
        await hfpipe.aio.chat_completion(hf, "hi")
        await hfpipe.aio.close(hf)
        emptied = await asyncio.to_thread(server.emptied, SOON)
        return emptied, await hfpipe.aio.chat_completion(hf, "hi")

    emptied, again = asyncio.run(asked())

    assert emptied is not None
    assert isinstance(again, Success)


def test_one_client_serves_many_loops(server, client):
    """
    One after the other, and at the same time in threads.
    """
    hf = client("answer")

    def asked():
        return asyncio.run(hfpipe.aio.chat_completion(hf, "hi"))

    async def many():
        return await asyncio.gather(*(asyncio.to_thread(asked) for _ in range(4)))

    assert ["hello"] * 5 == [result.unwrap().text for result in [asked(), *asyncio.run(many())]]


UNCLOSED = """
import asyncio, sys, hfpipe, hfpipe.aio
hf = hfpipe.endpoint_client(None, sys.argv[1])
loop = asyncio.new_event_loop()
print(loop.run_until_complete(hfpipe.aio.chat_completion(hf, "hi")).unwrap().text)
"""


@pytest.mark.parametrize("end", ["", "loop.close()", "loop = asyncio.run(asyncio.sleep(0))"])
def test_what_was_never_closed_prints_nothing_at_exit(server, end):
    """
    Whether its loop was closed, left or replaced; not even where all warnings are shown.
    """
    code = [sys.executable, "-W", "always", "-c", UNCLOSED + end, f"{server.url}/answer"]

    done = subprocess.run(code, capture_output=True, text=True, check=True, timeout=60)

    assert ("hello\n", "") == (done.stdout, done.stderr)
