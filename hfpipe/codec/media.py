"""
What bytes are, by their first few, and data URLs. Floor 2.

Signatures: https://mimesniff.spec.whatwg.org section 6, and the formats' own definitions for
FLAC, MP3 without a tag, M4A and AIFF.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import Final
from urllib.parse import unquote_to_bytes

from hfpipe.media import Media

HEAD: Final = 64

_SIGNATURES: Final = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
_RIFF: Final = {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_BRANDS: Final = {
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"mif1": "image/heif",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_EXTENSIONS: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "webp": "image/webp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "amr": "audio/amr",
    "webm": "video/webm",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "pdf": "application/pdf",
}


def media_type(head: bytes, name: str = "") -> str:
    """
    What the bytes are, by their signature, else by the ending of the file's name, else "".

    >>> media_type(b"RIFF....WAVEfmt "), media_type(b"?", "x.MP3"), media_type(b"?")
    ('audio/wav', 'audio/mpeg', '')
    """
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        return "audio/aiff"
    for at, signature, kind in _SIGNATURES:
        if head[at : at + len(signature)] == signature:
            return kind
    return _EXTENSIONS.get(name.rpartition(".")[2].lower(), "")


def data_url(media: Media, default: str) -> str:
    """
    The media as a data URL (RFC 2397), as `default` where nobody knows what they are.

    >>> data_url(Media(b"hi"), "text/plain")
    'data:text/plain;base64,aGk='
    """
    return f"data:{media.media_type or default};base64,{base64_text(bytes(media))}"


def base64_text(content: bytes) -> str:
    """The bytes in base64: the standard alphabet, padded."""
    return b64encode(content).decode("ascii")


def from_base64(text: str) -> bytes:
    """The bytes of a base64 text; raises ValueError where it is none."""
    try:
        return b64decode("".join(text.split()), validate=True)
    except (NotBase64, ValueError):
        raise ValueError("no base64 text") from None


def from_data_url(url: str) -> Media:
    """
    The media in a data URL; raises ValueError where it is none.

    >>> from_data_url("data:text/plain;base64,aGk=")
    Media(content=<2 bytes>, media_type='text/plain')
    """
    head, comma, data = url.partition(",")
    if not head.startswith("data:") or not comma:
        raise ValueError("no data URL")
    kind, *marks = head[len("data:") :].split(";")
    content = from_base64(data) if "base64" in marks else unquote_to_bytes(data)
    return Media(content, kind.strip().lower() or "text/plain")
