"""
Fuzzes the parsers for a while: `python fuzz/run.py --seconds 60`.

Each target of `targets.py` gets its part of the time in a process of its own, begins with the
streams of `tests/streams/test_table.py`, and leaves what it finds as a file in `fuzz/findings/`:
`python fuzz/run.py --again fuzz/findings/FILE` runs one again. Exits with 1 on a finding.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FINDINGS = HERE / "findings"
TABLE = ROOT / "tests" / "streams" / "test_table.py"
NAMES = ("events", "folds", "answers")
SMALL = 4_000
# Whole, byte by byte, and in pieces of all sizes.
CUTS = (bytes(8), b"\1" * 8, b"\3\1\4\1\5\11\2\6")
# Words of the wire that a fuzzer would be long in finding.
WORDS = ("data:", "event: error", "[DONE]", '"choices"', '"delta"', '"content"', '"finish_reason"')


def loaded(path: Path) -> Any:
    """A module that stands in no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def target(name: str) -> Any:
    """The function to fuzz, of which the fuzzer sees every branch."""
    import atheris

    with atheris.instrument_imports(include=["hfpipe.codec", "hfpipe.outputs", "hfpipe.providers"]):
        return loaded(HERE / "targets.py").TARGETS[name]


def fuzz(name: str, flags: list[str]) -> None:
    """Fuzzes in this process, which ends with it."""
    import atheris

    atheris.Setup([name, *flags], target(name))
    atheris.Fuzz()


def seeds(name: str, folder: Path) -> None:
    """What to begin with: the streams of the table; for answers their first events."""
    for number, row in enumerate(loaded(TABLE).TABLE):
        if len(row.bytes) < SMALL:
            if name == "answers":
                event = row.bytes.partition(b"\n")[0].removeprefix(b"data: ")
                (folder / str(number)).write_bytes(event)
                continue
            for cut in CUTS:
                (folder / f"{number}-{cut[0]}").write_bytes(cut + row.bytes)


def ran(name: str, seconds: int) -> bool:
    """Whether a target found nothing in its time."""
    FINDINGS.mkdir(exist_ok=True)
    with TemporaryDirectory() as kept:
        folder = Path(kept)
        (corpus := folder / "corpus").mkdir()
        seeds(name, corpus)
        words = folder / "words"
        words.write_text(
            "".join(f'"{word.replace(chr(34), chr(92) + chr(34))}"\n' for word in WORDS)
        )
        flags = [
            f"-max_total_time={seconds}",
            "-max_len=4096",
            "-timeout=10",
            f"-dict={words}",
            f"-artifact_prefix={FINDINGS}/{name}-",
            "-print_final_stats=1",
            str(corpus),
        ]
        done = subprocess.run(
            [sys.executable, __file__, "--target", name, "--", *flags],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    told = [line for line in done.stderr.splitlines() if "number_of_executed_units" in line]
    executed = told[0].split()[-1] if told else "no"
    print(f"{name}: {executed} inputs in {seconds} s, {'ok' if not done.returncode else 'FOUND'}")
    if done.returncode or not told:
        print((done.stdout + done.stderr)[-6_000:])
        return False
    return True


def environment() -> dict[str, str]:
    """The environment of a target: this checkout comes before an installed hfpipe."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path}


def main() -> int:
    """Fuzzes all targets, or runs one finding again."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=60, help="for all targets together")
    parser.add_argument("--target", choices=NAMES, help=argparse.SUPPRESS)
    parser.add_argument("--again", type=Path, help="a file of fuzz/findings to run once more")
    parser.add_argument("flags", nargs="*", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.target:
        fuzz(asked.target, asked.flags)
        return 0
    if asked.again:
        sys.path.insert(0, str(ROOT))
        loaded(HERE / "targets.py").TARGETS[asked.again.name.partition("-")[0]](
            asked.again.read_bytes()
        )
        print("nothing was found")
        return 0
    each = max(1, asked.seconds // len(NAMES))
    passed = [ran(name, each) for name in NAMES]
    print(f"{passed.count(True)} passed, {passed.count(False)} failed")
    return int(not all(passed))


if __name__ == "__main__":
    raise SystemExit(main())
