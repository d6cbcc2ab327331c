"""The threat model names the test that holds each of its lines; each of them exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(test_\w+)`", PAGE)))
TESTS = {
    name
    for file in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)\(", file.read_text("utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("name", NAMED)
def test_a_named_test_exists(name):
    """
    A line that says which test holds it says the truth.
    """
    assert name in TESTS


def test_each_line_names_its_test():
    """
    No row of the tables stands without one.
    """
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    lines = [row for row in rows if row != "| line | held by |"]

    assert len(lines) >= 20
    assert [] == [row for row in lines if "`test_" not in row]
