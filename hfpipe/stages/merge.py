"""
merge: the client's defaults and the call's own options become one set of options.

Floor 3. Here too the arguments are looked through, before anything is asked of anybody: a slip
in a name, a missing input, an option that is not what it has to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from returns.result import Failure, Result

from hfpipe.address import WEB
from hfpipe.errors import HfpipeError, InputError
from hfpipe.evolving import evolve
from hfpipe.near import slip
from hfpipe.options import CALL, NAMES, checked
from hfpipe.results import success
from hfpipe.shapes import is_mapping, is_sequence
from hfpipe.tasks import CHAT, CHAT_OTHERS, TASKS, Task, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfpipe.records import Exchange, Options

_POLICIES: Final = frozenset({"fastest", "cheapest", "preferred"})


def merge(exchange: Exchange) -> Result[Exchange, HfpipeError]:
    """Writes `options`: the client's, under the call's own. Arguments that are wrong end here."""
    task, args = TASKS[exchange.task], exchange.args
    options = exchange.client.options
    try:
        if not CALL.isdisjoint(args):
            own = {name: value for name, value in args.items() if name in CALL}
            options = evolve(options, **_with_model(checked(own)))
        if options.task:
            options = evolve(options, task=_instead(task, named(options.task)).name)
        if ":" in options.model:
            options = _without_suffix(options, options.task or task.name)
        _know(task, args)
        _have(task, args)
    except InputError as error:
        return Failure(error)
    return success(evolve(exchange, options=options))


def _instead(task: Task, other: Task) -> Task:
    # what is called takes the arguments, and what is asked for reads them
    if other.takes != task.takes:
        raise InputError(
            f"{task.function} takes {task.takes}, and the task {other.name} {other.takes}: "
            f"call {other.function}",
            code="bad_option",
        )
    return other


def _with_model(own: dict[str, Any]) -> dict[str, Any]:
    # A model that is an address is an endpoint; None is as good as not given.
    model = own.get("model")
    if model == "":
        own = {name: value for name, value in own.items() if name != "model"}
    elif model is not None and model.startswith(WEB):
        own = {**own, "endpoint_url": own.get("endpoint_url") or model, "model": ""}
    return own


def _without_suffix(options: Options, task: str) -> Options:
    """
    `org/name:groq` is a model and a provider; only the router's own chat reads the suffix itself.

    https://huggingface.co/docs/inference-providers: `:fastest`, `:cheapest`, `:preferred`.
    """
    routed = options.provider == "auto" and options.auto_router and task == CHAT
    model, _, suffix = options.model.rpartition(":")
    if routed or options.endpoint_url or not model:
        return options
    if suffix in _POLICIES:
        raise InputError(
            f"the router chooses by :{suffix} for chat with provider 'auto' alone; name a provider"
        )
    if suffix in options.providers and options.provider in {"auto", suffix}:
        return evolve(options, model=model, provider=suffix)
    return options


def _know(task: Task, args: Mapping[str, Any]) -> None:
    known = task.known
    for name in args:
        if name in known or name in CALL:
            continue
        if not task.open:
            raise _unknown(task, name)
        if name in NAMES:
            raise InputError(f"{name} is an option of the client, not of a call", code="bad_option")
        if name not in CHAT_OTHERS and (meant := slip(name, CALL)):
            raise InputError(
                f"unknown option {name!r}; did you mean {meant!r}? (extra_body passes anything)",
                code="bad_option",
            )


def _unknown(task: Task, name: str) -> InputError:
    if name in NAMES:
        return InputError(f"{name} is an option of the client, not of a call", code="bad_option")
    meant = slip(name, [*task.known, *CALL])
    near = f"; did you mean {meant!r}?" if meant else ""
    where = f"; what the model is to heed goes into parameters={{{name!r}: ...}}"
    return InputError(f"{task.function} has no argument {name!r}{near or where}", code="bad_option")


def _have(task: Task, args: Mapping[str, Any]) -> None:
    value, parameters = args.get(task.takes), args.get("parameters")
    if parameters is not None and not is_mapping(parameters):
        raise InputError(f"parameters must be a mapping, not {type(parameters).__name__}")
    given: Mapping[str, Any] = parameters or {}
    for key in task.required:
        if not given.get(key):
            raise InputError(f"{task.function} needs parameters={{{key!r}: ...}}")
    if value is None and task.instead and given.get(task.instead):
        return
    if value is None or (isinstance(value, (str, list, tuple)) and not value):
        other = f", or parameters={{{task.instead!r}: ...}}" if task.instead else ""
        raise InputError(f"{task.function} needs {task.takes}: what is to be worked on{other}")
    _CHECKS[task.kind](task, value)


def _messages(_: Task, value: Any) -> None:
    if not isinstance(value, (str, list, tuple)):
        raise InputError(f"messages must be a text or a list, not {type(value).__name__}")
    if isinstance(value, str):
        return
    listed = cast("list[Any]", value)
    for at, message in enumerate(listed):
        if hasattr(message, "keys"):
            if not isinstance(message.get("role"), str):
                raise InputError(f"messages[{at}] has no role")
        elif not hasattr(message, "role"):
            raise InputError(
                f"messages[{at}] must be a mapping with role and content, "
                f"not {type(message).__name__}"
            )


def _text(task: Task, value: Any) -> None:
    if is_sequence(value) and not task.many:
        raise InputError(f"{task.function} takes one text at a time, not a list")
    texts = value if is_sequence(value) else [value]
    if not all(isinstance(text, str) for text in texts):
        or_list = " or a list of texts" if task.many else ""
        raise InputError(f"{task.takes} must be a text{or_list}")


def _mapping(task: Task, value: Any) -> None:
    if not hasattr(value, "keys"):
        raise InputError(f"{task.takes} must be a mapping with {' and '.join(task.keys)}")
    for key in task.keys:
        if not value.get(key):
            raise InputError(f"{task.takes} has no {key!r}")


def _media(task: Task, value: Any) -> None:
    """Media are made out where they arrive: nothing is left to look at."""


_CHECKS: Final = {"messages": _messages, "text": _text, "mapping": _mapping, "media": _media}
