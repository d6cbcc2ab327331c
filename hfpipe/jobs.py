"""
Long jobs: submitted in one place, finished in another.

Floor 7. A job that is waited for is a walk that waits, which is a record: it can be put away as
bytes and gone on with by any client of the same provider.

>>> import hfpipe
>>> from hfpipe.testing import scripted
>>> send = scripted(
...     {"id": "j1", "status": "queued"},
...     {"status": "completed", "outputs": {"video_url": "https://cdn.example.com/cat.mp4"}},
...     hfpipe.HttpResponse(200, {"content-type": "video/mp4"}, b"the film"),
... )
>>> mapping = hfpipe.ProviderMapping("together", "kling", "text-to-video")
>>> hf = hfpipe.client("hf_abc", provider="together", mappings={"org/kling": [mapping]}, send=send)
>>> ticket = hfpipe.submit(hf, hfpipe.text_to_video, "a cat", model="org/kling").unwrap()
>>> ticket.need.progress.state
'queued'
>>> put_away = ticket.to_bytes()
>>> hfpipe.poll(hfpipe.Waiting.from_bytes(put_away), hf).unwrap()
Media(content=<8 bytes>, media_type='video/mp4')
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from returns.result import Failure, Result, Success

from hfpipe import door
from hfpipe.clients import as_client
from hfpipe.errors import HfpipeError, InputError
from hfpipe.evolving import evolve
from hfpipe.options import checked
from hfpipe.pipeline import Step, Waiting, start
from hfpipe.progress import Progress
from hfpipe.records import Exchange
from hfpipe.resuming import rebound

if TYPE_CHECKING:
    from hfpipe.clients import AnyClient
    from hfpipe.io.driver import World

T = TypeVar("T")
UNSET: Any = ...


@overload
def submit(
    client: AnyClient,
    task: Callable[..., Result[T, HfpipeError]],
    first: Any = None,
    /,
    **args: Any,
) -> Result[Waiting | T, HfpipeError]: ...
@overload
def submit(
    client: AnyClient, task: str, first: Any = None, /, **args: Any
) -> Result[Waiting | Any, HfpipeError]: ...
def submit(
    client: AnyClient, task: Any, first: Any = None, /, **args: Any
) -> Result[Any, HfpipeError]:
    """
    Walks to the job's ticket: a `Waiting`, to `poll`, to `finish`, or to put away as bytes.

    A provider that answers at once gives the value itself. `task` is a task function or its name.
    """
    from hfpipe.io.driver import WORLD

    try:
        exchange = door.new_exchange(client, task, first, **args)
    except InputError as error:
        return Failure(error)
    return to_ticket(start(door.pipeline(exchange), exchange), exchange, WORLD)


def poll(waiting: Waiting, client: AnyClient) -> Result[Any, HfpipeError]:
    """
    Asks once, now, how far the job is: a `Waiting` again, or the value where it is done.

    `waiting.need.progress` tells what was heard last. The client brings token and sender.
    """
    from hfpipe.io.driver import WORLD, performed
    from hfpipe.io.terms import Deadline

    found = regained(waiting, client, {})
    if not isinstance(found, Success):
        return Failure(found.failure())
    there = at_once(found.unwrap())
    step = performed(there, door.sender(there.exchange), Deadline(WORLD.clock), WORLD)
    return to_ticket(step, there.exchange, WORLD)


def finish(
    waiting: Waiting,
    client: AnyClient,
    *,
    timeout: float | None = UNSET,
    on_progress: Callable[[Progress], object] | None = None,
    save_to: str | Path | None = None,
) -> Result[Any, HfpipeError]:
    """
    Goes on with a walk to its end, and gives its value.

    The walk may come from `submit`, from `DeadlineError.waiting`, or from `Waiting.from_bytes`.
    The client brings token, sender, pipeline and a fresh deadline: `timeout` in seconds, else
    the client's own. It has to be a client of the same provider at the same address, else this
    is an `InputError`: a token goes nowhere on a ticket's say-so.
    """
    from hfpipe.io.driver import WORLD

    return finished(waiting, client, options(timeout, on_progress, save_to), WORLD)


def options(timeout: Any, on_progress: Any, save_to: Any) -> dict[str, Any]:
    """The options of `finish` that were given."""
    said: dict[str, Any] = {} if timeout is UNSET else {"timeout": timeout}
    if on_progress is not None:
        said["on_progress"] = on_progress
    if save_to is not None:
        said["save_to"] = save_to
    return said


def finished(
    waiting: Waiting, client: AnyClient, said: dict[str, Any], world: World
) -> Result[Any, HfpipeError]:
    """`finish` in a world of one's own: with another clock, and another way to sleep."""
    from hfpipe.io.driver import go_on
    from hfpipe.io.spans import begun, told
    from hfpipe.io.terms import Deadline

    found = regained(waiting, client, said)
    if not isinstance(found, Success):
        return Failure(found.failure())
    there = found.unwrap()
    send, deadline = door.sender(there.exchange), Deadline(world.clock)
    walk = partial(go_on, Success(there), send, deadline, world)
    span = begun(there.exchange)
    return (walk() if span is None else told(span, walk)).map(door.output)


def regained(
    waiting: Waiting, client: AnyClient, said: dict[str, Any]
) -> Result[Waiting, HfpipeError]:
    """The walk with what its client brings, or why that may not go on with it."""
    if not _waits(waiting):
        return Failure(
            InputError(
                f"a hfpipe.Waiting is what can be gone on with, not {type(waiting).__name__}",
                hint="hfpipe.submit gives one, or the output itself where the provider answers "
                "at once: then nothing is left to do.",
            )
        )
    try:
        mine = as_client(client)
        return rebound(waiting, mine, checked(said))
    except InputError as error:
        return Failure(error)


def _waits(given: object) -> bool:
    return isinstance(given, Waiting)


def at_once(waiting: Waiting) -> Waiting:
    """The walk without the wait before its next need."""
    now = evolve(waiting.need, after=0.0, spread=0.0)
    return Waiting(waiting.pipeline, waiting.at, waiting.exchange, now)


def has_ticket(waiting: Waiting) -> bool:
    """Whether the walk waits for a job."""
    return isinstance(waiting.need.progress, Progress)


def to_ticket(step: Step, exchange: Exchange, world: World) -> Result[Any, HfpipeError]:
    """Goes on until the walk waits for a job, or is at its end."""
    from hfpipe.io.driver import go_on, performed
    from hfpipe.io.terms import Deadline

    send, deadline = door.sender(exchange), Deadline(world.clock)
    while isinstance(step, Success):
        there = step.unwrap()
        if isinstance(there, Exchange):
            return go_on(step, send, deadline, world).map(door.output)
        if has_ticket(there):
            return Success(there)
        step = performed(there, send, deadline, world)
    return Failure(step.failure())
