"""
What a call would send, on an event loop: `hfpipe.explain`, its look-ups awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from returns.result import Failure, Result

from hfpipe import explanation
from hfpipe.aio.faces import off_asyncio, prepared, sender
from hfpipe.door import veiled
from hfpipe.errors import HfpipeError, InputError
from hfpipe.io.async_driver import WORLD, performed
from hfpipe.io.terms import Deadline

if TYPE_CHECKING:
    from hfpipe.clients import AnyClient
    from hfpipe.explanation import Explanation
    from hfpipe.io.async_driver import AsyncSend
    from hfpipe.pipeline import Step, Waiting
    from hfpipe.wire import HttpRequest


async def explain(
    client: AnyClient, task: Any, first: Any = None, /, *, resolve: bool = False, **args: Any
) -> Result[Explanation, HfpipeError]:
    """
    What the call would send, as `hfpipe.explain` shows it: nothing is sent.

    `task` is a task function of either face, or its name; with `resolve=True` the look-up of the
    model's providers is awaited.

    >>> import asyncio
    >>> import hfpipe
    >>> hf = hfpipe.client("hf_abc", endpoint_url="http://127.0.0.1:8080", model="tiny")
    >>> asyncio.run(explain(hf, hfpipe.aio.chat_completion, "hi")).unwrap().request.url
    'http://127.0.0.1:8080/v1/chat/completions'
    """
    args = veiled(args)
    if (homeless := off_asyncio()) is not None:
        return Failure(homeless)
    try:
        exchange = await prepared(explanation.asked, (client, task, first, args), {})
    except InputError as error:
        return Failure(error)
    walk, deadline = explanation.explained(exchange), Deadline(WORLD.clock)
    try:
        waiting = next(walk)
        while True:
            waiting = walk.send(await _further(waiting, resolve, deadline))
    except StopIteration as end:
        shown: Result[Explanation, HfpipeError] = end.value
        return shown


async def _further(waiting: Waiting, resolve: bool, deadline: Deadline) -> Step | None:
    refused = explanation.Refused()

    async def refuse(request: HttpRequest) -> Any:
        return refused(request)

    ask: AsyncSend = refuse
    if explanation.may_ask(waiting, resolve):
        ask = sender(waiting.exchange)
    elif not explanation.in_memory(waiting):
        return None
    step = await performed(waiting, ask, deadline)
    return None if refused.asked else step
