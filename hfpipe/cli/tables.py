"""Who does what, as tables. Floor 7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfpipe.cli.outcomes import OK, as_json, out
from hfpipe.cli.terminal import colours
from hfpipe.providers.table import FIXED, PROVIDERS

if TYPE_CHECKING:
    from hfpipe.records import ProviderMapping


def provider_tasks(task: str = "", *, json: bool = False) -> int:
    """The providers, each with its tasks; of one task, who does it."""
    rows = {
        name: sorted(row.recipes)
        for name, row in sorted(PROVIDERS.items())
        if not row.removed and name not in FIXED and (not task or task in row.recipes)
    }
    if json:
        out(as_json(rows))
        return OK
    from rich.table import Table

    table = Table("provider", "tasks", box=None, pad_edge=False)
    for name, tasks in rows.items():
        table.add_row(name, task or ", ".join(tasks))
    colours().print(table)
    return OK


def of_model(entries: tuple[ProviderMapping, ...], *, json: bool = False) -> int:
    """Which providers serve a model, as the Hub lists them."""
    if json:
        out(as_json(entries))
        return OK
    from rich.table import Table

    table = Table("provider", "status", "task", "its name for the model", box=None, pad_edge=False)
    for entry in entries:
        table.add_row(entry.provider, entry.status, entry.task, entry.provider_id)
    colours().print(table)
    return OK
