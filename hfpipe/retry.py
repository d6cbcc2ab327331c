"""
Asking again: the policy as data, and the stage middleware that follows it.

Floor 2. What is asked again is the finished request, not the stages that made it. A request is
never silently sent again where the provider may already have billed it.

>>> import hfpipe
>>> patient = hfpipe.Retry(hfpipe.exponential(1.0).capped(20).jittered().up_to(5))
>>> patient.schedule.tries
5
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from attrs import evolve as attrs_evolve
from attrs import field, frozen
from returns.result import Success

from hfpipe.errors import HfpipeError, ProviderApiError
from hfpipe.evolving import evolve
from hfpipe.pipeline import Answer, Need, Outcome, Stage
from hfpipe.printing import equal, hashed, printed
from hfpipe.results import success
from hfpipe.retry_after import asked_wait
from hfpipe.schedule import Schedule, exponential
from hfpipe.verdict import refusal
from hfpipe.wire import SUCCESSFUL, UNAVAILABLE, HttpRequest

if TYPE_CHECKING:
    from hfpipe.pipeline import Waiting
    from hfpipe.records import Exchange

# Sent by OpenAI and those who speak as it does: the server's own word on whether to ask again.
_SHOULD: Final = {"true": True, "false": False}


@frozen
class Retry:
    """
    A policy of asking again.

    `schedule` says how often and how long to wait; a server's own word (Retry-After and its other
    spellings) wins where `heed_server` is set, though from the second further try on no wait is
    shorter than the schedule's. `codes` narrows the errors down to those named;
    empty is every `retryable` one; a server's `x-should-retry` goes before both. `maybe_billed`
    allows to ask again where the provider may have billed the first try, which is off.
    `budgeted`: further tries are taken from the client's budget (`hfpipe.io.budget`), so that a
    provider that is going down is not pushed.
    """

    schedule: Schedule = field(factory=lambda: exponential(0.5).capped(30).jittered(0.5).up_to(3))
    codes: frozenset[str] = field(default=frozenset(), converter=frozenset)
    heed_server: bool = True
    maybe_billed: bool = False
    budgeted: bool = True

    __repr__, __eq__, __hash__ = printed, equal, hashed

    def allows(self, error: HfpipeError, *, idempotent: bool) -> bool:
        """Whether this error is one to ask again after."""
        named = error.code in self.codes if self.codes else error.retryable
        told = error.response.headers.shown("x-should-retry") if error.response else ""
        wanted = _SHOULD.get(told.strip().lower(), named) if self.heed_server else named
        return wanted and (idempotent or self.maybe_billed or error.billed == "no")


def up_to(tries: int) -> Retry:
    """The default policy with so many tries in all."""
    return Retry(exponential(0.5).capped(30).jittered(0.5).up_to(tries))


# One more try after a 503, at once unless the server says when.
_ONCE_ON_503: Final = Retry(exponential(0.5).jittered(0.5).up_to(2))


def policy(exchange: Exchange) -> tuple[Retry | None, bool]:
    """The policy that the options ask for, and whether it is for status 503 alone."""
    options = exchange.options
    if options.retry is not None:
        return options.retry, False
    return (_ONCE_ON_503, True) if options.retry_on_503 else (None, False)


def retry(given: Retry | None = None) -> Callable[[Stage], Callable[[Exchange], Outcome]]:
    """
    Stage middleware that asks again what the stage asks, as the policy says.

    Without a policy it follows the options `retry` and `retry_on_503` of each call. Around a
    stage that asks again already it takes the place of that patience: two would multiply.
    """
    return lambda stage: _Retrying(_bare(stage), given)


def _bare(stage: Stage) -> Stage:
    run = stage.run
    return run.stage if isinstance(run, _Retrying) else stage


@frozen
class _Retrying:
    stage: Stage
    given: Retry | None

    __repr__, __eq__, __hash__ = printed, equal, hashed

    def __call__(self, exchange: Exchange) -> Outcome:
        outcome = self.stage.run(exchange)
        if not isinstance(outcome, Success) or not isinstance(need := outcome.unwrap(), Need):
            return outcome
        return _watched(need, self.given)


def _watched(need: Need, given: Retry | None) -> Outcome:
    if isinstance(need.request, HttpRequest):
        return success(evolve(need, then=Asked(need, given)))
    return success(need)


@frozen(slots=False)
class Asked:
    """
    A need on its nth try: goes on with the answer, or asks again as the policy says; `given`, or
    else the call's own.
    """

    need: Need
    given: Retry | None
    tries: int = 1
    log: tuple[str, ...] = ()

    __repr__, __eq__, __hash__ = printed, equal, hashed

    def __call__(self, exchange: Exchange, answer: Answer) -> Outcome:
        fine = isinstance(answer, Success) and answer.unwrap().status in SUCCESSFUL
        if not fine and (again := self._again(exchange, answer)) is not None:
            return success(again)
        outcome = self.need.then(exchange, answer)
        if isinstance(outcome, Success):
            new = outcome.unwrap()
            if isinstance(new, Need):
                # what was noted of these tries would be lost: the next need counts its own
                return _watched(new, self.given)
            if self.tries > 1:
                warnings = (*new.meta.warnings, *self.log)
                meta = evolve(new.meta, attempts=self.tries, warnings=warnings)
                return success(evolve(new, meta=meta))
            return outcome
        return outcome.alt(self._counted)

    def policy(self, exchange: Exchange) -> tuple[Retry | None, bool]:
        """What it goes by, and whether for status 503 alone."""
        return (self.given, False) if self.given else policy(exchange)

    def _again(self, exchange: Exchange, answer: Answer) -> Need | None:
        chosen, only_503 = self.policy(exchange)
        request = self.need.request
        if chosen is None or not isinstance(request, HttpRequest):
            return None
        error, asked = _error(request, answer, chosen)
        if error is None or (only_503 and error.status != UNAVAILABLE):
            return None
        wait = chosen.schedule.wait(self.tries)
        if wait is None or not chosen.allows(error, idempotent=request.method == "GET"):
            return None
        # a server that says "at once" again and again is not to be hammered for it
        heeded = asked is not None and (self.tries == 1 or asked >= wait[0])
        after, spread = (asked or 0.0, 0.0) if heeded else wait
        line = f"try {self.tries} failed, asked again: {error.message}"
        then = attrs_evolve(self, tries=self.tries + 1, log=(*self.log, line))
        # a job goes on while its polls fail: out of time, the walk is worth more than the error
        job = self.need.progress is not None
        otherwise = None if job else self._counted(error)
        return evolve(self.need, then=then, after=after, spread=spread, otherwise=otherwise)

    def _counted(self, error: HfpipeError) -> HfpipeError:
        return attrs_evolve(
            error,
            attempts=max(error.attempts, self.tries),
            warnings=(*error.warnings, *self.log),
        )


def _error(
    request: HttpRequest, answer: Answer, chosen: Retry
) -> tuple[HfpipeError | None, float | None]:
    if not isinstance(answer, Success):
        return answer.failure(), None
    response = answer.unwrap()
    error = refusal(request, response, "the server", ProviderApiError)
    return error, asked_wait(response) if error and chosen.heed_server else None


def spends(waiting: Waiting) -> bool:
    """Whether the walk waits for a further try that is taken from the client's budget."""
    then = waiting.need.then
    if not isinstance(then, Asked) or then.tries == 1:
        return False
    chosen, _ = then.policy(waiting.exchange)
    return chosen is not None and chosen.budgeted
