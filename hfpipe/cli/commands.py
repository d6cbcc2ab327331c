"""The commands that talk, look and tell. Floor 7."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from importlib.metadata import version as installed
from typing import Annotated, Any, Final, Literal

from cyclopts import Parameter
from returns.result import Success

import hfpipe
from hfpipe.cli import inputs
from hfpipe.cli.app import Set, app
from hfpipe.cli.outcomes import OK, as_json, failed, note, out
from hfpipe.cli.talking import answered, talk
from hfpipe.cli.whom import Common
from hfpipe.tasks import CHAT, named
from hfpipe.version import __version__


@app.command
def chat(
    prompt: str = "",
    /,
    *,
    system: str = "",
    max_tokens: int | None = None,
    temperature: float | None = None,
    top_p: float | None = None,
    seed: int | None = None,
    stop: Annotated[list[str] | None, Parameter(negative=())] = None,
    common: Common | None = None,
) -> int:
    """
    Ask a model, and see the answer as it is written.

    Parameters
    ----------
    prompt
        What to say: a text, `-` for standard input, `@file`. Without it a talk begins,
        where there is a terminal to talk at.
    system
        How the model is to behave.
    """
    common = common or Common()
    hf = common.client()
    told = {
        "max_tokens": max_tokens,
        "temperature": temperature,
        "top_p": top_p,
        "seed": seed,
        "stop": stop,
    }
    fields = {name: value for name, value in told.items() if value is not None}
    messages: list[Any] = [{"role": "system", "content": inputs.text(system)}] if system else []
    if not prompt and sys.stdin.isatty():
        return talk(hf, messages, **fields)
    asked = inputs.text(prompt or inputs.STANDARD_INPUT)
    messages.append({"role": "user", "content": asked.strip()})
    return answered(hf, messages, json=common.json, **fields)


@app.command
def explain(
    task: str,
    given: str = "hi",
    /,
    *,
    pairs: Set = [],  # noqa: B006 - cyclopts makes a new one for each call
    form: Literal["curl", "http", "stages"] = "curl",
    resolve: bool = False,
    common: Common | None = None,
) -> int:
    """
    Show what a call would send. Nothing is sent, and no secret is shown.

    Parameters
    ----------
    task
        Its name, such as `chat`.
    given
        Its input, as for `run`.
    pairs
        A parameter as `name=value`; may be given several times.
    form
        A command, the text on the wire, or what each stage did.
    resolve
        Ask the Hub for the model's providers first.
    """
    common = common or Common()
    chosen = named("chat_completion" if task == "chat" else task)
    more = inputs.parameters(pairs, "")
    args: dict[str, Any] = {"parameters": more} if more and chosen.name != CHAT else more
    explained = hfpipe.explain(
        common.client(), chosen.function, inputs.of_task(chosen, given), resolve=resolve, **args
    )
    if not isinstance(explained, Success):
        return failed(explained.failure(), json=common.json)
    found = explained.unwrap()
    forms: dict[str, Callable[[], str]] = {
        "curl": found.as_curl,
        "http": found.as_http,
        "stages": lambda: str(found),
    }
    out(forms[form]())
    for line in found.warnings:
        note(f"warning: {line}")
    return OK


@app.command
def providers(*, task: str = "", common: Common | None = None) -> int:
    """
    List the providers and the tasks that they do; with --model, those of a model.

    Parameters
    ----------
    task
        Only those that do this task.
    """
    from hfpipe.cli.tables import of_model, provider_tasks

    common = common or Common()
    if common.model:
        found = hfpipe.providers_for(common.model, common.client())
        if not isinstance(found, Success):
            return failed(found.failure(), json=common.json)
        return of_model(found.unwrap(), json=common.json)
    return provider_tasks(named(task).hub if task else "", json=common.json)


@app.command
def sandbox(*, port: int = 8000) -> int:
    """
    Serve the sandbox on this machine, for programs in other languages. Ctrl-C ends it.

    Parameters
    ----------
    port
        Where it listens, on 127.0.0.1.
    """
    from hfpipe.cli.serving import serve

    return serve(port)


@app.command
def demo() -> int:
    """Walk through the library: no token, no network."""
    from hfpipe.cli.demo import demo as shown

    return shown()


_PARTS: Final = ("attrs", "returns", "urllib3", "structlog", "msgspec", "aiohttp")


@app.command
def version(*, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """
    Print the versions that matter in a report of a bug.

    Parameters
    ----------
    json
        As JSON.
    """
    found = {"hfpipe": __version__, "python": platform.python_version()}
    for part in _PARTS:
        try:
            found[part] = installed(part)
        except ImportError:
            found[part] = "not installed"
    found["platform"] = platform.platform()
    out(as_json(found) if json else "\n".join(f"{name} {value}" for name, value in found.items()))
    return OK
