"""The version of hfpipe, and how it names itself to servers. Floor 0."""

from __future__ import annotations

import sys
from typing import Final

__version__: Final = "0.1.0"

USER_AGENT: Final = "hfpipe/{}; python/{}.{}.{}".format(__version__, *sys.version_info[:3])
