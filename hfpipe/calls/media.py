"""What a media input may be. Floor 7."""

from __future__ import annotations

from typing import Any, TypeAlias

# bytes, a path, an open binary file, an http(s) or data URL, a PIL image, or a Media. What is
# none of them is refused with these words; a union would need Pillow's types to be there.
MediaInput: TypeAlias = Any
