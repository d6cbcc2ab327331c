"""
What goes over the wire, as data: headers, bodies, one request and one answer.

Floor 0. A sender is any function from `HttpRequest` to a Result of `HttpResponse`; everything
above it sees nothing of the network but these records.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

from attrs import field, frozen

from hfpipe.errors import InputError
from hfpipe.printing import equal, hashed, printed
from hfpipe.secret import REDACTED, Secret, plain, shown
from hfpipe.shapes import is_mapping

# Headers whose values tell nothing about who asks. An allow-list: a name that is not here may
# hold anybody's key, so its value becomes a Secret.
_HARMLESS_HEADERS: Final = frozenset(
    """
    accept accept-encoding accept-language age allow cache-control cf-ray connection
    content-disposition content-encoding content-language content-length content-range
    content-type date etag expires host keep-alive last-modified openai-model
    openai-processing-ms openai-version prefer preference-applied range referrer-policy
    retry-after retry-after-ms server server-timing strict-transport-security trailer
    transfer-encoding user-agent vary via www-authenticate x-amz-cf-id x-amzn-trace-id x-cache
    x-content-type-options x-error-code x-error-message x-fal-request-id x-generated-tokens
    x-hf-bill-to x-hf-warning x-inference-id x-inference-provider x-inference-time x-powered-by
    x-prompt-tokens x-queue-time x-repo-commit x-request-id x-retry-after-ms x-robots-tag x-sha
    x-should-retry x-source-channel x-time-per-token x-total-time x-validation-time
    """.split()
)
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HARMLESS_FAMILIES: Final = ("ratelimit", "x-ratelimit-", "x-compute-", "fireworks-")

# Classes of statuses: RFC 9110, 15. And the one for "ask me later".
SUCCESSFUL: Final = range(200, 300)
REDIRECTION: Final = range(300, 400)
CLIENT_ERROR: Final = range(400, 500)
SERVER_ERROR: Final = range(500, 1000)  # and whatever else servers make up
UNAVAILABLE: Final = 503

Made = TypeVar("Made")
Pairs: TypeAlias = "Mapping[str, str | Secret] | Iterable[tuple[str, str | Secret]]"


class Headers(Mapping[str, "str | Secret"]):
    """
    HTTP headers: immutable, compared without regard to case, keys in lower case.

    A value whose name is not known to be harmless is kept as a `Secret`, which prints as
    `[redacted]` and equals its text; `reveal()` gives the plain texts to a sender. Of a name
    given twice the values are joined with a comma. Raises `InputError` on what is no header: a
    name of other characters than RFC 9110 has for it, a value that is no text or that would begin
    a line of its own.

    >>> Headers({"Authorization": "Bearer hf_abc", "Accept": "image/png"})
    Headers({'authorization': [redacted], 'accept': 'image/png'})
    """

    __slots__ = ("_items", "_made")
    _items: dict[str, str | Secret]
    _made: dict[Callable[[Any], Any], Any]

    def __init__(self, pairs: Pairs = ()) -> None:
        items: dict[str, str | Secret] = {}
        given: Any = pairs
        for name, value in given.items() if hasattr(given, "items") else given:
            key, harmless = _named(name)
            if isinstance(value, str):
                if "\n" in value or "\r" in value or "\0" in value:
                    raise _unsound(name, value)
                value = value if harmless else Secret(value)  # noqa: PLW2901 - as it is kept
            elif not isinstance(value, Secret):
                raise _unsound(name, value)
            items[key] = _joined(items[key], value) if key in items else value
        self._items = items

    @staticmethod
    def received(fields: Iterable[tuple[str, str]]) -> Headers:
        """The headers that a server sent, as a sender has read them: nothing is refused."""
        items: dict[str, str | Secret] = {}
        for name, text in fields:
            key, harmless = _told(name)
            value = text if harmless else Secret(text)
            items[key] = _joined(items[key], value) if key in items else value
        return _of(items)

    def __getitem__(self, name: str) -> str | Secret:
        return self._items[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def shown(self, name: str) -> str:
        """The value as it may be printed: the empty text where there is no such header."""
        return str(self._items.get(name, ""))

    def text(self, name: str) -> str:
        """The plain value of one header; the empty text where there is no such header."""
        return plain(self._items.get(name, ""))

    def reveal(self) -> dict[str, str]:
        """The plain texts, secrets included: for senders, and for nobody else."""
        return {name: plain(value) for name, value in self._items.items()}

    def secrets(self) -> list[Secret]:
        """The values that are hidden."""
        return [value for value in self._items.values() if isinstance(value, Secret)]

    def redacted(self) -> Headers:
        """The same headers with nothing behind the hidden values."""
        return self.once(Headers._redacted)

    def _redacted(self) -> Headers:
        items = self._items.items()
        return _of({name: _HIDDEN if isinstance(value, Secret) else value for name, value in items})

    def once(self, make: Callable[[Headers], Made]) -> Made:
        """
        What `make` makes of these headers, which never change: of those that many calls have in
        common it is made once.

        >>> Headers({"accept": "image/png"}).once(len)
        1
        """
        try:
            known = self._made
        except AttributeError:
            known = self._made = {}
        if make not in known:
            known[make] = make(self)
        made: Made = known[make]
        return made

    def __or__(self, other: Mapping[str, str | Secret]) -> Headers:
        return Headers({**self._items, **Headers(other)})

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Headers):
            return self._items == other._items
        return self._items == Headers(other)._items if is_mapping(other) else False

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"Headers({self._items!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_of, (self._items,))


def _unsound(name: str, value: object) -> InputError:
    if not isinstance(value, str):
        return InputError(f"the header {name} must be a text, not {type(value).__name__}")
    return InputError(f"the header {name} holds a line break, or the character 0")


@lru_cache(1024)
def _named(name: Any) -> tuple[str, bool]:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InputError(f"{name!r:.80} is no name of a header")
    return _told(name)


@lru_cache(1024)
def _told(name: str) -> tuple[str, bool]:
    # The key of a header, and whether its value is harmless. The same few names come again and
    # again: 0.1 us a header where it was 0.3.
    key = name.lower()
    return key, key in _HARMLESS_HEADERS or key.startswith(_HARMLESS_FAMILIES)


_HIDDEN: Final = Secret(REDACTED)


def _of(items: dict[str, str | Secret]) -> Headers:
    """Headers of what was made sure of before."""
    made: Any = Headers.__new__(Headers)
    made._items = items
    of: Headers = made
    return of


def _joined(first: str | Secret, second: str | Secret) -> str | Secret:
    both = f"{plain(first)}, {plain(second)}"
    return both if isinstance(first, str) and isinstance(second, str) else Secret(both)


def _headers(given: Pairs) -> Headers:
    return given if isinstance(given, Headers) else Headers(given)


@frozen
class FileBody:
    """
    A body that is read from disk while it is sent, so that a large upload is never in memory.

    On the wire it is `prefix`, then `size` bytes of the file at `path` from `offset` on, then
    `suffix`.
    """

    path: Path
    offset: int
    size: int
    prefix: bytes = b""
    suffix: bytes = b""

    __repr__, __eq__, __hash__ = printed, equal, hashed

    def __len__(self) -> int:
        """How many bytes go over the wire."""
        return len(self.prefix) + self.size + len(self.suffix)


Body: TypeAlias = "bytes | FileBody | None"


@frozen(repr=False, slots=False)
class HttpRequest:
    """
    One request, whole, as data: `method`, `url`, `headers`, `body`.

    `stream` asks the sender not to read the body of the answer. `timeout` is how many seconds
    the whole exchange may take, its body included, `idle_timeout` how long the wait for the next
    piece of a stream may be; None is no limit. `public_only` forbids addresses that are
    private, loopback or link-local: it is set where a server named the address.
    """

    method: str
    # for printers that go by fields (rich does), and not by __repr__
    url: str = field(repr=shown)
    headers: Headers = field(factory=Headers, converter=_headers)
    body: Body = None
    stream: bool = False
    timeout: float | None = None
    idle_timeout: float | None = None
    public_only: bool = False

    __eq__, __hash__ = equal, hashed

    def __repr__(self) -> str:
        size = f" <{len(self.body)} bytes>" if self.body else ""
        return f"HttpRequest({self.method} {shown(self.url)} {dict(self.headers)}{size})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (
            HttpRequest,
            (
                self.method,
                shown(self.url),
                self.headers,
                self.body,
                self.stream,
                self.timeout,
                self.idle_timeout,
                self.public_only,
            ),
        )


Chunks: TypeAlias = "Iterable[bytes] | AsyncIterable[bytes] | None"
Close: TypeAlias = "Callable[[], object] | None"


@frozen(repr=False, slots=False)
class HttpResponse:
    """
    One answer as data: its status, headers and body, or the live `chunks` of a body.

    `chunks` gives the body's bytes as they come, decoded; `close` ends it early. `received_at`
    is when the answer came (seconds since 1970), stamped by the driver. None of the three takes
    part in comparing, and neither live part in a pickle or in what is printed. Where the body was
    saved, `file` is where, and `body` its first bytes.
    """

    status: int = 200
    headers: Headers = field(factory=Headers, converter=_headers)
    body: bytes = b""
    chunks: Chunks = field(default=None, eq=False)
    close: Close = field(default=None, eq=False)
    received_at: float = field(default=0.0, eq=False)
    file: FileBody | None = None

    __eq__, __hash__ = equal, hashed

    @property
    def content_type(self) -> str:
        """The media type without its parameters, in lower case; empty where none is given."""
        return self.headers.shown("content-type").partition(";")[0].strip().lower()

    def __repr__(self) -> str:
        return f"HttpResponse({self.status} {dict(self.headers)} <{len(self.body)} bytes>)"

    def __reduce__(self) -> tuple[Any, ...]:
        kept = (self.status, self.headers, self.body, None, None, self.received_at, self.file)
        return (HttpResponse, kept)
