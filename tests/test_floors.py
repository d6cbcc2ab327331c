"""Imports point down: each module says on which floor it stands, and stands on lower ones."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "hfpipe").rglob("*.py"))
IO = 6
TOP = 7
LONGEST = 320


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


NAMES = {name_of(file): file for file in FILES}


def floor_of(name: str) -> int:
    """What the module's own words say, else its package's; the package itself is on top."""
    if name == "hfpipe":
        return TOP
    said = re.search(r"\bFloor (\d)\b", ast.get_docstring(ast.parse(NAMES[name].read_text())) or "")
    return int(said[1]) if said else floor_of(name.rpartition(".")[0])


def for_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imported(node: ast.AST) -> set[str]:
    """The modules of hfpipe that are imported when the code runs, inside functions too."""
    if for_checkers(node):
        return set().union(*(imported(child) for child in node.orelse))
    if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "hfpipe":
        return {
            within if (within := f"{node.module}.{alias.name}") in NAMES else str(node.module)
            for alias in node.names
        }
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names if alias.name in NAMES}
    return set().union(*(imported(child) for child in ast.iter_child_nodes(node)))


GRAPH = {
    name: imported(ast.parse(file.read_text())) - {"hfpipe"}
    for name, file in NAMES.items()
    if name != "hfpipe"
}


@pytest.mark.parametrize("name", GRAPH)
def test_imports_point_down(name):
    """
    A module imports from its own floor and from lower ones.
    """
    above = {other: floor_of(other) for other in GRAPH[name] if floor_of(other) > floor_of(name)}

    assert {} == above, f"{name} stands on floor {floor_of(name)}"


def test_no_circles():
    """
    Within a floor, too, imports lead to an end.
    """
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path[path.index(name) :], name))
        if name not in done:
            for other in sorted(GRAPH.get(name, ())):
                visit(other, (*path, name))
            done.add(name)

    for name in GRAPH:
        visit(name, ())


WORLD = {
    "asyncio", "os", "random", "select", "selectors", "shutil", "signal", "socket", "ssl",
    "subprocess", "tempfile", "threading", "time", "urllib3", "aiohttp", "structlog", "logging",
}  # fmt: skip


def outside(node: ast.AST) -> set[str]:
    if for_checkers(node):
        return set()
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    return set().union(*(outside(child) for child in ast.iter_child_nodes(node)))


@pytest.mark.parametrize("name", [name for name in GRAPH if floor_of(name) < IO])
def test_only_io_touches_the_world(name):
    """
    Network, clock, threads, chance, environment and logs are nobody's business below floor 6.
    """
    assert set() == outside(ast.parse(NAMES[name].read_text())) & WORLD


@pytest.mark.parametrize("name", NAMES)
def test_no_file_outgrows_its_room(name):
    """
    About three hundred lines are enough for one idea.
    """
    assert len(NAMES[name].read_text().splitlines()) <= LONGEST


def test_no_module_bears_the_name_of_a_public_function():
    """
    Importing `hfpipe.client` would put the module in the place of `hfpipe.client()`.
    """
    import hfpipe

    modules = {name.removeprefix("hfpipe.") for name in NAMES if name.count(".") == 1}
    public = {name for name in dir(hfpipe) if callable(getattr(hfpipe, name))}

    assert set() == modules & public
