"""The engine: stages in an order, needs, and everything that a stage may do wrong."""

from __future__ import annotations

import pickle
from functools import partial

import pytest
from returns.result import Failure, Success

import hfpipe
from hfpipe.pipeline import Need, Pipeline, Stage, Waiting, resume, stage, start

HF = hfpipe.client("hf_abcdefgh", model="org/name", provider="auto")


def asked(**options):
    return hfpipe.new_exchange(HF, "chat_completion", "hi", **options)


def answer(body=b'{"choices":[]}', status=200, **headers):
    return Success(hfpipe.HttpResponse(status, headers, body))


def walked_to_the_request():
    return start(hfpipe.default_pipeline(), asked()).unwrap()


def test_a_walk_stops_at_the_request_that_it_needs():
    """
    Without a network there is the whole prepared request: nothing else was done.
    """
    waiting = walked_to_the_request()

    assert isinstance(waiting, Waiting)
    assert "send" == waiting.stage
    assert "https://router.huggingface.co/v1/chat/completions" == waiting.need.request.url
    assert (
        b'{"model":"org/name","messages":[{"role":"user","content":"hi"}],"stream":false}'
        == waiting.need.request.body
    )


def test_the_answer_takes_the_walk_to_its_end():
    """
    The exchange holds what was asked, sent, received and made of it.
    """
    body = b'{"choices":[{"message":{"content":"hello"}}]}'

    ended = resume(walked_to_the_request(), answer(body)).unwrap()

    assert "hello" == ended.output.text
    assert 200 == ended.response.status
    assert body == ended.response.body


def test_the_trace_has_a_record_for_each_stage():
    """
    With a clock each stage leaves its name, its seconds, and the fields that it wrote.
    """
    ticks = iter(range(100))
    waiting = start(hfpipe.default_pipeline(), asked(), clock=lambda: float(next(ticks))).unwrap()
    ended = resume(waiting, answer()).unwrap()

    assert hfpipe.default_pipeline().names() == tuple(record.name for record in ended.trace)
    assert {"options"} == set(ended.trace[0].changed)
    assert [1.0] * 8 == [record.seconds for record in ended.trace]
    assert {"request", "response"} == set(ended.trace[5].changed)
    assert {"ok"} == {record.outcome for record in ended.trace}


@pytest.mark.parametrize("edit", ["replace", "before", "after", "wrap"])
def test_an_edit_by_an_unknown_name_raises_and_lists_the_names(edit):
    """
    A silent edit that misses would leave in place what somebody thinks replaced.
    """
    pipeline = hfpipe.default_pipeline()

    with pytest.raises(hfpipe.InputError, match=r"'auth'.*merge, resolve, url, payload, headers"):
        getattr(pipeline, edit)("auth", Success)
    with pytest.raises(hfpipe.InputError, match="no stage is named 'auth'"):
        pipeline.without("auth")


def test_edits_by_name():
    """
    Each edit gives a new pipeline and leaves the old one as it was.
    """
    one = Pipeline((Stage("a", Success), Stage("b", Success)))
    extra = Stage("x", Success)

    assert ("x", "a", "b") == one.before("a", extra).names()
    assert ("a", "x", "b") == one.after("a", extra).names()
    assert ("a", "b", "x") == one.after("b", extra).names()
    assert ("a", "x", "b") == one.before("b", extra).names()
    assert ("b",) == one.without("a").names()
    assert ("a",) == one.without("b").names()
    assert (0, 1) == (one.index("a"), one.index("b"))
    assert ("a", "b") == one.replace("a", extra).names()
    assert one.replace("a", extra).stages[0].run is extra.run
    assert ("a", "b") == one.names()


def test_a_second_stage_of_the_same_name_is_refused():
    """
    Two stages of one name could not be told apart by the next edit.
    """
    one = Pipeline((Stage("a", Success),))

    with pytest.raises(hfpipe.InputError, match="there is a stage 'a' already"):
        one.after("a", Stage("a", Success))


