"""
Jobs: a provider that answers with a ticket, is asked how far it is, and tells where the result is.

Floor 4. A `Job` says how one provider tells of its jobs; it is the `value` of a recipe. What
waits is a `Polled`: a frozen record of nothing but data, which finds its `Job` again in the
recipe, so that a walk can be put away in one process and gone on with in another.

Polls are asked of the scheme, host and prefix of the submission: of an address that an answer
names only the path is taken, so the key never goes where a server points.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from attrs import evolve as attrs_evolve
from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.json import decoded
from hfpipe.errors import HfpipeError, ProviderApiError, ProviderOutputError
from hfpipe.evolving import evolve
from hfpipe.outputs.read import told_error
from hfpipe.pipeline import Answer, Need, Outcome
from hfpipe.progress import Progress
from hfpipe.providers.poll_urls import name_of
from hfpipe.providers.row import Value
from hfpipe.providers.states import Told
from hfpipe.records import Exchange
from hfpipe.redirect import onward
from hfpipe.retry_after import asked_wait
from hfpipe.shapes import is_object
from hfpipe.stages.recipe import recipe
from hfpipe.verdict import provider_refusal
from hfpipe.wire import Headers, HttpRequest, HttpResponse

Where: TypeAlias = Callable[[Exchange, dict[str, Any]], Result[str, HfpipeError]]

# Waits between two polls grow by this, up to this many seconds or the first one's length.
GROWTH: Final = 1.25
CAP: Final = 5.0
# How many polls in a row may go wrong before the job is given up: it goes on without us.
STUMBLES: Final = 4

_TRANSIENT: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
# What a poll repeats of the submission: who asks. It sends nothing and wants JSON.
_NOT_REPEATED: Final = frozenset({"accept", "content-type", "content-length", "prefer"})
_LOST: Final = frozenset({"bad_request", "unknown_model"})


@frozen
class Job:
    """
    How a provider tells of its jobs.

    `told(answer)` is what an answer says, `where(exchange, answer)` the address to ask how far
    the job is. `value(exchange)` reads the result out of the last answer, which stands in
    `response`; `result` makes the address of that answer of the poll's, where it is another
    one. The first wait is `interval` seconds.
    """

    told: Callable[[dict[str, Any]], Told]
    where: Where
    value: Value
    interval: float = 0.5
    result: Callable[[str], str] | None = None

    def __call__(self, exchange: Exchange) -> Outcome:
        """From the answer to the submission on."""
        request, response = exchange.request, exchange.response
        if request is None or response is None:
            return Failure(ProviderOutputError("there is no answer to decode", billed="no"))
        answer = _object(response)
        if not isinstance(answer, Success):
            return Failure(answer.failure())
        told = self.told(answer.unwrap())
        if told.stands == "done" and self.result is None:
            return self.value(exchange)
        if told.stands in {"failed", "unknown"}:
            return Failure(_given_up(told, request, response))
        address = self.where(exchange, answer.unwrap())
        if not isinstance(address, Success):
            return Failure(address.failure())
        poll = HttpRequest("GET", address.unwrap(), repeated(exchange.headers))
        if told.stands == "done":
            return self.finished(exchange, poll, response)
        return Polled(poll, name_of(answer.unwrap())).again(told, self, response)

    def finished(self, exchange: Exchange, poll: HttpRequest, response: HttpResponse) -> Outcome:
        """Reads the result, or goes for it where it is at an address of its own."""
        if self.result is None:
            return self.value(evolve(exchange, response=response))
        request = evolve(poll, url=self.result(poll.url))
        return Success(Need(request, Resulted(request)))


@frozen
class Polled:
    """
    The answer of a poll has come: the job is done, has failed, or is asked for once more.

    `waits` counts the waits so far, `stumbles` the polls in a row that went wrong.
    """

    request: HttpRequest
    job: str = ""
    waits: int = 0
    stumbles: int = 0
    hops: int = 0
    state: str = ""

    def __call__(self, exchange: Exchange, answer: Answer) -> Outcome:
        how = _how(exchange)
        if not isinstance(answer, Success):
            error = attrs_evolve(answer.failure(), request=self.request, billed="unknown")
            return self._stumbled(error, how, None) if error.retryable else Failure(error)
        response = answer.unwrap()
        told = self._progress(Told(self.state, "pending"))
        if (elsewhere := onward(self, response, progress=told)) is not None:
            return elsewhere
        refused = provider_refusal(self.request, response, "the provider")
        if refused is not None:
            if response.status in _TRANSIENT:
                return self._stumbled(refused, how, response)
            return Failure(attrs_evolve(refused, billed="unknown"))
        return self._heard(exchange, response, how)

    def _heard(self, exchange: Exchange, response: HttpResponse, how: Job) -> Outcome:
        answer = _object(response)
        if not isinstance(answer, Success):
            return Failure(answer.failure())
        told = how.told(answer.unwrap())
        if told.stands == "pending":
            return evolve(self, stumbles=0, hops=0).again(told, how, response)
        if told.stands == "done":
            return how.finished(exchange, self.request, response)
        return Failure(_given_up(told, self.request, response))

    def again(self, told: Told, how: Job, response: HttpResponse | None) -> Outcome:
        """Needs one more poll, a little later than the last one, or when the provider says."""
        grown = how.interval * GROWTH ** min(self.waits, 99)
        after = min(grown, max(CAP, how.interval))
        asked = asked_wait(response) if response is not None else None
        then = evolve(self, waits=self.waits + 1, state=told.state)
        return Success(
            Need(
                self.request,
                then,
                after=after if asked is None else max(asked, how.interval),
                progress=self._progress(told),
            )
        )

    def _stumbled(self, error: HfpipeError, how: Job, response: HttpResponse | None) -> Outcome:
        # The job is paid for and goes on; a poll that went wrong is only asked again.
        if self.stumbles + 1 >= STUMBLES:
            return Failure(error)
        more = evolve(self, stumbles=self.stumbles + 1, hops=0)
        return more.again(Told(self.state, "pending"), how, response)

    def _progress(self, told: Told) -> Progress:
        return Progress(
            state=told.state,
            queue_position=told.queue_position,
            logs=told.logs,
            job=self.job,
            polls=self.waits,
        )


@frozen
class Resulted:
    """The result of a finished job has come: an error there is how the job failed."""

    request: HttpRequest
    hops: int = 0

    def __call__(self, exchange: Exchange, answer: Answer) -> Outcome:
        if not isinstance(answer, Success):
            return Failure(attrs_evolve(answer.failure(), request=self.request, billed="unknown"))
        response = answer.unwrap()
        if (elsewhere := onward(self, response)) is not None:
            return elsewhere
        refused = provider_refusal(self.request, response, "the provider's result")
        if refused is not None:
            failed = refused.code in _LOST
            return Failure(_job_failed(refused) if failed else attrs_evolve(refused, billed="yes"))
        return _how(exchange).value(evolve(exchange, response=response))


def _how(exchange: Exchange) -> Job:
    value = recipe(exchange)[1].value
    if isinstance(value, Job):
        return value
    raise ProviderOutputError("the provider's row no longer tells of jobs for this task")


def _job_failed(refused: HfpipeError) -> HfpipeError:
    return ProviderApiError(
        f"the job failed: {refused.message}",
        code="job_failed",
        request=refused.request,
        response=refused.response,
        status=refused.status,
        request_id=refused.request_id,
    )


def _given_up(told: Told, request: HttpRequest, response: HttpResponse) -> HfpipeError:
    if told.stands == "failed":
        line = f"the job failed{f': {told.why}' if told.why else f' ({told.state})'}"
    else:
        line = f"the job is in the unknown state {told.state[:80]!r}"
        line += f": {told.why}" if told.why else ""
    return ProviderApiError(
        line, code="job_failed", request=request, response=response, status=response.status
    )


def _object(response: HttpResponse) -> Result[dict[str, Any], HfpipeError]:
    try:
        value = decoded(response.body)
    except ValueError as error:
        value, why = None, str(error)
    else:
        why = type(value).__name__
    if not is_object(value):
        return Failure(
            ProviderOutputError(
                "the answer that tells of the job is no JSON object",
                path="$",
                expected="object",
                got=why,
            )
        )
    # `"error": null` and an empty text are how a job that runs well says so
    told = told_error(value) if set(value) <= {"error", "error_type", "message", "detail"} else None
    return Success(value) if told is None else Failure(told)


def repeated(headers: Headers) -> Headers:
    """The headers of the submission that a poll repeats."""
    return Headers((name, value) for name, value in headers.items() if name not in _NOT_REPEATED)
