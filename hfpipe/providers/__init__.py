"""
The providers: a table of rows, and the few functions in which they differ.

Floor 4. The modules named here are loaded when a recipe first asks for one (PEP 562): a chat loads
nothing of films. Loading all took 30 of the 190 ms to a first answer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hfpipe.providers import chat as chat
    from hfpipe.providers import classic as classic
    from hfpipe.providers import completions as completions
    from hfpipe.providers import embeddings as embeddings
    from hfpipe.providers import fal as fal
    from hfpipe.providers import files as files
    from hfpipe.providers import images as images
    from hfpipe.providers import labels as labels
    from hfpipe.providers import novita as novita
    from hfpipe.providers import replicate as replicate
    from hfpipe.providers import sandbox as sandbox
    from hfpipe.providers import speech as speech
    from hfpipe.providers import tei as tei
    from hfpipe.providers import together as together
    from hfpipe.providers import voice as voice
    from hfpipe.providers import wavespeed as wavespeed
    from hfpipe.providers import zai as zai
else:
    _MODULES = frozenset(
        """
        chat classic completions embeddings fal files images labels novita replicate
        sandbox speech tei together voice wavespeed zai
        """.split()
    )

    def __getattr__(name: str) -> Any:
        if name in _MODULES:
            return import_module(f"hfpipe.providers.{name}")
        raise AttributeError(f"module 'hfpipe.providers' has no attribute {name!r}")
