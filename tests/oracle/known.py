"""Differences between the engine and the oracle that are known, each with the reason; an entry goes with its fix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .comparing import Difference
from .model import Model, Table


@dataclass(frozen=True)
class Known:
    """A difference by its name, with what the right answer is, and which differences it explains."""

    name: str
    right: str
    explains: Callable[[Model, Difference], bool]


def has(model: Model, holds: Callable[[Table], bool]) -> bool:
    return any(map(holds, model.tables))


def restricts_inputs(table: Table) -> bool:
    return any(column.allowed is not None for column in table.inputs)


def differs_in(difference: Difference, key: str) -> bool:
    """Whether the answers of a workbook and a .dmn file differ in one thing."""
    first, second = difference.oracle, difference.engine
    if not (isinstance(first, dict) and isinstance(second, dict) and difference.law == "forms"):
        return False
    return difference.place.startswith("xlsx dmn") and first.get(key) != second.get(key)


KNOWN = (
    Known(
        "mode dmn keeps causes that do not count",
        "an entry that is false hides the error of another, and a decision that is not used has no part in the value",
        lambda model, difference: (
            (difference.law == "status" and " dmn {" in difference.place) or differs_in(difference, "status")
        ),
    ),
    Known(
        "mode dmn: an input outside of its row Values makes the whole table null",
        "null is the value of this clause; an entry that does not read it is not concerned, as in mode clinical",
        lambda model, difference: has(model, restricts_inputs) and " dmn " in f" {difference.place} ",
    ),
)


def explained(model: Model, difference: Difference) -> str:
    """The name of the known difference that this one is; empty where there is none."""
    return next((known.name for known in KNOWN if known.explains(model, difference)), "")
