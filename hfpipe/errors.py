"""
Everything that can go wrong: one flat, closed union of frozen records.

Floor 0. An error states facts (`status=429`, `path="$.choices"`), and no error wraps another.
Each is also an exception, so that `hfpipe.raising` and `hfpipe.unwrap` can raise it, and yet a
record: equal by value, hashable, picklable.

>>> from hfpipe.errors import InputError, kind
>>> error = InputError("unknown option 'modle'; did you mean 'model'?", code="bad_option")
>>> error.code, error.retryable, error.billed
('bad_option', False, 'no')
>>> match kind(error):
...     case InputError(hint=hint):
...         print(hint)
Correct the option; hfpipe.client() lists them all. (docs/errors.md#bad_option)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeAlias, cast

from attrs import Attribute, Factory, field, fields, frozen

from hfpipe.hints import CODES, Code, ended, hint
from hfpipe.printing import equal, hashed

if TYPE_CHECKING:
    from hfpipe.outputs.chat import ChatCompletion
    from hfpipe.pipeline import Waiting
    from hfpipe.wire import HttpRequest, HttpResponse

Billed: TypeAlias = Literal["no", "yes", "unknown"]

_LONGEST: Final = 2_000
_UNPRINTABLE: Final = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+"
_RETRYABLE_STATUS: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_RETRYABLE_CODE: Final = frozenset({"truncated", "idle", "reset"})
_UNCONNECTED: Final = frozenset({"dns", "tls", "refused", "proxy"})
_UNSENT: Final = _UNCONNECTED | {"timeout"}
_TIMED_OUT: Final = frozenset({"timeout", "deadline", "idle"})


def _known(_: object, __: Attribute[Code], code: str) -> None:
    if code not in CODES:
        raise ValueError(f"{code!r} is no error code: {', '.join(sorted(CODES))}")


def _usual_code(error: HfpipeError) -> Code:
    return error.usual[0]


def _usually_billed(error: HfpipeError) -> Billed:
    return error.usual[1]


def _as_data(error: HfpipeError) -> dict[str, Any]:
    return {f.name: getattr(error, f.name) for f in fields(type(error))}


def _from_data(cls: type[HfpipeError], data: dict[str, Any]) -> HfpipeError:
    return cls(**data)


# Without auto_exc=False attrs makes exceptions that compare by identity and fail to unpickle. They
# compare by one function for all: written for each of the five, it took 0.8 ms of each import.
@frozen(auto_exc=False, eq=False, repr=False, slots=False, kw_only=True)
class HfpipeError(Exception):
    """
    Why a call has no value. The base of the union: what is met is always one of its members.

    `code` says what went wrong, `message` in words, `hint` what to do about it. `stage`, `task`,
    `model`, `provider`, `status` and `request_id` say where, `attempts` how often the request was
    sent; `warnings` are lines of the walk so far.

    What is not known is empty (texts) or None (`status`, `request`, `response`). `request` and
    `response` are redacted, with at most 8 KB of each body. `billed` says whether the provider
    may charge for the call; `cause` is the text of a foreign exception.
    """

    message: str = field(kw_only=False)
    code: Code = field(default=Factory(_usual_code, takes_self=True), validator=_known)
    stage: str = ""
    task: str = ""
    model: str = ""
    provider: str = ""
    request: HttpRequest | None = None
    response: HttpResponse | None = None
    request_id: str = ""
    status: int | None = None
    attempts: int = 0
    billed: Billed = field(default=Factory(_usually_billed, takes_self=True))
    hint: str = ""
    cause: str = ""
    warnings: tuple[str, ...] = ()

    # `code` and `billed` where nothing else is said. A member with no fields of its own needs no
    # more than this: as a record of its own each took 0.5 ms to create.
    usual: ClassVar[tuple[Code, Billed]] = ("bad_input", "unknown")

    def __attrs_post_init__(self) -> None:
        # no default: a subclass's own `code` comes after the inherited fields
        given = ended(self.hint, self.code) if self.hint else hint(self.code)
        object.__setattr__(self, "hint", given)

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed when it is made again."""
        return (
            self.status in _RETRYABLE_STATUS
            or self.code in _RETRYABLE_CODE
            or (self.code in _UNSENT and self.billed == "no" and self.status is None)
        )

    @property
    def timed_out(self) -> bool:
        """Whether it was time that ran out."""
        return self.code in _TIMED_OUT

    def __str__(self) -> str:
        facts = {
            "provider": self.provider,
            "model": self.model,
            "status": self.status,
            "request_id": self.request_id,
        }
        known = "".join(f" {name}={value}" for name, value in facts.items() if value)
        line = f"{self.message} [{self.code}{known}] {self.hint}"
        return re.sub(_UNPRINTABLE, " ", line)[:_LONGEST]

    def __repr__(self) -> str:
        return f"{type(self).__name__}(code={self.code!r}, message={self.message!r})"

    __eq__, __hash__ = equal, hashed

    def __reduce__(self) -> tuple[Any, ...]:
        return (_from_data, (type(self), _as_data(self)))


