"""
The terms on which needs are performed: time, limits, and what an answer counts as.

The blocking and the asynchronous driver both go by them: what they do not wait for is done here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from returns.result import Failure, Result, Success

from hfpipe.errors import DeadlineError, HfpipeError, InputError, StreamError, TransportError
from hfpipe.evolving import evolve
from hfpipe.io.budget import BUDGETS
from hfpipe.io.reading import end
from hfpipe.pipeline import resume
from hfpipe.redaction import located
from hfpipe.wire import SUCCESSFUL, HttpRequest, HttpResponse

if TYPE_CHECKING:
    from hfpipe.hints import Code
    from hfpipe.pipeline import Answer, Step, Waiting
    from hfpipe.records import Exchange, Options

WHOLE: Final = 120.0
STREAMED: Final = 300.0

_TIMED_OUT: Final = frozenset({"timeout", "idle", "deadline"})
_ENDINGS: Final = frozenset({"bad_answer", "cancelled", "too_large"})
# With so many seconds left of a call, a time-out is the whole call's.
_NEARLY: Final = 0.01


class Deadline:
    """
    The time of one call: it begins with the walk, and its length is in the options.

    `limit` is None as long as no stage has merged the options, and where there is none.
    """

    __slots__ = ("_clock", "_known", "began", "limit")

    def __init__(self, clock: Callable[[], float], limit: float | None = None) -> None:
        self._clock = clock
        self.began = clock()
        self.limit = limit
        self._known = limit is not None

    def learn(self, exchange: Exchange) -> None:
        """Takes the limit from the options of the walk."""
        if not self._known:
            self.limit = limit(exchange.options, bool(exchange.args.get("stream")))
            self._known = True

    def waited(self) -> float:
        """Seconds since the walk began."""
        return self._clock() - self.began

    def left(self) -> float | None:
        """Seconds that are left, never below zero; None where there is no limit."""
        if self.limit is None:
            return None
        left = self.limit - self._clock() + self.began
        return left if left > 0 else 0.0


def limit(options: Options, stream: bool) -> float | None:
    """How many seconds the whole call may take."""
    if options.timeout == "unset":
        return STREAMED if stream else WHOLE
    return options.timeout


def due(waiting: Waiting, deadline: Deadline, chance: Callable[[], float]) -> float | HfpipeError:
    """
    In how many seconds the walk's need is to be asked, which `on_progress` has been told; or why
    it is not to be: no time to wait so long, or no further try left.
    """
    need = waiting.need
    deadline.learn(waiting.exchange)
    wait = need.after + need.spread * chance() if need.spread else need.after
    left = deadline.left()
    if left is not None and wait >= left:
        if need.otherwise is not None:
            return located(need.otherwise, waiting.exchange, waiting.stage)
        return out_of_time(waiting, deadline)
    if (refused := BUDGETS.refused(waiting)) is not None:
        return refused
    if need.progress is not None:
        tell(waiting, deadline)
    return wait


def out_of_time(waiting: Waiting, deadline: Deadline) -> HfpipeError:
    """The failure of a call whose time is up: it tells where the walk stood."""
    from hfpipe.progress import Progress  # jobs alone tell of it: 0.6 ms of a first answer

    waited, told = deadline.waited(), waiting.need.progress
    job = f"; its job is {told.state or 'under way'}" if isinstance(told, Progress) else ""
    error = DeadlineError(
        f"the call was not finished after {waited:.3g} s{job}",
        waited=waited,
        waiting=waiting,
        request=waiting.need.request if isinstance(waiting.need.request, HttpRequest) else None,
        attempts=1,
    )
    return located(error, waiting.exchange, waiting.stage)


def bounded(request: HttpRequest, deadline: Deadline) -> HttpRequest:
    """The request with the time that is left."""
    left = deadline.left()
    return request if left is None else evolve(request, timeout=left)


def answered(given: Any, now: Callable[[], float]) -> Answer:
    """What a sender gave, made sure of: a Result of a response, with the time it came."""
    answer: Answer = given
    if isinstance(given, Success):
        response = cast("object", given.unwrap())
        if isinstance(response, HttpResponse):
            if response.received_at or response.status in SUCCESSFUL:
                return answer
            return Success(evolve(response, received_at=now()))
    elif isinstance(given, Failure):
        error = cast("object", given.failure())
        if isinstance(error, TransportError):
            return answer
    kind = type(answer).__name__
    return Failure(
        TransportError(f"the sender gave {kind}, no Result of a response", billed="unknown")
    )


def resumed(waiting: Waiting, answer: Answer, deadline: Deadline) -> tuple[Answer | None, Step]:
    """
    The walk after the answer to its need, which is given back, too.

    A time-out that is the whole call's is no answer. What is still open of an answer is closed
    where the walk ends with it: nobody will read it.
    """
    if isinstance(answer, Success):
        step = resume(waiting, answer)
        if not isinstance(step, Success):
            end(answer.unwrap())
        return answer, step
    left = deadline.left() if answer.failure().code in _TIMED_OUT else None
    if left is not None and left <= _NEARLY:
        return None, Failure(out_of_time(waiting, deadline))
    return answer, resume(waiting, answer)


def broken_off(why: HfpipeError, deadline: Deadline | None) -> HfpipeError:
    """What broke a stream off, as one of its endings: time up, idle, broken, else reset."""
    if why.code in _TIMED_OUT:
        left = deadline.left() if deadline else None
        late = why.code == "deadline" or (left is not None and left <= _NEARLY)
        return (
            time_is_up(why.cause)
            if late
            else StreamError("nothing came for too long", code="idle", cause=why.cause)
        )
    code: Code = why.code if why.code in _ENDINGS else "reset"
    return StreamError(why.message, code=code, cause=why.cause)


def time_is_up(cause: str = "") -> StreamError:
    """The end of a stream whose call has no time left."""
    return StreamError(
        "the time of the call was up before the answer was", code="deadline", cause=cause
    )


def to_keep(answer: Answer | None) -> HttpResponse | None:
    """The answer as it may serve others, or None: an error serves nobody."""
    if not isinstance(answer, Success):
        return None
    response = answer.unwrap()
    return response if response.status in SUCCESSFUL else None


def for_an_event_loop() -> Result[Any, HfpipeError]:
    """The failure of a blocking call that was given an asynchronous sender."""
    return Failure(
        InputError(
            "the sender is asynchronous: use it with hfpipe.aio, or give a plain function",
            code="bad_option",
        )
    )


def tell(waiting: Waiting, deadline: Deadline | None = None) -> None:
    """Calls `on_progress` with what the need tells, where both are there."""
    callback, told = waiting.exchange.options.on_progress, waiting.need.progress
    if callback is None or told is None:
        return
    from hfpipe.progress import Progress

    if deadline is not None and isinstance(told, Progress):
        told = evolve(told, waited=deadline.waited())
    callback(told)
