"""
No secret is ever to be seen: canaries are planted wherever one may be, and looked for everywhere.

A canary is looked for as it is, url-encoded, and in base64 at each of its three places.
"""

from __future__ import annotations

import copy
import io
import logging
import pickle
import pprint
import traceback
from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest
import structlog
from returns.result import Success
from rich.console import Console
from rich.pretty import pretty_repr
from rich.traceback import Traceback

import hfpipe
from hfpipe import HttpResponse, TransportError
from hfpipe.codec.json import encoded
from hfpipe.testing import scripted

TOKEN = "hf_Canary+Token/One=1"
KEY = "sk-Canary+Key/Two=2"
HEADER = "Canary+Header/Three=3"
QUERY = "CanaryQueryFour4"
USER = "CanaryUserFive5"
PASSWORD = "CanaryPasswordSix6"
PROXY = "CanaryProxySeven7"
CANARIES = (TOKEN, KEY, HEADER, QUERY, USER, PASSWORD, PROXY)

OK = {"choices": [{"message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}]}


def spellings(canary):
    raw = canary.encode()
    yield canary
    yield quote(canary, safe="")
    yield quote_plus(canary)
    for lead in range(3):
        # the characters of which no neighbour has a part
        yield b64encode(b"\0" * lead + raw + b"\0\0")[4 if lead else 0 : -8].decode()


def found(text):
    return [word for canary in CANARIES for word in spellings(canary) if word in text]


def shown(value):
    """Everything that can be made to be seen of a value."""
    yield repr(value)
    yield str(value)
    yield f"{value}"
    yield pprint.pformat(value)
    yield pretty_repr(value)
    yield repr(copy.copy(value))
    yield pretty_repr(copy.deepcopy(value))
    data = pickle.dumps(value)
    yield data.decode("latin-1")
    yield pretty_repr(pickle.loads(data))
    for name in ("message", "hint", "cause", "warnings", "request", "response", "exchange"):
        yield pretty_repr(getattr(value, name, None))
    for name in ("request", "response"):
        part = getattr(value, name, None)
        yield str(getattr(part, "body", b""))
        yield str(dict(getattr(part, "headers", {})))
        yield str(getattr(part, "url", ""))
    if isinstance(value, BaseException):
        yield from raised(value)


def raised(error):
    """How an error looks when it has been raised, with the locals of every frame."""
    try:
        raise error
    except BaseException as caught:  # noqa: BLE001 - whatever was raised
        yield from traced(caught)


def traced(error):
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    yield "".join(told.format())
    console = Console(file=io.StringIO(), width=400, color_system=None)
    console.print(
        Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=True, locals_max_string=None
        )
    )
    yield console.file.getvalue()


def hf(*answers, **options):
    """A client with canaries in its token, its headers, its address and its proxy."""
    given = {
        "extra_headers": {"x-gateway-key": HEADER},
        "http_options": {"proxy": f"http://ann:{PROXY}@proxy.example:3128"},
        "send": scripted(*answers) if answers else None,
        "model": "org/model",
        "timeout": 5.0,
    }
    return hfpipe.endpoint_client(TOKEN, URL, **{**given, **options})


URL = f"https://{USER}:{PASSWORD}@llm.example/v1?api_key={QUERY}"

# What servers were seen to do with keys: repeat them.
PARROT = {"error": f"bad token {TOKEN} of {HEADER}, {quote(TOKEN)}, {QUERY} {PASSWORD}"}


def parrot(status, token="", **headers):
    said = {"x-error-message": f"Bearer {token or TOKEN}", "x-request-id": token or TOKEN}
    words = {"error": f"bad token {token}"} if token else PARROT
    return HttpResponse(status, {**said, **headers}, encoded(words))


def crash(_):
    raise ValueError(f"could not send with Bearer {TOKEN} through {PROXY}")


CALLS = {
    "success": lambda: hfpipe.chat_completion(hf(OK), "hi"),
    "an unknown option": lambda: hfpipe.chat_completion(hf(OK), "hi", tokn=1),
    "a bad header": lambda: hfpipe.chat_completion(hf(OK), "hi", extra_headers={"x y": KEY}),
    "a header that is no text": lambda: hfpipe.chat_completion(
        hf(OK), "hi", extra_headers={"x-key": KEY.encode()}
    ),
    "a token that is no text": lambda: hfpipe.chat_completion(hf(OK), "hi", token=[KEY]),
    "a token with a line break": lambda: hfpipe.chat_completion(hf(OK), "hi", token=f"{KEY}\nx"),
    "an address that is none": lambda: hfpipe.chat_completion(
        hf(OK), "hi", endpoint_url=f"ftp://{USER}:{PASSWORD}@h/?k={QUERY}"
    ),
    "no token where one is needed": lambda: hfpipe.text_to_image(
        hf(OK, endpoint_url=None), "hi", provider="nobody"
    ),
    **{
        f"a parrot's {status}": lambda status=status: hfpipe.chat_completion(
            hf(parrot(status), retry_on_503=False), "hi"
        )
        for status in (301, 400, 401, 402, 403, 404, 413, 429, 500, 503)
    },
    "a parrot's answer": lambda: hfpipe.chat_completion(hf(parrot(200)), "hi"),
    "a parrot's page": lambda: hfpipe.chat_completion(
        hf(HttpResponse(500, {"content-type": "text/html"}, f"<title>{TOKEN}</title>".encode())),
        "hi",
    ),
    "a parrot's picture": lambda: hfpipe.chat_completion(
        hf(HttpResponse(200, {"content-type": "text/plain"}, KEY.encode())), "hi", token=KEY
    ),
    "a redirect with the key in its place": lambda: hfpipe.chat_completion(
        hf(HttpResponse(302, {"location": f"https://h.example/?token={TOKEN}"})), "hi"
    ),
    "a fault that tells the key": lambda: hfpipe.chat_completion(
        hf(TransportError(f"no {TOKEN}", code="reset", cause=f"{URL} {TOKEN}")), "hi"
    ),
    "a sender that raises": lambda: hfpipe.chat_completion(hf(send=crash), "hi"),
    "tries again": lambda: hfpipe.chat_completion(
        hf(parrot(503, **{"retry-after": "0"}), parrot(503, **{"retry-after": "0"})), "hi"
    ),
    "time up": lambda: hfpipe.chat_completion(
        hf(TransportError("late", code="timeout", timeout=True)), "hi", timeout=1e-9
    ),
    "a stage that crashes": lambda: hfpipe.chat_completion(
        hf(OK, pipeline=hfpipe.default_pipeline().after("headers", hfpipe.Stage("x", told))), "hi"
    ),
    "a stage that gives nonsense": lambda: hfpipe.chat_completion(
        hf(OK, pipeline=hfpipe.default_pipeline().after("headers", hfpipe.Stage("x", str))), "hi"
    ),
    "without redact": lambda: hfpipe.chat_completion(
        hf(parrot(400), pipeline=hfpipe.default_pipeline().without("redact")), "hi"
    ),
    "a provider's key": lambda: hfpipe.chat_completion(
        hfpipe.client(KEY, send=scripted(parrot(401, KEY)), provider="groq"), "hi", model="m"
    ),
    "a provider's key with auto": lambda: hfpipe.chat_completion(
        hfpipe.client(KEY, send=scripted(OK)), "hi", model="m"
    ),
    "the Hub as a parrot": lambda: hfpipe.text_to_image(
        hfpipe.client(TOKEN, send=scripted(parrot(403, TOKEN)), provider="together"),
        "hi",
        model="o/m",
    ),
    "a stream that breaks": lambda: streamed([{"choices": []}, TransportError(TOKEN)]),
    "a stream that tells the key": lambda: streamed([PARROT]),
    "a stream with the key in broken JSON": lambda: streamed([f"data: {{{TOKEN}\n\n".encode()]),
    "a key for another call": lambda: hfpipe.chat_completion(
        hf(parrot(401)), "hi", token=KEY, extra_headers={"authorization": f"Bearer {HEADER}"}
    ),
}


def told(exchange):
    raise RuntimeError(f"{exchange.headers.reveal()} {exchange.url}")


def streamed(events):
    stream = hfpipe.chat_completion_stream(hf(events), "hi").unwrap()
    return list(stream)[-1]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_no_result_of_a_call_shows_a_secret(call):
    """
    Success and every kind of failure: printed, pickled, copied, raised, with or without locals.
    """
    result = call()
    value = result.unwrap() if isinstance(result, Success) else result.failure()

    for text in shown(value):
        assert [] == found(text)


def test_a_canary_is_found_where_one_is():
    """
    The search of these tests finds a canary in each of its spellings.
    """
    for canary in CANARIES:
        for lead in ("", "a", "ab"):
            assert found(b64encode(f"{lead}{canary}zz".encode()).decode())
        assert found(f"x{canary}y")
        assert found(quote(canary, safe=""))


def test_no_client_and_no_exchange_shows_a_secret():
    """
    Neither the client, nor its options, nor the record of a walk at any of its stages.
    """
    client = hf(OK)
    begun = hfpipe.new_exchange(client, hfpipe.chat_completion, "hi", token=KEY)
    waiting = hfpipe.start(hfpipe.default_pipeline(), begun).unwrap()

    for value in (client, client.options, begun, waiting, waiting.exchange, waiting.need):
        for text in (repr(value), str(value), pprint.pformat(value), pretty_repr(value)):
            assert [] == found(text)
    for value in (waiting.need.request, waiting.exchange.headers, client.options):
        assert [] == found(pickle.dumps(value).decode("latin-1"))


def test_a_client_pickles_without_its_secrets():
    """
    What arrives of a client in another process has no literal token, and says so at its first call.
    """
    client = hf(send=None)
    data = pickle.dumps(client)

    error = hfpipe.chat_completion(pickle.loads(data), "hi").failure()

    assert [] == found(data.decode("latin-1"))
    assert "missing_token" == error.code


@pytest.mark.parametrize("where", ["client", "call", "mapping"])
def test_a_model_that_is_an_address_is_veiled_as_an_endpoint_is(where):
    """
    Its password is in no repr, pickle or error, wherever the model was named.
    """
    model = "https://ann:canary-pw@llm.example/v1?key=canary-key"
    send = scripted("hello", HttpResponse(500, {}, b"no"))
    client = hfpipe.client("hf_x", send=send, **({"model": model} if where == "client" else {}))
    args = {"messages": "hi", **({} if where == "client" else {"model": model})}
    ask = (lambda: (args, {})) if where == "mapping" else (lambda: (None, args))
    first, named = ask()

    walked = hfpipe.exchange(client, "chat_completion", first, **named).unwrap()
    error = hfpipe.chat_completion(client, first, retry_on_503=False, **named).failure()
    early = hfpipe.chat_completion(client, first, timeout=-1, **named).failure()

    assert "https://ann:canary-pw@llm.example/v1/chat/completions?key=canary-key" in [
        request.url for request in send.requests
    ]
    plain = hfpipe.evolve(walked, client=client.with_options(send=None))
    kept = [repr(x) for x in (client, walked, walked.options, walked.args, error, early)]
    kept += [str(error), error.model, early.model, repr(pickle.dumps(plain))]
    kept += [repr(pickle.dumps(error)), repr(pickle.dumps(client.with_options(send=None)))]
    assert [] == [text for text in kept if "canary" in text]


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit, MemoryError])
def test_an_interrupt_carries_no_secret_in_its_frames(interrupt):
    """
    An interrupt passes through, and a traceback with the locals of every frame shows no secret.
    """

    def send(request):
        raise interrupt

    client = hf(send=send)
    del send
    try:
        hfpipe.chat_completion(client, "hi", token=KEY)
    except BaseException as error:  # noqa: BLE001 - an interrupt is one
        for text in traced(error):
            assert [] == found(text)
    else:
        assert interrupt is MemoryError


