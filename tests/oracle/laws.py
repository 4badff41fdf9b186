"""The laws as functions of one model: the engine answers as the oracle does, and the same in every form."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from .comparing import Difference, Mode, compare, compare_forms, compare_why_not
from .forms import describe
from .generators import Drawing, draw_model
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
SHRINKING = 20
"""Seconds that the model of a difference is made smaller."""


def find_differences(model: Model, form: str, mode: Mode, folder: Path) -> list[Difference]:
    """The first differences."""
    if form == "forms":
        found = compare_forms(model, folder)
    elif form == "why not":
        found = compare_why_not(model, "json", folder)
    else:
        found = compare(model, form, folder / form, mode)
    return list(itertools.islice(found, 3))


@dataclass
class Choices:
    """The whole numbers of which a model is drawn, each as its distance from the least that is allowed there.

    They are replayed from `planned`, then drawn from `random`; without that, the least are taken.
    """

    planned: Sequence[int] = ()
    random: Random | None = None
    taken: list[int] = field(default_factory=list)

    def whole(self, least: int, most: int) -> int:
        place = len(self.taken)
        if place < len(self.planned):
            step = min(self.planned[place], most - least)
        else:
            step = 0 if self.random is None else self.random.randint(0, most - least)
        self.taken.append(step)
        return least + step


def draw_difference(number: int, form: str, mode: Mode, *, computes: bool) -> str:
    """What the model of a number shows, or a smaller one that breaks the same law; empty where nothing differs."""
    with tempfile.TemporaryDirectory() as folder:

        def find(choices: Choices) -> tuple[Model, list[Difference]]:
            model = draw_model(Drawing(choices.whole, computes))
            return model, find_differences(model, form, mode, Path(folder))

        choices = Choices(random=Random(number))
        _, found = find(choices)
        if not found:
            return ""
        end = time.monotonic() + SHRINKING

        def breaks(smaller: Choices) -> bool:
            return time.monotonic() < end and found[0].law in [each.law for each in find(smaller)[1]]

        model, found = find(Choices(shrink(choices.taken, breaks)))
    return "\n".join([f"model {number}, {form} {mode}", "", describe(model), "", *map(str, found), ""])


def shrink(taken: list[int], breaks: Callable[[Choices], bool]) -> list[int]:
    """Fewer and smaller choices of which the model still breaks the law."""

    def accept(planned: list[int]) -> bool:
        nonlocal taken
        choices = Choices(planned)
        if not breaks(choices) or (len(choices.taken), choices.taken) >= (len(taken), taken):
            return False
        taken = choices.taken
        return True

    before: list[int] = []
    while before != taken:
        before = taken
        for size in (64, 16, 4, 2, 1):
            start = 0
            while start < len(taken):
                if not accept(taken[:start] + taken[start + size :]):
                    start += size
        for place in range(len(taken)):
            for less in range(3):
                if place < len(taken) and less < taken[place]:
                    accept([*taken[:place], less, *taken[place + 1 :]])
    return taken
