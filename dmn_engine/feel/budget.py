"""The budget of an evaluation: a number of steps, and a nesting depth of function calls.

A step is about a microsecond of work. Code whose time or memory grows with its operands reports its steps with
`spend`. Outside a run `spend` does nothing: a program without loops and calls is bounded by the length of its text.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from dmn_engine.feel.errors import EvaluationError

MAX_STEPS = 1_000_000
"""The most steps of one evaluation: loop iterations, calls, and items and texts that are read."""

MAX_WEIGHT = 600
"""The most that function calls may nest: the sum of the depths of the syntax trees of their bodies."""

STEPS_OF_AN_ERROR = 10
"""The steps to describe and record one error."""

CHARACTERS_OF_A_STEP = 20
"""The characters of a text that are built or read in one step."""


class Exhausted(Exception):
    """A run exceeded its budget; its value is null."""


@dataclass(slots=True)
class Run:
    """One evaluation with all evaluations that it calls: its remaining budget, and the list of its errors."""

    errors: list[EvaluationError]
    steps: int = MAX_STEPS
    weight: int = MAX_WEIGHT

    def spend(self, steps: int) -> None:
        """Subtract the steps from the budget. Raises: Exhausted if they exceed it."""
        self.steps -= steps
        if self.steps < 0:
            raise Exhausted(f"the evaluation takes more than {MAX_STEPS:,} steps")


class _Current(threading.local):
    run: Run | None = None


_current = _Current()


def current_run() -> Run | None:
    """The current run of this thread."""
    return _current.run


def enter(run: Run | None) -> None:
    """Set the current run of this thread; None ends it."""
    _current.run = run


def spend(steps: int) -> None:
    """Subtract the steps from the current run, if there is one. Raises: Exhausted if they exceed its budget."""
    run = _current.run
    if run is not None:
        run.spend(steps)


def spend_on_items(count: int) -> None:
    """Subtract the steps of reading each item of a list or context. Raises: Exhausted."""
    run = _current.run
    if run is not None:
        run.spend(4 + 2 * count)


def is_within_a_run() -> bool:
    """Whether this thread has a current run, so that this evaluation is part of it."""
    return _current.run is not None
