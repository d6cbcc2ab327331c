"""The budget of further tries: what takes from it, what gives back, and whose it is."""

from __future__ import annotations

import pytest
from attrs import evolve
from returns.result import Success

import hfpipe
from hfpipe import HttpRequest, Retry
from hfpipe.io import terms
from hfpipe.io.budget import BUDGETS, GIVEN_BACK, IN_HAND, Budgets
from hfpipe.pipeline import Need, Pipeline, Stage, Waiting
from hfpipe.retry import Asked

ASKED = HttpRequest("GET", "https://h.example/x")
BUSY = hfpipe.ProviderApiError("busy", status=503, warnings=("w",))


def client(name):
    return hfpipe.endpoint_client(None, f"https://{name}.budget.example", model="m")


def waiting(hf, tries=2, otherwise=BUSY, **policy):
    """A walk of that client that asks for the so-manieth time."""
    need = Need(ASKED, lambda walk, _: Success(walk), otherwise=otherwise)
    need = evolve(need, then=Asked(need, Retry(**policy), tries))
    walk = hfpipe.new_exchange(hf, hfpipe.chat_completion, "hi")
    return Waiting(Pipeline((Stage("send", Success),)), 0, walk, need)


def spent(budgets, hf, count):
    for _ in range(count):
        assert None is budgets.refused(waiting(hf))


def test_ten_further_tries_are_in_hand():
    """
    The eleventh is refused with the failure that it would have followed, which says why.
    """
    budgets, hf = Budgets(), client("a")
    spent(budgets, hf, 10)

    error = budgets.refused(waiting(hf))

    assert 0.0 == budgets.left(hf)
    assert ("busy", 503, "send") == (error.message, error.status, error.stage)
    assert ("w", "not asked again: this client's budget of further tries is spent") == (
        error.warnings
    )


@pytest.mark.parametrize("walk", [{"tries": 1}, {"budgeted": False}, {"otherwise": None}])
def test_what_takes_nothing(walk):
    """
    First tries, a policy that does without, and the polls of a job that is paid for.
    """
    budgets, hf = Budgets(), client("b")
    spent(budgets, hf, 10)
    before = budgets.left(hf)

    assert None is budgets.refused(waiting(hf, **walk))
    assert before <= budgets.left(hf) <= before + GIVEN_BACK


def test_each_first_try_gives_a_tenth_back():
    """
    Up to ten in hand, which is not worth remembering.
    """
    budgets, hf = Budgets(), client("c")
    spent(budgets, hf, 1)

    for count in range(1, 10):
        budgets.refused(waiting(hf, tries=1))
        assert pytest.approx(9 + count / 10) == budgets.left(hf)
    budgets.refused(waiting(hf, tries=1))
    budgets.refused(waiting(hf, tries=1))

    assert IN_HAND == budgets.left(hf)
    assert 0 == len(budgets._left)


def test_less_than_one_is_none():
    """
    Nine tenths of a try are no try.
    """
    budgets, hf = Budgets(), client("d")
    spent(budgets, hf, 10)
    for _ in range(9):
        budgets.refused(waiting(hf, tries=1))
    assert budgets.refused(waiting(hf)) is not None

    for _ in range(2):
        budgets.refused(waiting(hf, tries=1))
    assert None is budgets.refused(waiting(hf))


def test_equal_clients_share_a_budget_and_others_have_their_own():
    """
    Who has spent nothing is given nothing.
    """
    budgets, one, same, other = Budgets(), client("e"), client("e"), client("f")
    spent(budgets, one, 3)

    budgets.refused(waiting(other, tries=1))

    assert (7.0, 7.0, 10.0) == tuple(map(budgets.left, (one, same, other)))
    assert 1 == len(budgets._left)


def test_a_client_that_is_gone_is_forgotten():
    """
    A program that makes clients for ever does not grow.
    """
    budgets, hf = Budgets(), client("g")
    spent(budgets, hf, 1)
    del hf

    assert 0 == len(budgets._left)


def test_a_driver_asks_the_budget():
    """
    Of a walk whose time is not up.
    """
    hf = client("h")
    spent(BUDGETS, hf, 10)

    refused = terms.due(waiting(hf), terms.Deadline(lambda: 0.0, 9.0), lambda: 0.5)

    assert ("busy", 503) == (refused.message, refused.status)


def test_a_child_of_a_fork_has_a_budget_of_its_own(forked):
    """
    The lock may be held by a thread that is not there.
    """
    hf = client("i")
    spent(BUDGETS, hf, 4)

    with BUDGETS._lock:
        childs = forked(lambda: str(BUDGETS.left(hf)).encode())

    assert (str(IN_HAND).encode(), 6.0) == (childs, BUDGETS.left(hf))
