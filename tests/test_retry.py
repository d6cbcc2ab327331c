"""Asking again: what is asked again, after how long, and what is kept of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Failure, Success

import hfpipe
from hfpipe import FileBody, HttpRequest, HttpResponse, Retry, TransportError
from hfpipe.io.budget import BUDGETS, IN_HAND
from hfpipe.io.driver import World, run
from hfpipe.middleware import retry
from hfpipe.pipeline import Need, Stage
from hfpipe.retry_after import asked_wait
from hfpipe.testing import scripted

BUSY = HttpResponse(503, {"retry-after": "1"}, b'{"error": "busy"}')
PATIENT = Retry(hfpipe.constant(1.0).up_to(4))


def walk(*answers, **options):
    """The end of a walk over these answers, and how long was slept each time."""
    sender, slept = scripted(*answers), []
    hf = hfpipe.endpoint_client("hf_x", "https://api.example", model="m", send=sender, **options)
    exchange = hfpipe.new_exchange(hf, hfpipe.chat_completion, "hi")
    world = World(slept.append, lambda: sum(slept), lambda: 1_000.0, lambda: 0.5)
    ended = run(hfpipe.default_pipeline(), exchange, sender, world)
    return ended, slept, len(sender.requests)


def test_a_503_is_asked_once_more_by_default_after_the_wait_that_the_server_asks_for():
    """
    `retry_on_503` is on: one more try, after Retry-After.
    """
    ended, slept, sent = walk(BUSY, "hello")

    assert ("hello", [1.0], 2) == (ended.unwrap().output.text, slept, sent)
    assert 2 == ended.unwrap().meta.attempts


def test_what_was_asked_again_is_told_in_the_meta_and_in_the_error():
    """
    Each failed try leaves a line, with the server's own words, in success and in failure.
    """
    line = "try 1 failed, asked again: the server answered 503: busy"

    assert (line,) == walk(BUSY, "hello")[0].unwrap().meta.warnings
    assert (line,) == walk(BUSY, BUSY)[0].failure().warnings
    assert 2 == walk(BUSY, BUSY)[0].failure().attempts


def test_what_was_to_be_read_before_is_still_there():
    """
    The lines of the tries come behind those that the walk had left already.
    """
    lines = walk(BUSY, "hello", provider="groq")[0].unwrap().meta.warnings

    assert 2 == len(lines)
    assert "'groq' is not used" in lines[0]
    assert "try 1 failed" in lines[1]


@pytest.mark.parametrize(
    ("options", "slept"),
    [
        ({"retry_on_503": False}, []),
        ({"retry": 0}, []),
        ({"retry": PATIENT}, [1.0, 1.0, 1.0]),
        ({"retry": Retry(hfpipe.exponential(2.0).up_to(4), heed_server=False)}, [2.0, 4.0, 8.0]),
        ({"retry": 2}, [1.0, 1.0]),
        ({"retry": evolve(PATIENT, codes=["rate_limited"])}, []),
        ({"retry": evolve(PATIENT, codes=["server_error"])}, [1.0, 1.0, 1.0]),
    ],
)
def test_the_policy_says_how_often_and_how_long(options, slept):
    """
    The schedule's waits, the server's where it is heeded; `retry` takes the place of the default.
    When there are no more, the failure is the server's.
    """
    ended, waits, _ = walk(*[BUSY] * 9, **options)

    assert (slept, 503) == (waits, ended.failure().status)


def test_a_server_that_says_at_once_is_not_hammered():
    """
    The first further try is made at once, the next ones as the schedule says.
    """
    at_once = HttpResponse(503, {"retry-after": "0"})

    assert [1.0, 1.0] == walk(*[at_once] * 9, retry=PATIENT)[1]


def test_jitter_is_a_part_of_the_wait():
    """
    Half of each wait is left to chance, which here says one half.
    """
    retry = Retry(hfpipe.constant(4.0).jittered(0.5).up_to(3), heed_server=False)

    assert [3.0, 3.0] == walk(*[BUSY] * 9, retry=retry)[1]


@pytest.mark.parametrize("wait", ["3600", "119.9", "120", "1e9", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_no_sleep_is_scheduled_past_the_deadline(wait):
    """
    A wait that does not fit what is left is not begun: the answer itself is the failure.
    """
    busy = HttpResponse(503, {"retry-after": wait}, b'{"error": "busy"}')

    ended, slept, sent = walk(busy, busy, "hello", timeout=119.9)

    assert (503, [], 1) == (ended.failure().status, slept, sent)


@given(st.floats(0.1, 50.0), st.floats(0.0, 30.0), st.integers(1, 30))
def test_all_sleeps_together_fit_the_deadline(timeout, wait, tries):
    """
    However long the waits and however many the tries, nothing is slept past the call's time.
    """
    retry = Retry(hfpipe.constant(wait).up_to(tries), heed_server=False, budgeted=False)

    _, slept, _ = walk(*[BUSY] * 40, retry=retry, timeout=timeout)

    assert sum(slept) <= timeout


@pytest.mark.parametrize(
    ("code", "billed", "sent"),
    [
        ("refused", "no", 3),
        ("dns", "no", 3),
        ("reset", "no", 3),
        ("reset", "unknown", 1),
        ("timeout", "unknown", 1),
        ("bad_answer", "no", 1),
        ("forbidden_address", "no", 1),
    ],
)
def test_a_fault_is_asked_again_only_where_nothing_can_have_been_billed(code, billed, sent):
    """
    A request that may have been read is not sent again; one that never left is. When there are
    no more tries, the failure is the last fault, counts them, and tells of those before.
    """
    fault = TransportError("no", code=code, billed=billed)

    ended, _, requests = walk(*[fault] * 9, retry=2)

    assert (sent, code, sent) == (requests, ended.failure().code, ended.failure().attempts)
    tries = [line.partition(":")[0] for line in ended.failure().warnings]
    assert [f"try {n} failed, asked again" for n in range(1, sent)] == tries


def test_the_user_may_allow_a_second_bill():
    """
    `maybe_billed=True` asks again even where the first try may have been charged for.
    """
    fault = TransportError("no", code="reset", billed="unknown")
    retry = evolve(PATIENT, maybe_billed=True)

    assert "hello" == walk(fault, "hello", retry=retry)[0].unwrap().output.text


@pytest.mark.parametrize(
    ("status", "told", "sent"),
    [(503, "false", 1), (429, "FALSE", 1), (400, "true", 2), (503, "perhaps", 2), (500, "true", 1)],
)
def test_the_servers_own_word_goes_before_the_status(status, told, sent):
    """
    `x-should-retry` decides, but never over a request that may have been billed.
    """
    answer = HttpResponse(status, {"x-should-retry": told}, b"")

    assert sent == walk(answer, "hello", retry=PATIENT)[2]


def test_the_servers_own_word_is_not_heeded_where_no_word_of_it_is():
    """
    `heed_server=False` leaves the status alone to say what is asked again.
    """
    answer = HttpResponse(503, {"x-should-retry": "false"}, b"")

    assert 2 == walk(answer, "hello", retry=evolve(PATIENT, heed_server=False))[2]


@pytest.mark.parametrize(
    ("options", "slept"),
    [({}, [0.375]), ({"retry": 8}, [0.375, 0.75, 1.5, 3.0, 6.0, 12.0, 22.5, 22.5])],
)
def test_a_server_that_says_nothing_is_asked_again_sooner_than_later(options, slept):
    """
    After half a second at most, doubled each time, never more than 30; half of it is left to
    chance, which here says one half.
    """
    assert slept == walk(*[HttpResponse(503)] * 9, **options)[1]


def asked_on(need, policy=PATIENT):
    """What the stage that needs this asks for when a policy is around it."""
    return retry(policy)(Stage("ask", lambda _: Success(need)))(None).unwrap()


def test_a_job_that_cannot_wait_is_put_away_and_not_lost():
    """
    Where the time does not suffice, a poll ends in a DeadlineError with the walk to go on with;
    any other request in what the server answered.
    """
    plain = Need(HttpRequest("GET", "https://h.example"), lambda *_: None)
    poll = evolve(plain, progress=hfpipe.Progress(state="queued"))

    again = [asked_on(need).then(None, Success(BUSY)).unwrap() for need in (plain, poll)]

    assert [503, None] == [getattr(need.otherwise, "status", None) for need in again]


def test_each_need_of_a_stage_is_asked_again():
    """
    What an answer leads to is asked for with the same patience, from the first try on.
    """
    request = HttpRequest("GET", "https://h.example")
    first = Need(request, lambda *_: Success(Need(request, lambda *_: None)))

    second = asked_on(first).then(None, Success(HttpResponse())).unwrap()
    again = second.then(None, Success(BUSY)).unwrap()

    assert (1, 2, ()) == (second.then.tries, again.then.tries, second.then.log)


def test_a_piece_of_a_file_is_asked_for_once():
    """
    No server is asked: the need stays as it is.
    """
    need = Need(FileBody(Path("film.mp4"), 0, 4), lambda *_: None)

    assert need is asked_on(need)


def test_a_client_has_ten_further_tries_in_hand():
    """
    A provider that is down for good costs ten further tries, not three for each call.
    """
    sender = scripted(*[BUSY] * 200)
    hf = hfpipe.endpoint_client(None, "https://a.example", send=sender, retry=_HASTY)

    results = [hfpipe.chat_completion(hf, "hi", model="m") for _ in range(40)]

    # ten in hand, and a tenth for each of the forty calls that were no such try
    assert 40 + 10 + 3 <= len(sender.requests) <= 40 + 10 + 4
    assert {503} == {result.failure().status for result in results}
    assert "not asked again" in results[-1].failure().warnings[-1]


_HASTY = Retry(hfpipe.constant(0.0).up_to(3), heed_server=False)


def test_a_budget_that_was_spent_comes_back_with_the_calls():
    """
    Ten calls that go well give one further try back; a full budget is not kept at all.
    """
    sender = scripted(BUSY, *["ok"] * 30)
    hf = hfpipe.endpoint_client(None, "https://b.example", send=sender, retry=_HASTY)

    hfpipe.chat_completion(hf, "hi", model="m")
    spent = BUDGETS.left(hf)
    for _ in range(11):
        hfpipe.chat_completion(hf, "hi", model="m")

    assert (IN_HAND - 1, IN_HAND) == (spent, BUDGETS.left(hf))


def test_a_budget_may_be_done_without():
    """
    `budgeted=False` leaves the schedule alone to say how often.
    """
    sender = scripted(*[BUSY] * 99)
    retry = Retry(hfpipe.constant(0.0).up_to(30), heed_server=False, budgeted=False)
    hf = hfpipe.endpoint_client(None, "https://c.example", send=sender, retry=retry)

    assert 30 == hfpipe.chat_completion(hf, "hi", model="m").failure().attempts


def test_clients_do_not_spend_each_others_tries():
    """
    A budget is a client's own.
    """
    one, two = (
        hfpipe.endpoint_client(None, f"https://{name}.example", retry=_HASTY) for name in ("d", "e")
    )
    sender = scripted(*[BUSY] * 99)
    for _ in range(20):
        hfpipe.chat_completion(one.with_options(send=sender), "hi", model="m")

    assert IN_HAND == BUDGETS.left(two)


TEN_YEARS = 10 * 366 * 86400.0
NOW = 784_887_151.0  # Tue, 15 Nov 1994 08:12:31 GMT, the date of RFC 9110


@pytest.mark.parametrize(
    ("headers", "body", "wait"),
    [
        ({"retry-after": "120"}, b"", 120.0),
        ({"retry-after": " 1.5 "}, b"", 1.5),
        ({"retry-after": "Tue, 15 Nov 1994 08:12:41 GMT"}, b"", 10.0),
        ({"retry-after": "Tuesday, 15-Nov-94 08:12:41 GMT"}, b"", 10.0),
        ({"retry-after": "Tue, 15 Nov 1994 08:12:01 GMT"}, b"", 0.0),
        ({"retry-after": "soon"}, b"", None),
        ({"retry-after": "-1"}, b"", None),
        ({"retry-after": "nan"}, b"", None),
        ({"retry-after": "inf"}, b"", TEN_YEARS),
        ({"retry-after": "9" * 400}, b"", TEN_YEARS),
        ({"retry-after-ms": "250"}, b"", 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, b"", 0.25),
        ({"x-retry-after-ms": "250"}, b"", 0.25),
        ({"ratelimit": '"api";r=0;t=55'}, b"", 55.0),
        ({"ratelimit": '"api";r=3;t=55'}, b"", None),
        ({}, b'{"error": "loading", "estimated_time": 20.5}', 20.5),
        ({}, b'{"error": "loading", "estimated_time": "long"}', None),
        ({}, b'{"error": "loading", "estimated_time": -3}', None),
        ({}, b'["estimated_time"]', None),
        ({}, b'{"estimated_time": ', None),
        ({}, b"", None),
    ],
)
def test_how_long_a_server_asks_to_wait(headers, body, wait):
    """
    In seconds, milliseconds, as a date in any form, as a quota's reset, as a loading time.
    """
    assert wait == asked_wait(HttpResponse(503, headers, body, received_at=NOW))


# what a line can hold; of all of Unicode the strategy alone took seconds to make
LETTERS = st.characters(max_codepoint=0xFF)


@given(st.text(LETTERS), st.binary())
def test_no_header_and_no_body_is_too_odd_to_read(text, body):
    """
    Whatever a server writes there, the wait is a number of seconds that can be slept, or None.
    """
    for name in ("retry-after", "retry-after-ms", "ratelimit"):
        headers = hfpipe.Headers.received([(name, text)])
        wait = asked_wait(HttpResponse(503, headers, body + b'"estimated_time"'))
        assert wait is None or 0 <= wait < 1e9


@given(st.floats(0, 100), st.floats(1, 4), st.floats(0, 60), st.floats(0, 1), st.integers(1, 9))
def test_schedules_narrow(first, factor, cap, jitter, tries):
    """
    No wait is below zero or above the cap, chance included, and the tries are as many as told.
    """
    schedule = hfpipe.exponential(first, factor).capped(cap).jittered(jitter).up_to(tries)
    waits = [schedule.wait(n) for n in range(1, 12)]

    assert tries - 1 == sum(wait is not None for wait in waits)
    assert all(0 <= sum(wait) <= cap * 1.000001 for wait in waits if wait)


def test_a_schedule_is_narrowed_in_any_order():
    """
    Cap, jitter and tries may be given in any order, and a wider one changes nothing.
    """
    one = hfpipe.exponential(1.0).capped(5).jittered().up_to(4)
    two = hfpipe.exponential(1.0).up_to(4).jittered().up_to(9).capped(5).capped(50)

    assert one == two


@pytest.mark.parametrize("bad", [-1, True, 1.5, "3"])
def test_a_number_of_tries_that_is_none_is_told_at_once(bad):
    """
    `retry` is None, a whole number from 0 on, or a Retry.
    """
    with pytest.raises(hfpipe.InputError, match="retry must be"):
        hfpipe.client(retry=bad)


def test_a_stream_is_never_asked_again_after_its_first_byte():
    """
    What has reached the user is not taken back: a cut stream is a failure, whatever the policy.
    """
    sender = scripted(["Ann", TransportError("gone", code="reset")], "again")
    hf = hfpipe.endpoint_client(
        None, "https://f.example", send=sender, retry=Retry(maybe_billed=True)
    )

    items = list(hfpipe.chat_completion_stream(hf, "hi", model="m").unwrap())

    assert [Success, Failure] == [type(item) for item in items]
    assert 1 == len(sender.requests)


def test_the_policy_that_nobody_gave():
    """
    Three tries, half a second and then one apart, half of each left to chance; a number of tries
    changes no more than that.
    """
    assert [(0.25, 0.25), (0.5, 0.5), None] == [Retry().schedule.wait(n) for n in (1, 2, 3)]
    assert hfpipe.exponential(0.5).capped(30).jittered(0.5).up_to(3) == Retry().schedule
    assert (frozenset(), True, False, True) == (
        Retry().codes,
        Retry().heed_server,
        Retry().maybe_billed,
        Retry().budgeted,
    )


def test_codes_in_a_list_are_a_set():
    """
    Of policies that name the same errors one is as good as the other, and clients stay hashable.
    """
    listed, named = Retry(codes=["loading", "timeout"]), Retry(codes={"timeout", "loading"})

    assert listed == named
    assert hash(listed) == hash(named)


@pytest.mark.parametrize("status", [408, 429, 529])
def test_without_a_policy_only_a_503_is_asked_again(status):
    """
    Once, and nothing else, however well it might go.
    """
    assert 1 == walk(HttpResponse(status), "hello")[2]
    assert 2 == walk(HttpResponse(503), "hello")[2]
    assert 2 == walk(HttpResponse(503), HttpResponse(503), "hello")[2]


@pytest.mark.parametrize(
    ("asked", "slept"),
    [("5", [5.0, 5.0, 5.0]), ("0", [1.0, 1.0]), ("0.5", [0.5, 1.0, 1.0])],
)
def test_a_server_that_asks_for_longer_is_heeded_each_time(asked, slept):
    """
    One that says "at once" again and again is not: the schedule's wait is the least.
    """
    busy = HttpResponse(503, {"retry-after": asked})

    assert slept == walk(busy, busy, busy, "hello", retry=PATIENT)[1]


def test_what_the_server_asks_for_is_left_to_no_chance():
    """
    Even where it is no longer than the least that the schedule waits.
    """
    busy = HttpResponse(503, {"retry-after": "0.5"})
    jittery = Retry(hfpipe.constant(1.0).jittered(0.5).up_to(4))

    assert [0.5, 0.5, 0.5] == walk(*[busy] * 9, retry=jittery)[1]


@pytest.mark.parametrize(("fault", "asks"), [("reset", 2), ("bad_answer", 1)])
def test_a_question_may_be_asked_again_whatever_became_of_it(fault, asks):
    """
    A GET bills nobody; what is not worth another try is not asked again all the same.
    """
    hfpipe.clear_mappings()
    listed = {"inferenceProviderMapping": [
        {"provider": "groq", "providerId": "x", "task": "conversational", "status": "live"}
    ]}  # fmt: skip
    sender = scripted(TransportError("gone", code=fault), listed, "hello")
    hf = hfpipe.client("hf_x", provider="groq", model="org/m", send=sender, retry=_HASTY)

    hfpipe.chat_completion(hf, "hi")

    assert asks == sum(request.method == "GET" for request in sender.requests)
