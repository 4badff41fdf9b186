"""Differences between the engine and the oracle that are known, each with the reason; an entry goes with its fix."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .comparing import Difference
from .model import Computed, Formula, Model, Table

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


def restricts_inputs(table: Table) -> bool:
    return any(column.allowed is not None for column in table.inputs)


def formulas_of(table: Table) -> list[Formula]:
    """The expressions of a table that are more than a name."""
    tests = [entry.formula for rule in table.rules for entry in rule.tests if isinstance(entry, Computed)]
    cells = [*(cell for rule in table.rules for cell in rule.outputs), *(column.default for column in table.outputs)]
    labels = [column.subject for column in table.inputs if column.subject.text not in column.subject.reads]
    return [*tests, *labels, *(cell for cell in cells if isinstance(cell, Formula))]


def computes_at_all(table: Table) -> bool:
    return bool(formulas_of(table))


def connects_decisions(table: Table) -> bool:
    """Whether `and` or `or` has a decision among its operands."""
    texts = [formula.text for formula in formulas_of(table)]
    return any((" or " in text or " and " in text) and " line" in text for text in texts)


def lists_of_others(table: Table) -> bool:
    return table.is_list and any(column.use for column in table.outputs)


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
    """Whether a status of a workbook in mode dmn differs."""
    if difference.law == "status":
        return re.match("(xlsx|md|json) dmn ", difference.place) is not None
    return differs_in(difference, "status")


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
        "a gap or overlap behind a route that computes is passed over in silence",
        "reported, or a warning that it is not proved",
        lambda model, difference: difference.law in ("gap", "overlaps") and uses(model),
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
