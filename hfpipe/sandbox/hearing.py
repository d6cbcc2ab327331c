"""
The tasks that speak and hear.

Floor 5.
"""

from __future__ import annotations

import math
from array import array
from itertools import pairwise
from typing import Any, Final

from hfpipe.codec.media import base64_text
from hfpipe.sandbox import asked
from hfpipe.sandbox.media import Given
from hfpipe.sandbox.replies import Reply, json_reply, media_reply, refused, unfit
from hfpipe.sandbox.speech import RATE, SYMBOL, Sound, heard, sound, spoken, understood, written
from hfpipe.sandbox.words import pieces

_LOUDEST: Final = 32_767
_SOUNDS: Final[tuple[str, ...]] = ("speech", "tone", "noise", "silence")
_SILENCE: Final = 50.0
_LEAD_BYTES: Final = 7  # the preamble and the length stand before the text
_A_BYTE: Final = 2 * SYMBOL / RATE


def said(body: dict[str, Any]) -> Reply:
    """text-to-speech and text-to-audio: the text as a WAV file that the sandbox can read back."""
    return media_reply(spoken(asked.text(body, "inputs")), "audio/wav")


def transcribed(given: Given) -> Reply:
    """
    automatic-speech-recognition: what the sandbox itself has said, word for word.

    Of any other sound it only says how long it is, in parentheses.
    """
    if not given.content:
        raise unfit("a sound is needed")
    text = heard(given.content)
    if text is None:
        return json_reply({"text": _unheard(given)})
    answer: dict[str, Any] = {"text": text}
    if given.parameters.get("return_timestamps"):
        answer["chunks"] = _timed(text)
    return json_reply(answer)


def _unheard(given: Given) -> str:
    try:
        seconds = sound(given.content).seconds
    except ValueError:
        kind = given.media_type
        if not kind.startswith(("audio/", "video/")):
            raise refused(400, f"Malformed soundfile: {kind}") from None
        return f"({kind}, in which the sandbox cannot hear words: it reads WAV files of its own)"
    return f"({seconds:.1f} seconds of sound in which the sandbox hears no words of its own)"


def _timed(text: str) -> list[dict[str, Any]]:
    at = _LEAD_BYTES * _A_BYTE
    found: list[dict[str, Any]] = []
    for piece in pieces(text):
        end = at + len(piece.encode()) * _A_BYTE
        found.append({"text": piece, "timestamp": [round(at, 3), round(end, 3)]})
        at = end
    return found


def _sound(given: Given) -> Sound:
    try:
        return sound(given.content)
    except ValueError as error:
        raise refused(400, f"Malformed soundfile: {error}") from None


def classified(given: Given) -> Reply:
    """audio-classification: speech (the sandbox's own), silence, tone or noise."""
    most = asked.whole(given.parameters, "top_k", least=1) or 5
    found = _sound(given)
    scores: dict[str, float] = dict.fromkeys(_SOUNDS, 0.02)
    scores[_kind(found)] = 0.94
    ordered = sorted(scores.items(), key=lambda one: one[1], reverse=True)
    return json_reply([{"label": label, "score": score} for label, score in ordered[:most]])


def _kind(found: Sound) -> str:
    samples = found.samples
    if not samples or math.sqrt(sum(one * one for one in samples) / len(samples)) < _SILENCE:
        return "silence"
    if understood(found) is not None:
        return "speech"
    # the ups of a tone are all of one length, those of noise of any
    ups = [at for at in range(1, len(samples)) if samples[at - 1] < 0 <= samples[at]]
    lengths = [later - sooner for sooner, later in pairwise(ups)]
    if not lengths:
        return "noise"
    mean = sum(lengths) / len(lengths)
    spread = math.sqrt(sum((one - mean) ** 2 for one in lengths) / len(lengths))
    return "tone" if spread < mean / 4 else "noise"


def changed(given: Given) -> Reply:
    """audio-to-audio: the sound as loud as it can be without being cut."""
    found = _sound(given)
    peak = max((abs(one) for one in found.samples), default=0) or 1
    louder = array("h", (one * _LOUDEST // peak for one in found.samples))
    blob = base64_text(written(louder.tobytes(), found.rate))
    return json_reply([{"label": "label_0", "blob": blob, "content-type": "audio/wav"}])
