"""
THE PROVIDERS: one row each.

Floor 4. https://huggingface.co/docs/inference-providers; addresses and routes as the official
clients use them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import evolve

from hfpipe.providers import novita, sandbox, together
from hfpipe.providers.chat import CHAT, as_flat_schema, as_object_schema, chat
from hfpipe.providers.classic import HF_INFERENCE
from hfpipe.providers.completions import COMPLETIONS, completions, one_message
from hfpipe.providers.embeddings import EMBEDDINGS, embeddings
from hfpipe.providers.endpoint import ENDPOINT
from hfpipe.providers.fal import FAL
from hfpipe.providers.images import NSCALE
from hfpipe.providers.removed import REMOVED
from hfpipe.providers.replicate import REPLICATE
from hfpipe.providers.row import Provider
from hfpipe.providers.speech import transcription_upload
from hfpipe.providers.voice import speech
from hfpipe.providers.wavespeed import WAVESPEED
from hfpipe.providers.zai import ZAI
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
_CHAT: Final = {"conversational": CHAT}

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
                {"conversational": chat("/v1/chat/completions", without=frozenset({"store"}))},
            ),
            Provider(
                "cohere",
                "https://api.cohere.com",
                {
                    "conversational": chat(
                        "/compatibility/v1/chat/completions", schema=as_object_schema
                    ),
                },
            ),
            Provider(
                "deepinfra",
                "https://api.deepinfra.com",
                {
                    "automatic-speech-recognition": transcription_upload(
                        "/v1/openai/audio/transcriptions"
                    ),
                    "conversational": chat("/v1/openai/chat/completions"),
                    "feature-extraction": embeddings("/v1/openai/embeddings"),
                    "text-generation": completions("/v1/openai/completions"),
                    "text-to-speech": speech("/v1/openai/audio/speech"),
                },
            ),
            FAL,
            Provider("endpoint", "", ENDPOINT, "direct", keyless=True, mapped=False),
            Provider(
                "featherless-ai",
                "https://api.featherless.ai",
                {"conversational": CHAT, "text-generation": COMPLETIONS},
            ),
            Provider(
                "fireworks-ai",
                "https://api.fireworks.ai",
                {
                    "conversational": chat(
                        "/inference/v1/chat/completions", schema=as_object_schema
                    ),
                },
            ),
            Provider(
                "groq",
                "https://api.groq.com",
                {
                    "conversational": chat("/openai/v1/chat/completions"),
                    "text-generation": one_message("/openai/v1/chat/completions"),
                },
            ),
            Provider(
                "hf-inference",
                f"{ROUTER}/hf-inference",
                HF_INFERENCE,
                "router",
                keyless=True,
                mapped=False,
            ),
            Provider(
                "novita",
                "https://api.novita.ai",
                {
                    "conversational": chat("/v3/openai/chat/completions"),
                    "text-generation": completions("/v3/openai/completions"),
                    "text-to-video": novita.TEXT_TO_VIDEO,
                },
            ),
            Provider(
                "nscale",
                "https://inference.api.nscale.com",
                {"conversational": CHAT, "text-to-image": NSCALE},
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
            Provider(
                "ovhcloud",
                "https://oai.endpoints.kepler.ai.cloud.ovh.net",
                {"conversational": CHAT, "text-generation": COMPLETIONS},
            ),
            Provider("publicai", "https://api.publicai.co", _CHAT),
            REPLICATE,
            Provider(
                "sandbox",
                SANDBOX,
                sandbox.RECIPES,
                "direct",
                keyless=True,
                mapped=False,
                model="sandbox",
            ),
            Provider(
                "scaleway",
                "https://api.scaleway.ai",
                {
                    "conversational": CHAT,
                    "feature-extraction": EMBEDDINGS,
                    "text-generation": COMPLETIONS,
                },
            ),
            Provider(
                "together",
                "https://api.together.xyz",
                {
                    "conversational": chat("/v1/chat/completions", schema=as_flat_schema),
                    "text-generation": COMPLETIONS,
                    "text-to-image": together.TEXT_TO_IMAGE,
                    "image-to-image": together.IMAGE_TO_IMAGE,
                    "text-to-video": together.TEXT_TO_VIDEO,
                    "image-to-video": together.IMAGE_TO_VIDEO,
                    "text-to-speech": speech("/v1/audio/speech"),
                    "feature-extraction": EMBEDDINGS,
                    "automatic-speech-recognition": transcription_upload(
                        "/v1/audio/transcriptions", addresses=True
                    ),
                },
            ),
            WAVESPEED,
            ZAI,
            *REMOVED,
        )
    }
)

# Whatever table a client is given, these are in it: the ways to go that are no provider's.
FIXED: Final = {name: PROVIDERS[name] for name in ("auto", "endpoint", "sandbox")}
