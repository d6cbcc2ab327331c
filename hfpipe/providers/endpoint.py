"""
An endpoint of one's own, known by its address alone: how it ends says what it speaks.

Floor 4. `ENDINGS` is the whole rule. An address with a known ending belongs to a family of
servers, in which each task has an ending of its own: embeddings asked of
`http://h/v1/chat/completions` go to `http://h/v1/embeddings`. Any other address is spoken to in
the classic dialect, as it stands, except by chat, which goes to `/v1/chat/completions` below it.
A query stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from attrs import evolve, frozen

from hfpipe import providers as of
from hfpipe.address import split_query
from hfpipe.printing import equal, hashed, printed
from hfpipe.providers.families import CLASSIC, family
from hfpipe.providers.row import Recipe, Recipes
from hfpipe.records import Exchange
from hfpipe.secret import Secret, plain
from hfpipe.tasks import CHAT


@frozen
class Ending:
    """
    The address of a task: what its base is, with this at its end.

    `streaming` is the ending where the answer is streamed, if that is another one.
    """

    text: str
    streaming: str = ""

    __repr__, __eq__, __hash__ = printed, equal, hashed

    def __call__(self, exchange: Exchange) -> str:
        wanted = self.streaming if self.streaming and exchange.args.get("stream") else self.text
        url = exchange.options.endpoint_url
        return _ended(url.reveal(), wanted) if isinstance(url, Secret) else _known_end(url, wanted)


def _ended(url: str, wanted: str) -> str:
    path, query = split_query(url)
    bare = path.rstrip("/")
    return f"{path if bare.endswith(wanted) else base(bare) + wanted}{query}"


# Every call asks, and nearly always for the same address: 0.1 us, where finding out takes 1.5. An
# address that is a secret is not remembered.
_known_end: Final = lru_cache(64)(_ended)


def itself(exchange: Exchange) -> str:
    """The address, untouched."""
    return plain(exchange.options.endpoint_url)


def base(bare: str) -> str:
    """
    An address without the ending that says what it is.

    >>> base("http://h/v1/embeddings"), base("http://h/v1"), base("http://h/a")
    ('http://h', 'http://h', 'http://h/a')
    """
    return bare.removesuffix(_ending(bare))


def _ending(bare: str) -> str:
    return next((ending for ending in ENDINGS if bare.endswith(ending)), "")


def _chat() -> Recipe:
    chat = of.chat
    body = chat.ChatBody(nameless="dummy")
    return Recipe(Ending("/v1/chat/completions"), body, chat.chat_value, chat.chat_fold)


_OPENAI: Final = Recipes(
    {
        "automatic-speech-recognition": lambda: Recipe(
            Ending("/v1/audio/transcriptions"),
            of.speech.Upload(nameless="dummy"),
            of.speech.heard,
        ),
        CHAT: _chat,
        "feature-extraction": lambda: Recipe(
            Ending("/v1/embeddings"),
            of.embeddings.EmbeddingBody("dummy"),
            of.embeddings.vectors,
        ),
        "text-generation": lambda: Recipe(
            Ending("/v1/completions"),
            of.completions.CompletionBody("dummy"),
            of.completions.generated,
            of.completions.text_fold,
        ),
        "text-to-image": lambda: Recipe(
            Ending("/v1/images/generations"),
            of.images.endpoint_body,
            of.images.first_image,
            accept="image/png",
        ),
        "text-to-speech": lambda: Recipe(
            Ending("/v1/audio/speech"), of.voice.speech_body, of.files.File("audio")
        ),
    }
)
# Azure and others have chat below another path than /v1: the address is as good as it is.
_CHAT_ALONE: Final = Recipes({CHAT: lambda: evolve(_chat(), route=itself)})
_TGI: Final = Recipes(
    {
        CHAT: _chat,
        "text-generation": lambda: Recipe(
            Ending("/generate", "/generate_stream"),
            of.completions.tgi_body,
            of.completions.generated,
            of.completions.text_fold,
        ),
    }
)
_TEI: Final = Recipes(
    {
        "feature-extraction": lambda: Recipe(
            Ending("/embed"), of.embeddings.embedding_body, of.embeddings.tensor
        ),
        "sentence-similarity": lambda: Recipe(Ending("/rerank"), of.tei.rerank_body, of.tei.ranks),
        "text-classification": lambda: Recipe(
            Ending("/predict"), of.tei.predict_body, of.labels.labels
        ),
    }
)
USUAL: Final = Recipes({CHAT: _chat, **family(CLASSIC, lambda: of.classic.recipes(itself))})

# How an address ends, and the family that it belongs to; the first that fits.
ENDINGS: Final[Mapping[str, Recipes]] = {
    "/v1/chat/completions": _OPENAI,
    "/v1/completions": _OPENAI,
    "/v1/embeddings": _OPENAI,
    "/v1/images/generations": _OPENAI,
    "/v1/audio/transcriptions": _OPENAI,
    "/v1/audio/speech": _OPENAI,
    "/v1": _OPENAI,
    "/chat/completions": _CHAT_ALONE,
    "/generate_stream": _TGI,
    "/generate": _TGI,
    "/embed": _TEI,
    "/rerank": _TEI,
    "/predict": _TEI,
}


def spoken(exchange: Exchange) -> Recipe:
    """The recipe of the call's task in what its endpoint speaks."""
    url, mapping = exchange.options.endpoint_url, exchange.mapping
    task = exchange.task if mapping is None else mapping.task
    return _recipe(url.reveal(), task) if isinstance(url, Secret) else _known_recipe(url, task)


def _recipe(url: str, task: str) -> Recipe:
    path, _ = split_query(url)
    family = ENDINGS.get(_ending(path.rstrip("/")), USUAL)
    # What the family has not is asked in the classic way: it may be a server of either kind.
    return family[task] if task in family else USUAL[task]


_known_recipe: Final = lru_cache(64)(_recipe)
