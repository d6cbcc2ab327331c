"""The errors as records: what each one says of itself, and that it is a value."""

from __future__ import annotations

import copy
import pickle

import pytest

import hfpipe
from hfpipe.hints import CODES, hint
from hfpipe.testing import scripted

KINDS = (
    hfpipe.InputError,
    hfpipe.RoutingError,
    hfpipe.HubApiError,
    hfpipe.ProviderApiError,
    hfpipe.ProviderOutputError,
    hfpipe.TransportError,
    hfpipe.StreamError,
    hfpipe.DeadlineError,
    hfpipe.StageError,
)


def refused(status: int) -> hfpipe.HfpipeError:
    """The failure of a call that was answered so, as a user has it."""
    sender = scripted(hfpipe.HttpResponse(status, {"x-request-id": "r1", "x-key": "k"}, b"no"))
    hf = hfpipe.endpoint_client(
        "hf_canary", "https://llm.example/v1", send=sender, retry_on_503=False
    )
    return hfpipe.chat_completion(hf, "hi", model="m").failure()


@pytest.mark.parametrize("made", KINDS)
def test_errors_compare_by_value(made):
    """
    Two errors of the same facts are equal and hash alike; other facts make another error.
    """
    error = made("gone", warnings=("w",), status=500)

    assert made("gone", warnings=("w",), status=500) == error
    assert hash(made("gone", warnings=("w",), status=500)) == hash(error)
    assert made("come", warnings=("w",), status=500) != error


def test_errors_of_two_kinds_or_other_facts_of_their_own_are_not_equal():
    """
    The kind is a fact, and so is each field that only one kind has.
    """
    same = {"code": "server_error", "billed": "unknown"}

    assert hfpipe.ProviderApiError("gone", **same) != hfpipe.StageError("gone", **same)
    assert hfpipe.StageError("gone", **same) != "gone"
    assert hfpipe.ProviderOutputError("x", path="$.a") != hfpipe.ProviderOutputError("x", path="$")
    assert hfpipe.StreamError("x", chunks=1) != hfpipe.StreamError("x", chunks=2)


@pytest.mark.parametrize("travelled", [lambda e: pickle.loads(pickle.dumps(e)), copy.deepcopy])
@pytest.mark.parametrize("status", [400, 401, 503])
def test_the_error_of_a_call_arrives_as_it_left(status, travelled):
    """
    An error with its redacted request and response equals its own pickle and its own copy.
    """
    error = refused(status)

    assert error == travelled(error)
    assert hash(error) == hash(travelled(error))


def test_the_pickle_of_an_error_holds_no_token():
    """
    What the call was authorized with is in no byte of it.
    """
    assert b"hf_canary" not in pickle.dumps(refused(401))


def test_an_error_before_the_options_are_merged_knows_whose_call_it_was():
    """
    A slip in a name is found first of all; provider and model are the client's.
    """
    hf = hfpipe.client("hf_x", provider="groq", model="org/m")
    error = hfpipe.chat_completion(hf, "hi", modle="x").failure()

    assert ("bad_option", "conversational", "groq", "org/m") == (
        error.code,
        error.task,
        error.provider,
        error.model,
    )


def test_the_statuses_worth_another_try():
    """
    These, and no others: the same table that retries go by.
    """
    retryable = {
        status
        for status in range(300, 600)
        if hfpipe.ProviderApiError("no", code="bad_request", status=status).retryable
    }

    assert {408, 409, 425, 429, 500, 502, 503, 504, 529} == retryable


@pytest.mark.parametrize(
    ("code", "retryable", "billed"),
    [
        ("dns", True, "no"),
        ("tls", True, "no"),
        ("refused", True, "no"),
        ("proxy", True, "no"),
        ("reset", True, "unknown"),
        ("idle", True, "unknown"),
        ("timeout", False, "unknown"),
        ("deadline", False, "unknown"),
        ("cancelled", False, "unknown"),
    ],
)
def test_a_connection_that_was_never_made_carried_nothing(code, retryable, billed):
    """
    A sender names no more than the code; whether anything was sent follows from it.
    """
    error = hfpipe.TransportError("gone", code=code, timeout=False)

    assert (retryable, billed) == (error.retryable, error.billed)


