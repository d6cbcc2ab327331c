"""
Forms with files in them, as bodies: `multipart/form-data` (RFC 7578).

Floor 2. The boundary is made of what is sent, so that equal calls have equal bodies, and is made
anew until nothing in memory holds it. A file on disk stays there: the form is put around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, Final

from attrs import evolve, frozen

from hfpipe.wire import FileBody

_END: Final = b"\r\n"
# As browsers do (https://html.spec.whatwg.org/#multipart-form-data): quotes and line breaks are
# written so that no name can end its header.
_ESCAPES: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


@frozen
class Part:
    """One field: a text, or a file with its name and type, in memory or on disk."""

    name: str
    content: str | bytes | FileBody
    filename: str = ""
    media_type: str = ""

    def head(self) -> bytes:
        """The lines before the content."""
        line = f'Content-Disposition: form-data; name="{_escaped(self.name)}"'
        if self.filename:
            line += f'; filename="{_escaped(self.filename)}"'
        if self.media_type:
            line += f"\r\nContent-Type: {_one_line(self.media_type)}"
        return line.encode() + _END + _END

    def data(self) -> bytes | FileBody:
        """The content as it is sent."""
        return self.content.encode() if isinstance(self.content, str) else self.content


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _one_line(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def form(
    parts: Iterable[Part], hashing: Callable[[], Any] = sha256
) -> tuple[bytes | FileBody, str]:
    """
    The body and its content type. At most one part may be a file on disk.

    >>> body, kind = form([Part("language", "en")])
    >>> print(kind)
    multipart/form-data; boundary=148faf096fa493c805066426482e1b43
    >>> body.splitlines()[1:]
    [b'Content-Disposition: form-data; name="language"', b'', b'en',
     b'--148faf096fa493c805066426482e1b43--']
    """
    listed = list(parts)
    boundary = _boundary(listed, hashing())
    mark = b"--" + boundary.encode()
    before, on_disk, after = b"", None, b""
    for part in listed:
        data = part.data()
        opening = mark + _END + part.head()
        if isinstance(data, bytes):
            whole = opening + data + _END
            before, after = (before + whole, after) if on_disk is None else (before, after + whole)
        else:
            on_disk, before, after = data, before + opening, _END
    end = mark + b"--" + _END
    kind = f"multipart/form-data; boundary={boundary}"
    if on_disk is None:
        return before + end, kind
    return evolve(on_disk, prefix=before, suffix=after + end), kind


def _boundary(parts: list[Part], seed: Any) -> str:
    datas = [part.data() for part in parts]
    for part, data in zip(parts, datas, strict=True):
        seed.update(part.head())
        seed.update(data if isinstance(data, bytes) else repr(data).encode())
    while True:
        boundary: str = seed.hexdigest()[:32]
        # A file on disk is not looked through: to hold a number of 128 bits by chance it would
        # have to be larger than any disk.
        if not any(boundary.encode() in data for data in datas if isinstance(data, bytes)):
            return boundary
        seed.update(b"again")
