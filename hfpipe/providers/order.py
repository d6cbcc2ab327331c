"""
The order in which the parameters of pictures and films are written.

Floor 4. It is that of the official Python client, so that equal calls have equal bodies; what is
not in the list comes after it, as it was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_PICTURE: Final = (
    "prompt negative_prompt height width target_size num_inference_steps guidance_scale "
    "scheduler seed"
).split()
_MOTION: Final = (
    "prompt negative_prompt num_frames num_inference_steps guidance_scale seed target_size"
).split()
_FILM: Final = "guidance_scale negative_prompt num_frames num_inference_steps seed".split()

_ORDERS: Final[dict[str, dict[str, int]]] = {
    task: {name: rank for rank, name in enumerate(order)}
    for task, order in {
        "text-to-image": _PICTURE,
        "image-to-image": _PICTURE,
        "image-text-to-image": _PICTURE,
        "text-to-video": _FILM,
        "image-to-video": _MOTION,
        "image-text-to-video": _MOTION,
    }.items()
}


def in_order(task: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """
    The parameters of the task in their order.

    >>> in_order("text-to-image", {"mine": 1, "seed": 7, "width": 32})
    {'width': 32, 'seed': 7, 'mine': 1}
    """
    ranks = _ORDERS.get(task)
    if ranks is None or len(given) < 2:  # noqa: PLR2004 - nothing to put in order
        return given
    last = len(ranks)
    return dict(sorted(given.items(), key=lambda item: ranks.get(item[0], last)))
