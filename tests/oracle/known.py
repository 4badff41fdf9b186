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
        "C6: aggregates without a match",
        "the Default, or null where the column allows it, else an error that check reports as a gap",
        lambda model, difference: has(model, lambda table: table.policy in AGGREGATES),
    ),
    Known(
        "no match where the column allows null",
        "null, determined, in mode clinical, and no gap",
        lambda model, difference: has(model, is_null),
    ),
    Known(
        "C15: a workbook in mode dmn calls an error determined",
        "status error where the value is null and causes are kept, as for .dmn",
        lambda model, difference: (
            difference.law == "status" and re.match("(xlsx|md|json) dmn ", difference.place) is not None
        ),
    ),
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
        "C17: Use in mode dmn ends in KeyError",
        "an answer",
        lambda model, difference: difference.law == "crash" and "KeyError" in str(difference.engine),
    ),
    Known(
        "a Default of a Collect table is refused",
        "an item of the list where no rule matches, as in Rule order",
        lambda model, difference: (
            difference.law == "loads"
            and has(model, lambda table: table.policy == "C" and table.outputs[0].default is not None)
        ),
    ),
    Known(
        "C20: needs name a field that only decides which error it is",
        "no field is asked for that cannot change value or status",
        lambda model, difference: difference.law == "needs no more",
    ),
    Known(
        "C1: values that a When column meets are not held to its row Values",
        "an error of the cell where a test reads the value",
        lambda model, difference: has(model, lambda table: any(c.allowed is not None for c in table.inputs)),
    ),
    Known(
        "C1: computed outputs are not held to the row Values",
        "an error with the cell",
        lambda model, difference: has(model, computes_outside),
    ),
    Known(
        "C2: Priority and Output order rank a computed output last",
        "by the rank of the value",
        lambda model, difference: has(model, lambda table: table.policy in ("P", "O") and computes(table)),
    ),
    Known(
        "C20: rules of used tables are lost or named twice",
        "each matched rule once",
        lambda model, difference: uses(model) and difference.law in ("rules", "rules named twice"),
    ),
)


def explained(model: Model, difference: Difference) -> str:
    """The name of the known difference that this one is; empty where there is none."""
    return next((known.name for known in KNOWN if known.explains(model, difference)), "")
