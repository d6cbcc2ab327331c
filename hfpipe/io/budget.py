"""
The budget of further tries: a provider that is going down is not pushed.

A client has ten further tries in hand, and each request that is no such try gives back a tenth
of one, up to ten. So a short trouble is ridden out, and in a long one no more than one request
in ten is a repeated one. It is a token bucket, as in Finagle and Linkerd.
"""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from attrs import evolve

from hfpipe.redaction import located
from hfpipe.retry import spends

if TYPE_CHECKING:
    from hfpipe.clients import Client
    from hfpipe.errors import HfpipeError
    from hfpipe.pipeline import Waiting

IN_HAND: Final = 10.0
GIVEN_BACK: Final = 0.1

_SPENT: Final = "not asked again: this client's budget of further tries is spent"


class Budgets:
    """
    What clients have left, of those that have spent any: nobody pays where nothing fails.

    Equal clients share a budget. It belongs to this process.
    """

    def __init__(self) -> None:
        self._left: WeakKeyDictionary[Client, float] = WeakKeyDictionary()
        self._spent = False
        self._lock = Lock()

    def refused(self, waiting: Waiting) -> HfpipeError | None:
        """The failure that a further try ends with where the budget is spent; else None."""
        if not spends(waiting):
            if self._spent:
                self._give_back(waiting.exchange.client)
            return None
        error = waiting.need.otherwise
        if error is None or self._take(waiting.exchange.client):
            return None
        told = evolve(error, warnings=(*error.warnings, _SPENT))
        return located(told, waiting.exchange, waiting.stage)

    def left(self, client: Client) -> float:
        """How many further tries the client has in hand."""
        with self._lock:
            return self._left.get(client, IN_HAND)

    def _take(self, client: Client) -> bool:
        with self._lock:
            left = self._left.get(client, IN_HAND)
            if left < 1:
                return False
            self._left[client] = left - 1
            self._spent = True
            return True

    def _give_back(self, client: Client) -> None:
        with self._lock:
            left = self._left.get(client)
            if left is None:
                return
            if left + GIVEN_BACK >= IN_HAND:
                del self._left[client]
                self._spent = bool(self._left)
            else:
                self._left[client] = left + GIVEN_BACK


BUDGETS: Final = Budgets()


def _forget() -> None:
    # In the child of a fork the lock may be held by a thread that is not there.
    BUDGETS.__init__()  # type: ignore[misc]  # made anew in its place


os.register_at_fork(after_in_child=_forget)