class InputError(HfpipeError):
    """Bad arguments: nothing was sent."""

    usual = ("bad_input", "no")


class RoutingError(HfpipeError):
    """No provider can take the call: nothing was sent to one."""

    usual = ("no_provider", "no")


class HubApiError(HfpipeError):
    """The Hub answered the look-up of the model's providers with an error."""

    usual = ("server_error", "no")


class ProviderApiError(HfpipeError):
    """The provider answered with an error (status 300 and up), or its job failed."""

    usual = ("server_error", "unknown")


@frozen(auto_exc=False, eq=False, repr=False, slots=False, kw_only=True)
class ProviderOutputError(HfpipeError):
    """
    The provider's answer is not what the task promises.

    `path` is where in the answer (`$.choices[0].message`), `expected` and `got` are what.
    """

    usual = ("bad_answer", "yes")

    path: str = ""
    expected: str = ""
    got: str = ""


def _carried(error: HfpipeError) -> Billed:
    return "no" if error.code in _UNCONNECTED else "unknown"


@frozen(auto_exc=False, eq=False, repr=False, slots=False, kw_only=True)
class TransportError(HfpipeError):
    """
    No answer came. `timeout`: because time ran out. `billed="no"`: nothing was sent.

    A connection that was never made carried nothing: `dns`, `tls`, `refused` and `proxy` are
    `billed="no"`, and so `retryable`, unless it is said otherwise.
    """

    usual = ("reset", "unknown")

    timeout: bool = False
    billed: Billed = field(default=Factory(_carried, takes_self=True))

    @property
    def timed_out(self) -> bool:
        """Whether it was time that ran out."""
        return self.timeout or super().timed_out


@frozen(auto_exc=False, eq=False, repr=False, slots=False, kw_only=True)
class StreamError(HfpipeError):
    """
    A stream ended badly. `partial` is the answer so far; `chunks` counts the events decoded.
    """

    usual = ("truncated", "yes")

    partial: ChatCompletion | None = None
    chunks: int = 0


@frozen(auto_exc=False, eq=False, repr=False, slots=False, kw_only=True)
class DeadlineError(HfpipeError):
    """
    The time of the whole call is up, after `waited` seconds.

    `waiting` is where the walk stood: `hfpipe.finish(error.waiting, client)` goes on from there.
    """

    usual = ("deadline", "unknown")

    waited: float = 0.0
    waiting: Waiting | None = field(default=None, eq=False)


class StageError(HfpipeError):
    """A stage raised, or returned something that no stage may return."""

    usual = ("stage_raised", "unknown")


AnyHfpipeError: TypeAlias = (
    InputError
    | RoutingError
    | HubApiError
    | ProviderApiError
    | ProviderOutputError
    | TransportError
    | StreamError
    | DeadlineError
    | StageError
)


def kind(error: HfpipeError) -> AnyHfpipeError:
    """The same error, typed as the closed union: `match hfpipe.kind(error)` is exhaustive."""
    return cast("AnyHfpipeError", error)
