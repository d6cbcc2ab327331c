"""
Text generation, in its two dialects: TGI's, and OpenAI's completions.

Floor 4. Both answers are read wherever either may come: an endpoint's dialect is not known.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen
from returns.result import Failure, Result, Success

from hfpipe.codec.json import learned
from hfpipe.errors import HfpipeError, InputError, ProviderOutputError
from hfpipe.outputs.chat import ChatCompletion
from hfpipe.outputs.chunks import ChatChunk, ChunkChoice, Delta
from hfpipe.outputs.fold import Fold, Kind
from hfpipe.outputs.read import convert, told_error
from hfpipe.outputs.text import GenerationDetails, TextGeneration, TextGenerationChunk, Token
from hfpipe.outputs.usage import Usage
from hfpipe.pipeline import Outcome
from hfpipe.providers.body import json_body, model, parameters
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.providers.values import counted, decoded_of, put
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
        body = {"prompt": exchange.args["inputs"], **counted_in_tokens(parameters(exchange))}
        body["model"] = model(exchange, self.nameless)
        return json_body(exchange, _streamed(exchange, body))


def counted_in_tokens(given: dict[str, Any]) -> dict[str, Any]:
    """
    The parameters with `max_tokens` in place of `max_new_tokens`.

    >>> counted_in_tokens({"max_new_tokens": 5, "seed": 1})
    {'seed': 1, 'max_tokens': 5}
    """
    most = given.get("max_new_tokens")
    kept = {name: value for name, value in given.items() if name != "max_new_tokens"}
    return kept if most is None else {**kept, "max_tokens": kept.get("max_tokens", most)}


def one_message_body(exchange: Exchange) -> Outcome:
    """The text as the only message of a chat, for a provider without completions."""
    inputs = exchange.args["inputs"]
    if not isinstance(inputs, str):
        return Failure(InputError("this provider takes one text at a time, not a list"))
    said = [{"role": "user", "content": inputs}]
    body = {"model": model(exchange), "messages": said}
    return json_body(
        exchange,
        {
            **body,
            **counted_in_tokens(parameters(exchange)),
            "stream": bool(exchange.args.get("stream")),
        },
    )


def tgi_body(exchange: Exchange) -> Outcome:
    """TGI's body: `{"inputs", "parameters"}`, and `stream` where it is wanted."""
    body = {"inputs": exchange.args["inputs"], "parameters": parameters(exchange)}
    return json_body(exchange, _streamed(exchange, body))


def _streamed(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    stream = exchange.args.get("stream")
    return body if stream is None else {**body, "stream": bool(stream)}


@frozen(slots=False)
class _Choice:
    # A completion has a `text`; a chat of one message has a `message`, or a `delta` of a stream.
    text: str | None = None
    message: Delta | None = None
    delta: Delta | None = None
    index: int = 0
    finish_reason: str | None = None
    seed: int | None = None

    @property
    def said(self) -> str | None:
        if self.text is not None:
            return self.text
        held = self.message or self.delta
        return held.content if held else None


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
    answer = decoded_of(exchange)
    if not isinstance(answer, Success):
        return Failure(answer.failure())
    found = _generated(answer.unwrap())
    if not isinstance(found, Success):
        return Failure(told_error(answer.unwrap()) or found.failure())
    texts = found.unwrap()
    if is_sequence(exchange.args["inputs"]):
        return put(exchange, counted(exchange, texts))
    return put(exchange, Success(texts[0]))


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
    texts: list[TextGeneration] = []
    for at, choice in enumerate(sorted(completion.choices, key=lambda choice: choice.index)):
        if choice.said is None:
            return Failure(_nothing(f"$.choices[{at}]"))
        details = GenerationDetails(finish_reason=choice.finish_reason, seed=choice.seed)
        texts.append(TextGeneration(choice.said, details))
    return Success(tuple(texts))


def _nothing(path: str) -> ProviderOutputError:
    return ProviderOutputError(
        "the answer holds no text", path=path, expected="one text at least", got="none"
    )


def _seen(piece: _Piece) -> ChatChunk:
    # What the piece adds, as a chunk of a chat, for the partial answer and the end.
    if piece.choices is not None:
        return ChatChunk(
            tuple(
                ChunkChoice(Delta(content=choice.said), choice.index, choice.finish_reason)
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
    return TextGenerationChunk(choice.said or "", details=details or None)


def _whole(completion: ChatCompletion, last: Any) -> TextGeneration:
    # TGI's last event tells the whole text again, and how it was generated.
    text: str | None = getattr(last, "generated_text", None)
    details: GenerationDetails | None = getattr(last, "details", None)
    if details is None and completion.finish_reason is not None:
        details = GenerationDetails(completion.finish_reason)
    return TextGeneration(completion.text if text is None else text, details)


PIECES: Final = Kind(_Piece, _tells, _seen, _shown, _whole)


def text_fold(_: Exchange) -> Fold[TextGenerationChunk]:
    """The decoder of a streamed text, at its beginning."""
    return Fold(PIECES)


def completions(route: str) -> Recipe:
    """A recipe for OpenAI's completions at this route."""
    return Recipe(Path(route), CompletionBody(), generated, text_fold)


def one_message(route: str) -> Recipe:
    """A recipe for text generation through chat at this route."""
    return Recipe(Path(route), one_message_body, generated, text_fold)


COMPLETIONS: Final[Recipe] = completions("/v1/completions")


learned(_Completion, _Piece)
