"""
Text generation, in its two dialects: TGI's, and OpenAI's completions.

Floor 4. Both answers are read wherever either may come: an endpoint's dialect is not known.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.json import decoded
from hfpipe.errors import HfpipeError, ProviderOutputError
from hfpipe.evolving import evolve
from hfpipe.outputs.chat import ChatChunk, ChatCompletion, ChunkChoice, Delta
from hfpipe.outputs.fold import Fold, Kind
from hfpipe.outputs.read import convert, told_error, unfit
from hfpipe.outputs.text import GenerationDetails, TextGeneration, TextGenerationChunk, Token
from hfpipe.outputs.usage import Usage
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, parameters
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.records import Exchange
from hfpipe.results import then
from hfpipe.shapes import is_array, is_object, is_sequence


@frozen
class CompletionBody:
    """
    The body of OpenAI's completions: prompt, parameters, max_tokens, model, stream.

    `max_new_tokens` is the Hub's word for `max_tokens`.
    """

    nameless: str = ""

    def __call__(self, exchange: Exchange) -> Outcome:
        given = parameters(exchange)
        mapping = exchange.mapping
        body: dict[str, Any] = {"prompt": exchange.args["inputs"]}
        most = given.pop("max_new_tokens", None)
        body.update(given)
        if most is not None:
            body.setdefault("max_tokens", most)
        body["model"] = (mapping.provider_id if mapping else "") or self.nameless
        return json_body(exchange, _streamed(exchange, body))


def tgi_body(exchange: Exchange) -> Outcome:
    """TGI's body: `{"inputs", "parameters"}`, and `stream` where it is wanted."""
    body = {"inputs": exchange.args["inputs"], "parameters": parameters(exchange)}
    return json_body(exchange, _streamed(exchange, body))


def _streamed(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    stream = exchange.args.get("stream")
    return body if stream is None else {**body, "stream": bool(stream)}


@frozen(slots=False)
class _Choice:
    text: str = ""
    index: int = 0
    finish_reason: str | None = None
    seed: int | None = None


@frozen(slots=False)
class _Completion:
    choices: tuple[_Choice, ...]


@frozen(slots=False)
class _Piece:
    # Both dialects at once: a completion chunk has `choices`, an event of TGI's has `token`.
    choices: tuple[_Choice, ...] | None = None
    usage: Usage | None = None
    token: Token | None = None
    generated_text: str | None = None
    details: GenerationDetails | None = None


def generated(exchange: Exchange) -> Outcome:
    """The generated text: of a list, of an object, or of completion choices."""
    body = exchange.response.body if exchange.response else b""
    try:
        value = decoded(body)
    except ValueError as error:
        return Failure(unfit(body, error))
    several = is_sequence(exchange.args["inputs"])
    found = _generated(value)
    if not isinstance(found, Success):
        return Failure(told_error(value) or found.failure())
    texts = found.unwrap()
    return Success(evolve(exchange, output=texts if several else texts[0]))


def _generated(value: Any) -> Result[tuple[TextGeneration, ...], HfpipeError]:
    if is_object(value) and "choices" in value:
        return then(convert(_Completion, value), _of_choices)
    if is_array(value) and value and all(is_array(item) for item in value):
        value = [item[0] if item else {} for item in value]
    items = value if is_array(value) else [value]
    if not items:
        return Failure(_nothing("$"))
    return convert(tuple[TextGeneration, ...], items)


def _of_choices(completion: _Completion) -> Result[tuple[TextGeneration, ...], HfpipeError]:
    if not completion.choices:
        return Failure(_nothing("$.choices"))
    return Success(
        tuple(
            TextGeneration(
                choice.text, GenerationDetails(finish_reason=choice.finish_reason, seed=choice.seed)
            )
            for choice in completion.choices
        )
    )


def _nothing(path: str) -> ProviderOutputError:
    return ProviderOutputError(
        "the answer holds no text", path=path, expected="one text at least", got="none"
    )


def _seen(piece: _Piece) -> ChatChunk:
    # What the piece adds, as a chunk of a chat, for the partial answer and the end.
    if piece.choices is not None:
        return ChatChunk(
            tuple(
                ChunkChoice(Delta(content=choice.text), choice.index, choice.finish_reason)
                for choice in piece.choices
            ),
            usage=piece.usage,
        )
    reason = piece.details.finish_reason if piece.details else None
    end = reason or ("stop" if piece.generated_text is not None else None)
    return ChatChunk((ChunkChoice(Delta(content=_text(piece)), 0, end),))


def _text(piece: _Piece) -> str:
    token = piece.token
    return "" if token is None or token.special else token.text or ""


def _tells(piece: _Piece) -> bool:
    return bool(piece.choices) or piece.token is not None or piece.usage is not None


def _shown(piece: _Piece) -> TextGenerationChunk:
    if not piece.choices:
        return TextGenerationChunk(_text(piece), piece.token, piece.generated_text, piece.details)
    choice = next((choice for choice in piece.choices if choice.index == 0), _Choice())
    details = choice.finish_reason and GenerationDetails(choice.finish_reason, seed=choice.seed)
    return TextGenerationChunk(choice.text, details=details or None)


def _whole(completion: ChatCompletion, last: Any) -> TextGeneration:
    # TGI's last event tells the whole text again, and how it was generated.
    text: str | None = getattr(last, "generated_text", None)
    details: GenerationDetails | None = getattr(last, "details", None)
    if details is None and completion.finish_reason is not None:
        details = GenerationDetails(completion.finish_reason)
    return TextGeneration(completion.text if text is None else text, details)


PIECES: Final = Kind(_Piece, _seen, _tells, _shown, _whole)


def text_fold(_: Exchange) -> Fold[TextGenerationChunk]:
    """The decoder of a streamed text, at its beginning."""
    return Fold(PIECES)


def completions(route: str) -> Recipe:
    """A recipe for OpenAI's completions at this route."""
    return Recipe(Path(route), CompletionBody(), generated, text_fold)


def tgi(route: str) -> Recipe:
    """A recipe for TGI's own dialect at this route."""
    return Recipe(Path(route), tgi_body, generated, text_fold)
