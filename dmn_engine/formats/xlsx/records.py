"""Records kept in a sheet, one a row below a header of field names or titles. Knows no fields and no types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, Source
from dmn_engine.formats.xlsx.grid import Grid
from dmn_engine.formats.xlsx.reading import SheetReader, report_sheet_state
from dmn_engine.formats.xlsx.workbook import read_grids
from dmn_engine.model.source_checks import report_duplicates
from dmn_engine.model.workbook_source import CellKind, CellSource

RecordValue = str | bool | Decimal
"""What a cell holds: a text, a truth value, a number; a date or time as its ISO 8601 text."""


@dataclass(frozen=True, slots=True)
class GridRecord:
    """One row: where it stands, its values by the header's text, and the cell of each. Empty cells are left out."""

    origin: CellRef
    values: Mapping[str, RecordValue]
    cells: Mapping[str, CellSource]


@dataclass(frozen=True, slots=True)
class GridRecords:
    """All rows of a file, and every diagnostic of reading them."""

    records: tuple[GridRecord, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_grid_records(path: Path, file: str = "") -> GridRecords:
    """Read the records of an .xlsx file: of its first sheet that has any cells. `file` is its name in messages.

    Hidden rows count and are reported, as are formulas, error values and cells without a header. Never raises for what
    the file is or holds.
    """
    diagnostics = Diagnostics()
    file = file or str(path)
    book = read_grids(path, file, diagnostics)
    filled = [grid for grid in book.grids if grid.cells]
    records: list[GridRecord] = []
    if filled:
        records = _read_rows(SheetReader(filled[0], file, diagnostics, allow_formulas=True))
        _report_other_sheets(file, filled[1:], diagnostics)
    elif book.sha256 and not diagnostics.has_errors:
        diagnostics.error("no-records", "the workbook has no records", Source("", CellRef(file)))
    return GridRecords(tuple(records), diagnostics.sorted())


def _report_other_sheets(file: str, grids: list[Grid], diagnostics: Diagnostics) -> None:
    for grid in grids:
        message = "records are read from the first sheet only, not this one"
        diagnostics.warning("sheet-not-read", message, Source("", CellRef(file, grid.name)))


def _read_rows(reader: SheetReader) -> list[GridRecord]:
    report_sheet_state(reader)
    header, *rows = reader.rows()
    labels = {column: reader.take_text(header, column) for column in reader.columns_of(header)}
    report_duplicates((label for label in labels.values() if label.text), "label", reader.diagnostics)
    records = []
    for row in rows:
        cells: dict[str, CellSource] = {}
        for column, label in labels.items():
            cell = reader.take(row, column)
            if cell.kind is not CellKind.EMPTY and label.text:
                cells.setdefault(label.text, cell)
        if cells:
            origin = CellRef(reader.file, reader.grid.name, str(row))
            records.append(GridRecord(origin, {label: _read_value(cell) for label, cell in cells.items()}, cells))
    for row, columns in reader.leftovers():
        message = "this cell stands under no field name, and is not read"
        reader.diagnostics.error("cells-not-read", message, reader.source(row, columns), help="name the field above it")
    return records


def _read_value(cell: CellSource) -> RecordValue:
    match cell.kind:
        case CellKind.NUMBER:
            return Decimal(cell.text)
        case CellKind.BOOLEAN:
            return cell.text == "true"
        case _:
            return cell.text
