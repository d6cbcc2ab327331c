"""
The door: from a call's arguments to an exchange, and from the walk's end to its value.

Floor 7. Every task function of every face (plain, raising, asynchronous) comes through here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, cast

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.clients import as_client, with_provider
from hfpipe.errors import HfpipeError, InputError
from hfpipe.evolving import evolve
from hfpipe.io.driver import WORLD, run
from hfpipe.io.sending import DefaultSender
from hfpipe.io.spans import begun, told
from hfpipe.io.terms import Deadline
from hfpipe.options import addressed, checked
from hfpipe.printing import equal, hashed, printed
from hfpipe.records import Exchange
from hfpipe.results import success
from hfpipe.secret import Secret, harmless
from hfpipe.shapes import is_mapping
from hfpipe.standard import default_pipeline
from hfpipe.tasks import TASKS, Task, named

if TYPE_CHECKING:
    from hfpipe.clients import AnyClient
    from hfpipe.io.driver import Send
    from hfpipe.io.span import Span
    from hfpipe.pipeline import Clock, Pipeline

F = TypeVar("F", bound=Callable[..., Any])

# What may be a secret among the arguments is wrapped before anything is recorded of the call.
_HIDDEN: Final = frozenset({"token", "access_token", "extra_headers", "endpoint_url"})
_HIDING: Final = _HIDDEN | {"model"}  # which may be an address


def new_exchange(client: AnyClient, task: Any, first: Any = None, /, **args: Any) -> Exchange:
    """
    The record of a call before its walk. `task` is a task function, or its name.

    Raises `InputError` where the arguments are no call at all: an input given twice, a file that
    is not there. Everything else is for the walk to find.
    """
    return _exchange(client, named(task), first, args)


def _exchange(client: AnyClient, task: Task, first: Any, args: dict[str, Any]) -> Exchange:
    if first is not None:
        args = _with_first(task, first, args)
    args = veiled(args)
    if (task.kind == "media" or task.media) and args.get(task.takes) is not None:
        args = {**args, task.takes: _made_out(task, args[task.takes])}
    asks = as_client(client)
    if "provider" in args:
        asks = evolve(asks, options=with_provider(asks.options, args["provider"]))
    return Exchange(asks, task.name, args)


def _made_out(task: Task, given: Any) -> Any:
    """The input with its media read, or known to be at an address."""
    from hfpipe.io.inputs import media_input

    if not task.media:
        return media_input(task.takes, given)
    if not is_mapping(given) or given.get(task.media) is None:
        return given  # merge will say what is missing
    return {**given, task.media: media_input(f"{task.takes}[{task.media!r}]", given[task.media])}


def _with_first(task: Task, first: Any, args: dict[str, Any]) -> dict[str, Any]:
    # a mapping of arguments, unless it is the input itself
    if is_mapping(first) and (task.kind != "mapping" or task.takes in first):
        if task.takes in first and task.takes in args:
            raise InputError(f"{task.takes} is given twice: in the mapping and by name")
        if not all(isinstance(name, str) for name in first):
            raise InputError("the arguments' names must be texts")
        return {**first, **args}
    if task.takes in args:
        raise InputError(f"{task.takes} is given twice: as the first argument and by name")
    return {**args, task.takes: first}


def veiled(args: dict[str, Any]) -> dict[str, Any]:
    """
    The arguments with their secrets wrapped: done in each frame that holds them while a call runs,
    for an interrupt may show the locals of any.
    """
    if _HIDING.isdisjoint(args):
        return args
    args = addressed(args)
    safe = {name: value for name, value in args.items() if name not in _HIDDEN}
    for name in _HIDDEN & args.keys():
        try:
            safe.update(checked({name: args[name]}))
        except InputError:
            # merge will say what is wrong with it; until then nobody is to see it
            safe[name] = Secret(args[name]) if _may_hide(name, args[name]) else args[name]
    return safe


def _may_hide(name: str, value: Any) -> bool:
    # An address without user and query hides nothing, and its mistake can be shown.
    return isinstance(value, str) and (name != "endpoint_url" or not harmless(value))


def sender(exchange: Exchange) -> Send:
    """The function that sends this call's requests: the client's own, else hfpipe's."""
    given = exchange.client.options.send
    if given is not None:
        return given
    return DefaultSender(exchange.client.options.http_options)


def pipeline(exchange: Exchange) -> Pipeline:
    """The stages of this call: the client's own, else the standard ones."""
    return exchange.client.options.pipeline or default_pipeline()


