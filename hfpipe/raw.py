"""
Requests of one's own over the same walk: any path, any body, the answer as it is.

Floor 7. For what a provider has and no task covers. Options, address, headers, retries, redirects
and errors are those of every call; the stages `merge` and `resolve` alone are others, for there is
no task to check and no model to look up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from returns.result import Failure, Result, Success

from hfpipe.address import in_path
from hfpipe.clients import as_client
from hfpipe.codec.json import decoded
from hfpipe.door import Asked, asked, asking, opened, output, performed, pipeline, veiled
from hfpipe.errors import HfpipeError, InputError, RoutingError
from hfpipe.evolving import evolve
from hfpipe.media import Media
from hfpipe.near import nearest
from hfpipe.options import CALL, checked
from hfpipe.outputs.chunks import ChatChunk
from hfpipe.outputs.fold import Fold, Kind
from hfpipe.outputs.read import convert
from hfpipe.providers.body import json_body, raw_body
from hfpipe.providers.row import Recipe
from hfpipe.records import Exchange, ProviderMapping
from hfpipe.secret import of_a_provider, plain
from hfpipe.streaming import Stream
from hfpipe.tasks import Task

if TYPE_CHECKING:
    from hfpipe.clients import AnyClient, Client
    from hfpipe.pipeline import Outcome

_RAW: Final = Task("request", takes="body", more=frozenset({"path", "method", "stream"}))
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def request(
    client: AnyClient,
    /,
    *,
    path: str = "",
    body: Any = None,
    method: str = "POST",
    model: str | None = None,
    **options: Any,
) -> Result[Any, HfpipeError]:
    """
    What a provider or endpoint answers at a path of one's own: decoded JSON, else a `Media`.

    `path` is appended to the address of the provider or of `endpoint_url`; `{model}` in it is
    the model's id. `body` is a JSON value, bytes or a `Media`. An empty answer is None.

    >>> body = {"model": "sandbox", "messages": [{"role": "user", "content": "say hello"}]}
    >>> answer = request({"provider": "sandbox"}, path="/v1/chat/completions", body=body)
    >>> answer.map(lambda value: value["choices"][0]["message"]["content"])
    <Success: hello>
    """
    args = veiled({**options, "path": path, "body": body, "method": method, "model": model})
    return performed(_ask(client, **args))


def _ask(client: AnyClient, /, **args: Any) -> Asked:
    args = veiled(args)
    given = {"path": "", "body": None, "method": "POST", "model": None, **args}
    try:
        return asked(_RAW, _client(client), None, given, output)
    except InputError as error:
        return Failure(error)


asking(request, _ask)


def request_stream(
    client: AnyClient,
    /,
    *,
    path: str = "",
    body: Any = None,
    method: str = "POST",
    model: str | None = None,
    **options: Any,
) -> Result[Stream[Any], HfpipeError]:
    """
    The events that come at a path of one's own, each as decoded JSON.

    The body has to ask for a stream in the server's own way. A stream that ends with neither
    `[DONE]` nor a finish reason is a `StreamError`, as in every other.
    """
    args = veiled({**options, "path": path, "body": body, "method": method, "model": model})
    return opened(_ask_stream(client, **args), Stream)


def _ask_stream(client: AnyClient, /, **args: Any) -> Asked:
    return _ask(client, **{**veiled(args), "stream": True})


asking(request_stream, _ask_stream)


def _client(given: AnyClient) -> Client:
    """The client, with the two stages in its pipeline that know of no task."""
    known = as_client(given)
    stages = pipeline(Exchange(known, _RAW.name, {}))
    for name, stage in (("merge", _merge), ("resolve", _resolve)):
        if name in stages.names():
            stages = stages.replace(name, stage)
    return evolve(known, options=evolve(known.options, pipeline=stages))


def _merge(exchange: Exchange) -> Outcome:
    """Writes `options`, and the one recipe that is wanted into the provider's row."""
    args = exchange.args
    try:
        _know(args)
        own = {name: args[name] for name in args if name in CALL and args[name] is not None}
        options = evolve(exchange.client.options, **checked(own))
    except InputError as error:
        return Failure(error)
    name = "endpoint" if options.endpoint_url else options.provider
    row = options.providers.get(name)
    if row is None:
        near = nearest(name, options.providers)
        return Failure(
            RoutingError(f"there is no provider {name!r}{near}", code="unknown_provider")
        )
    rows = {**options.providers, name: evolve(row, recipes={_RAW.name: _RECIPE}, spoken=None)}
    options = evolve(options, providers=rows)
    return Success(evolve(exchange, options=options, method=args["method"]))


def _know(args: Mapping[str, Any]) -> None:
    for name in args:
        if name not in CALL and name not in _RAW.known:
            near = nearest(name, [*_RAW.known, *CALL])
            raise InputError(f"request has no argument {name!r}{near}", code="bad_option")
    path, method = args["path"], args["method"]
    if not isinstance(path, str) or (path and not path.startswith("/")) or not path.isprintable():
        raise InputError("path must be a text that begins with a slash")
    if not isinstance(method, str) or method not in _METHODS:
        raise InputError(f"method must be one of {', '.join(sorted(_METHODS))}")


def _resolve(exchange: Exchange) -> Outcome:
    """Writes `mapping`: the provider that was named, and the model as it was named."""
    options = exchange.options
    name = "endpoint" if options.endpoint_url else options.provider
    row, token = options.providers[name], options.token
    if (token is None or token.lost) and not row.keyless:
        return Failure(InputError(f"{name} needs a token", code="missing_token"))
    if name == "auto" and of_a_provider(token):
        why = "with provider 'auto' the token must be a Hugging Face one (hf_...)"
        return Failure(InputError(why, code="invalid_token"))
    return Success(evolve(exchange, mapping=ProviderMapping(name, options.model, _RAW.name)))


def _route(exchange: Exchange) -> str:
    given: str = exchange.args["path"]
    path = given.replace("{model}", in_path(exchange.options.model))
    return plain(exchange.options.endpoint_url).rstrip("/" if path else "") + path


def _payload(exchange: Exchange) -> Outcome:
    body = exchange.args["body"]
    if isinstance(body, Media):
        return raw_body(exchange, body.content, body.media_type)
    if isinstance(body, bytes):
        return raw_body(exchange, body, "application/octet-stream")
    return Success(exchange) if body is None else json_body(exchange, body)


def _value(exchange: Exchange) -> Outcome:
    response = exchange.response
    body = response.body if response else b""
    kind = response.content_type if response else ""
    file = response.file if response else None
    value: Any = Media(file or body, kind)
    if not body:
        value = None
    elif file is None and not kind.startswith(("image/", "audio/", "video/")):
        try:
            value = decoded(body)
        except ValueError:
            value = Media(body, kind)
    return Success(evolve(exchange, output=value))


def _seen(event: Any) -> ChatChunk:
    return convert(ChatChunk, event).value_or(ChatChunk())


def _tells(_: Any) -> bool:
    return True


_EVENTS: Final[Kind[Any]] = Kind(Any, _tells, _seen)


def _fold(_: Exchange) -> Fold[Any]:
    return Fold(_EVENTS)


_RECIPE: Final = Recipe(_route, _payload, _value, _fold)
