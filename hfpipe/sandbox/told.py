"""
What is said, cut to what was wanted: `stop` texts and a number of tokens at most.

Floor 5. Chat and text generation share it.
"""

from __future__ import annotations

from attrs import frozen

from hfpipe.sandbox.words import pieces


@frozen
class Told:
    """A text in its tokens, and why it ended: `stop`, `stopped` by a stop text, or `length`."""

    pieces: tuple[str, ...]
    ended: str = "stop"

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)


def told(text: str, most: int | None = None, stops: tuple[str, ...] = ()) -> Told:
    """
    The text up to the first of the stop texts, in `most` tokens at most.

    >>> told("one two three", most=2)
    Told(pieces=('one', ' two'), ended='length')
    >>> told("one two three", stops=(" three",)).text
    'one two'
    """
    found = [at for stop in stops if stop and (at := text.find(stop)) >= 0]
    kept = tuple(pieces(text[: min(found)] if found else text))
    if most is not None and len(kept) > most:
        return Told(kept[:most], "length")
    return Told(kept, "stopped" if found else "stop")
