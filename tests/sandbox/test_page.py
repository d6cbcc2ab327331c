"""docs/sandbox.md and the sandbox say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hfpipe.sandbox.commands import HELP
from hfpipe.tasks import TASKS

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")


@pytest.mark.parametrize("task", [*TASKS])
def test_every_task_is_on_the_page(task):
    """
    The page says of each task what the sandbox does for it.
    """
    function = TASKS[task].function

    assert function in re.findall(r"`(\w+)`", PAGE) or f"hfpipe.{function}(" in PAGE


@pytest.mark.parametrize("line", HELP.splitlines()[1:-1])
def test_every_command_is_on_the_page(line):
    """
    The page has each command that the sandbox itself lists.
    """
    command = re.match(r"- ([a-z ]+)", line)[1].strip()

    assert f"`{command}" in PAGE
