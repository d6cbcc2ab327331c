"""
The whole benchmark: one table of what hfpipe costs beside its rivals and beside bare tools.

    python benchmarks/run.py            # everything, some minutes
    python benchmarks/run.py --write    # and benchmarks/RESULTS.md anew
    python benchmarks/run.py --smoke    # a little of everything: does it work, is nothing far off
    python benchmarks/run.py chat walk  # only the groups of these names

The last line is `N passed, N failed`: the goals reached, or, in a smoke run, not missed by far.
Only a smoke run ends with an error where one failed.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import rows_calls
import rows_loops
import rows_processes
import rows_streams
import rows_walks
from measuring import Scale
from server import serving
from table import Entry, lines, written

Group = Callable[[str, Scale], list[Entry]]


def files(url: str, _: Scale) -> list[Entry]:
    """Large files, from and to disk."""
    with TemporaryDirectory() as place:
        return [
            rows_processes.upload(url, Path(place)),
            rows_processes.download(url, Path(place)),
        ]


GROUPS: dict[str, Group] = {
    "chat": lambda url, scale: [rows_calls.chat(url, scale), rows_calls.stock(url, scale)],
    "large": lambda url, scale: [
        rows_calls.embeddings(url, scale),
        *rows_calls.to_numpy(url, scale),
        rows_calls.image_in(url, scale),
        rows_calls.image_out(url, scale),
    ],
    "stream": lambda url, scale: [
        rows_streams.dense(url, scale),
        rows_streams.single(url, scale),
        *rows_streams.lateness(url, scale),
    ],
    "memory": lambda url, scale: [rows_processes.long_stream(url), *files(url, scale)],
    "threads": rows_calls.threads,
    "async": rows_loops.rows,
    "import": lambda url, scale: [
        rows_processes.imports(scale),
        rows_processes.first_answer(url, scale),
    ],
    "walk": lambda _, scale: [rows_walks.alone(scale), *rows_walks.linear(scale)],
}


def measured(chosen: list[str], *, smoke: bool = False, write: bool = False) -> list[Entry]:
    """Measures these groups; prints the table, and writes it down, as it grows."""
    scale = Scale(smoke)
    entries: list[Entry] = []
    with serving() as url:
        for name in chosen:
            found = GROUPS[name](url, scale)
            print(*lines(found)[2 if entries else 0 :], sep="\n", flush=True)
            entries += found
            if write:
                written(entries)
    return entries


def told(entries: list[Entry], *, smoke: bool = False) -> int:
    """Prints the last line, and gives the status to exit with."""
    verdicts = [verdict for entry in entries for verdict in entry.verdicts()]
    failed = [v for v in verdicts if not (v.near if smoke else v.met)]
    print(f"{len(verdicts) - len(failed)} passed, {len(failed)} failed")
    return int(bool(failed) and smoke)


def main() -> int:
    """Measures, prints, and says with its status whether a smoke run went well."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md anew")
    parser.add_argument("--smoke", action="store_true", help="a little of everything")
    given = parser.parse_args()
    if unknown := set(given.groups) - GROUPS.keys():
        parser.error(f"there is no group {', '.join(sorted(unknown))}")
    entries = measured(given.groups or list(GROUPS), smoke=given.smoke, write=given.write)
    return told(entries, smoke=given.smoke)


if __name__ == "__main__":
    sys.exit(main())
