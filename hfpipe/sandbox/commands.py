"""
What the sandbox is told to do: a few commands, each a line of one table.

Floor 5. docs/sandbox.md lists them with examples. A command is the beginning of the last message
of the user's, in any case of letters; some have another command after them.

>>> understood("count to 3").text
'1 2 3'
>>> script = understood("Stream every 0.5 s: say one two")
>>> script.text, script.pace
('one two', 0.5)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, TypeAlias, cast

from attrs import evolve, frozen

from hfpipe.sandbox.failures import failure
from hfpipe.sandbox.replies import Reply

Fault: TypeAlias = Literal["", "truncation", "error", "reset", "garbage", "stall"]

SLOWLY: Final = 0.1
_MOST_NUMBERS: Final = 10_000
_MOST_WORDS: Final = 200_000
_LOREM: Final = "the quick brown fox jumps over the lazy dog and runs into the green wood".split()

HELP: Final = """\
I am the sandbox of hfpipe: no model, and always the same answer to the same question. Tell me:
- say TEXT
- count to N
- write N words
- think about TOPIC, then COMMAND
- call TOOL, or call TOOL with {"some": "arguments"}
- show the request
- stream slowly: COMMAND, or stream every N s: COMMAND
- wait N s, then COMMAND
- fail with STATUS (such as 402, 429 after 5 s, 503 loading, 503 asleep)
- break with truncation, error, reset, garbage or stall: COMMAND
Where tools are offered I call those that you speak of; a response_format is kept to."""


@frozen
class Script:
    """
    What a command asks for. `text` is None where the message is no command.

    `tool` and `arguments` are those of `call`, the second as it was written. `after` is the wait
    before the answer and `pace` the one before each of its pieces, in seconds. `fault` is what
    breaks the answer in its middle, `refusal` what is answered instead of it.
    """

    text: str | None = None
    reasoning: str = ""
    tool: str = ""
    arguments: str = ""
    shown: bool = False
    after: float = 0.0
    pace: float = 0.0
    fault: Fault = ""
    refusal: Reply | None = None


Understood: TypeAlias = Callable[["re.Match[str]"], Script]


def understood(message: str) -> Script:
    """The script of a message: an empty one where it is no command."""
    said = message.strip()
    for pattern, made in _COMMANDS:
        if (match := pattern.fullmatch(said)) is not None:
            return made(match)
    return Script()


def _say(match: re.Match[str]) -> Script:
    return Script(match["text"])


def _count(match: re.Match[str]) -> Script:
    return Script(" ".join(map(str, range(1, min(int(match["n"]), _MOST_NUMBERS) + 1))))


def _write(match: re.Match[str]) -> Script:
    wanted = min(int(match["n"]), _MOST_WORDS)
    return Script(" ".join(_LOREM[at % len(_LOREM)] for at in range(wanted)))


def _think(match: re.Match[str]) -> Script:
    return evolve(_rest(match, "say done"), reasoning=f"I am thinking about {match['topic']}.")


def _call(match: re.Match[str]) -> Script:
    return Script(tool=match["tool"], arguments=match["arguments"] or "")


def _show(_: re.Match[str]) -> Script:
    return Script(shown=True)


def _help(_: re.Match[str]) -> Script:
    return Script(HELP)


def _slowly(match: re.Match[str]) -> Script:
    return evolve(_rest(match, "count to 10"), pace=float(match["every"] or SLOWLY))


def _wait(match: re.Match[str]) -> Script:
    return evolve(_rest(match, "say done"), after=float(match["wait"]))


def _break(match: re.Match[str]) -> Script:
    fault = cast("Fault", match["fault"].lower())
    return evolve(_rest(match, "count to 10"), fault=fault)


def _fail(match: re.Match[str]) -> Script:
    how = (match["how"] or "").lower()
    return Script(refusal=failure(int(match["status"]), how, match["wait"] or ""))


def _rest(match: re.Match[str], otherwise: str) -> Script:
    return understood(match["rest"] or otherwise)


_NUMBER: Final = r"\d{1,6}(?:\.\d{1,3})?"
_HOW: Final = r"(?:,? (?P<how>asleep|loading))?"
_AFTER: Final = rf"(?:,? after (?P<wait>{_NUMBER}) ?s(?:econds?)?)?"
_REST: Final = r"(?:(?:,? then|[:,])?\s+(?P<rest>.+))?"
_COMMANDS: Final[tuple[tuple[re.Pattern[str], Understood], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), made)
    for pattern, made in (
        (r"say:?\s+(?P<text>.+)", _say),
        (r"count to (?P<n>\d{1,9})[.!]?", _count),
        (r"write (?P<n>\d{1,9}) words[.!]?", _write),
        (r"think about (?P<topic>.+?)(?:, then\s+(?P<rest>.+))?", _think),
        (r"call (?P<tool>[\w.-]+?)(?: with\s+(?P<arguments>\{.*\}))?[.!]?", _call),
        (r"show the request[.!]?", _show),
        (r"(?:help|what can you do\?|\?)", _help),
        (rf"stream (?:slowly|every (?P<every>{_NUMBER}) ?s(?:econds?)?){_REST}", _slowly),
        (rf"wait (?P<wait>{_NUMBER}) ?s(?:econds?)?{_REST}", _wait),
        (rf"break with (?:an? )?(?P<fault>truncation|error|reset|garbage|stall){_REST}", _break),
        (rf"fail with (?P<status>[345]\d\d){_HOW}{_AFTER}[.!]?", _fail),
    )
)
