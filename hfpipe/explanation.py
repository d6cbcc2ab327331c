"""
What a call would send, and how its stages came to that: nothing is sent.

Floor 7. The same stages walk as in the call itself, one at a time, up to the first request that
they ask for; that is shown instead of being performed.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import attrs
from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe import shell
from hfpipe.door import new_exchange as made
from hfpipe.door import pipeline, sender
from hfpipe.errors import HfpipeError, InputError, TransportError
from hfpipe.evolving import evolve
from hfpipe.pipeline import Pipeline, Step, Waiting, start
from hfpipe.records import Exchange, Options, StageRecord
from hfpipe.redaction import secrets
from hfpipe.secret import REDACTED, Secret, scrubbed, shown
from hfpipe.walks import streaming
from hfpipe.wire import FileBody, Headers, HttpRequest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from hfpipe.clients import AnyClient
    from hfpipe.io.driver import Send
    from hfpipe.io.terms import Deadline
    from hfpipe.pipeline import Stage

Purpose = Literal["call", "look-up", "input"]
Walked: TypeAlias = "Generator[Waiting, Step | None, Result[Explanation, HfpipeError]]"

_LONGEST: Final = 300
_SCHEMES: Final = ("Bearer ", "Key ", "Basic ")
_UNTOLD: Final = frozenset({"meta", "trace", "client", "content_type"})
_DEFAULTS: Final = Options()


@frozen
class StageChange:
    """What one stage did: its `name`, its `seconds`, and the fields it `changed`, as text."""

    name: str
    seconds: float
    changed: tuple[tuple[str, str], ...] = ()


@frozen
class Explanation:
    """
    A request that was not sent, and how it came about.

    `purpose` says what the request is for: the `call` itself, the `look-up` of the model's
    providers that would come first, or an `input` that would be fetched first. No secret is in
    it: a Hugging Face token is `$HF_TOKEN`, any other one `[redacted]`. `task`, `model` and
    `provider` are what was chosen, `stages` says what each stage did, `warnings` what is worth a
    look. Its text is for reading.
    """

    task: str
    model: str
    provider: str
    request: HttpRequest
    purpose: Purpose
    stages: tuple[StageChange, ...]
    warnings: tuple[str, ...] = ()

    def as_curl(self) -> str:
        """The request as a command: with HF_TOKEN set, it sends what the call would send."""
        return shell.curl(self.request)

    def as_http(self) -> str:
        """The request as the text that goes over the wire."""
        return shell.http(self.request)

    @property
    def trace(self) -> tuple[StageRecord, ...]:
        """The stages as the trace of a call has them."""
        return tuple(
            StageRecord(stage.name, stage.seconds, "ok", tuple(name for name, _ in stage.changed))
            for stage in self.stages
        )

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        who = f" by {self.provider}" if self.provider else ""
        yield f"{self.task}{f' of {self.model}' if self.model else ''}{who}"
        for stage in self.stages:
            told = [f"{name}: {text}" for name, text in stage.changed] or ["(nothing changed)"]
            yield f"  {stage.name:<9} {told[0]}"
            yield from (f"  {'':<9} {line}" for line in told[1:])
        yield from (f"  warning   {line}" for line in self.warnings)
        yield ""
        yield _PURPOSES[self.purpose]
        yield self.as_curl()


_PURPOSES: Final[dict[Purpose, str]] = {
    "call": "This would be sent:",
    "look-up": (
        "The Hub would be asked first which providers serve the model "
        "(resolve=True asks it, and shows what would be sent then):"
    ),
    "input": "The input would be fetched first (resolve=True fetches it):",
}


def explain(
    client: AnyClient, task: Any, first: Any = None, /, *, resolve: bool = False, **args: Any
) -> Result[Explanation, HfpipeError]:
    r"""
    What the call would send: nothing is sent.

    `.request` is the request, `.as_curl()` the command that sends it, `.stages` what each stage
    changed; printed, it shows all of them. A provider mapping that is not known yet is shown as
    the look-up that would come first; with `resolve=True` that look-up is made.

    >>> import hfpipe
    >>> hf = hfpipe.client("hf_abc", endpoint_url="http://127.0.0.1:8080", model="tiny")
    >>> print(explain(hf, hfpipe.chat_completion, "hi").unwrap().as_curl())
    curl http://127.0.0.1:8080/v1/chat/completions \
      -H 'user-agent: ...' \
      -H 'content-type: application/json' \
      -H "authorization: Bearer $HF_TOKEN" \
      --data-raw '{"model":"tiny",...}'
    """
    from hfpipe.io.driver import WORLD
    from hfpipe.io.terms import Deadline

    try:
        exchange = asked(client, task, first, args)
    except InputError as error:
        return Failure(error)
    walk, deadline = explained(exchange), Deadline(WORLD.clock)
    try:
        waiting = next(walk)
        while True:
            waiting = walk.send(_further(waiting, resolve, deadline))
    except StopIteration as end:
        shown: Result[Explanation, HfpipeError] = end.value
        return shown


def asked(client: AnyClient, task: Any, first: Any, args: dict[str, Any]) -> Exchange:
    """The record of the call that is to be explained; raises `InputError`."""
    return made(client, task, first, **streaming(task, args))


def explained(exchange: Exchange) -> Walked:
    """
    The stages, one at a time: yields what they wait for, returns the explanation.

    What is sent back is the walk after it, or None: nobody may be asked.
    """
    changes: list[StageChange] = []
    for stage in pipeline(exchange).stages:
        began = perf_counter()
        step = start(Pipeline((stage,)), exchange)
        while isinstance(step, Success) and isinstance(step.unwrap(), Waiting):
            waiting: Any = step.unwrap()
            further = yield waiting
            if further is None:
                changes.append(StageChange(stage.name, perf_counter() - began))
                return Success(_explained(waiting.exchange, waiting.need.request, changes, stage))
            step = further
        if not isinstance(step, Success):
            return Failure(step.failure())
        new: Any = step.unwrap()
        changes.append(StageChange(stage.name, perf_counter() - began, _changed(exchange, new)))
        exchange = new
    # no stage asked for anything: a stage of the user's own has answered
    whole = exchange.request or HttpRequest(
        exchange.method, exchange.url, exchange.headers, exchange.body
    )
    return Success(_explained(exchange, whole, changes, None))


def _further(waiting: Waiting, resolve: bool, deadline: Deadline) -> Step | None:
    """The walk after its need, where that needs nobody to be asked; else None."""
    from hfpipe.io.driver import performed

    refused = Refused()
    ask: Send = refused
    if may_ask(waiting, resolve):
        ask = sender(waiting.exchange)
    elif not in_memory(waiting):
        return None
    step = performed(waiting, ask, deadline)
    return None if refused.asked else step


def may_ask(waiting: Waiting, resolve: bool) -> bool:
    """Whether what comes before the call itself is to be asked for."""
    return resolve and waiting.stage != "send"


def in_memory(waiting: Waiting) -> bool:
    """Whether nobody may have to be asked: it is in a file, or perhaps on the shelf."""
    return isinstance(waiting.need.request, FileBody) or bool(waiting.need.keep)


class Refused:
    """A sender that sends nothing, and remembers that it was wanted: memory did not suffice."""

    asked = False

    def __call__(self, _: HttpRequest) -> Result[Any, TransportError]:
        self.asked = True
        return Failure(TransportError("an explanation sends nothing", billed="no"))


def _explained(
    exchange: Exchange, request: Any, changes: list[StageChange], stage: Stage | None
) -> Explanation:
    mapping, options = exchange.mapping, exchange.options
    hidden = secrets(exchange)
    purpose: Purpose = "call"
    if stage is not None and stage.name != "send":
        purpose = "look-up" if stage.name == "resolve" else "input"
    return Explanation(
        exchange.task,
        options.model or (mapping.provider_id if mapping else ""),
        mapping.provider if mapping else options.provider,
        _safe(request, hidden),
        purpose,
        tuple(changes),
        tuple(scrubbed(line, hidden) for line in exchange.meta.warnings),
    )


def _safe(request: HttpRequest, hidden: list[str]) -> HttpRequest:
    """The request with placeholders for its secrets, and every other byte as it is."""
    headers = Headers((name, _placeholder(value)) for name, value in request.headers.items())
    body = request.body
    if isinstance(body, bytes):
        text = body.decode("utf-8", "surrogateescape")
        body = scrubbed(text, hidden).encode("utf-8", "surrogateescape")
    return evolve(request, url=scrubbed(shown(request.url), hidden), headers=headers, body=body)


def _placeholder(value: str | Secret) -> str | Secret:
    if not isinstance(value, Secret):
        return value
    if value.startswith("Bearer hf_"):
        return Secret(f"Bearer {shell.VARIABLE}")
    scheme = next((word for word in _SCHEMES if value.startswith(word)), "")
    return Secret(scheme + REDACTED)


def _changed(old: Exchange, new: Exchange) -> tuple[tuple[str, str], ...]:
    hidden = secrets(new)
    return tuple(
        (name, scrubbed(_text(name, new), hidden)[:_LONGEST])
        for name, value in new.__dict__.items()
        if name not in _UNTOLD and value is not old.__dict__[name]
    )


def _text(name: str, exchange: Exchange) -> str:
    mapping, body = exchange.mapping, exchange.body
    if name == "options":
        return _options(exchange.options)
    if name == "mapping" and mapping is not None:
        known = f" as {mapping.provider_id}" if mapping.provider_id else ""
        return f"{mapping.provider}{known}, for {mapping.task} ({mapping.status})"
    if name == "body":
        return f"{len(body) if body else 0} bytes of {exchange.content_type or 'no type'}"
    if name == "headers":
        return ", ".join(exchange.headers)
    return shown(exchange.url) if name == "url" else repr(getattr(exchange, name))


def _options(options: Options) -> str:
    told = [
        f"{field.name}={getattr(options, field.name)!r}"
        for field in attrs.fields(Options)
        if field.name in _TOLD and getattr(options, field.name) != getattr(_DEFAULTS, field.name)
    ]
    return ", ".join([_token(options.token), *told])


_TOLD: Final = frozenset(
    """
    model provider task bill_to endpoint_url timeout idle_timeout retry_on_503 save_to hub_url
    router_url auto_router
    """.split()
)


def _token(token: Secret | None) -> str:
    if token is None:
        return "no token"
    source = token.source
    if source is None:
        return "token as given"
    where = getattr(source, "name", "")
    return f"token of {where}" if where else "token of the saved login"
