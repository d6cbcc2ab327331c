"""
The program `hfpipe`: arguments in, an exit code out.

Floor 7.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from hfpipe.cli.outcomes import INTERRUPTED, OK, USAGE, failed, note
from hfpipe.errors import HfpipeError


def main(argv: Sequence[str] | None = None) -> int:
    """
    Does a command and gives its exit code: 0 ok, 1 provider failure, 2 usage, 3 token or
    permission, 4 rate or credits, 5 timeout, 6 truncated, 130 interrupted.
    """
    try:
        return _done(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        note("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Who read has left: nothing more is written, nor said about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _done(arguments: list[str]) -> int:
    try:
        from cyclopts import CycloptsError
        from rich.console import Console

        from hfpipe.cli import inputs
        from hfpipe.cli.app import app

        for part in ("hfpipe.cli.commands", "hfpipe.cli.doing"):
            import_module(part)  # each puts its commands into the app
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in {"cyclopts", "rich"}:
            raise
        note("the command line needs more than the library: pip install 'hfpipe[cli]'")
        return USAGE
    if not arguments:
        app.help_print()
        return USAGE
    try:
        # the argument library takes a lone dash for an option
        given = [inputs.STANDARD_INPUT if word == "-" else word for word in arguments]
        code = app(given, exit_on_error=False, error_console=Console(stderr=True))
    except CycloptsError:
        return USAGE
    except HfpipeError as error:
        return failed(error, json="--json" in arguments)
    return code if isinstance(code, int) else OK


if __name__ == "__main__":
    sys.exit(main())
