"""
The tables of this folder as a page of the docs. Run as a script it writes the page anew.
"""

import importlib.util
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "server-behaviours.md"

HEAD = """# What a server does, and what you get

Each line below is a test of `tests/hostile/`, made against a server that behaves so on a raw
socket. This page is written from their tables: `python tests/hostile/test_page.py`.

The first word is the class, the next the `code`, which [errors.md](errors.md) explains; a number is
the HTTP status. `retryable` says that the same call may succeed when it is made again, `billed`
whether the provider may charge for it, `partial` is what there was of a streamed answer.
"""
ORDER = ("connections", "bodies", "refusals", "again", "redirects", "streams", "ways")
NAMED = {
    "WAYS": "What is met on the way",
    "NAMED": "The address of a file that the answer names",
    "TABLE": "What the server does",
}


def tables(name):
    """The title of a module of tests, and its tables."""
    spec = importlib.util.spec_from_file_location(f"page_{name}", HERE / f"test_{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    title = module.__doc__.strip()
    return title, [(NAMED[key], getattr(module, key)) for key in NAMED if hasattr(module, key)]


def rows():
    return [row for name in ORDER for _, table in tables(name)[1] for row in table]


def page():
    lines = [HEAD]
    for name in ORDER:
        title, found = tables(name)
        lines.append(f"## {title}\n")
        for head, table in found:
            lines += [f"| {head} | What you get |", "|---|---|"]
            lines += [f"| {row[0].replace('|', chr(92) + '|')} | `{row[2]}` |" for row in table]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def test_the_page_of_the_docs_is_the_tables():
    """
    docs/server-behaviours.md holds what the tests hold, and nothing else.
    """
    assert page() == PAGE.read_text("utf-8")


def test_the_tables_are_long():
    """
    There are more than a hundred and fifty behaviours, each of them another one.
    """
    names = [row[0] for row in rows()]

    assert len(names) > 150
    assert sorted(set(names)) == sorted(names)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
