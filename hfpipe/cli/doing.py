"""The commands that do a task and show its value. Floor 7."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter
from returns.result import Result, Success

import hfpipe
from hfpipe.cli import inputs, terminal
from hfpipe.cli.app import Set, app
from hfpipe.cli.outcomes import OK, as_json, failed, out
from hfpipe.cli.whom import Common
from hfpipe.errors import HfpipeError, InputError
from hfpipe.media import Media
from hfpipe.tasks import CHAT, Task, named


@app.command
def run(
    task: str,
    given: str,
    /,
    *,
    pairs: Set = [],  # noqa: B006 - cyclopts makes a new one for each call
    parameters: str = "",
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    common: Common | None = None,
) -> int:
    """
    Do any task.

    Parameters
    ----------
    task
        Its name here or on the Hub: `text_to_image`, `text-to-image`.
    given
        A text, a file or address of media, JSON where the task takes several things; `-` is
        standard input, `@file` a file's content.
    pairs
        A parameter as `name=value`; may be given several times.
    parameters
        All parameters as a JSON object, or `@file`.
    output
        Where a file goes.
    """
    common = common or Common()
    chosen = named(task)
    more = inputs.parameters(pairs, parameters)
    args: dict[str, Any] = {"parameters": more} if more and chosen.name != CHAT else more
    return _done(chosen, inputs.of_task(chosen, given), args, common, output)


@app.command
def image(
    prompt: str,
    /,
    *,
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    width: int | None = None,
    height: int | None = None,
    seed: int | None = None,
    pairs: Set = [],  # noqa: B006 - cyclopts makes a new one for each call
    common: Common | None = None,
) -> int:
    """
    Draw a picture, save it, and print its path.

    Parameters
    ----------
    prompt
        What it shows: a text, `-` for standard input, `@file`.
    output
        Where it goes; `image.png` (or whatever it is) without.
    pairs
        A parameter as `name=value`; may be given several times.
    """
    sizes = {"width": width, "height": height, "seed": seed}
    more = {name: value for name, value in sizes.items() if value is not None}
    args = {"parameters": {**more, **inputs.parameters(pairs, "")}}
    return _done(
        named("text-to-image"), inputs.text(prompt), args, common or Common(), output, name="image"
    )


@app.command
def transcribe(sound: str, /, *, timestamps: bool = False, common: Common | None = None) -> int:
    """
    Write down what is said.

    Parameters
    ----------
    sound
        A file, an address, `-` for standard input.
    timestamps
        Print each piece with its seconds.
    """
    common = common or Common()
    args: dict[str, Any] = {"parameters": {"return_timestamps": True}} if timestamps else {}
    return _done(named("automatic-speech-recognition"), inputs.media(sound), args, common)


@app.command
def embed(*texts: str, matrix: bool = False, common: Common | None = None) -> int:
    """
    Turn texts into vectors: a line of JSON for each.

    Parameters
    ----------
    texts
        Texts, `-` for the lines of standard input, `@file` for those of a file.
    matrix
        Print how near they are to each other instead, from -1 to 1.
    """
    common = common or Common()
    lines = [
        line
        for given in texts or (inputs.STANDARD_INPUT,)
        for line in (inputs.text(given).splitlines() if given.startswith("@") else [given])
        if line.strip()
    ]
    answer = hfpipe.embed(common.client(), lines)
    if not isinstance(answer, Success):
        return failed(answer.failure(), json=common.json)
    vectors = answer.unwrap()
    rows: Any = [[_cosine(a, b) for b in vectors] for a in vectors] if matrix else vectors
    for row in rows:
        text = " ".join(f"{value:6.3f}" for value in row) if matrix and not common.json else None
        out(text or as_json(list(row)))
    return OK


def _cosine(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    inner = sum(x * y for x, y in zip(a, b, strict=True))
    length = (sum(x * x for x in a) * sum(y * y for y in b)) ** 0.5
    return inner / length if length else 0.0


def _done(
    task: Task,
    given: Any,
    args: dict[str, Any],
    common: Common,
    output: Path | None = None,
    name: str = "",
) -> int:
    """Does a task, and shows its value: a file is saved, and its path printed."""
    with terminal.progress() as told:
        answer: Result[Any, HfpipeError] = hfpipe.run(
            common.client(), task.name, given, **args, **({"on_progress": told} if told else {})
        )
    if not isinstance(answer, Success):
        return failed(answer.failure(), json=common.json)
    value = answer.unwrap()
    if isinstance(value, Media):
        return _saved(value, output or Path(f"{name or task.function}.{terminal.suffix(value)}"))
    return _shown(value, json=common.json)


def _saved(media: Media, path: Path) -> int:
    try:
        saved = media.save(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from None
    if sys.stdout.isatty():
        out(terminal.inline(media), end="")
    out(str(saved))
    return OK


_TEXTS: Final = ("text", "generated_text", "summary_text", "translation_text")


def _shown(value: Any, *, json: bool) -> int:
    text = next((getattr(value, name) for name in _TEXTS if hasattr(value, name)), None)
    chunks = getattr(value, "chunks", None)
    if json or text is None:
        out(as_json(value))
    elif chunks:
        for chunk in chunks:
            start, end = chunk.timestamp
            out(
                f"[{start or 0:7.2f} - {'' if end is None else f'{end:7.2f}'}] {chunk.text.strip()}"
            )
    else:
        out(text.strip())
    return OK
