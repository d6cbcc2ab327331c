"""
What text tasks return.

Floor 3. Field for field as the services send them.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from hfpipe.codec.json import learned


@frozen(slots=False)
class Token:
    """
    A generated token: its number (`id`), its text, and the logarithm of its probability
    (`logprob`). A `special` one, such as the end of the text, is no part of what is read.
    """

    id: int | None = None
    text: str | None = None
    logprob: float | None = None
    special: bool | None = None


@frozen(slots=False)
class GenerationDetails:
    """
    How a text was generated; which of the fields are there depends on the server.

    `finish_reason` is why it ended (`length`, `eos_token`, `stop_sequence`; `stop` of completion
    servers), `generated_tokens` and `input_length` count tokens, `seed` is that of the sampling.
    `prefill` are the tokens of the prompt, `tokens` those of the answer, `top_tokens` what might
    have stood in their place, `best_of_sequences` the answers that were not chosen.
    """

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
    """A `generated_text`, with `details` where the server tells them."""

    generated_text: str
    details: GenerationDetails | None = None


@frozen(slots=False)
class TextGenerationChunk:
    """
    One event of a generated text: `text` is what it adds, `token` the token behind it.

    Of TGI's servers the last one has the whole text and the details; of completion servers
    `details.finish_reason` comes with the last piece.
    """

    text: str = ""
    token: Token | None = None
    generated_text: str | None = None
    details: GenerationDetails | None = None


@frozen(slots=False)
class Summary:
    """A summary of a text, which is its `summary_text`."""

    summary_text: str


@frozen(slots=False)
class Translation:
    """A text in another language, which is its `translation_text`."""

    translation_text: str


@frozen(slots=False)
class Classification:
    """A `label` and how well it fits: `score`, from 0 to 1."""

    label: str
    score: float


@frozen(slots=False)
class TokenClassification:
    """
    A `word` and what it is: `entity_group` where pieces were joined, else `entity`.

    `score` is from 0 to 1, `index` the piece's place among the tokens from 1 on. `start` and
    `end` count letters of the input; some models do not tell them.
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
    """
    What may stand at the mask: `token` is its number, `token_str` its text, `score` how likely
    it is (0 to 1), and `sequence` the whole sentence with it.
    """

    score: float
    token: int
    token_str: str
    sequence: str


learned(
    TextGeneration,
    TextGenerationChunk,
    Summary,
    Translation,
    Classification,
    TokenClassification,
    FillMask,
)
