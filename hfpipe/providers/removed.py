"""
The providers that the Hub's router served until 1 July 2026.

Floor 4. With a key of their own they are still called at their last known address; their models
have the provider's own names, for the Hub lists them no more. Black Forest Labs has no task left:
its jobs are polled at other hosts than its own, and others serve its models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hfpipe import providers as of
from hfpipe.providers.row import Provider

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfpipe.providers.row import Made

SINCE: Final = "1 July 2026"


def _row(name: str, base: str, recipes: Mapping[str, Made], scheme: str = "Bearer") -> Provider:
    return Provider(name, base, recipes, "direct", scheme, mapped=False, removed=SINCE)


REMOVED: Final = (
    _row("black-forest-labs", "https://api.us1.bfl.ai", {}),
    _row(
        "clarifai",
        "https://api.clarifai.com",
        {"conversational": lambda: of.chat.chat("/v2/ext/openai/v1/chat/completions")},
    ),
    _row(
        "hyperbolic",
        "https://api.hyperbolic.xyz",
        {
            "conversational": lambda: of.chat.CHAT,
            "text-generation": lambda: of.completions.one_message("/v1/chat/completions"),
            "text-to-image": lambda: of.images.HYPERBOLIC,
        },
    ),
    _row(
        "nebius",
        "https://api.studio.nebius.ai",
        {
            "conversational": lambda: of.chat.CHAT,
            "feature-extraction": lambda: of.embeddings.EMBEDDINGS,
            "text-generation": lambda: of.completions.COMPLETIONS,
            "text-to-image": lambda: of.images.NEBIUS,
        },
    ),
    _row("nvidia", "https://integrate.api.nvidia.com", {"conversational": lambda: of.chat.CHAT}),
    _row(
        "sambanova",
        "https://api.sambanova.ai",
        {
            "conversational": lambda: of.chat.chat(
                "/v1/chat/completions", schema=of.chat.as_lenient_schema
            ),
            "feature-extraction": lambda: of.embeddings.EMBEDDINGS,
        },
    ),
)
