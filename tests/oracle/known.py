"""Differences between the engine and the oracle that are known, each with the reason; an entry goes with its fix."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .comparing import Difference
from .model import Formula, Model, Table

AGGREGATES = ("C+", "C<", "C>")


@dataclass(frozen=True)
class Known:
    """A difference by its name, with what the right answer is, and which differences it explains."""

    name: str
    right: str
    explains: Callable[[Model, Difference], bool]


def has(model: Model, holds: Callable[[Table], bool]) -> bool:
    return any(map(holds, model.tables))


def uses(model: Model) -> bool:
    return has(model, lambda table: any(column.use for column in table.outputs))


def is_null(table: Table) -> bool:
    return any(column.null for column in table.outputs)


def computes(table: Table) -> bool:
    return any(isinstance(cell, Formula) for rule in table.rules for cell in rule.outputs)


def computes_outside(table: Table) -> bool:
    """Whether an output computes in a column that allows some values only."""
    cells = [row for rule in table.rules for row in zip(table.outputs, rule.outputs, strict=True)]
    cells += [(column, column.default) for column in table.outputs if column.default is not None]
    return any(isinstance(cell, Formula) and column.allowed is not None for column, cell in cells)


def is_workbook_in_mode_dmn(difference: Difference) -> bool:
    return re.match("(xlsx|md|json) dmn ", difference.place) is not None


KNOWN = (
    Known(
        "a .dmn table keeps causes that do not count",
        "an entry that is false hides the error of another, and a decision that is not used has no part in the value",
        lambda model, difference: difference.law == "status" and difference.place.startswith("dmn dmn "),
    ),
    Known(
        "B2: no mode clinical for .dmn",
        "the same answers as for the workbook",
        lambda model, difference: difference.law == "crash" and "NotOffered" in str(difference.engine),
    ),
    Known(
        "C1: values that a When column meets are not held to its row Values",
        "an error of the cell where a test reads the value",
        lambda model, difference: has(model, lambda table: any(c.allowed is not None for c in table.inputs)),
    ),
)


def explained(model: Model, difference: Difference) -> str:
    """The name of the known difference that this one is; empty where there is none."""
    return next((known.name for known in KNOWN if known.explains(model, difference)), "")
