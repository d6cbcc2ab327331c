"""
novita's films: a job, or an answer that is held open until the film is there.

Floor 4. https://novita.ai/docs. The job is what the Hub tries its models with; where an account
or a model knows only the other route, that one is asked, and either answer is read.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.address import in_path
from hfpipe.errors import HfpipeError
from hfpipe.evolving import evolve
from hfpipe.pipeline import Answer, Need, Outcome
from hfpipe.providers.body import json_body, model, parameters
from hfpipe.providers.download import Linked
from hfpipe.providers.jobs import Job
from hfpipe.providers.poll_urls import below
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.providers.states import Told, Words, reason
from hfpipe.records import Exchange
from hfpipe.shapes import is_object
from hfpipe.stages.recipe import recipe
from hfpipe.stages.send import Received
from hfpipe.stages.url import base
from hfpipe.verdict import provider_refusal
from hfpipe.wire import Body, HttpRequest

_WORDS: Final = Words(
    pending=frozenset({"TASK_STATUS_QUEUED", "TASK_STATUS_PROCESSING"}),
    done=frozenset({"TASK_STATUS_SUCCEED"}),
    failed=frozenset({"TASK_STATUS_FAILED"}),
    other="pending",
)
_HELD_OPEN: Final = "/v3/hf/"


def told(answer: dict[str, Any]) -> Told:
    """How far a film is; one that is named is done."""
    if answer.get("video"):
        return Told("", "done")
    task = answer.get("task")
    state = task if is_object(task) else {}
    return _WORDS(state.get("status"), answer, reason(state.get("reason")))


def job_at(exchange: Exchange, answer: dict[str, Any]) -> Result[str, HfpipeError]:
    """Where a film is asked for, by its name."""
    route = "/v3/async/task-result?task_id={job}"
    return below(exchange, route, answer.get("task_id"), "$.task_id")


def film_body(exchange: Exchange) -> Outcome:
    """`{..., "steps", "prompt"}`: `steps` is novita's word for `num_inference_steps`."""
    given = parameters(exchange)
    steps = given.pop("num_inference_steps", None)
    if steps is not None:
        given.setdefault("steps", steps)
    return json_body(exchange, {**given, "prompt": exchange.args["inputs"]})


def held_open(exchange: Exchange) -> Outcome:
    """Asks the other route, which knows the parameters by their usual names."""
    body = {"prompt": exchange.args["inputs"], **parameters(exchange)}
    made = json_body(exchange, body)
    if not isinstance(made, Success) or exchange.request is None:
        return made
    url = base(exchange) + _HELD_OPEN + in_path(model(exchange))
    content: Body = getattr(made.unwrap(), "body", None)
    request = evolve(exchange.request, url=url, body=content)
    return Success(Need(request, HeldOpen(request)))


@frozen
class HeldOpen:
    """The other route has answered, with the film or not."""

    request: HttpRequest

    def __call__(self, exchange: Exchange, answer: Answer) -> Outcome:
        if not isinstance(answer, Success):
            return Received(self.request)(exchange, answer)
        response = answer.unwrap()
        row, how = recipe(exchange)
        refused = provider_refusal(self.request, response, row.name)
        if refused is not None:
            return Failure(refused)
        return how.value(evolve(exchange, request=self.request, response=response))


TEXT_TO_VIDEO: Final[Recipe] = Recipe(
    Path("/v3/async/{model}"),
    film_body,
    Job(told, job_at, Linked("video", ("video", "video_url"), ("videos", 0, "video_url"))),
    missing=held_open,
)
