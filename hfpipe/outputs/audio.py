"""What speech and sound tasks return. Floor 3."""

from __future__ import annotations

from attrs import frozen

from hfpipe.media import Media


@frozen(slots=False)
class TranscriptionChunk:
    """A piece of what was said: from second to second; the last end may be open."""

    text: str
    timestamp: tuple[float | None, float | None]


@frozen(slots=False)
class Transcription:
    """What was said."""

    text: str
    chunks: tuple[TranscriptionChunk, ...] | None = None


@frozen(slots=False)
class AudioPart:
    """One of the sounds that a recording was taken apart into, or changed into."""

    label: str
    blob: Media
