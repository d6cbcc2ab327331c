"""What a terminal can show beside text: pictures, and how far a job is. Floor 7."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from hfpipe.codec.media import base64_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfpipe.media import Media
    from hfpipe.progress import Progress

_PIECE: Final = 4096
_SUFFIXES: Final = {
    "image/jpeg": "jpg",
    "audio/mpeg": "mp3",
    "audio/x-wav": "wav",
    "audio/mp4": "m4a",
    "video/quicktime": "mov",
}


def suffix(media: Media) -> str:
    """
    The usual ending of a file of this kind.

    >>> from hfpipe.media import Media
    >>> suffix(Media(b"", "image/jpeg")), suffix(Media(b"", "audio/flac")), suffix(Media(b""))
    ('jpg', 'flac', 'bin')
    """
    kind = media.media_type.partition(";")[0]
    return _SUFFIXES.get(kind) or kind.partition("/")[2].removeprefix("x-") or "bin"


def inline(media: Media, environ: Mapping[str, str] = os.environ) -> str:
    """
    The picture as text that the terminal draws; empty where it cannot.

    Kitty: https://sw.kovidgoyal.net/kitty/graphics-protocol/ (PNG alone);
    iTerm2: https://iterm2.com/documentation-images.html
    """
    if not media.media_type.startswith("image/"):
        return ""
    data = base64_text(bytes(media))
    if "KITTY_WINDOW_ID" in environ or environ.get("TERM", "").startswith("xterm-ghostty"):
        return "".join(_kitty(data)) + "\n" if media.media_type == "image/png" else ""
    if environ.get("TERM_PROGRAM") in {"iTerm.app", "WezTerm"}:
        return f"\x1b]1337;File=inline=1;size={len(media)}:{data}\a\n"
    return ""


def _kitty(data: str) -> Iterator[str]:
    for at in range(0, len(data), _PIECE):
        more = int(at + _PIECE < len(data))
        head = "a=T,f=100," if at == 0 else ""
        yield f"\x1b_G{head}m={more};{data[at : at + _PIECE]}\x1b\\"


@contextmanager
def progress() -> Generator[Callable[[Progress], object] | None]:
    """A bar for a job, on standard error where that is a terminal; else nothing to call."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        row = bar.add_task("waiting", total=None)

        def told(state: Progress) -> None:
            ahead = f", {state.queue_position} ahead" if state.queue_position else ""
            bar.update(row, description=f"{state.state.lower()}{ahead}")
            for line in state.logs:
                bar.console.print(line, markup=False, highlight=False)

        yield told


def colours() -> Any:
    """A console for tables on standard output; NO_COLOR and pipes are heeded by rich."""
    from rich.console import Console

    return Console()
