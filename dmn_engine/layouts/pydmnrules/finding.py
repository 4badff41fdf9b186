"""Find tables on sheets by their hit policies and double lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from dmn_engine.diagnostics import Diagnostics
from dmn_engine.layouts.pydmnrules.glossary import Glossary
from dmn_engine.layouts.pydmnrules.orientations import TableReader
from dmn_engine.layouts.pydmnrules.sheet import Extent, SheetView
from dmn_engine.layouts.pydmnrules.table import (
    POLICIES,
    Orientation,
    TableCells,
    find_orientation,
)

_FEWEST_ROWS = 3  # the name, the headings, a rule


def find_tables(
    views: Iterable[SheetView], glossary: Glossary, wanted: Collection[str], diagnostics: Diagnostics
) -> dict[str, TableCells]:
    """The tables of the sheets by name: those that look like one, and those of the names `wanted` in any shape.

    What is left on the sheets is reported; of two tables with one name the first is taken and the other reported.
    """
    tables: dict[str, TableCells] = {}
    for view in views:
        reader = TableReader(view, glossary, diagnostics)
        for position, text in view.texts():
            if view.is_accounted(position):
                continue
            extent = _measure(view, position, text in wanted, glossary)
            orientation = None if extent is None else _decide_orientation(view, extent, glossary, text in wanted)
            if extent is None or orientation is None:
                continue
            table = reader.read(extent, orientation)
            first = tables.setdefault(text, table)
            if first is not table:
                related = ((first.name.source, "the first one, which is read"),)
                message = f"there are two tables `{text}`; this one is not read"
                help = "give each table its own name"
                diagnostics.error("duplicate-table", message, table.name.source, related=related, help=help)
        _report_leftovers(view, diagnostics)
    return tables


def looks_like_table(view: SheetView, position: tuple[int, int]) -> bool:
    """Whether a table begins at a cell, by hit policy and double lines alone."""
    extent = _measure(view, position, False, Glossary())
    return extent is not None and find_orientation(view, extent) is not None


def _measure(view: SheetView, position: tuple[int, int], is_wanted: bool, glossary: Glossary) -> Extent | None:
    """The extent of the table that begins at a cell, None if it is certainly not a table."""
    row, column = position
    if not view.is_filled(row + 1, column) or not (is_wanted or _may_begin(view, row, column)):
        return None
    extent = view.measure(row, column)
    if extent.rows < _FEWEST_ROWS or extent.columns < 2:
        return None
    return extent if is_wanted or _has_line(view, extent) or _has_variables(view, extent, glossary) else None


def _may_begin(view: SheetView, row: int, column: int) -> bool:
    """Whether a table could begin at a cell: at the top left of a block, or below a title that stands there."""
    if view.is_filled(row + 1, column - 1) and not view.is_accounted((row + 1, column - 1)):
        return False
    if not view.is_filled(row - 1, column):
        return True
    return view.peek(row + 1, column) in POLICIES and not view.is_filled(row - 2, column)


def _has_line(view: SheetView, extent: Extent) -> bool:
    """Whether a double line stands at a heading; a crosstab is known by its corner."""
    if find_orientation(view, extent) is Orientation.CROSSTAB:
        return True
    columns = range(extent.column, extent.last_column + 1)
    rows = range(extent.row, extent.last_row + 1)
    return any(view.has_line(extent.row + 1, column, "right") for column in columns) or any(
        view.has_line(row, extent.column, "bottom") for row in rows
    )


def _has_variables(view: SheetView, extent: Extent, glossary: Glossary) -> bool:
    """Whether all headings of a row are variables of a glossary."""
    headings = [view.peek(extent.row + 1, column) for column in range(extent.column + 1, extent.last_column + 1)]
    return glossary.is_written and all(heading in glossary.entries for heading in headings)


def _decide_orientation(view: SheetView, extent: Extent, glossary: Glossary, is_wanted: bool) -> Orientation | None:
    found = find_orientation(view, extent)
    if found is not None or not is_wanted:
        return found
    if view.peek(extent.row + 1, extent.column) in glossary.entries:
        return Orientation.COLUMNS
    return Orientation.ROWS


def _report_leftovers(view: SheetView, diagnostics: Diagnostics) -> None:
    for source in view.leftovers():
        message = "this is not part of any table and is not read"
        help = "if it is a rule, a column or a table: leave no blank row or column before it, and mark it as one"
        diagnostics.warning("cells-not-read", message, source, help=help)
