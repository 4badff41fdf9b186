"""The laws as functions of one model: the engine answers as the oracle does, and the same in every form."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

from .comparing import Mode, compare, compare_forms, compare_why_not
from .forms import describe
from .generators import models
from .model import Model

WAYS: tuple[tuple[str, Mode], ...] = (
    ("json", "clinical"),
    ("xlsx", "clinical"),
    ("md", "clinical"),
    ("dmn", "dmn"),
    ("json", "dmn"),
    ("dmn", "clinical"),
    ("forms", "dmn"),
    ("why not", "clinical"),
)
"""Form and mode in which a model is compared with the oracle; the comparison of all forms with each other; why-not."""


def find_differences(model: Model, form: str, mode: Mode, folder: Path) -> str:
    """The first differences, with the model; empty where there are none."""
    if form == "forms":
        found = compare_forms(model, folder)
    elif form == "why not":
        found = compare_why_not(model, "json", folder)
    else:
        found = compare(model, form, folder / form, mode)
    differences = list(map(str, itertools.islice(found, 3)))
    return "\n".join(["", describe(model), "", *differences]) if differences else ""


SHRINKING = 20
"""Seconds that a difference is made smaller."""


class Enough(BaseException):
    """Ends the shrinking of a difference."""


def draw_differences(form: str, mode: Mode, number: int, count: int, *, computes: bool) -> str:
    """The smallest difference that `count` models show, drawn with the seed `number`; empty where there is none."""
    smallest, end = "", 0.0
    with tempfile.TemporaryDirectory() as folder:

        @seed(number)
        @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(models(computes=computes))
        def law(model: Model) -> None:
            nonlocal smallest, end
            if end and time.monotonic() > end:
                raise Enough
            found = find_differences(model, form, mode, Path(folder))
            if found:
                end = end or time.monotonic() + SHRINKING
                smallest = found if not smallest else min(smallest, found, key=len)
                raise AssertionError(found)

        with contextlib.suppress(AssertionError, Enough):
            law()
    return smallest and f"seed {number}, {form} {mode}\n{smallest}"
