"""
Answers that serve others for a while: the look-ups of models on the Hub.

One shelf serves both drivers. Who asks first asks for all: the others wait for its answer, or
ask themselves when it failed.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from concurrent.futures import Future
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import frozen

from hfpipe.printing import printed

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfpipe.wire import HttpRequest, HttpResponse

Promise: TypeAlias = "Future[HttpResponse | None]"

MOST: Final = 1_000


@frozen
class Key:
    """What makes two look-ups the same: the address, who asks, and through which sender."""

    url: str
    authorization: object
    sender: object

    __repr__ = printed


class Shelf:
    """Kept answers by key, the oldest going first when there are too many."""

    def __init__(self, most: int = MOST, clock: Callable[[], float] = monotonic) -> None:
        self._kept: OrderedDict[Key, tuple[Promise, float]] = OrderedDict()
        self._most = most
        self._clock = clock
        self._lock = Lock()

    def claim(self, key: Key) -> tuple[Promise, bool]:
        """The promise of an answer, and whether the caller is the one who has to keep it."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None and self._clock() < found[1]:
                return found[0], False
            promise: Promise = Future()
            self._kept[key] = (promise, float("inf"))
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return promise, True

    def settle(
        self, key: Key, promise: Promise, response: HttpResponse | None, keep: float
    ) -> None:
        """Keeps the promise: with an answer for so many seconds, or with None: ask yourself."""
        with self._lock:
            if self._kept.get(key, (None, 0.0))[0] is promise:
                if response is None:
                    del self._kept[key]
                else:
                    self._kept[key] = (promise, self._clock() + keep)
        if not promise.done():
            promise.set_result(response)

    def clear(self) -> None:
        """Forgets every answer."""
        with self._lock:
            self._kept.clear()


def key(request: HttpRequest, sender: object) -> Key:
    """The key of a look-up. The token takes part as a Secret: its text is nowhere to be seen."""
    return Key(request.url, request.headers.get("authorization"), sender)


SHELF: Final = Shelf()


def _forget() -> None:
    # In the child of a fork the lock may be held, and who was asking is not there.
    SHELF.__init__()  # type: ignore[misc]  # made anew in its place


os.register_at_fork(after_in_child=_forget)