def test_what_a_sender_knows_better_stands():
    """
    A TLS fault in the middle of an answer is one after the request was sent.
    """
    error = hfpipe.TransportError("gone", code="tls", billed="unknown")

    assert ("unknown", False) == (error.billed, error.retryable)


@pytest.mark.parametrize(
    ("error", "timed_out"),
    [
        (hfpipe.TransportError("slow", code="reset", timeout=True), True),
        (hfpipe.TransportError("slow", code="timeout"), True),
        (hfpipe.StreamError("slow", code="idle"), True),
        (hfpipe.DeadlineError("slow"), True),
        (hfpipe.TransportError("gone", code="reset"), False),
    ],
)
def test_whether_it_was_time_that_ran_out(error, timed_out):
    """
    The code says so, or the sender that gave up.
    """
    assert timed_out == error.timed_out


def test_an_error_is_one_line_of_text():
    """
    Whatever a server says: no control character, and 2,000 characters at most.
    """
    line = str(hfpipe.ProviderApiError("a\r\n\x1b[31m\u2028b\0" * 900, status=500))

    assert (2_000, True) == (len(line), line.isprintable())


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_says_what_to_do(code):
    """
    The hint is one line that ends at the code's own heading of the errors' page.
    """
    line = hfpipe.InputError("no", code=code).hint

    assert line.endswith(f"(docs/errors.md#{code})")
    assert 1 == len(line.splitlines())


def test_a_code_that_does_not_exist_is_refused_with_those_that_do():
    """
    The codes are a closed list, whichever error it is.
    """
    with pytest.raises(ValueError, match=r"'lost' is no error code: .*bad_input, .*truncated"):
        hfpipe.StageError("no", code="lost")


EMPTY = {
    "stage": "",
    "task": "",
    "model": "",
    "provider": "",
    "request": None,
    "response": None,
    "request_id": "",
    "status": None,
    "attempts": 0,
    "cause": "",
    "warnings": (),
}


@pytest.mark.parametrize(
    ("made", "code", "billed"),
    [
        (hfpipe.HfpipeError, "bad_input", "unknown"),
        (hfpipe.InputError, "bad_input", "no"),
        (hfpipe.RoutingError, "no_provider", "no"),
        (hfpipe.HubApiError, "server_error", "no"),
        (hfpipe.ProviderApiError, "server_error", "unknown"),
        (hfpipe.ProviderOutputError, "bad_answer", "yes"),
        (hfpipe.TransportError, "reset", "unknown"),
        (hfpipe.StreamError, "truncated", "yes"),
        (hfpipe.DeadlineError, "deadline", "unknown"),
        (hfpipe.StageError, "stage_raised", "unknown"),
    ],
)
def test_what_an_error_says_that_was_told_its_message_alone(made, code, billed):
    """
    Its usual code, whether such a call is billed, and nothing that nobody knows.
    """
    error = made("no")

    assert (code, billed) == (error.code, error.billed)
    assert EMPTY == {name: getattr(error, name) for name in EMPTY}
    assert f"{made.__name__}(code={code!r}, message='no')" == repr(error)
    assert error is hfpipe.kind(error)


@pytest.mark.parametrize(
    ("error", "own"),
    [
        (hfpipe.ProviderOutputError("no"), {"path": "", "expected": "", "got": ""}),
        (hfpipe.TransportError("no"), {"timeout": False}),
        (hfpipe.StreamError("no"), {"partial": None, "chunks": 0}),
        (hfpipe.DeadlineError("no"), {"waited": 0.0, "waiting": None}),
    ],
)
def test_what_is_an_errors_own_is_empty_too(error, own):
    """
    Until somebody knows it.
    """
    assert own == {name: getattr(error, name) for name in own}


@pytest.mark.parametrize("made", KINDS)
def test_only_the_message_needs_no_name(made):
    """
    Whatever else is told is told by its name.
    """
    with pytest.raises(TypeError):
        made("no", "bad_input")


