"""
What a provider's words for the state of a job come down to.

Floor 4. Words that are not known are named, never taken for one of the others in silence.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from attrs import frozen

from hfpipe.shapes import is_array, is_object
from hfpipe.verdict import spoken

Stands: TypeAlias = Literal["pending", "done", "failed", "unknown"]


@frozen
class Told:
    """
    What an answer tells of a job: the provider's word, and what it comes down to.

    `why` is the provider's reason where it failed.
    """

    state: str
    stands: Stands
    why: str = ""
    queue_position: int | None = None
    logs: tuple[str, ...] = ()


@frozen
class Words:
    """
    What a provider's words for the state of a job come down to.

    A word in none of the three sets is `other`; a missing one is pending.

    >>> Words(done=frozenset({"completed"}))("completed", {}).stands
    'done'
    """

    pending: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    other: Stands = "unknown"

    def __call__(self, word: Any, answer: dict[str, Any], why: str = "") -> Told:
        state = word if isinstance(word, str) else ""
        place = answer.get("queue_position")
        position = place if isinstance(place, int) and not isinstance(place, bool) else None
        return Told(state, self._stands(state), why, position, log_lines(answer.get("logs")))

    def _stands(self, state: str) -> Stands:
        if not state or state in self.pending:
            return "pending"
        if state in self.done:
            return "done"
        return "failed" if state in self.failed else self.other


def log_lines(given: Any) -> tuple[str, ...]:
    """The lines of a log, which providers write as a text, as texts or as `{"message"}`."""
    if isinstance(given, str):
        return tuple(given.splitlines())
    lines = [line.get("message") if is_object(line) else line for line in _items(given)]
    return tuple(line for line in lines if isinstance(line, str))


def _items(given: Any) -> list[Any]:
    return given if is_array(given) else []


def reason(given: Any) -> str:
    """The provider's words for why a job failed, wherever in an error they stand."""
    return "; ".join(dict.fromkeys(spoken(given)))
