"""The documentation's code runs, and says what is true of the code."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

import hfpipe

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """The blocks of one language, each with the line that it begins on."""
    text = page.read_text("utf-8")
    return [
        (text.count("\n", 0, found.start(2)) + 1, found[2])
        for found in FENCE.finditer(text)
        if found[1] == language
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_python_block_runs(page, tmp_path, monkeypatch):
    """
    A page's blocks run one after the other in one namespace, in a folder of their own; a block
    of prompts has to print what it shows.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
    names = {"__name__": "__main__"}
    for line, code in blocks(page, "python"):
        if ">>> " in code:
            test = doctest.DocTestParser().get_doctest(code, names, page.name, page.name, line)
            told: list[str] = []
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
            runner.run(test, out=told.append, clear_globs=False)
            assert 0 == runner.summarize(verbose=False).failed, "".join(told)
            names.update(test.globs)
        else:
            exec(compile("\n" * (line - 1) + code, str(page), "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_block_that_needs_a_token_compiles(page):
    """
    What cannot run here, because it asks a real service, is at least Python.
    """
    for line, code in blocks(page, "py"):
        compile("\n" * (line - 1) + code, str(page), "exec")


def test_the_stages_in_the_docs_are_those_of_the_code():
    """
    The list of stages in docs/pipeline.md equals the order in standard.py.
    """
    text = (ROOT / "docs" / "pipeline.md").read_text("utf-8")
    listed = re.findall(r"^\d+\. \*\*`(\w+)`\*\*", text, re.MULTILINE)

    assert list(hfpipe.default_pipeline().names()) == listed
