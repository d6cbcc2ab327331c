"""docs/errors.md has a section for each code, and every hint leads there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hfpipe import errors, hints

PAGE = (Path(__file__).parents[1] / "docs" / "errors.md").read_text("utf-8")
CLASSES = errors.AnyHfpipeError.__args__


def test_each_code_has_a_section():
    """
    One heading for each code, in the order of the codes.
    """
    assert re.findall(r"^## (.+)$", PAGE, re.MULTILINE) == list(hints.Code.__args__)


@pytest.mark.parametrize("code", sorted(hints.CODES))
def test_each_section_says_something(code):
    """
    A section is more than a repetition of the code.
    """
    section = PAGE.partition(f"## {code}\n")[2].partition("\n## ")[0]

    assert len(section.split()) >= 12


def test_each_class_is_told_of():
    """
    The table of classes is the union.
    """
    assert [kind.__name__ for kind in CLASSES] == re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("code", sorted(hints.CODES))
def test_a_hint_ends_at_its_section(code):
    """
    Whoever made the error: the code's own hint, and one that was given, end with the way there.
    """
    place = f"(docs/errors.md#{code})"

    for error in (errors.StageError("x", code=code), errors.StageError("x", code=code, hint="Do.")):
        assert error.hint.endswith(f" {place}")
        assert len(error.hint) > len(place) + 3
        assert 1 == error.hint.count(place)
        assert error == errors.StageError("x", code=code, hint=error.hint)
