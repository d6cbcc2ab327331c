"""
payload: the body, in the shape that the provider wants for the task.

Floor 3. The shape is the recipe's; here is what all of them share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfpipe.stages.recipe import recipe

if TYPE_CHECKING:
    from hfpipe.pipeline import Outcome
    from hfpipe.records import Exchange


def payload(exchange: Exchange) -> Outcome:
    """Writes `body` and `content_type`; needs more where an input has to be fetched first."""
    return recipe(exchange)[1].payload(exchange)
