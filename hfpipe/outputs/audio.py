"""What speech and sound tasks return. Floor 3."""

from __future__ import annotations

from attrs import frozen


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
