"""How long a server asks to be left alone: which of its words counts, and how it is read."""

from __future__ import annotations

import pytest

from hfpipe import HttpResponse
from hfpipe.retry_after import asked_wait

NOW = 784_887_151.0  # Tue, 15 Nov 1994 08:12:31 GMT, the date of RFC 9110
BODY = b'{"estimated_time": 20.5}'

# Each of them in the order in which they count, with the wait that it says.
SAYINGS = [
    ({"retry-after-ms": "250"}, 0.25),
    ({"x-retry-after-ms": "500"}, 0.5),
    ({"retry-after": "7"}, 7.0),
    ({"ratelimit": '"api";r=0;t=55'}, 55.0),
]


@pytest.mark.parametrize("first", range(len(SAYINGS)))
def test_the_most_exact_word_counts(first):
    """
    Milliseconds before seconds, a wait before a quota, a header before the body.
    """
    headers = {name: value for said, _ in SAYINGS[first:] for name, value in said.items()}

    assert SAYINGS[first][1] == asked_wait(HttpResponse(503, headers, BODY, received_at=NOW))
    assert 20.5 == asked_wait(HttpResponse(503, {}, BODY))


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after-ms": "0", "retry-after": "7"}, 0.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "  "}, 20.5),
        ({"ratelimit": '"api";r=0;t=5.5'}, 5.5),
        ({"ratelimit": "r=0; t=7"}, 7.0),
        ({"ratelimit": "t=7;r=0"}, 7.0),
        ({"ratelimit": "r = 0;t=7"}, 7.0),
        ({"ratelimit": '"api";r=0;reset=3;t=7'}, 7.0),
        ({"ratelimit": '"api";r=1;t=55'}, 20.5),
        ({"ratelimit": '"api";r=0'}, 20.5),
        ({"ratelimit": '"api";r=0;left=5'}, 20.5),
    ],
)
def test_what_says_nothing_is_passed_over(headers, wait):
    """
    A quota that is not spent, or that does not say when it is full again; a wait that is none
    where it is milliseconds. One in seconds that cannot be read is no wait at all.
    """
    assert wait == asked_wait(HttpResponse(503, headers, BODY, received_at=NOW))


@pytest.mark.parametrize(
    ("body", "wait"),
    [
        (b'{"estimated_time": 3}', 3.0),
        (b'{"estimated_time": 0}', 0.0),
        (b'{"estimated_time": null}', None),
        (b'{"estimated_time": "3"}', None),
        (b'{"estimated_time": [3]}', None),
        (b'{"error": {"estimated_time": 3}}', None),
        (b'"estimated_time"', None),
        (b'{"estimated_time": 1e999}', None),
    ],
)
def test_a_loading_time_is_a_number_of_the_answers_own(body, wait):
    """
    Not a text, and nowhere else in the body.
    """
    assert wait == asked_wait(HttpResponse(503, {}, body))


def test_no_wait_is_longer_than_ten_years():
    """
    Which is not today.
    """
    assert 10 * 366 * 24 * 3600.0 == asked_wait(HttpResponse(503, {"retry-after": "1e12"}))
