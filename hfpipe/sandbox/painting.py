"""
The tasks that give pictures and films.

Floor 5.
"""

from __future__ import annotations

from typing import Any, Final

from hfpipe.sandbox import asked
from hfpipe.sandbox.colours import NAMED, colours_of
from hfpipe.sandbox.film import filmed
from hfpipe.sandbox.looking import picture
from hfpipe.sandbox.media import Given
from hfpipe.sandbox.pictures import drawn
from hfpipe.sandbox.png import Picture, written
from hfpipe.sandbox.replies import Reply, media_reply, refused, unfit

_SIZE: Final = 256
_LARGEST: Final = 4096
_FILM: Final = 128
_FRAMES: Final = 16
_MOST_FRAMES: Final = 240
_MOST_FILM: Final = 64 * 2**20


def painted(body: dict[str, Any]) -> Reply:
    """text-to-image: the prompt, drawn."""
    given = asked.mapping(body, "parameters")
    return media_reply(written(_drawn(asked.text(body, "inputs"), given, _SIZE)), "image/png")


def _drawn(prompt: str, given: dict[str, Any], usual: int) -> Picture:
    size = asked.mapping(given, "target_size") or given
    width = asked.whole(size, "width", least=1) or usual
    height = asked.whole(size, "height", least=1) or usual
    if max(width, height) > _LARGEST:
        raise unfit(f"`width` and `height` must be {_LARGEST} at most")
    seed = asked.whole(given, "seed") or 0
    return drawn(prompt, width, height, seed, " ".join(asked.texts(given, "negative_prompt")))


def repainted(given: Given) -> Reply:
    """image-to-image: the picture in the colour that the prompt names, at its target size."""
    if not given.content:
        if not (prompt := given.parameters.get("prompt")):
            raise unfit("an image or a `prompt` is needed")
        return media_reply(written(_drawn(str(prompt), given.parameters, _SIZE)), "image/png")
    shown = _sized(_opened(given.content), given.parameters)
    named = colours_of(str(given.parameters.get("prompt") or ""))
    return media_reply(written(_tinted(shown, named[0]) if named else _turned(shown)), "image/png")


def _opened(content: bytes) -> Picture:
    try:
        return picture(content)
    except ValueError as error:
        raise refused(400, str(error)) from None


def _sized(shown: Picture, given: dict[str, Any]) -> Picture:
    size = asked.mapping(given, "target_size")
    width = asked.whole(size, "width", least=1) or shown.width
    height = asked.whole(size, "height", least=1) or shown.height
    if max(width, height) > _LARGEST:
        raise unfit(f"`target_size` must be {_LARGEST} at most")
    if (width, height) == (shown.width, shown.height):
        return shown
    columns = [x * shown.width // width for x in range(width)]
    lines = [y * shown.height // height for y in range(height)]
    made = {
        line: b"".join(shown.rows[line][3 * x : 3 * x + 3] for x in columns) for line in set(lines)
    }
    return Picture(width, tuple(made[line] for line in lines))


def _tinted(shown: Picture, name: str) -> Picture:
    # half of what it was, half of the colour
    halves = [bytes((value + part) // 2 for value in range(256)) for part in NAMED[name]]
    rows: list[bytes] = []
    for row in shown.rows:
        line = bytearray(row)
        for channel, half in enumerate(halves):
            line[channel::3] = row[channel::3].translate(half)
        rows.append(bytes(line))
    return Picture(shown.width, tuple(rows))


def _turned(shown: Picture) -> Picture:
    # no colour is asked for: left and right change places, so that something has happened
    rows: list[bytes] = []
    for row in shown.rows:
        line = bytearray(row)
        for channel in range(3):
            line[channel::3] = row[channel::3][::-1]
        rows.append(bytes(line))
    return Picture(shown.width, tuple(rows))


def animated(body: dict[str, Any]) -> Reply:
    """text-to-video: the prompt, drawn, moving through the picture."""
    given = asked.mapping(body, "parameters")
    return _moving(_drawn(asked.text(body, "inputs"), given, _FILM), given)


def reanimated(given: Given) -> Reply:
    """image-to-video: the picture, moving; without one, the prompt."""
    if not given.content:
        if not (prompt := given.parameters.get("prompt")):
            raise unfit("an image or a `prompt` is needed")
        return _moving(_drawn(str(prompt), given.parameters, _FILM), given.parameters)
    return _moving(_sized(_opened(given.content), given.parameters), given.parameters)


def _moving(shown: Picture, given: dict[str, Any]) -> Reply:
    count = int(asked.number(given, "num_frames", 1, _MOST_FRAMES) or _FRAMES)
    if 3 * shown.width * shown.height * count > _MOST_FILM:
        raise unfit(f"a film of more than {_MOST_FILM} bytes")
    frames: list[Picture] = []
    for at in range(count):
        cut = 3 * (shown.width * at // count)
        frames.append(Picture(shown.width, tuple(row[cut:] + row[:cut] for row in shown.rows)))
    return media_reply(filmed(frames), "video/x-msvideo")
