"""
One request: hfpipe beside urllib3 and msgspec by hand, huggingface_hub and openai.

    python benchmarks/request.py [--smoke]

The same rows as in `run.py`, alone.
"""

from __future__ import annotations

import sys

from run import main

if __name__ == "__main__":
    sys.exit(main(["chat", *sys.argv[1:]]))
