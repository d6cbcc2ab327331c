"""
Clients: options with a name, frozen and cheap to hash.

Floor 7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias, TypedDict, Unpack

from attrs import field, frozen

from hfpipe.address import WEB
from hfpipe.errors import InputError
from hfpipe.evolving import evolve, unshared
from hfpipe.io.environment import hub_url, implicit_token
from hfpipe.options import CLIENT, addressed, checked, unknown
from hfpipe.pipeline import Pipeline
from hfpipe.providers.row import Provider
from hfpipe.providers.table import FIXED, PROVIDERS, Table
from hfpipe.records import Options
from hfpipe.secret import Secret
from hfpipe.shapes import is_mapping
from hfpipe.wire import Headers, HttpRequest

if TYPE_CHECKING:
    from hfpipe.http_options import HttpOptions
    from hfpipe.progress import Progress
    from hfpipe.retry import Retry

_LIMITS: Final = frozenset({"timeout", "idle_timeout"})


class SharedOptions(TypedDict, total=False):
    """The options that a client and a call both take."""

    model: str | None
    provider: str
    task: str
    bill_to: str | None
    endpoint_url: str | None
    timeout: float | None
    idle_timeout: float | None
    retry_on_503: bool
    retry: int | Retry | None
    extra_headers: Mapping[str, str | Secret] | Headers
    extra_body: Mapping[str, Any]


class CallOptions(SharedOptions, total=False):
    """The options of a call: what it says goes before what its client says."""

    token: str | Secret | None
    access_token: str | Secret | None
    save_to: str | Path | None
    on_progress: Callable[[Progress], object] | None


class ClientOptions(SharedOptions, total=False):
    """The options of a client."""

    http_options: Mapping[str, Any] | HttpOptions
    hub_url: str
    router_url: str
    max_response_bytes: int
    mappings: Mapping[str, Any]
    providers: Mapping[str, Provider]
    auto_router: bool
    pipeline: Pipeline | None
    send: Callable[[HttpRequest], Any] | None


@frozen(slots=False, eq=False)
class Client:
    """
    The defaults of calls. Made by `hfpipe.client()`; immutable, shared freely between threads.

    `options` are all of them, `given` those that were named. A pickle holds what was given,
    without any secret: a token of the environment is read again where the client is used, a
    literal one does not travel.
    """

    options: Options
    given: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)

    __attrs_pre_init__ = unshared

    @cached_property
    def tokenless(self) -> Options:
        """The options as a finished record keeps them: without the token."""
        return evolve(self.options, token=None)

    @cached_property
    def kept_headers(self) -> dict[tuple[str, str, str, bool], Headers]:
        """Those of its calls that have no options of their own, by what else they depend on."""
        return {}

    def with_options(self, **changes: Any) -> Client:
        """A new client with some options changed; raises `InputError` as `client()` does."""
        return client(**{**self.given, **changes})

    def close(self) -> None:
        """Closes the idle connections of clients with equal `http_options`."""
        from hfpipe.io import pools

        pools.close(self.options.http_options)

    def __enter__(self) -> Self:
        """The client itself; the connections are closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Client) and self.options == other.options)

    def __hash__(self) -> int:
        # Equal clients have equal hashes; what may be unhashable takes no part.
        options = self.options
        return hash((options.provider, options.model, options.endpoint_url, options.http_options))

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.given.items())
        return f"Client({told})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (dict(self.given),))


def _again(given: dict[str, Any]) -> Client:
    return client(**given)


AnyClient: TypeAlias = Client | Mapping[str, Any]


