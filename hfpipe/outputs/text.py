"""
What text tasks return.

Floor 3. Field for field as the services send them.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen


@frozen(slots=False)
class Token:
    """A generated token: its number, its text, and the logarithm of its probability."""

    id: int | None = None
    text: str | None = None
    logprob: float | None = None
    special: bool | None = None


@frozen(slots=False)
class GenerationDetails:
    """How a text was generated; which of the fields are there depends on the server."""

    finish_reason: str | None = None
    generated_tokens: int | None = None
    seed: int | None = None
    input_length: int | None = None
    prefill: tuple[Token, ...] | None = None
    tokens: tuple[Token, ...] | None = None
    top_tokens: tuple[Any, ...] | None = None
    best_of_sequences: tuple[Any, ...] | None = None


@frozen(slots=False)
class TextGeneration:
    """A generated text."""

    generated_text: str
    details: GenerationDetails | None = None


@frozen(slots=False)
class TextGenerationChunk:
    """
    One event of a generated text: `text` is what it adds.

    Of TGI's servers the last one has the whole text and the details; of completion servers
    `details.finish_reason` comes with the last piece.
    """

    text: str = ""
    token: Token | None = None
    generated_text: str | None = None
    details: GenerationDetails | None = None


@frozen(slots=False)
class Summary:
    """A summary of a text."""

    summary_text: str


@frozen(slots=False)
class Translation:
    """A text in another language."""

    translation_text: str


@frozen(slots=False)
class Classification:
    """A label and how well it fits, from 0 to 1."""

    label: str
    score: float


@frozen(slots=False)
class TokenClassification:
    """
    A piece of the text and what it is: `entity_group` where pieces were joined, else `entity`.

    `start` and `end` count letters of the input; some models do not tell them.
    """

    score: float
    word: str
    entity_group: str | None = None
    entity: str | None = None
    index: int | None = None
    start: int | None = None
    end: int | None = None


@frozen(slots=False)
class FillMask:
    """What may stand at the mask: how likely, the token's number and text, the whole sentence."""

    score: float
    token: int
    token_str: str
    sequence: str
