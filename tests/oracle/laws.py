"""The laws as functions of one model: the engine answers as the oracle does, and the same in every form."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

from .comparing import Mode, compare, compare_forms, compare_why_not
from .forms import describe
from .generators import models
from .known import explained
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


def find_differences(model: Model, form: str, mode: Mode, folder: Path, known: Counter[str] | None = None) -> str:
    """The differences that are not known, with the model; empty where there are none. Counts the known ones."""
    if form == "forms":
        found = compare_forms(model, folder)
    elif form == "why not":
        found = compare_why_not(model, "json", folder)
    else:
        found = compare(model, form, folder / form, mode)
    names = {difference: explained(model, difference) for difference in found}
    if known is not None:
        known.update(set(names.values()) - {""})
    unknown = [str(difference) for difference, name in names.items() if not name]
    return "\n".join(["", describe(model), "", *unknown[:3]]) if unknown else ""


SHRINKING = 20
"""Seconds that a difference is made smaller."""


class Enough(BaseException):
    """Ends the shrinking of a difference."""


def draw_differences(form: str, mode: Mode, number: int, count: int, *, computes: bool) -> tuple[str, Counter[str]]:
    """The smallest difference that `count` models drawn with the seed `number` show, and the known ones they met."""
    smallest, end = "", 0.0
    known: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:

        @seed(number)
        @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(models(computes=computes))
        def law(model: Model) -> None:
            nonlocal smallest, end
            if end and time.monotonic() > end:
                raise Enough
            found = find_differences(model, form, mode, Path(folder), known)
            if found:
                end = end or time.monotonic() + SHRINKING
                smallest = found if not smallest else min(smallest, found, key=len)
                raise AssertionError(found)

        with contextlib.suppress(AssertionError, Enough):
            law()
    return smallest and f"seed {number}, {form} {mode}\n{smallest}", known
