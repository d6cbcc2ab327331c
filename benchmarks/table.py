"""
The results as one table in Markdown, and as `RESULTS.md`.
"""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from measuring import OURS, Fact, Goal, Row, Skipped

from hfpipe.version import __version__

RESULTS = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("urllib3", "msgspec", "attrs", "returns", "aiohttp", "huggingface_hub", "openai")

Entry = Row | Fact | Skipped


def lines(entries: list[Entry]) -> list[str]:
    """The table, a line for each contender and each fact."""
    head = ["| what | who | wall | CPU | hfpipe's ratio to it: wall, CPU | goal |"]
    head.append("|---|---|---:|---:|---|---|")
    return head + [line for entry in entries for line in _entry(entry)]


def _entry(entry: Entry) -> list[str]:
    if isinstance(entry, Skipped):
        return [f"| {entry.what} | | | | not measured: {entry.reason} | |"]
    if isinstance(entry, Fact):
        sign = "met" if entry.value <= entry.most else "**missed**"
        value = f"{entry.value:.3g} {entry.unit}"
        return [f"| {entry.what} | {OURS} | {value} | | | <= {entry.most:g} {entry.unit}: {sign} |"]
    return [_contender(entry, name) for name in entry.measured]


def _contender(row: Row, name: str) -> str:
    cells = [row.what if name == OURS else "", name]
    for measure in ("wall", "cpu"):
        shown = measure in row.measures
        cells.append(f"{row.typical(name, measure):.3g} {row.unit}" if shown else "")
    if name == OURS:
        return f"| {' | '.join(cells)} | | |"
    plain = Goal(0.0, name)
    cells.append(", ".join(f"{row.ratio(plain, m):.3f}" for m in row.measures))
    goals = [
        f"<= {goal.factor:.3g} ({', '.join(_judged(row, goal))})"
        for goal in row.goals
        if goal.of == name
    ]
    cells.append("; ".join(goals))
    return f"| {' | '.join(cells)} |"


def _judged(row: Row, goal: Goal) -> list[str]:
    return [
        f"{measure} {'met' if row.ratio(goal, measure) <= goal.factor else '**missed**'}"
        for measure in goal.measures
    ]


def written(entries: list[Entry]) -> None:
    """Writes the table down, with what it was measured on."""
    told = [f"hfpipe {__version__}", *(f"{name} {_version(name)}" for name in PACKAGES)]
    verdicts = [verdict for entry in entries for verdict in entry.verdicts()]
    met = sum(verdict.met for verdict in verdicts)
    machine = (
        f"{datetime.now(UTC):%Y-%m-%d}",
        f"{os.cpu_count()} cores",
        platform.system(),
        f"Python {platform.python_version()}",
    )
    text = [
        "# Measured",
        "",
        "Written by `python benchmarks/run.py --write`. All contenders take turns within one run,",
        "against a loopback server in a process of its own, which stays awake between the",
        "requests; the ratios are medians over rounds.",
        "",
        f"- {', '.join(machine)}",
        f"- {', '.join(told)}",
        f"- load of the machine while measuring: {_load()} (1, 5 and 15 minutes): others used it",
        f"- goals met: {met} of {len(verdicts)}",
        "",
        *lines(entries),
        "",
    ]
    RESULTS.write_text("\n".join(text))


def _load() -> str:
    return ", ".join(f"{load:.1f}" for load in os.getloadavg())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
