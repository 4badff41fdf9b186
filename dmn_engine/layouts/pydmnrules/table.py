"""A rules table as it stands on its sheet: headings, allowed values, rules, in any orientation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dmn_engine.diagnostics import CellRef
from dmn_engine.formats.xlsx.grid import Area
from dmn_engine.layouts.pydmnrules.sheet import SheetView
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.workbook_source import CellSource

POLICIES = {policy.value: policy for policy in HitPolicy}


class Orientation(Enum):
    """How the rules run; the value is the word of the DMN interchange format."""

    ROWS = "Rule-as-Row"
    COLUMNS = "Rule-as-Column"
    CROSSTAB = "CrossTable"


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of an input or output: its variable, and the cell of allowed values, if the table has them.

    `variable` is the text of one variable: a heading of a crosstab may name several.
    """

    variable: str
    cell: CellSource
    allowed: CellSource | None = None


@dataclass(frozen=True, slots=True)
class RuleCells:
    """A rule: its id and its cells in the order of the headings; `origin` is its row, column or output cell."""

    id: str
    inputs: tuple[CellSource, ...]
    outputs: tuple[CellSource, ...]
    annotations: tuple[CellSource, ...]
    origin: CellRef


@dataclass(frozen=True, slots=True)
class TableCells:
    """A whole table. One without outputs could not be divided into inputs and outputs, which is reported."""

    name: CellSource
    orientation: Orientation
    policy: HitPolicy
    inputs: tuple[Heading, ...]
    outputs: tuple[Heading, ...]
    annotations: tuple[CellSource, ...]
    rules: tuple[RuleCells, ...]
    origin: CellRef


def find_orientation(view: SheetView, extent: Area) -> Orientation | None:
    """The direction of the rules, by the position of the hit policy; None without a hit policy."""
    row, column = extent.top, extent.left
    if not extent.columns:
        return None
    if view.peek(row + 1, column) in POLICIES:
        return Orientation.ROWS
    corner = view.merged(row + 1, column)
    if corner is not None and corner.is_tall and corner.is_wide:
        return Orientation.CROSSTAB
    last = view.peek(extent.bottom, column)
    return Orientation.COLUMNS if last in POLICIES else None
