"""
The whole engine: stages that ask for what they need, in an order that can be edited by name.

Floor 1. A stage is a function from `Exchange` to a Result of the next `Exchange`, or of a `Need`:
an HTTP request as data, and what to do with its answer. Nothing in here can block, so a driver
of any kind (blocking, asynchronous, a test, another process tomorrow) performs the needs.

>>> from returns.result import Success
>>> from hfpipe.pipeline import Pipeline, Stage
>>> pipeline = Pipeline((Stage("ask", Success), Stage("tell", Success)))
>>> pipeline.before("tell", Stage("look", Success)).names()
('ask', 'look', 'tell')
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

from attrs import field, frozen
from returns.result import Failure, Result, Success

from hfpipe.errors import HfpipeError, InputError, StageError, TransportError
from hfpipe.evolving import evolve
from hfpipe.printing import equal, hashed, printed
from hfpipe.records import Exchange, StageRecord
from hfpipe.redaction import located
from hfpipe.results import success
from hfpipe.secret import harmless
from hfpipe.wire import FileBody, HttpRequest, HttpResponse

Answer: TypeAlias = Result[HttpResponse, TransportError]
Clock: TypeAlias = Callable[[], float]


@frozen(slots=False)
class Need:
    """
    What a stage cannot do itself: ask `request`, in `after` seconds plus a chance part of `spread`.

    `then(exchange, answer)` goes on with the answer. `keep` is for how many seconds the answer
    may serve others from memory, `save` a path where the body of the answer goes instead,
    `otherwise` the failure to give when the wait does not fit what is left of the call's time
    (None: a `DeadlineError`), `progress` what to tell `on_progress` meanwhile. A `FileBody` in
    place of a request asks for that piece of a file, and is answered with its bytes as the body.
    """

    request: HttpRequest | FileBody
    then: Callable[[Exchange, Answer], Outcome]
    after: float = 0.0
    spread: float = 0.0
    keep: float = 0.0
    save: Path | None = None
    otherwise: HfpipeError | None = None
    progress: Any = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


Outcome: TypeAlias = Result[Exchange | Need, HfpipeError]
Run: TypeAlias = Callable[[Exchange], Outcome]


@frozen
class Stage:
    """A step of a pipeline, known by its `name`. Called, it does what `run` does."""

    name: str
    run: Run

    def __call__(self, exchange: Exchange) -> Outcome:
        """What the stage makes of the exchange."""
        return self.run(exchange)


def stage(run: Run) -> Stage:
    """
    A stage named by its function: a decorator.

    Raises `InputError` on what has no name of its own: `hfpipe.Stage("name", f)` takes that.
    """
    name = getattr(run, "__name__", None)
    if name is None or not callable(run):
        raise InputError(
            f"{run!r:.80} is no function with a name: hfpipe.Stage(name, f) names any",
            code="bad_option",
        )
    return Stage(name, run)


StageMiddleware: TypeAlias = Callable[[Stage], Run]


@frozen
class Pipeline:
    """
    Stages in their order. Edits give a new pipeline; an unknown name raises `InputError`.

    A silent edit that misses would leave in place the stage that somebody thinks replaced.
    """

    stages: tuple[Stage, ...] = ()

    def names(self) -> tuple[str, ...]:
        """The names of the stages, in their order."""
        return tuple(stage.name for stage in self.stages)

    def index(self, name: str) -> int:
        """The place of a stage, from 0 on."""
        if name not in self.names():
            known = ", ".join(self.names()) or "none"
            raise InputError(f"no stage is named {name!r}; there are: {known}", code="bad_option")
        return self.names().index(name)

    def replace(self, name: str, stage: Run) -> Pipeline:
        """Another stage in the place of `name`, under that name."""
        return self._with(self.index(name), 1, Stage(name, _run(stage)))

    def before(self, name: str, stage: Run) -> Pipeline:
        """One more stage, just before `name`."""
        return self._with(self.index(name), 0, _stage(stage))

    def after(self, name: str, stage: Run) -> Pipeline:
        """One more stage, just after `name`."""
        return self._with(self.index(name) + 1, 0, _stage(stage))

    def without(self, name: str) -> Pipeline:
        """One stage fewer."""
        return self._with(self.index(name), 1)

    def wrap(self, name: str, middleware: StageMiddleware) -> Pipeline:
        """The stage `name` as the middleware makes it: `Stage -> Stage`."""
        at = self.index(name)
        return self._with(at, 1, Stage(name, _run(middleware(self.stages[at]))))

    def _with(self, at: int, gone: int, *new: Stage) -> Pipeline:
        stages = (*self.stages[:at], *new, *self.stages[at + gone :])
        names = [stage.name for stage in stages]
        for stage in new:
            if names.count(stage.name) > 1:
                raise InputError(f"there is a stage {stage.name!r} already", code="bad_option")
        return Pipeline(stages)


def _stage(given: Run) -> Stage:
    if isinstance(given, Stage):
        return given
    return Stage(getattr(_run(given), "__name__", type(given).__name__), given)


def _run(given: Run) -> Run:
    if isinstance(given, Stage):
        return given.run
    if not callable(given):
        raise InputError(f"a stage is a function, not {given!r}", code="bad_option")
    return given


@frozen(slots=False)
class Waiting:
    """
    A walk that stands at a stage and waits for the answer to a need.

    `exchange` is as far as it has come, `at` the place of the stage in `pipeline`. `began` and
    `clock` are there while the walk is traced: when the stage was asked, and what told that.
    """

    pipeline: Pipeline
    at: int
    exchange: Exchange
    need: Need
    began: float = field(default=0.0, eq=False)
    clock: Clock | None = field(default=None, eq=False)

    __repr__, __eq__, __hash__ = printed, equal, hashed

    @property
    def stage(self) -> str:
        """The name of the stage that asked."""
        return self.pipeline.stages[self.at].name

    def to_bytes(self) -> bytes:
        """
        The walk as bytes, to go on with in another process: `hfpipe.finish(waiting, client)`.

        They hold no secret and no code. Of the pipeline only the names of its stages are in them.
        Raises `InputError` where a stage of one's own waits in a way that is no data of hfpipe's,
        and where the walk waits for a signed address: that is a secret, and stays here.
        """
        from hfpipe import tickets  # 0.3 ms, for jobs that are put away

        request = self.need.request
        url = request.url if isinstance(request, HttpRequest) else ""
        if url != self.exchange.url and not harmless(url):
            raise InputError(
                "this walk waits for an address with a secret in it, which does not travel: "
                "finish it in this process"
            )
        return tickets.packed(
            {
                "stages": self.pipeline.names(),
                "at": self.at,
                "exchange": self.exchange,
                "need": self.need,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Waiting:
        """The walk in the bytes of `to_bytes`; raises `InputError` where they are none."""
        from hfpipe import tickets

        found = tickets.unpacked(data)
        names, at = found.get("stages"), found.get("at")
        exchange, need = found.get("exchange"), found.get("need")
        if (
            isinstance(names, tuple)
            and isinstance(at, int)
            and 0 <= at < len(cast("tuple[Any, ...]", names))
            and isinstance(exchange, Exchange)
            and isinstance(need, Need)
        ):
            stages = tuple(Stage(str(name), Elsewhere()) for name in cast("tuple[Any, ...]", names))
            return cls(Pipeline(stages), at, exchange, need)
        raise InputError("these bytes hold no walk that waits")


@frozen
class Elsewhere:
    """In the place of a stage whose code is another process's."""

    __repr__, __eq__, __hash__ = printed, equal, hashed

    def __call__(self, _: Exchange) -> Outcome:
        return Failure(
            InputError("this walk came as bytes: go on with it by hfpipe.finish(waiting, client)")
        )