class Looking:
    """A stage that is an object."""

    def __call__(self, exchange):
        return Success(exchange)


def test_what_is_put_in_is_named_as_it_is():
    """
    A stage by its name, a function by its own, an object by its class.
    """
    one = Pipeline((Stage("a", Success),))

    def look(exchange):
        return Success(exchange)

    assert ("a", "look") == one.after("a", look).names()
    assert ("a", "Looking") == one.after("a", Looking()).names()
    assert ("a",) == one.replace("a", look).names()
    assert look is one.replace("a", look).stages[0].run
    assert look is one.wrap("a", lambda _: look).stages[0].run


def test_the_stages_of_an_empty_pipeline_are_none():
    """
    An edit of it says so.
    """
    with pytest.raises(hfpipe.InputError, match="no stage is named 'a'; there are: none") as caught:
        Pipeline().without("a")

    assert "bad_option" == caught.value.code


@pytest.mark.parametrize(
    "edit",
    [
        lambda one: one.before("b", Stage("a", Success)),
        lambda one: one.after("b", Stage("b", Success)),
        lambda one: one.after("b", 3),
        lambda one: one.wrap("a", lambda _: 3),
        lambda one: one.replace("a", None),
        lambda one: stage(5),
    ],
)
def test_a_slip_in_an_edit_is_one_in_an_option(edit):
    """
    And raises at once.
    """
    one = Pipeline((Stage("a", Success), Stage("b", Success)))

    with pytest.raises(hfpipe.InputError) as caught:
        edit(one)

    assert "bad_option" == caught.value.code


def test_a_need_asks_at_once_and_for_itself():
    """
    Unless it is told otherwise.
    """
    need = Need(hfpipe.HttpRequest("GET", "https://h.example"), Success)

    assert (0.0, 0.0, 0.0, None, None, None) == (
        need.after,
        need.spread,
        need.keep,
        need.save,
        need.otherwise,
        need.progress,
    )


def test_when_a_walk_began_makes_no_other_of_it():
    """
    Nor what told it: two that wait for the same are equal.
    """
    one = walked_to_the_request()

    assert one == hfpipe.evolve(one, began=9.0, clock=lambda: 1.0)
    assert one != hfpipe.evolve(one, at=one.at - 1)


def test_each_need_is_met_in_turn():
    """
    A stage may ask as often as it has to; its time is all of it.
    """
    request = hfpipe.HttpRequest("GET", "https://h.example")

    def again(exchange, answer):
        return Success(Need(request, then=done))

    def done(exchange, answer):
        return Success(hfpipe.evolve(exchange, output=answer))

    pipeline = Pipeline((Stage("ask", lambda _: Success(Need(request, again))),))
    ticks = iter(range(100))
    first = start(pipeline, asked(), clock=lambda: float(next(ticks))).unwrap()
    next(ticks)
    second = resume(first, answer(b"1")).unwrap()
    ended = resume(second, answer(b"2")).unwrap()

    assert (0, "ask", 0, "ask") == (first.at, first.stage, second.at, second.stage)
    assert answer(b"2") == ended.output
    assert [("ask", 2.0, ("output",))] == [
        (record.name, record.seconds, record.changed) for record in ended.trace
    ]


def test_without_a_clock_there_is_no_trace():
    """
    And nothing is measured.
    """
    ended = resume(walked_to_the_request(), answer()).unwrap()

    assert () == ended.trace


def test_the_cause_of_what_a_stage_raised_is_kept():
    """
    As text.
    """
    error = start(Pipeline((Stage("a", raising),)), asked()).failure()

    assert "KeyError: 'nobody home'" == error.cause


def test_what_is_no_function_is_no_stage():
    """
    An edit refuses at once what could only fail later.
    """
    with pytest.raises(hfpipe.InputError, match="a stage is a function, not 3"):
        hfpipe.default_pipeline().after("merge", 3)


def test_the_decorator_names_a_stage_by_its_function():
    """
    The stage can still be called as the function that it is.
    """

    @stage
    def shout(ex):
        return Success(ex)

    assert "shout" == shout.name
    assert isinstance(shout, Stage)
    exchange = asked()
    assert Success(exchange) == shout(exchange)


