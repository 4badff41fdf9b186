"""The laws as functions of one model: the engine answers as the oracle does, and the same in every form."""

from __future__ import annotations

from pathlib import Path

from .comparing import Mode, compare, compare_forms, compare_why_not
from .forms import describe
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


def find_differences(model: Model, form: str, mode: Mode, folder: Path) -> str:
    """The differences that are not known, with the model; empty where there are none."""
    if form == "forms":
        found = compare_forms(model, folder)
    elif form == "why not":
        found = compare_why_not(model, "json", folder)
    else:
        found = compare(model, form, folder / form, mode)
    unknown = [str(difference) for difference in found if not explained(model, difference)]
    return "\n".join(["", describe(model), "", *unknown[:3]]) if unknown else ""
