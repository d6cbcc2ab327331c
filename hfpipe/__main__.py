"""`python -m hfpipe` is the program `hfpipe`. Floor 7."""

from __future__ import annotations

import sys

from hfpipe.cli.main import main

sys.exit(main())
