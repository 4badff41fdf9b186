"""Holds the engine to the oracle on many random models: `python -m tests.oracle.run --models 20000 --minutes 10`.

Prints each difference with a small model. The same seed draws the same models.
"""

from __future__ import annotations

import argparse
import sys
import time
from multiprocessing import get_context

from .laws import WAYS, draw_difference

MODELS = 1_000_000
"""Numbers of models from one seed to the next."""


def compare_model(number: int) -> str:
    """Compare the model of a number in the form and mode of the number."""
    return draw_difference(number, *WAYS[number % len(WAYS)], computes=number % 3 != 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=20000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1, help="draws other models")
    parser.add_argument("--number", type=int, help="the number of the first model, instead of a seed")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    end, compared, differences = time.monotonic() + options.minutes * 60, 0, 0
    first = options.seed * MODELS if options.number is None else options.number
    with get_context("spawn").Pool(options.processes) as pool:
        for found in pool.imap_unordered(compare_model, range(first, first + options.models), chunksize=20):
            compared += 1
            if found:
                differences += 1
                print(found, flush=True)
            if time.monotonic() > end:
                break
    print(f"{compared} models, {differences or 'no'} difference{'s' if differences > 1 else ''}")
    if differences:
        return 1
    return 0 if compared == options.models else 2


if __name__ == "__main__":
    sys.exit(main())
