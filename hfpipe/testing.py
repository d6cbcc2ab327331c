"""
Senders for tests: answers in a row, or by where a request goes. No network, no clock.

Floor 7. Every request of a client goes through its sender, so that a test of a program that uses
hfpipe needs no more than another one:

>>> import hfpipe
>>> from hfpipe.testing import scripted
>>> sender = scripted("Hello!")
>>> hf = hfpipe.endpoint_client(None, "https://llm.example/v1", send=sender)
>>> hfpipe.chat_completion(hf, "hi").map(lambda answer: answer.text)
<Success: Hello!>
>>> [request.url for request in sender.requests]
['https://llm.example/v1/chat/completions']

An answer is one of these:

- a text: what the model says, in the shape that the request asks for (a chat answer, a generated
  text, a transcription; a stream of events where a stream is asked for);
- a mapping: that JSON; `bytes`: that body, its type made out from its first bytes;
- a `HttpResponse`: that response; a `TransportError`: no answer; any other of hfpipe's errors
  with a `status`: an answer of that status with its message; another exception: the sender raises;
- a list, where a stream is asked for: its pieces. Texts and mappings are events, bytes are sent
  as they are, an exception breaks the stream off there. Texts alone are ended as a model ends its
  answer; whatever else is in the list, nothing is added. Where no stream is asked for, the list
  is JSON, or the pieces of a body where all of it is bytes;
- a function of the `HttpRequest` that gives any of these, or a Result.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final, TypeAlias, cast

from returns.result import Failure, Result, Success

from hfpipe.codec.json import decoded, encoded
from hfpipe.codec.media import HEAD, media_type
from hfpipe.errors import HfpipeError, InputError, TransportError
from hfpipe.secret import shown
from hfpipe.wire import HttpRequest, HttpResponse

Given: TypeAlias = (
    "str | Mapping[str, Any] | bytes | HttpResponse | Exception | list[Any] | Callable[..., Any]"
)
Sent: TypeAlias = "Result[HttpResponse, TransportError]"
Match: TypeAlias = "str | Callable[[HttpRequest], object]"

_JSON: Final = {"content-type": "application/json"}
_EVENTS: Final = {"content-type": "text/event-stream"}
_DONE: Final = b"data: [DONE]\n\n"


def scripted(*answers: Given) -> Scripted:
    """
    A sender that gives these answers, one a request, in their order.

    A request after the last answer gets a `TransportError` that says so. Raises `InputError` on
    what is no answer.

    >>> send = scripted("one", TransportError("gone", code="reset"))
    >>> send.left
    2
    """
    return Scripted(answers)


def stub(routes: Mapping[Match, Given]) -> Stub:
    """
    A sender that answers by where a request goes, as often as it is asked.

    A key is a part of the URL, or the whole of it with `*` for any letters, after a method or
    without one (`"POST */v1/chat/completions"`), or a function of the `HttpRequest`. The first
    that fits answers; a request that none fits gets a `TransportError` that lists them. For
    different answers at one place a value may be `scripted(...)`.

    >>> send = stub({"/v1/chat/completions": "Hello!", "GET */api/models/*": {"id": "org/llama"}})
    >>> send(HttpRequest("GET", "https://huggingface.co/api/models/org/llama")).unwrap().body
    b'{"id":"org/llama"}'
    """
    return Stub(routes)


class _Sender:
    """What both senders have: the requests that they were given."""

    def __init__(self) -> None:
        self._seen: list[HttpRequest] = []

    @property
    def requests(self) -> tuple[HttpRequest, ...]:
        """The requests so far, in their order."""
        return tuple(self._seen)


class Scripted(_Sender):
    """Answers in a row: see `scripted`. One may serve many threads."""

    def __init__(self, answers: tuple[Given, ...]) -> None:
        super().__init__()
        self._answers = deque(_an_answer(answer) for answer in answers)
        self._size = len(answers)

    @property
    def left(self) -> int:
        """How many answers nobody has asked for yet."""
        return len(self._answers)

    def __call__(self, request: HttpRequest) -> Sent:
        """The next answer."""
        self._seen.append(request)
        try:
            answer = self._answers.popleft()
        except IndexError:
            return _nothing(
                request, f"the script is at its end: it had {_counted(self._size)}, all given"
            )
        return _sent(answer, request)

    def __repr__(self) -> str:
        return f"<scripted sender, {_counted(self.left)} left>"


class Stub(_Sender):
    """Answers by place: see `stub`. One may serve many threads."""

    def __init__(self, routes: Any) -> None:
        super().__init__()
        if not isinstance(routes, Mapping):
            raise InputError(f"stub() takes a mapping of URLs to answers, not {routes!r:.80}")
        known = cast("Mapping[Any, Any]", routes)
        for place in known:
            if not isinstance(place, str) and not callable(place):
                raise InputError(f"a place is a part of a URL or a function, not {place!r:.80}")
        self._routes = {place: _an_answer(answer) for place, answer in known.items()}

    def __call__(self, request: HttpRequest) -> Sent:
        """The answer of the first place that the request fits."""
        self._seen.append(request)
        for place, answer in self._routes.items():
            if place(request) if callable(place) else _fits(place, request):
                return _sent(answer, request)
        return _nothing(request, f"the stub knows no such place; it knows {self._places()}")

    def _places(self) -> str:
        names = (
            place if isinstance(place, str) else getattr(place, "__name__", repr(place))
            for place in self._routes
        )
        return ", ".join(map(repr, names)) or "none"

    def __repr__(self) -> str:
        return f"<stub sender of {self._places()}>"


def _counted(number: int) -> str:
    return f"{number} answer{'' if number == 1 else 's'}"


def _nothing(request: HttpRequest, why: str) -> Sent:
    # A code that is not retryable: no policy waits for an answer that nobody wrote.
    return Failure(
        TransportError(
            f"{why}; asked was {request.method} {shown(request.url)}",
            code="bad_input",
            billed="no",
            hint="Give the sender an answer for each request, the look-up of a model among them.",
        )
    )


def _fits(place: str, request: HttpRequest) -> bool:
    method, space, rest = place.partition(" ")
    if space and method.isupper():
        if method != request.method:
            return False
        place = rest
    url = shown(request.url)
    return fnmatchcase(url, place) if "*" in place else place in url


def _an_answer(given: Any) -> Any:
    known = isinstance(given, (str, Mapping, bytes, HttpResponse, Exception, list, Result))
    if isinstance(given, HfpipeError) and not isinstance(given, TransportError):
        known = given.status is not None
    if not known and not callable(given):
        raise InputError(
            f"no answer: {given!r:.80}",
            hint="An answer is a text, a mapping, bytes, a HttpResponse, an error, a list of a "
            "stream's pieces, or a function of the request.",
        )
    return given


def _sent(answer: Any, request: HttpRequest) -> Sent:
    if isinstance(answer, Result):
        return cast("Sent", answer)
    if isinstance(answer, TransportError):
        return Failure(answer)
    if isinstance(answer, HfpipeError):
        body = encoded({"error": answer.message})
        return Success(HttpResponse(answer.status or 500, _JSON, body))
    if isinstance(answer, Exception):
        raise answer
    if callable(answer):
        return _sent(_an_answer(answer(request)), request)
    return Success(_response(answer, request))


def _response(answer: Any, request: HttpRequest) -> HttpResponse:
    if isinstance(answer, HttpResponse):
        return answer
    if request.stream and isinstance(answer, (list, str, bytes)):
        return HttpResponse(200, _EVENTS, chunks=_pieces(_listed(answer), request))
    items = _listed(answer)
    if items and all(isinstance(item, bytes) for item in items):
        body = b"".join(items)
        kind = media_type(body[:HEAD]) or "application/json"
        return HttpResponse(200, {"content-type": kind}, body)
    if isinstance(answer, str):
        answer = _told(answer, request)
    return HttpResponse(200, _JSON, encoded(answer))


def _listed(answer: Any) -> list[Any]:
    return cast("list[Any]", answer) if isinstance(answer, list) else [answer]


def _pieces(items: list[Any], request: HttpRequest) -> Iterator[bytes]:
    for item in items:
        if isinstance(item, BaseException):
            raise item
        yield item if isinstance(item, bytes) else _event(item, request)
    if items and all(isinstance(item, str) for item in items):
        yield _last("".join(items), request)
        yield _DONE


def _event(item: Any, request: HttpRequest) -> bytes:
    value = _delta(item, request) if isinstance(item, str) else item
    return b"data: " + encoded(value) + b"\n\n"


def _delta(text: str, request: HttpRequest) -> Any:
    asked = _asked(request)
    if "messages" in asked:
        return _choices(asked, "chat.completion.chunk", {"delta": {"content": text}})
    if "prompt" in asked:
        return _choices(asked, "text_completion", {"text": text})
    return {"token": {"id": 0, "text": text, "logprob": None, "special": False}}


def _last(text: str, request: HttpRequest) -> bytes:
    asked = _asked(request)
    value: Any = {"token": None, "generated_text": text, "details": {"finish_reason": "eos_token"}}
    if "messages" in asked:
        value = _choices(asked, "chat.completion.chunk", {"delta": {}}, "stop")
    elif "prompt" in asked:
        value = _choices(asked, "text_completion", {"text": ""}, "stop")
    return b"data: " + encoded(value) + b"\n\n"


def _told(text: str, request: HttpRequest) -> Any:
    asked = _asked(request)
    if "messages" in asked:
        message = {"role": "assistant", "content": text}
        return _choices(asked, "chat.completion", {"message": message}, "stop")
    if "prompt" in asked:
        return _choices(asked, "text_completion", {"text": text}, "stop")
    # The classic tasks differ in the text's name alone, and pass over names that they do not know.
    answer = dict.fromkeys(("generated_text", "summary_text", "translation_text", "text"), text)
    inputs: Any = asked.get("inputs")
    if isinstance(inputs, list):
        return [answer] * len(cast("list[Any]", inputs))
    return [answer] if isinstance(inputs, str) else answer


def _choices(asked: Any, kind: str, choice: dict[str, Any], reason: str | None = None) -> Any:
    model = asked.get("model") or ""
    choice = {"index": 0, **choice, "finish_reason": reason}
    return {"id": "scripted", "object": kind, "created": 0, "model": model, "choices": [choice]}


def _asked(request: HttpRequest) -> dict[str, Any]:
    body = request.body
    try:
        value: Any = decoded(body) if isinstance(body, bytes) else None
    except ValueError:
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
