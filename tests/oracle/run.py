"""Holds the engine to the oracle on many random models: `python -m tests.oracle.run --models 20000 --minutes 10`.

Prints the first difference, shrunk to a small model. The same seed draws the same models.
"""

from __future__ import annotations

import argparse
import sys
import time
from multiprocessing import get_context

from .laws import WAYS, draw_differences

BATCH = 100
"""Models that are drawn with one seed."""


def run_batch(number: int) -> str:
    """Compare one batch of models in the form and mode of its number."""
    return draw_differences(*WAYS[number % len(WAYS)], number, BATCH, computes=number % 3 != 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=20000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1, help="draws other models")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    end, drawn = time.monotonic() + options.minutes * 60, 0
    first = options.seed * 1_000_003
    numbers = range(first, first + -(-options.models // BATCH))
    with get_context("spawn").Pool(options.processes) as pool:
        for found in pool.imap(run_batch, numbers):
            if found:
                print(found)
                return 1
            drawn += BATCH
            if time.monotonic() > end:
                break
    print(f"{drawn} models, no difference")
    return 0 if drawn >= options.models else 2


if __name__ == "__main__":
    sys.exit(main())
