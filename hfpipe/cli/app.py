"""The program's parts have this in common: the app that they are commands of. Floor 7."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from hfpipe.version import __version__

Set = Annotated[list[str], Parameter(name=["--set", "-s"], negative=(), consume_multiple=False)]

app = App(
    name="hfpipe",
    help="Hugging Face inference from the command line. `hfpipe demo` needs no token.",
    version=__version__,
    version_flags=["--version"],
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # main() says so, and gives the code
    default_parameter=Parameter(show_default=False),
)
