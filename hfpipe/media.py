"""
Media: an image, a sound or a film, as bytes with their media type.

Floor 0. The same record is given to tasks and comes back from them. Saving one is the user's own
act, so the file is written here, and by no stage.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from attrs import field, frozen

from hfpipe.wire import FileBody

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from PIL.Image import Image

# The kinds of picture that every notebook shows without HTML.
_SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/gif"})


def _size(content: bytes | FileBody) -> str:
    return f"<{len(content)} bytes>"


@frozen
class Media:
    """
    Bytes and what they are: `Media(b"...", "image/png")`.

    `media_type` is empty where nobody knows it. `content` is a `FileBody` where the bytes are on
    disk; `bytes(media)` reads them. A notebook shows images, sounds and films in their place.
    """

    content: bytes | FileBody = field(repr=_size)
    media_type: str = ""

    def __bytes__(self) -> bytes:
        """The bytes, read from disk where that is where they are."""
        content = self.content
        return content if isinstance(content, bytes) else b"".join(pieces(content))

    def __len__(self) -> int:
        """How many bytes there are."""
        return len(self.content)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """
        Writes the bytes to a file and gives its path.

        The file appears whole or not at all: it is written beside its place and then moved.
        Raises OSError where that cannot be.
        """
        target = Path(path)
        beside = target.with_name(f".{target.name[:100]}.{uuid4().hex}")
        try:
            with beside.open("xb") as file:
                content = self.content
                file.writelines([content] if isinstance(content, bytes) else pieces(content))
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        return target

    def to_pil(self) -> Image:
        """The image as Pillow's (extra `images`); raises what Pillow raises for anything else."""
        from io import BytesIO

        from PIL import Image

        return Image.open(BytesIO(bytes(self)))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """What Jupyter shows: the picture, or a player for sound and film."""
        from base64 import b64encode

        kind = self.media_type.partition("/")[0]
        if kind not in {"image", "audio", "video"}:
            return {"text/plain": repr(self)}
        data = b64encode(bytes(self)).decode()
        source = f"data:{self.media_type};base64,{data}"
        tag = "img" if kind == "image" else f"{kind} controls"
        shown = f'<{tag} src="{source}"></{kind}>' if kind != "image" else f'<{tag} src="{source}">'
        bundle = {"text/plain": repr(self), "text/html": shown}
        # the picture itself as well, for the front ends that show no HTML
        return bundle | ({self.media_type: data} if self.media_type in _SHOWN else {})


def pieces(body: FileBody, size: int = 64 * 1024) -> Iterator[bytes]:
    """
    The bytes of a file's part, a piece at a time; raises OSError.

    A file that has become shorter since raises too: half an upload is no upload.
    """
    if body.prefix:
        yield body.prefix
    with body.path.open("rb") as file:
        file.seek(body.offset)
        left = body.size
        while left:
            piece = file.read(min(size, left))
            if not piece:
                raise OSError(f"{body.path.name} has become shorter than it was")
            left -= len(piece)
            yield piece
    if body.suffix:
        yield body.suffix