def test_no_log_holds_a_secret(caplog):
    """
    Neither the standard library's logs at DEBUG, urllib3's among them, nor structlog's events.
    """
    try:
        with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as events:
            structlog.configure(structlog.get_config()["processors"])
            for call in CALLS.values():
                call()
    finally:
        structlog.reset_defaults()  # at last: the end of `capture_logs` configures, too

    assert [] == found(caplog.text + "".join(map(repr, caplog.records)))
    assert [] == found(repr(events))
    assert not structlog.is_configured()


def test_what_explains_a_call_shows_no_secret():
    """
    The explanation of a call: as it prints, as curl, as HTTP, its request and each of its changes.
    """
    told = hfpipe.explain(hf(OK), hfpipe.chat_completion, "hi", token=KEY).unwrap()

    for text in (told.as_curl(), told.as_http(), *shown(told)):
        assert [] == found(text)


def test_the_record_of_a_whole_walk_shows_no_secret():
    """
    `hfpipe.exchange`, its trace and its meta, and the JSON of what was answered.
    """
    done = hfpipe.exchange(hf(OK), hfpipe.chat_completion, "hi", token=KEY).unwrap()

    for value in (done, done.meta, done.trace, done.request, done.response, done.options):
        for text in (repr(value), str(value), pprint.pformat(value), pretty_repr(value)):
            assert [] == found(text)
    assert [] == found(repr(hfpipe.to_dict(done.output)))
    assert [] == found(pickle.dumps(done).decode("latin-1"))


def test_a_job_that_is_put_away_holds_no_secret():
    """
    The bytes of a walk that waits, by which another process finishes it.
    """
    place = "https://queue.fal.run/fal-ai/x/requests/r"
    ticket = {"request_id": "r", "status_url": f"{place}/status", "response_url": place}
    client = hfpipe.client(
        TOKEN,
        send=scripted(ticket),
        provider="fal-ai",
        extra_headers={"x-gateway-key": HEADER},
        mappings={"m": [hfpipe.ProviderMapping("fal-ai", "fal-ai/x", "text-to-video")]},
    )

    waiting = hfpipe.submit(client, hfpipe.text_to_video, "a cat", model="m").unwrap()

    for text in (waiting.to_bytes().decode("latin-1"), repr(waiting), pretty_repr(waiting)):
        assert [] == found(text)