def client(token: str | Secret | None = None, **options: Unpack[ClientOptions]) -> Client:
    """
    A client: the options that its calls share.

    Without a token that of the environment is taken (HF_TOKEN), else that of the saved Hugging
    Face login, else none. Raises `InputError` on an unknown or mistyped option, and names the
    nearest valid one.

    For a call, too, where its own go before the client's:

    - `model`, `provider` ("auto"), `bill_to` (an organization of the Hub);
    - `task`: the Hub's name of the task, in place of the function's own;
    - `endpoint_url`: the address of a server of one's own, which no provider is then asked for;
    - `timeout`: seconds for the whole call, waits, further tries and downloads included; where it
      is not given 120, for streams 300; None is no limit;
    - `idle_timeout` (120.0): seconds between two pieces of a stream;
    - `retry_on_503` (True), or `retry`: a number of further tries, or a `hfpipe.Retry`;
    - `extra_headers`, `extra_body`: laid over those that hfpipe makes.

    For a call alone: `save_to`, a path to which the result is written instead of into memory, and
    `on_progress`, called with a `hfpipe.Progress` before each wait for a job.

    For a client alone:

    - `http_options`: how connections are made, the fields of `hfpipe.HttpOptions`;
    - `hub_url` (HF_ENDPOINT, else https://huggingface.co) and `router_url`;
    - `max_response_bytes` (1 GiB): of a decoded body;
    - `mappings`: the providers of a model, which is then not looked up;
    - `providers`: rows in place of `hfpipe.PROVIDERS`;
    - `auto_router` (True): whether chat with "auto" leaves the choice to the router;
    - `pipeline`: stages in place of `hfpipe.default_pipeline()`;
    - `send`: a sender in place of `hfpipe.default_send`.

    >>> hf = client("hf_abc", provider="groq", timeout=20.0)
    >>> hf
    Client(provider='groq', timeout=20.0, token=[redacted])
    """
    unknown(options, CLIENT, "there is no option")
    given = checked(addressed({**options, "token": token}))
    if given["token"] is None:
        given["token"] = implicit_token()
    known = {name: value for name, value in given.items() if value is not None or name in _LIMITS}
    return Client(_complete(known), known)


def endpoint_client(
    token: str | Secret | None, url: str, **options: Unpack[ClientOptions]
) -> Client:
    """
    A client of one endpoint: any server that speaks OpenAI's or Hugging Face's dialect.

    >>> endpoint_client(None, "http://127.0.0.1:8080", model="tiny").options.endpoint_url
    'http://127.0.0.1:8080'
    """
    options["endpoint_url"] = url
    return client(token, **options)


def _complete(given: dict[str, Any]) -> Options:
    given = {"hub_url": hub_url(), **given}
    rows: dict[str, Any] | None = given.get("providers")
    for name, row in (rows or {}).items():
        if not isinstance(row, Provider):
            raise InputError(f"providers[{name!r}] is no hfpipe.Provider", code="bad_option")
    given["providers"] = PROVIDERS if rows is None else Table({**FIXED, **rows})
    options = with_provider(Options(**given), given.get("provider"))
    if options.model.startswith(WEB):
        # A model that is an address is an endpoint; a call may still name the model there.
        return evolve(options, endpoint_url=options.endpoint_url or options.model, model="")
    return options


def with_provider(options: Options, name: Any) -> Options:
    """The options with the row of this provider, where an installed package brings it."""
    if not isinstance(name, str) or name in options.providers or not name:
        return options
    from hfpipe.io.plugins import plugged

    row = plugged(name)
    return (
        options
        if row is None
        else evolve(options, providers=Table({**options.providers, name: row}))
    )


def as_client(given: object) -> Client:
    """The client that is meant: itself, or one of a mapping of options; raises `InputError`."""
    if isinstance(given, Client):
        return given
    if is_mapping(given):
        if not given.keys().isdisjoint({"messages", "inputs", "parameters"}):
            raise InputError(
                "the first argument is the client: hfpipe.client(), or a mapping of its options; "
                "the task's arguments come after it"
            )
        known: Any = given
        return client(**known)
    raise InputError(
        f"the first argument is the client, as hfpipe.client() makes it, not {type(given).__name__}"
    )
