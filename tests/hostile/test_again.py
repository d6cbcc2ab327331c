"""
Servers that ask for patience, and what the user gets: how often is asked again, and when not.
"""

from email.utils import formatdate
from time import monotonic, time

import pytest

import hfpipe

DEFAULT = {"retry_on_503": True}
AGAIN = {"retry": 2}  # two further tries
PAST = formatdate(time() - 9, usegmt=True)
LATER = formatdate(time() + 3600, usegmt=True)


def once(status=503, body=b"", **headers):
    """Refuses once, then answers."""
    return lambda p: p.turns(lambda p: p.answer(status, body, **headers), lambda p: p.answer())


def ever(p):
    p.answer(503, b"", retry_after=0)


TABLE = [
    ("503 once, Retry-After: 0", once(retry_after=0), "Success 'hi'", DEFAULT),
    (
        "503 once, where nobody may ask again",
        once(retry_after=0),
        "ProviderApiError server_error 503 retryable billed=no",
        {},
    ),
    (
        "503 for ever",
        ever,
        "ProviderApiError server_error 503 retryable billed=no attempts=2",
        DEFAULT,
    ),
    (
        "503 for ever, two further tries allowed",
        ever,
        "ProviderApiError server_error 503 retryable billed=no attempts=3",
        AGAIN,
    ),
    (
        "503 once, Retry-After of an hour",
        once(retry_after=3600),
        "ProviderApiError server_error 503 retryable billed=no",
        DEFAULT,
    ),
    ("503 once, Retry-After in milliseconds", once(retry_after_ms=20), "Success 'hi'", DEFAULT),
    ("503 once, Retry-After a past date", once(retry_after=PAST), "Success 'hi'", DEFAULT),
    (
        "503 once, Retry-After a date in an hour",
        once(retry_after=LATER),
        "ProviderApiError server_error 503 retryable billed=no",
        DEFAULT,
    ),
    ("503 once, Retry-After that means nothing", once(retry_after="soon"), "Success 'hi'", DEFAULT),
    ("503 once, Retry-After below zero", once(retry_after=-5), "Success 'hi'", DEFAULT),
    ("503 once, loading for 0.05 s", once(body={"estimated_time": 0.05}), "Success 'hi'", DEFAULT),
    (
        "503 once, loading for an hour",
        once(body={"estimated_time": 3600}),
        "ProviderApiError loading 503 retryable billed=no",
        DEFAULT,
    ),
    (
        "503 once, x-should-retry: false",
        once(retry_after=0, x_should_retry="false"),
        "ProviderApiError server_error 503 retryable billed=no",
        AGAIN,
    ),
    ("400 once, x-should-retry: true", once(400, x_should_retry="true"), "Success 'hi'", AGAIN),
    (
        "429 once, by the default options",
        once(429, retry_after=0),
        "ProviderApiError rate_limited 429 retryable billed=no",
        DEFAULT,
    ),
    ("429 once, where further tries are allowed", once(429, retry_after=0), "Success 'hi'", AGAIN),
    (
        "429 once, ratelimit full again in 0 s",
        once(429, ratelimit='"a";r=0;t=0'),
        "Success 'hi'",
        AGAIN,
    ),
    (
        "400 once, where further tries are allowed",
        once(400),
        "ProviderApiError bad_request 400 billed=no",
        AGAIN,
    ),
    (
        "500 once: it may be billed",
        once(500),
        "ProviderApiError server_error 500 retryable billed=unknown",
        AGAIN,
    ),
    (
        "500 once, where the user allows a second bill",
        once(500, retry_after=0),
        "Success 'hi'",
        {"retry": hfpipe.Retry(maybe_billed=True)},
    ),
    (
        "reads the request and closes: it may be billed",
        lambda p: p.turns(lambda p: p.raw(), lambda p: p.answer()),
        "TransportError reset retryable billed=unknown",
        AGAIN,
    ),
]


@pytest.mark.parametrize(
    ("behaviour", "gets", "options"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_asking_again_heeds_the_server_and_the_bill(serve, client, told, behaviour, gets, options):
    """
    What is asked again, and what is not; nothing is slept for longer than the call may take.
    """
    began = monotonic()
    hf = client(serve(behaviour).url, **options)

    assert gets == told(hfpipe.chat_completion(hf, "hi"))
    assert monotonic() - began < 5.0
