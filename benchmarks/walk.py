"""
The walk alone, so many times: for callgrind, which counts instructions. See `rows_walks.py`.
"""

from __future__ import annotations

import sys

from rows_walks import evolved, walk

if __name__ == "__main__":
    work = evolved() if "evolve" in sys.argv else walk()
    work()
    for _ in range(int(sys.argv[1])):
        work()