@pytest.mark.parametrize("nameless", [partial(Success), "a name", 5, pickle])
def test_what_has_no_name_is_named_by_hand(nameless):
    """
    The decorator says how a callable without a name becomes a stage.
    """
    with pytest.raises(hfpipe.InputError, match=r"hfpipe\.Stage\(name, f\)"):
        stage(nameless)


def test_wrap_hands_the_stage_to_the_middleware():
    """
    A middleware sees the exchange on its way in and the outcome on its way out.
    """
    seen = []

    def watching(inner):
        def run(exchange):
            outcome = inner(exchange)
            seen.append((inner.name, type(outcome.unwrap())))
            return outcome

        return run

    start(hfpipe.default_pipeline().wrap("send", watching), asked())

    assert [("send", Need)] == seen


def raising(_):
    raise KeyError("nobody home")


def none(_):
    return None


def a_number(_):
    return Success(3)


def a_text(_):
    return Failure("odd")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (raising, "the stage raised KeyError: 'nobody home'"),
        (none, "the stage gave NoneType, which is no Result"),
        (a_number, "the stage gave int, which is no Result"),
        (a_text, "which is no Result"),
    ],
)
def test_a_stage_that_does_what_no_stage_may_is_a_stage_error(wrong, message):
    """
    Whatever a stage does, what comes back is a value that names the stage.
    """
    pipeline = hfpipe.default_pipeline().after("merge", wrong)

    error = start(pipeline, asked()).failure()

    assert isinstance(error, hfpipe.StageError)
    assert "stage_raised" == error.code
    assert wrong.__name__ == error.stage
    assert message in error.message


def test_what_raises_after_something_was_sent_may_have_been_billed():
    """
    Before the request nobody can have charged for it; after it nobody knows.
    """
    before = start(hfpipe.default_pipeline().before("send", raising), asked()).failure()
    broken = hfpipe.evolve(walked_to_the_request().need, then=lambda *_: 1 / 0)
    waiting = hfpipe.evolve(walked_to_the_request(), need=broken)
    after = resume(waiting, answer()).failure()

    assert "no" == before.billed
    assert "unknown" == after.billed


def test_a_failure_knows_where_it_stood():
    """
    An error carries task, model, provider and stage, whoever made it.
    """
    error = resume(walked_to_the_request(), answer(b"{}", 404)).failure()

    assert ("decode", "conversational", "org/name", "auto") == (
        error.stage,
        error.task,
        error.model,
        error.provider,
    )
    assert 404 == error.status
    assert error.request is not None


def test_an_empty_pipeline_ends_where_it_begins():
    """
    No stage, no change.
    """
    exchange = asked()

    assert Success(exchange) == start(Pipeline(), exchange)


def test_a_walk_that_waits_can_be_pickled_without_its_secrets():
    """
    A paused walk travels; the token does not.
    """
    waiting = walked_to_the_request()

    data = pickle.dumps(waiting)
    arrived = pickle.loads(data)

    assert b"hf_abcdefgh" not in data
    assert waiting.need.request.body == arrived.need.request.body
    assert "send" == arrived.stage


def test_a_stage_of_ones_own_between_the_others():
    """
    What a stage changes of the arguments is what goes over the wire; the caller's are untouched.
    """
    messages = [{"role": "user", "content": "mail ann@example.org"}]

    @stage
    def no_emails(ex):
        hidden = [{**m, "content": m["content"].replace("ann@example.org", "-")} for m in messages]
        return Success(hfpipe.evolve(ex, args={**ex.args, "messages": hidden}))

    pipeline = hfpipe.default_pipeline().after("merge", no_emails)
    exchange = hfpipe.new_exchange(HF, "chat_completion", messages)
    waiting = start(pipeline, exchange).unwrap()

    assert b"ann@example.org" not in waiting.need.request.body
    assert "mail ann@example.org" == messages[0]["content"]
