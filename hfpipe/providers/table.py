"""
THE PROVIDERS: one row each.

Floor 4. https://huggingface.co/docs/inference-providers; addresses and routes as the official
clients use them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import evolve

from hfpipe import providers as of
from hfpipe.providers import endpoint
from hfpipe.providers.families import CLASSIC, family
from hfpipe.providers.removed import REMOVED
from hfpipe.providers.row import Made, Provider
from hfpipe.records import ROUTER

SANDBOX: Final = "https://sandbox.hfpipe.invalid"


class Table(Mapping[str, Provider]):
    """
    Providers by name: immutable; `PROVIDERS | {"mine": row}` is a new table.

    A pickle holds the rows that are not hfpipe's own, and of the others the names.
    """

    __slots__ = ("_rows",)
    _rows: dict[str, Provider]

    def __init__(self, rows: Mapping[str, Provider]) -> None:
        # A row has the name under which it is known: that is how its calls find it again.
        self._rows = {
            name: row if row.name == name else evolve(row, name=name) for name, row in rows.items()
        }

    def __getitem__(self, name: str) -> Provider:
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __or__(self, more: Mapping[str, Provider]) -> Table:
        return Table({**self._rows, **more})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(frozenset(self._rows))

    def __repr__(self) -> str:
        return f"Table({', '.join(self._rows)})"

    def __reduce__(self) -> tuple[Any, ...]:
        own = {name: row for name, row in self._rows.items() if PROVIDERS.get(name) is not row}
        return (_table, (tuple(self._rows), own))


def _table(names: tuple[str, ...], own: Mapping[str, Provider]) -> Table:
    rows = {name: own.get(name) or PROVIDERS.get(name) for name in names}
    return Table({name: row for name, row in rows.items() if row is not None})


# Most providers are spoken to as OpenAI is, and have chat alone.
_CHAT: Final[dict[str, Made]] = {"conversational": lambda: of.chat.CHAT}
# Where there is a text to go on with, too, it mostly is OpenAI's older route.
_TEXT: Final[dict[str, Made]] = {**_CHAT, "text-generation": lambda: of.completions.COMPLETIONS}
_FILMS: Final = "image-text-to-image image-text-to-video image-to-video text-to-video"


PROVIDERS: Final = Table(
    {
        row.name: row
        for row in (
            # the router's own chat, which chooses the provider itself
            Provider("auto", ROUTER, _CHAT, "router", mapped=False, below=""),
            Provider("baseten", "https://inference.baseten.co", _CHAT),
            Provider(
                "cerebras",
                "https://api.cerebras.ai",
                # it answers 400 wrong_api_format to `store`
                {
                    "conversational": lambda: of.chat.chat(
                        "/v1/chat/completions", without=frozenset({"store"})
                    )
                },
            ),
            Provider(
                "cohere",
                "https://api.cohere.com",
                {
                    "conversational": lambda: of.chat.chat(
                        "/compatibility/v1/chat/completions", schema=of.chat.as_object_schema
                    ),
                },
            ),
            Provider(
                "deepinfra",
                "https://api.deepinfra.com",
                {
                    "automatic-speech-recognition": lambda: of.speech.transcription_upload(
                        "/v1/openai/audio/transcriptions"
                    ),
                    "conversational": lambda: of.chat.chat("/v1/openai/chat/completions"),
                    "feature-extraction": lambda: of.embeddings.embeddings("/v1/openai/embeddings"),
                    "text-generation": lambda: of.completions.completions("/v1/openai/completions"),
                    "text-to-speech": lambda: of.voice.speech("/v1/openai/audio/speech"),
                },
            ),
            Provider(
                "fal-ai",
                "https://fal.run",
                family(
                    """
                    audio-to-audio automatic-speech-recognition image-segmentation
                    image-text-to-image image-text-to-video image-to-image image-to-video
                    text-to-audio text-to-image text-to-speech text-to-video
                    """,
                    lambda: of.fal.RECIPES,
                ),
                scheme="Key",
            ),
            Provider(
                "endpoint",
                "",
                family(f"conversational {CLASSIC}", lambda: endpoint.USUAL),
                "direct",
                keyless=True,
                mapped=False,
                spoken=endpoint.spoken,
            ),
            Provider("featherless-ai", "https://api.featherless.ai", _TEXT),
            Provider(
                "fireworks-ai",
                "https://api.fireworks.ai",
                {
                    "conversational": lambda: of.chat.chat(
                        "/inference/v1/chat/completions", schema=of.chat.as_object_schema
                    ),
                },
            ),
            Provider(
                "groq",
                "https://api.groq.com",
                {
                    "conversational": lambda: of.chat.chat("/openai/v1/chat/completions"),
                    "text-generation": lambda: of.completions.one_message(
                        "/openai/v1/chat/completions"
                    ),
                },
            ),
            Provider(
                "hf-inference",
                f"{ROUTER}/hf-inference",
                {
                    **family(CLASSIC, lambda: of.classic.HF_INFERENCE),
                    "conversational": lambda: of.chat.TGI,
                },
                "router",
                keyless=True,
                mapped=False,
            ),
            Provider(
                "novita",
                "https://api.novita.ai",
                {
                    "conversational": lambda: of.chat.chat("/v3/openai/chat/completions"),
                    "text-generation": lambda: of.completions.completions("/v3/openai/completions"),
                    "text-to-video": lambda: of.novita.TEXT_TO_VIDEO,
                },
            ),
            Provider(
                "nscale",
                "https://inference.api.nscale.com",
                {**_CHAT, "text-to-image": lambda: of.images.NSCALE},
            ),
            # never routed, and its models are not listed on the Hub
            Provider(
                "openai",
                "https://api.openai.com",
                _CHAT,
                "direct",
                mapped=False,
                prefix="openai/",
            ),
            Provider("ovhcloud", "https://oai.endpoints.kepler.ai.cloud.ovh.net", _TEXT),
            Provider("publicai", "https://api.publicai.co", _CHAT),
            Provider(
                "replicate",
                "https://api.replicate.com",
                family(
                    """
                    automatic-speech-recognition image-to-image text-to-image text-to-speech
                    text-to-video
                    """,
                    lambda: of.replicate.RECIPES,
                ),
                headers=(("prefer", "wait"),),
            ),
            Provider(
                "sandbox",
                SANDBOX,
                {
                    **family(f"{CLASSIC} {_FILMS}", lambda: of.sandbox.RECIPES),
                    "conversational": lambda: of.chat.CHAT,
                },
                "direct",
                keyless=True,
                mapped=False,
                model="sandbox",
            ),
            Provider(
                "scaleway",
                "https://api.scaleway.ai",
                {**_TEXT, "feature-extraction": lambda: of.embeddings.EMBEDDINGS},
            ),
            Provider(
                "together",
                "https://api.together.xyz",
                {
                    "conversational": lambda: of.chat.chat(
                        "/v1/chat/completions", schema=of.chat.as_flat_schema
                    ),
                    "text-generation": lambda: of.completions.COMPLETIONS,
                    "text-to-image": lambda: of.together.TEXT_TO_IMAGE,
                    "image-to-image": lambda: of.together.IMAGE_TO_IMAGE,
                    "text-to-video": lambda: of.together.TEXT_TO_VIDEO,
                    "image-to-video": lambda: of.together.IMAGE_TO_VIDEO,
                    "text-to-speech": lambda: of.voice.speech("/v1/audio/speech"),
                    "feature-extraction": lambda: of.embeddings.EMBEDDINGS,
                    "automatic-speech-recognition": lambda: of.speech.transcription_upload(
                        "/v1/audio/transcriptions", addresses=True
                    ),
                },
            ),
            Provider(
                "wavespeed",
                "https://api.wavespeed.ai",
                family(
                    """
                    image-text-to-image image-text-to-video image-to-image image-to-video
                    text-to-image text-to-video
                    """,
                    lambda: of.wavespeed.RECIPES,
                ),
            ),
            Provider(
                "zai-org",
                "https://api.z.ai",
                {
                    "conversational": lambda: of.chat.chat("/api/paas/v4/chat/completions"),
                    **family("text-to-image image-to-text", lambda: of.zai.RECIPES),
                },
                headers=(("accept-language", "en-US,en"), ("x-source-channel", "hugging_face")),
            ),
            *REMOVED,
        )
    }
)

# Whatever table a client is given, these are in it: the ways to go that are no provider's.
FIXED: Final = {name: PROVIDERS[name] for name in ("auto", "endpoint", "sandbox")}
