"""Holds the engine to the oracle on many random models: `python -m tests.oracle.run --models 20000 --minutes 10`.

Prints the first difference, shrunk to a small model. The same seed draws the same models.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

from .generators import models
from .laws import WAYS, find_differences
from .model import Model

BATCH = 100
"""Models that are drawn with one seed."""


def run_batch(number: int) -> str:
    """Compare one batch of models in the form and mode of its number; gives the first difference."""
    form, mode = WAYS[number % len(WAYS)]
    with tempfile.TemporaryDirectory() as folder:

        @seed(number)
        @settings(max_examples=BATCH, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(models(computes=number % 3 != 0))
        def law(model: Model) -> None:
            assert not (found := find_differences(model, form, mode, Path(folder))), found

        return first_failure(law, f"batch {number}, {form} {mode}")


def first_failure(law: Callable[[], None], name: str) -> str:
    try:
        law()
    except AssertionError as error:
        return f"{name}\n{error}"
    return ""


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
