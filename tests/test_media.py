"""Media: what a notebook is given to show."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from hfpipe import Media


def _shown(media: Any) -> dict[str, Any]:
    """What a notebook is given."""
    bundle: dict[str, Any] = media._repr_mimebundle_()
    return bundle


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/gif"])
def test_a_picture_is_shown_where_no_html_is(kind: str) -> None:
    """
    A notebook is given a picture under its own media type, beside the HTML.
    """
    bundle = _shown(Media(b"picture", kind))

    assert b64encode(b"picture").decode() == bundle[kind]
    assert ["text/plain", "text/html", kind] == list(bundle)


def test_a_sound_is_a_player() -> None:
    """
    A sound is shown as a player: its bytes under their own type would show nothing.
    """
    assert ["text/plain", "text/html"] == list(_shown(Media(b"RIFF", "audio/wav")))
