"""What speech and sound tasks return. Floor 3."""

from __future__ import annotations

from attrs import frozen

from hfpipe.codec.json import learned
from hfpipe.media import Media


@frozen(slots=False)
class TranscriptionChunk:
    """A `text` that was said, its `timestamp` from second to second; the last end may be open."""

    text: str
    timestamp: tuple[float | None, float | None]


@frozen(slots=False)
class Transcription:
    """What was said: the whole `text`, and its `chunks` where timestamps were asked for."""

    text: str
    chunks: tuple[TranscriptionChunk, ...] | None = None


@frozen(slots=False)
class AudioPart:
    """A sound that a recording was taken apart or changed into: the `blob`, named by `label`."""

    label: str
    blob: Media


learned(Transcription, AudioPart)
