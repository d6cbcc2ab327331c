"""
The record of one call, and the records that it is made of.

Floor 0. An `Exchange` starts whole: what no stage has written yet is empty, so that no stage has
to ask whether it is there. Nothing is ever assigned to: a stage returns `evolve(exchange, ...)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import field, frozen

from hfpipe.evolving import evolve, unshared
from hfpipe.http_options import HttpOptions
from hfpipe.printing import equal, hashed, printed
from hfpipe.secret import Secret, shown
from hfpipe.wire import Body, Headers, HttpRequest, HttpResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from hfpipe.clients import Client
    from hfpipe.outputs.usage import Usage
    from hfpipe.pipeline import Pipeline
    from hfpipe.progress import Progress
    from hfpipe.providers.row import Provider
    from hfpipe.retry import Retry

HUB: Final = "https://huggingface.co"
ROUTER: Final = "https://router.huggingface.co"
Unset: TypeAlias = Literal["unset"]


@frozen(slots=False)
class ProviderMapping:
    """
    How one provider serves one model, as the Hub lists it.

    `provider_id` is the model's name at the provider, `task` the Hub's name of the task,
    `status` live, staging or error. Of a LoRA `adapter` is its kind, and `adapter_weights_path` the
    file of its weights.
    """

    provider: str
    provider_id: str
    task: str
    status: str = "live"
    adapter: str | None = None
    adapter_weights_path: str | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


# Empty parts are made once, being immutable: an Exchange with its own took 4.5 us, now 0.5.
_NO_HEADERS: Final = Headers()
_USUAL_WAY: Final = HttpOptions()


@frozen(kw_only=True, slots=False)
class Options:
    """
    What a call may be told beside its task: the client's defaults, then the call's own.

    The fields are the options that `hfpipe.client()` lists, each in its frozen form.
    """

    token: Secret | None = None
    model: str = ""
    provider: str = "auto"
    task: str = ""
    bill_to: str = ""
    endpoint_url: str | Secret = ""
    timeout: float | Unset | None = "unset"
    idle_timeout: float | None = 120.0
    retry_on_503: bool = True
    retry: Retry | None = None
    extra_headers: Headers = _NO_HEADERS
    extra_body: Mapping[str, Any] = field(factory=dict[str, Any])
    save_to: Path | None = None
    on_progress: Callable[[Progress], object] | None = None
    http_options: HttpOptions = _USUAL_WAY
    hub_url: str | Secret = HUB
    router_url: str | Secret = ROUTER
    max_response_bytes: int = 2**30
    mappings: Mapping[str, tuple[ProviderMapping, ...]] = field(factory=dict[str, Any])
    providers: Mapping[str, Provider] = field(factory=dict[str, Any])
    auto_router: bool = True
    pipeline: Pipeline | None = None
    send: Callable[[HttpRequest], Any] | None = None

    __attrs_pre_init__ = unshared
    __repr__, __eq__, __hash__ = printed, equal, hashed


@frozen
class RateLimit:
    """What is left of a quota: `remaining` of `limit`; after `reset` seconds it is full again."""

    limit: float | None = None
    remaining: float | None = None
    reset: float | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


@frozen(kw_only=True, slots=False)
class Meta:
    """
    What is known about a call beside its value.

    `provider` and `model` are those that answered, `status` and `request_id` the answer's own.
    `usage` counts the tokens, `rate_limit` is what is left of the quota. `duration` is the whole
    call's, in seconds; `compute_time` the provider's own figure. `attempts` counts how often the
    request was sent; `warnings` are lines to read.
    """

    status: int | None = None
    request_id: str = ""
    provider: str = ""
    model: str = ""
    usage: Usage | None = None
    rate_limit: RateLimit | None = None
    attempts: int = 0
    duration: float = 0.0
    compute_time: float | None = None
    warnings: tuple[str, ...] = ()

    __repr__, __eq__, __hash__ = printed, equal, hashed


@frozen
class StageRecord:
    """
    One stage of a walk: its `name`, its `seconds`, and the fields it `changed`. Its `outcome` is
    "ok": a walk that fails is an error, which names the stage.
    """

    name: str
    seconds: float
    outcome: str
    changed: tuple[str, ...] = ()

    __repr__, __eq__, __hash__ = printed, equal, hashed


_UNMERGED: Final = Options()
_UNTOLD: Final = Meta()
_WHO: Final = ("provider", "model")


@frozen(repr=False, slots=False)
class Exchange:
    """
    One call on its way through the stages.

    Asked: `client`, `task` (the Hub's name) and `args`. Written by the stage of each name:
    `options` (merge), `mapping` (resolve), `url`, `body`, `content_type` and `method` (payload),
    `headers`, `request` and `response` (send), `output` (decode). `meta` and `trace` are the
    driver's.
    """

    client: Client
    task: str
    args: Mapping[str, Any]
    options: Options = _UNMERGED
    mapping: ProviderMapping | None = None
    url: str = field(default="", repr=shown)  # for printers that go by fields, as rich does
    body: Body = None
    content_type: str = ""
    method: str = "POST"
    headers: Headers = _NO_HEADERS
    request: HttpRequest | None = None
    response: HttpResponse | None = None
    output: Any = None
    meta: Meta = _UNTOLD
    trace: tuple[StageRecord, ...] = ()

    __attrs_pre_init__ = unshared
    __eq__, __hash__ = equal, hashed

    def __repr__(self) -> str:
        provider, model = who(self)
        told = {
            "model": model,
            "provider": provider,
            "url": shown(self.url),
            "request": self.request,
            "response": self.response,
        }
        known = "".join(f", {name}={value}" for name, value in told.items() if value)
        return f"Exchange({self.task}{known})"

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "url": shown(self.url)}


def who(exchange: Exchange) -> tuple[str, str]:
    """
    The provider and the model of a call, as far as is known: until merge, those asked for.
    """
    options, args = exchange.options, exchange.args
    asked = [value if isinstance(value := args.get(name), str) else "" for name in _WHO]
    if options is _UNMERGED:
        options = exchange.client.options
        return asked[0] or options.provider, asked[1] or options.model
    provider = exchange.mapping.provider if exchange.mapping else options.provider
    return provider, options.model or asked[1]


def warned(exchange: Exchange, line: str) -> Exchange:
    """The exchange with this line among those to read in `meta.warnings`, once."""
    meta = exchange.meta
    if line in meta.warnings:
        return exchange
    return evolve(exchange, meta=evolve(meta, warnings=(*meta.warnings, line)))
