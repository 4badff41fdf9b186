"""What an evaluation may still do: steps, and how deep its calls may nest. Knows neither syntax nor values.

A step is about a microsecond of work. Whatever takes time or room by the size of what it is given says so by `spend`;
outside of a run that costs nothing, as a program without loops and calls does no more than its text says.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from dmn_engine.feel.errors import Cause

MAX_STEPS = 1_000_000
"""How many steps one evaluation may take: rounds of loops, calls, items and texts that are gone through."""

MAX_WEIGHT = 600
"""How deep calls of functions may nest: the depths of the trees of their bodies, added up."""

STEPS_OF_A_CAUSE = 10
"""How many steps it takes to find out why a part has no value, and to keep that."""

CHARACTERS_OF_A_STEP = 20
"""How many characters of a text are put together or gone through in one step."""


class Exhausted(Exception):
    """A run went past its bounds; its value is null."""


@dataclass(slots=True)
class Run:
    """One evaluation, with all evaluations that it calls: what it may still do, and where its causes go now."""

    causes: list[Cause]
    steps: int = MAX_STEPS
    weight: int = MAX_WEIGHT

    def spend(self, steps: int) -> None:
        """Raises: Exhausted if that is more than may still be done."""
        self.steps -= steps
        if self.steps < 0:
            raise Exhausted(f"this takes more than {MAX_STEPS:,} steps")


class _Current(threading.local):
    run: Run | None = None


_current = _Current()


def current_run() -> Run | None:
    """The run under way in this thread."""
    return _current.run


def enter(run: Run | None) -> None:
    """Make the run the one under way in this thread; None ends it."""
    _current.run = run


def spend(steps: int) -> None:
    """Take the steps of the run under way, if there is one. Raises: Exhausted if they are more than it may still do."""
    run = _current.run
    if run is not None:
        run.spend(steps)


def spend_on_items(count: int) -> None:
    """Take the steps of looking at each item of a list or context. Raises: Exhausted."""
    run = _current.run
    if run is not None:
        run.spend(4 + 2 * count)


def is_within_a_run() -> bool:
    """Whether an evaluation is under way in this thread that this one is a part of."""
    return _current.run is not None
