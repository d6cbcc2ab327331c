"""The pages of providers and tasks say what the code does, and their examples run."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from returns.result import Success

from hfpipe.providers.table import PROVIDERS
from hfpipe.tasks import TASKS

DOCS = Path(__file__).parents[2] / "docs"


def generator():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = generator()
PAGES = GENERATE.pages()


def test_every_provider_and_task_has_a_page():
    """
    One page for each row of the table, and one for each task function.
    """
    names = {f"providers/{name}.md" for name in PROVIDERS}
    names |= {f"tasks/{task.function}.md" for task in TASKS.values()}

    assert names | {"providers/index.md", "tasks/index.md"} == set(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_up_to_date(path):
    """
    What is in the repository is what `python docs/generate.py` writes.
    """
    assert PAGES[path] == (DOCS / path).read_text(encoding="utf-8")


def test_no_page_is_left_over():
    """
    A page without a provider or task is taken away.
    """
    there = {f"{folder}/{page.name}" for folder in ("providers", "tasks")
             for page in (DOCS / folder).glob("*.md")}  # fmt: skip

    assert set(PAGES) == there


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_the_example_runs(task, capsys):
    """
    The example of each task works as it stands, in the sandbox.
    """
    seen = {}
    exec(compile(GENERATE.example(task), task.name, "exec"), seen)

    assert isinstance(seen["result"], Success), seen["result"]
    assert "<Success: " in capsys.readouterr().out
