"""
Work in a thread of its own, as a future.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


def in_background(work: Callable[[], T], left: Callable[[], Any]) -> Future[T]:
    """
    The value of `work`, done in a thread that nobody waits for at exit.

    Until it is there the future can be cancelled; `left` is called then, to end the work.
    """
    future: Future[T] = Future()

    def run() -> None:
        # a future that was cancelled meanwhile takes no value
        try:
            value = work()
        except BaseException as error:  # noqa: BLE001 - it is the future's, whoever asks for it
            with suppress(InvalidStateError):
                future.set_exception(error)
        else:
            with suppress(InvalidStateError):
                future.set_result(value)

    def settled(done: Future[T]) -> None:
        if done.cancelled():
            left()

    future.add_done_callback(settled)
    Thread(target=copy_context().run, args=(run,), name="hfpipe-stream", daemon=True).start()
    return future