@pytest.mark.parametrize("made", KINDS)
@pytest.mark.parametrize("code", [None, "no_such_code"])
def test_the_codes_are_closed_for_each_kind(made, code):
    """
    None is none, either.
    """
    with pytest.raises(ValueError, match="is no error code: "):
        made("no", code=code)


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({}, "no [server_error] "),
        ({"provider": "p"}, "no [server_error provider=p] "),
        (
            {"request_id": "r", "status": 500, "model": "m", "provider": "p"},
            "no [server_error provider=p model=m status=500 request_id=r] ",
        ),
    ],
)
def test_the_line_of_an_error(facts, line):
    """
    The message, the code, whose call it was as far as is known, and what to do.
    """
    error = hfpipe.ProviderApiError("no", **facts)

    assert f"{line}{error.hint}" == str(error)


@pytest.mark.parametrize(
    "between", ["\0", "\x1f", "\r\n", "\x7f", "\x9f", "\u2028", "\u2029", "\ud800"]
)
def test_what_cannot_be_printed_is_a_space(between):
    """
    However many of them there are in a row.
    """
    line = str(hfpipe.StageError(f"a{between * 3}b"))

    assert line.startswith("a b [stage_raised]")


@pytest.mark.parametrize(
    ("code", "facts", "retryable"),
    [
        ("timeout", {"billed": "no"}, True),
        ("timeout", {"billed": "unknown"}, False),
        ("dns", {"billed": "no", "status": 407}, False),
        ("reset", {"billed": "yes"}, True),
        ("truncated", {"billed": "yes"}, True),
        ("bad_answer", {"billed": "no"}, False),
    ],
)
def test_what_is_worth_another_try_without_a_status(code, facts, retryable):
    """
    What was never sent, and what broke off; an answer has its status to go by.
    """
    assert retryable == hfpipe.TransportError("no", code=code, **facts).retryable


def test_without_a_hint_of_ones_own_there_is_that_of_the_code():
    """
    Word for word.
    """
    for code in CODES:
        assert hint(code) == hfpipe.StageError("no", code=code).hint


@pytest.mark.parametrize(
    ("made", "one", "other"),
    [
        (hfpipe.ProviderOutputError, {"path": "$.a"}, {"path": "$.b"}),
        (hfpipe.ProviderOutputError, {"expected": "a"}, {"expected": "b"}),
        (hfpipe.ProviderOutputError, {"got": "a"}, {"got": "b"}),
        (hfpipe.TransportError, {"timeout": True}, {"timeout": False}),
        (hfpipe.StreamError, {"chunks": 1}, {"chunks": 2}),
        (hfpipe.StreamError, {"partial": hfpipe.ChatCompletion(())}, {"partial": None}),
        (hfpipe.DeadlineError, {"waited": 1.0}, {"waited": 2.0}),
    ],
)
def test_what_is_an_errors_own_is_compared_and_travels_too(made, one, other):
    """
    As much as what all of them have.
    """
    assert made("no", **one) != made("no", **other)
    assert made("no", **one) == made("no", **one) == pickle.loads(pickle.dumps(made("no", **one)))


def test_errors_of_two_kinds_are_never_equal():
    """
    Not even where all that they say is.
    """
    facts = {"code": "server_error", "billed": "no"}

    errors = [made("no", **facts) for made in KINDS]

    assert all((a == b) == (a is b) for a in errors for b in errors)


def test_a_hint_of_ones_own_ends_at_the_page_of_its_code():
    """
    As those do that hfpipe gives; said once only, however often the error is copied.
    """
    error = hfpipe.InputError("no", hint="Do this.", code="bad_option")

    assert "Do this. (docs/errors.md#bad_option)" == error.hint
    assert error == copy.copy(error)


def test_where_a_walk_stood_is_no_part_of_an_error():
    """
    Two deadlines of the same facts are equal, wherever their walks are.
    """
    assert hfpipe.DeadlineError("no", waiting="here") == hfpipe.DeadlineError("no", waiting=None)