@frozen(slots=False)
class Walk:
    """
    A call that is ready to go: its exchange, and what the end of the walk is worth.

    Whoever asks performs it: `walked` while it blocks, `hfpipe.aio` on an event loop.
    """

    exchange: Exchange
    worth: Callable[[Exchange], Any]
    trace: Clock | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


Asked: TypeAlias = "Result[Walk, HfpipeError]"


def asked(
    task: Task,
    client: AnyClient,
    first: Any,
    args: dict[str, Any],
    worth: Callable[[Exchange], Any],
    trace: Clock | None = None,
) -> Asked:
    """The walk of a call, or why its arguments are no call at all."""
    try:
        return success(Walk(_exchange(client, task, first, args), worth, trace))
    except InputError as error:
        return Failure(error)


def whole(
    task: Task,
    client: AnyClient,
    first: Any,
    args: dict[str, Any],
) -> Asked:
    """The walk to the value of a task."""
    ready = asked(task, client, first, args, output)
    if isinstance(ready, Success) and ready.unwrap().exchange.args.get("stream"):
        return Failure(_not_a_stream(task))
    return ready


def _not_a_stream(task: Task) -> InputError:
    hint = (
        f"Use hfpipe.{task.function}_stream for a stream."
        if "stream" in task.known
        else "Leave it out: chat_completion_stream and text_generation_stream are the streams."
    )
    return InputError(f"{task.function} gives a whole answer", code="bad_option", hint=hint)


def output(exchange: Exchange) -> Any:
    """What most walks are worth: the value that decode has written."""
    return exchange.output


def performed(asked: Asked) -> Result[Any, HfpipeError]:
    """What the walk is worth at its end, waiting for it."""
    if not isinstance(asked, Success):
        return asked
    walk = asked.unwrap()
    span = begun(walk.exchange)
    ended = _ended(walk) if span is None else told(span, partial(_ended, walk))
    return success(walk.worth(ended.unwrap())) if isinstance(ended, Success) else ended


def _ended(walk: Walk) -> Result[Exchange, HfpipeError]:
    exchange = walk.exchange
    return run(pipeline(exchange), exchange, sender(exchange), trace=walk.trace)


def walked(
    client: AnyClient, task: Task, first: Any, args: dict[str, Any], trace: Clock | None = None
) -> Result[Exchange, HfpipeError]:
    """The exchange at the end of its walk."""
    return performed(asked(task, client, first, args, lambda exchange: exchange, trace))


def call(task: Task, client: AnyClient, first: Any, args: dict[str, Any]) -> Result[Any, Any]:
    """The value of a task."""
    return performed(whole(task, client, first, args))


def opened(
    asked: Asked, made: Callable[[Exchange, Span | None, Deadline], Any]
) -> Result[Any, HfpipeError]:
    """
    What is made of a streaming call once its status has been checked.

    The stream goes on under the deadline that began with the walk.
    """
    if not isinstance(asked, Success):
        return asked
    exchange = asked.unwrap().exchange
    span, deadline = begun(exchange), Deadline(WORLD.clock)
    ended = run(pipeline(exchange), exchange, sender(exchange), deadline=deadline)
    if span is not None and not isinstance(ended, Success):
        span.fail(ended.failure())
    return ended.map(lambda found: made(found, span, deadline))


def asking(function: F, ask: Callable[..., Asked]) -> F:
    """
    The function, with what it asks for beside it.

    `ask` takes the same arguments and gives the walk instead of performing it: from that the
    other faces make theirs, so that no function is written twice.
    """
    function.__dict__["ask"] = ask
    return function


# The default of what need not be given: an argument that was not given does not exist.
unset: Any = ...


class Signature(AssertionError):
    """The body of a task function: only its signature is used."""


def task(name: str) -> Callable[[F], F]:
    """
    Makes a task function of a signature: what it is called with goes to the walk as it is.

    The signatures are for readers, editors and checkers; an argument that was not given does not
    exist, so that nothing has to be told apart from a default.
    """
    chosen = TASKS[name]

    def ask(client: AnyClient, first: Any = None, /, **args: Any) -> Asked:
        return whole(chosen, client, first, args)

    def made(signature: F) -> F:
        @wraps(signature)
        def function(client: AnyClient, first: Any = None, /, **args: Any) -> Any:
            args = veiled(args)
            return performed(whole(chosen, client, first, args))

        return asking(cast("F", function), ask)

    return made
