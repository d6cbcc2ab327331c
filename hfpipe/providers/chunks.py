"""
The pieces of a streamed chat: what each adds, and whether it tells anything.

Floor 4. Loaded where there is a stream.
"""

from __future__ import annotations

from typing import Final

from hfpipe.outputs.chunks import ChatChunk
from hfpipe.outputs.fold import Kind


def _answers(chunk: ChatChunk) -> bool:
    return bool(chunk.choices) or chunk.usage is not None


CHUNKS: Final[Kind[ChatChunk]] = Kind(ChatChunk, _answers)
