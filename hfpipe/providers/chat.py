"""
Chat, as every provider takes it: the body of OpenAI's chat completions.

Floor 4. Providers differ in the route, and in how they want a JSON schema.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import frozen
from returns.result import Failure, Success

from hfpipe.codec.json import decoded
from hfpipe.evolving import evolve
from hfpipe.options import CALL
from hfpipe.outputs.chat import ChatCompletion, Message
from hfpipe.outputs.read import read, told_error
from hfpipe.pipeline import Outcome
from hfpipe.printing import equal, hashed, printed
from hfpipe.providers.body import json_body, model
from hfpipe.providers.routes import Path
from hfpipe.providers.row import Recipe
from hfpipe.records import Exchange
from hfpipe.results import success
from hfpipe.shapes import is_mapping
from hfpipe.tasks import CHAT_ORDER

if TYPE_CHECKING:
    from hfpipe.outputs.chunks import ChatChunk
    from hfpipe.outputs.fold import Fold

Rewrite: TypeAlias = Callable[[Any], Any]

_RANK: Final = {name: rank for rank, name in enumerate(CHAT_ORDER)}
_LAST: Final = len(_RANK)
_PLACED: Final = CALL | {"messages", "stream", "stream_options"}
_AS_THEY_ARE: Final = frozenset({dict})
# What a model's message may carry back; its reasoning may not: several providers refuse it.
_SAID: Final = ("role", "content", "tool_calls", "tool_call_id", "name")


@frozen
class ChatBody:
    """
    The body of a chat: model, messages, the parameters in a fixed order, stream, extra_body.

    The model goes first: the router reads it from the first bytes of a body that may be
    megabytes. `schema` rewrites a `response_format` of type json_schema; `without` are keys that
    the provider refuses; `nameless` is the model's name where none is given.
    """

    schema: Rewrite | None = None
    without: frozenset[str] = frozenset()
    nameless: str = ""

    __repr__, __eq__, __hash__ = printed, equal, hashed

    def __call__(self, exchange: Exchange) -> Outcome:
        args, first = exchange.args, model(exchange, self.nameless)
        body: dict[str, Any] = {"model": first, "messages": messages(args["messages"])}
        named = [name for name in args if name not in _PLACED and args[name] is not None]
        if len(named) > 1:
            named.sort(key=_rank)
        for name in named:
            body[name] = args[name]
        if self.schema is not None and "response_format" in body:
            body["response_format"] = self.schema(body["response_format"])
        body["stream"] = bool(args.get("stream"))
        if (options := args.get("stream_options")) is not None:
            body["stream_options"] = options
        if extra := exchange.options.extra_body:
            body.update((name, value) for name, value in extra.items() if name != "model")
        for name in self.without:
            body.pop(name, None)
        return json_body(exchange, body)


def _rank(name: str) -> int:
    return _RANK.get(name, _LAST)


def messages(given: Any) -> Any:
    """The messages as the wire has them: a text is one message of the user's."""
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    if _AS_THEY_ARE.issuperset(map(type, given)):
        return given
    return [_said(message) if isinstance(message, Message) else message for message in given]


def _said(message: Message) -> dict[str, Any]:
    return {key: value for key in _SAID if (value := getattr(message, key)) is not None}


def _schema(given: Any) -> Any:
    if not is_mapping(given) or given.get("type") != "json_schema":
        return None
    inner = given.get("json_schema")
    return inner.get("schema") if is_mapping(inner) else None


def as_flat_schema(given: Any) -> Any:
    """Together: `{"type": "json_schema", "schema": S}`."""
    schema = _schema(given)
    return given if schema is None else {"type": "json_schema", "schema": schema}


def as_object_schema(given: Any) -> Any:
    """Cohere and Fireworks: `{"type": "json_object", "schema": S}`."""
    schema = _schema(given)
    return given if schema is None else {"type": "json_object", "schema": schema}


def as_lenient_schema(given: Any) -> Any:
    """Sambanova: it refuses strict schemas."""
    held = given.get("json_schema") if is_mapping(given) else None
    if not is_mapping(held) or held.get("strict") is False:
        return given
    return {**given, "json_schema": {**held, "strict": False}}


def as_tgi_value(given: Any) -> Any:
    """TGI: `{"type": "json_object", "value": S}`."""
    schema = _schema(given)
    return given if schema is None else {"type": "json_object", "value": schema}


def chat_value(exchange: Exchange) -> Outcome:
    """The whole answer of a chat."""
    response = exchange.response
    body = response.body if response else b""
    found = read(ChatCompletion, body)
    if not isinstance(found, Success):
        return Failure(found.failure())
    value = found.unwrap()
    if not value.choices and (error := told_error(decoded(body))) is not None:
        return Failure(error)
    return success(evolve(exchange, output=value))


def chat_fold(_: Exchange) -> Fold[ChatChunk]:
    """The decoder of a streamed chat, at its beginning."""
    # 4 of the 150 ms to a first answer, where it is no stream
    from hfpipe.outputs.fold import Fold
    from hfpipe.providers.chunks import CHUNKS

    return Fold(CHUNKS)


def chat(
    route: str,
    *,
    schema: Rewrite | None = None,
    without: frozenset[str] = frozenset(),
) -> Recipe:
    """A recipe for chat at this route."""
    return Recipe(Path(route), ChatBody(schema, without), chat_value, chat_fold)


CHAT: Final[Recipe] = chat("/v1/chat/completions")
TGI: Final[Recipe] = chat("/models/{model}/v1/chat/completions", schema=as_tgi_value)
