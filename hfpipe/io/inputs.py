"""
Media inputs as they are given, made out: bytes, files, addresses, pictures.

Small files are read; large ones stay on disk and are sent from there. An address is fetched on
the walk, where a provider does not take addresses itself.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from stat import S_ISREG
from typing import Any, Final, cast

from hfpipe.address import WEB
from hfpipe.codec import arrays
from hfpipe.codec.media import HEAD, from_data_url, media_type
from hfpipe.errors import InputError
from hfpipe.media import Media
from hfpipe.options import url
from hfpipe.shapes import is_sequence
from hfpipe.wire import FileBody

# Files up to this size are read at once: one read costs less than keeping the file in mind.
SMALL: Final = 2**20
_PAIR: Final = 2

_KINDS: Final = (
    "bytes, a pathlib.Path, an open binary file, an http(s) or data URL, a PIL image, "
    "a numpy array (for sound: samples and their rate) or a Media"
)


def media_input(name: str, given: Any) -> Media | str:
    """The input as a Media, or as an http(s) address; raises `InputError`."""
    if isinstance(given, Media):
        return given
    if isinstance(given, (bytes, bytearray, memoryview)):
        content = bytes(cast("bytes", given))
        return _checked(name, Media(content, media_type(content[:HEAD])))
    if isinstance(given, str):
        return _address(name, given)
    if isinstance(given, os.PathLike):
        return _file(name, Path(cast("os.PathLike[str]", given)), 0)
    if hasattr(given, "read"):
        return _open_file(name, given)
    if hasattr(given, "save") and hasattr(given, "mode") and hasattr(given, "size"):
        return _picture(given)
    if arrays.is_array(given):
        return _array(name, given)
    if is_sequence(given) and len(given) == _PAIR and arrays.is_array(given[0]):
        return _sound(name, given[0], given[1])
    raise InputError(f"{name} must be {_KINDS}, not {type(given).__name__}")


def _checked(name: str, media: Media) -> Media:
    if not len(media):
        raise InputError(f"{name} is empty")
    return media


def _address(name: str, given: str) -> Media | str:
    if given.startswith("data:"):
        try:
            media = from_data_url(given)
        except ValueError as error:
            raise InputError(f"{name} is {error}") from None
        return _checked(name, media)
    if given.startswith(WEB):
        url(name, given)
        return given
    raise InputError(
        f"{name} must be {_KINDS}; this text is none of them (a file is Path({given[:40]!r}))"
    )


def _file(name: str, path: Path, offset: int) -> Media:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if not S_ISREG(status.st_mode):
                raise InputError(f"{name} is no regular file: {path}")
            size = status.st_size - offset
            file.seek(offset)
            head = file.read(HEAD)
            kind = media_type(head, path.name)
            if size <= SMALL:
                return _checked(name, Media(head + file.read(), kind))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{name} cannot be read: {path}: {why}") from None
    return Media(FileBody(path, offset, size), kind)


def _open_file(name: str, given: Any) -> Media:
    named: Any = getattr(given, "name", None)
    path = Path(cast("str", named)) if isinstance(named, (str, os.PathLike)) else None
    try:
        if path is not None and path.is_file():
            return _file(name, path, given.tell())
        content = given.read()
    except (OSError, ValueError) as error:
        raise InputError(f"{name} cannot be read: {error}") from None
    if not isinstance(content, bytes):
        raise InputError(f"{name} must be open in binary mode")
    return _checked(name, Media(content, media_type(content[:HEAD], str(path or ""))))


def _picture(given: Any) -> Media:
    kind = str(getattr(given, "format", None) or "PNG")
    file = BytesIO()
    try:
        given.save(file, format=kind)
    except (OSError, ValueError, KeyError):
        kind, file = "PNG", BytesIO()
        given.save(file, format=kind)
    return Media(file.getvalue(), media_type(file.getvalue()[:HEAD]) or f"image/{kind.lower()}")


def _array(name: str, given: Any) -> Media:
    if len(given.shape) == 1:
        raise InputError(f"{name} is samples of sound without their rate: give (samples, rate)")
    try:
        return Media(arrays.png(given), "image/png")
    except (ValueError, TypeError) as error:
        raise InputError(f"{name}: {error}") from None


def _sound(name: str, samples: Any, rate: Any) -> Media:
    try:
        return Media(arrays.wav(samples, rate), "audio/wav")
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(f"{name}: {error}") from None