Step: TypeAlias = Result[Waiting | Exchange, HfpipeError]


def start(pipeline: Pipeline, exchange: Exchange, clock: Clock | None = None) -> Step:
    """
    Walk until a stage needs something, or to the end.

    With a clock (seconds, as `time.perf_counter`) each stage leaves a record in the trace.
    """
    if not pipeline.stages:
        return success(exchange)
    return _walk(pipeline, 0, exchange, pipeline.stages[0].run, clock() if clock else 0.0, clock)


def resume(waiting: Waiting, answer: Answer) -> Step:
    """Go on from where the walk waits, with the answer to its need."""
    then = waiting.need.then
    return _walk(
        waiting.pipeline,
        waiting.at,
        waiting.exchange,
        lambda exchange: then(exchange, answer),
        waiting.began,
        waiting.clock,
        "unknown",
    )


def _walk(
    pipeline: Pipeline,
    at: int,
    exchange: Exchange,
    run: Run,
    began: float,
    clock: Clock | None,
    billed: Literal["no", "unknown"] = "no",
) -> Step:
    stages = pipeline.stages
    last = len(stages)
    while True:
        try:
            outcome = run(exchange)
        except Exception as error:  # noqa: BLE001 - any escape of a stage is a value: StageError
            outcome = _escaped(error, billed)
        new: Any = outcome.unwrap() if isinstance(outcome, Success) else None
        if not isinstance(new, Exchange):
            if isinstance(new, Need):
                return success(Waiting(pipeline, at, exchange, new, began, clock))
            return Failure(located(_failure(outcome), exchange, stages[at].name))
        exchange = _traced(stages[at], exchange, new, clock() - began) if clock else new
        at += 1
        if at == last:
            return success(exchange)
        began = clock() if clock else 0.0
        run, billed = stages[at].run, "no"


def _escaped(error: Exception, billed: Literal["no", "unknown"]) -> Outcome:
    cause = f"{type(error).__name__}: {error}"
    return Failure(StageError(f"the stage raised {cause}", cause=cause, billed=billed))


def _failure(outcome: object) -> HfpipeError:
    value = cast("object", outcome.unwrap() if isinstance(outcome, Success) else outcome)
    if isinstance(outcome, Failure):
        error = cast("object", outcome.failure())
        if isinstance(error, HfpipeError):
            return error
    return StageError(
        f"the stage gave {type(value).__name__}, which is no Result of an Exchange, "
        "a Need or an HfpipeError"
    )


def _traced(stage: Stage, old: Exchange, new: Exchange, seconds: float) -> Exchange:
    changed = tuple(name for name, value in new.__dict__.items() if value is not old.__dict__[name])
    return evolve(new, trace=(*new.trace, StageRecord(stage.name, seconds, "ok", changed)))
