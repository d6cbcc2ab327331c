"""
Images and sounds in a request: bytes as they are, or base64 in JSON, with their parameters.

Floor 5.
"""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from hfpipe.codec.media import HEAD, from_base64, from_data_url, media_type
from hfpipe.sandbox.replies import refused, unfit


@frozen
class Given:
    """What a request brings: the media, what they are, the parameters, and the other inputs."""

    content: bytes
    parameters: dict[str, Any] = field(factory=dict[str, Any])
    inputs: dict[str, Any] = field(factory=dict[str, Any])

    @property
    def media_type(self) -> str:
        """What the bytes are, by their signature."""
        return media_type(self.content[:HEAD]) or "application/octet-stream"


def from_text(value: Any, name: str) -> bytes:
    """The media in a base64 text or a data URL."""
    if not isinstance(value, str) or not value:
        raise unfit(f"`{name}` must be base64, not {type(value).__name__}")
    try:
        return bytes(from_data_url(value)) if value.startswith("data:") else from_base64(value)
    except ValueError as error:
        raise refused(400, f"`{name}` holds no media: {error}") from None
