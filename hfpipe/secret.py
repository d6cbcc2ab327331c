"""
Secrets as a type: a value that nothing shows, and addresses with their secret parts hidden.

Floor 0. Failures are where secrets leak, and a redacting stage at the end never sees a failure
that left earlier; so a token is a `Secret` from the moment it arrives until a sender opens it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final, Self, TypeGuard
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

REDACTED: Final = "[redacted]"

_SHORTEST: Final = 4


class Secret:
    """
    A text that is used but never shown: its `repr`, `str` and format are `[redacted]`.

    It is made of a literal text, or of a *source*: a picklable callable that gives the text, or
    None where there is none. A source is asked when the text is first needed. A pickle holds the
    source and never the text, so a literal secret does not travel: what arrives is `lost`. One
    with nothing behind it any more, in a record that was redacted, arrives as it was.

    A secret equals the text that it holds, so tests and look-ups need not open it.

    >>> key = Secret("hf_abc")
    >>> print(key, [key], key == "hf_abc", key.startswith("hf_"))
    [redacted] [[redacted]] True True
    >>> key.reveal()
    'hf_abc'
    """

    __slots__ = ("_prefix", "_source", "_text")

    def __init__(
        self,
        text: str | None = None,
        *,
        source: Callable[[], str | None] | None = None,
        prefix: str = "",
    ) -> None:
        self._text = text
        self._source = source
        self._prefix = prefix

    @property
    def source(self) -> Callable[[], str | None] | None:
        """Where the text is read again, or None for a literal one."""
        return self._source

    @property
    def lost(self) -> bool:
        """Whether there is nothing to reveal: a literal that was pickled, or a dry source."""
        if self._text is None and self._source is not None:
            self._text = self._source()
        return self._text is None

    def reveal(self) -> str:
        """The text itself, for senders; the empty text where it is lost."""
        return "" if self._text is None and self.lost else f"{self._prefix}{self._text}"

    def startswith(self, prefix: str) -> bool:
        """Whether the text begins so; the text stays hidden."""
        return self.reveal().startswith(prefix)

    def prefixed(self, prefix: str) -> Self:
        """The same secret with words before it, as in `Bearer hf_...`."""
        made = object.__new__(type(self))
        made._text, made._source, made._prefix = self._text, self._source, prefix + self._prefix
        return made

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Secret):
            return self.reveal() == other.reveal()
        return self.reveal() == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __bool__(self) -> bool:
        return not self.lost

    def __repr__(self) -> str:
        return REDACTED

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(REDACTED, spec)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if self._text == REDACTED and self._source is None:
            return (type(self), (REDACTED,))
        return (_unpickled, (type(self), self._source, self._prefix))


def _unpickled(cls: type[Secret], source: Callable[[], str | None] | None, prefix: str) -> Secret:
    return cls(source=source, prefix=prefix)


def of_the_hub(token: Secret | None) -> TypeGuard[Secret]:
    """Whether a token is one of Hugging Face's own: `hf_...`."""
    return token is not None and token.startswith("hf_")


def of_a_provider(token: Secret | None) -> TypeGuard[Secret]:
    """Whether a token is a provider's own key: there is one, and it is none of Hugging Face's."""
    return token is not None and not token.startswith("hf_")


def plain(text: str | Secret) -> str:
    """The text itself, of a text or a secret."""
    return text.reveal() if isinstance(text, Secret) else text


# Names of query parameters whose values are no secrets. Everything else in a query is hidden:
# signed downloads and gateways put keys there under any name.
_HARMLESS_PARAMETERS: Final = frozenset(
    """
    expand expand[] _subdomain task_id api-version version full limit status pipeline_tag
    """.split()
)
_PAIR = re.compile(r"(^|&)([^=&]*)=([^&]*)")


def harmless(url: str) -> bool:
    """Whether nothing in this address has to be hidden (true of nearly all of them, so cheap)."""
    return ("?" not in url and "@" not in url and "#" not in url) or shown(url) == url


def shown(url: str) -> str:
    """
    The address as it may be printed: no user, no password, no fragment, and of the query only
    the values of well-known harmless parameters.

    >>> shown("https://ann:pw@h.example/x?expand=a&sig=b3d")
    'https://[redacted]@h.example/x?expand=a&sig=[redacted]'
    """
    if "?" not in url and "@" not in url and "#" not in url:
        return url
    try:
        # the mark of one that was shown before is no host to a parser
        parts = urlsplit(url.replace(f"{REDACTED}@", "@", 1))
    except ValueError:
        return REDACTED
    user, at, host = parts.netloc.rpartition("@")
    netloc = f"{REDACTED}@{host}" if at and (user or REDACTED in url) else host
    query = _PAIR.sub(_hidden, parts.query) if "=" in parts.query else parts.query and REDACTED
    return parts._replace(netloc=netloc, query=query, fragment=parts.fragment and REDACTED).geturl()


def _hidden(pair: re.Match[str]) -> str:
    before, name, value = pair.groups()
    return f"{before}{name}={value if name in _HARMLESS_PARAMETERS or not value else REDACTED}"


def within(secret: str) -> Iterator[str]:
    """
    The secret, and where it is an address each of the parts that `shown` hides: servers and
    libraries repeat a password or a key without the address around it.

    >>> list(within("https://ann:pw@h.example/x?expand=a&sig=b3d"))[1:]
    ['ann', 'pw', 'b3d']
    """
    yield secret
    if "://" not in secret:
        return
    try:
        parts = urlsplit(secret)
    except ValueError:
        return
    pairs = _PAIR.findall(parts.query)
    hidden = [value for _, name, value in pairs if name not in _HARMLESS_PARAMETERS]
    bare = "" if pairs else parts.query
    for part in (parts.username, parts.password, *hidden, bare, parts.fragment):
        if part:
            yield from dict.fromkeys((part, unquote(part)))


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """
    The text without any of the secrets, raw, url-encoded or in base64, wherever it came from.

    Servers repeat keys in their error messages, and so do libraries. Secrets of fewer than four
    characters are left: to hide every `a` would hide the message.
    """
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            for spelling in _spellings(secret):
                text = text.replace(spelling, REDACTED)
    return text


def _spellings(secret: str) -> list[str]:
    raw = secret.encode("utf-8", "surrogatepass")  # the environment may hold what is no text
    return [secret, quote(raw, safe=""), *(_base64_within(raw, lead) for lead in range(3))]


def _base64_within(raw: bytes, lead: int) -> str:
    # What base64 makes of a text depends on its place in the whole, modulo three. Only the
    # characters are taken that no neighbouring byte has a part in.
    first, last = -(-lead * 8 // 6), (lead + len(raw)) * 8 // 6
    return b64encode(bytes(lead) + raw).decode()[first:last]
