"""
A call by the name of its task, and a call as its whole record.

Floor 7. The task functions give the value alone; here is what is beside it.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from returns.result import Failure, Result

from hfpipe import meta
from hfpipe.door import Asked, asked, asking, performed, veiled
from hfpipe.errors import HfpipeError, InputError
from hfpipe.evolving import evolve
from hfpipe.tasks import named

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfpipe.clients import AnyClient
    from hfpipe.records import Exchange


def exchange(
    client: AnyClient, task: Any, first: Any = None, /, **args: Any
) -> Result[Exchange, HfpipeError]:
    """
    The whole record of a call: `.request`, `.response`, `.output`, `.meta` and `.trace`.

    `task` is a task function, or its name. The record is redacted: headers and secrets are gone,
    prompts and answers stay. Of a streaming task `output` is the pure decoder, and
    `response.chunks` are the live bytes: close them with `response.close()`.

    >>> import hfpipe
    >>> done = exchange({"provider": "sandbox"}, hfpipe.chat_completion, "say hello").unwrap()
    >>> done.output.text, done.meta.status, [record.name for record in done.trace][:2]
    ('hello', 200, ['merge', 'resolve'])
    """
    return performed(_asked(client, task, first, **veiled(args)))


def _asked(client: AnyClient, task: Any, first: Any = None, /, **args: Any) -> Asked:
    began, args = perf_counter(), veiled(args)

    def told(ended: Exchange) -> Exchange:
        return evolve(ended, meta=meta.told(ended, perf_counter() - began))

    try:
        found = named(task)
    except InputError as error:
        return Failure(error)
    return asked(found, client, first, streaming(task, args), told, perf_counter)


asking(exchange, _asked)


def run(
    client: AnyClient, task: Any, first: Any = None, /, **args: Any
) -> Result[Any, HfpipeError]:
    """
    The value of a task that is named at run time: by its function, or by its name here or there.

    >>> run({"provider": "sandbox"}, "chat-completion", "say hello").map(lambda a: a.text)
    <Success: hello>
    >>> run({"provider": "sandbox"}, "chat-complexion", "say hello").failure().code
    'unsupported_task'
    """
    args = veiled(args)
    try:
        function = called(task)
    except InputError as error:
        return Failure(error)
    value: Result[Any, HfpipeError] = function(client, first, **args)
    return value


def called(task: Any) -> Callable[..., Any]:
    """The task function that is meant, by itself or by a name; raises `InputError`."""
    import hfpipe

    found = named(task)
    name = f"{found.function}_stream" if streams(task) else found.function
    function: Callable[..., Any] | None = getattr(hfpipe, name, None)
    if function is None:
        raise InputError(f"there is no task {name!r}", code="unsupported_task")
    return function


def streams(task: Any) -> bool:
    """Whether the streaming function of a task is meant, or its name."""
    name = task if isinstance(task, str) else getattr(task, "__name__", "")
    return str(name).strip().lower().replace("-", "_").endswith("_stream")


def streaming(task: Any, args: dict[str, Any]) -> dict[str, Any]:
    """The arguments as a streaming function passes them on."""
    return {**args, "stream": True} if streams(task) else args
