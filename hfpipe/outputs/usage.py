"""How many tokens an answer took. Floor 3."""

from __future__ import annotations

from attrs import frozen

from hfpipe.codec.json import lean, learned
from hfpipe.printing import equal, hashed, printed


@frozen(slots=False)
class PromptTokens:
    """Of the prompt's tokens, how many came from the provider's cache, and how many were audio."""

    cached_tokens: int | None = None
    audio_tokens: int | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


@frozen(slots=False)
class CompletionTokens:
    """Of the answer's tokens, how many were reasoning, and how many were audio."""

    reasoning_tokens: int | None = None
    audio_tokens: int | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


@frozen(slots=False)
class Usage:
    """
    The tokens of a call: `prompt_tokens`, those of the answer (`completion_tokens`), and both
    (`total_tokens`). `prompt_tokens_details` and `completion_tokens_details` take the first two
    apart, where the provider does.
    """

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: PromptTokens | None = None
    completion_tokens_details: CompletionTokens | None = None

    __repr__, __eq__, __hash__ = printed, equal, hashed


lean(Usage)
learned(Usage)
