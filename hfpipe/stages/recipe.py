"""Whose call it is by now: the provider's row, and its recipe for the task. Floor 3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfpipe.errors import InputError

if TYPE_CHECKING:
    from hfpipe.providers.row import Provider, Recipe
    from hfpipe.records import Exchange


def recipe(exchange: Exchange) -> tuple[Provider, Recipe]:
    """The row and the recipe that `resolve` settled on."""
    mapping = exchange.mapping
    if mapping is None:
        raise InputError("the exchange has no mapping: no stage before this one chose a provider")
    row = exchange.options.providers[mapping.provider]
    spoken = row.spoken
    return row, row.recipes[mapping.task] if spoken is None else spoken(exchange)
