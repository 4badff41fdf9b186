"""Read records from a sheet, one a row below a header of field names or titles."""

from __future__ import annotations

from pathlib import Path

from dmn_engine.diagnostics import CellRef, Diagnostics, Source
from dmn_engine.formats.xlsx.grid import Grid, cell_address
from dmn_engine.formats.xlsx.reading import SheetReader, report_sheet_state
from dmn_engine.formats.xlsx.workbook import read_grids
from dmn_engine.model.source_checks import report_duplicates
from dmn_engine.model.workbook_source import CellKind, CellSource, SheetRow, SheetRows


def read_grid_records(path: Path, file: str) -> SheetRows:
    """Read the records of an .xlsx file: of its first sheet that has any cells. `file` is its name in messages.

    Hidden rows count and are reported, as are formulas, error values and cells without a header. Never raises for what
    the file is or holds.
    """
    diagnostics = Diagnostics()
    book = read_grids(path, file, diagnostics)
    filled = [grid for grid in book.grids if grid.cells]
    rows: list[SheetRow] = []
    header: dict[str, CellSource] = {}
    if filled:
        header, rows = _read_rows(SheetReader(filled[0], file, diagnostics, allow_formulas=True))
        _report_other_sheets(file, filled[1:], diagnostics)
    elif book.sha256 and not diagnostics.has_errors:
        diagnostics.error("no-records", "the workbook has no records", Source("", CellRef(file)))
    return SheetRows(tuple(rows), diagnostics.sorted(), header)


def _report_other_sheets(file: str, grids: list[Grid], diagnostics: Diagnostics) -> None:
    for grid in grids:
        message = "records are read from the first sheet only, not this one"
        diagnostics.warning("sheet-not-read", message, Source("", CellRef(file, grid.name)))


def _read_rows(reader: SheetReader) -> tuple[dict[str, CellSource], list[SheetRow]]:
    """The labels of the header, and the records of the rows below it."""
    report_sheet_state(reader)
    _refuse_merged(reader)
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
            records.append(SheetRow(CellRef(reader.file, reader.grid.name, str(row)), cells))
    for row, columns in reader.leftovers():
        message = "this cell has no field name above it, and is not read"
        reader.diagnostics.error("cells-not-read", message, reader.source(row, columns), help="name the field above it")
    return {label.text: label for label in labels.values() if label.text}, records


def _refuse_merged(reader: SheetReader) -> None:
    """Report merged cells that have content in each of their rows, because their record is unknown."""
    for area in dict.fromkeys(reader.grid.merged.values()):
        if area.anchor not in reader.grid.cells:
            continue
        text = reader.grid.cells[area.anchor].text
        for row in area.rows:
            source = Source(text, CellRef(reader.file, reader.grid.name, cell_address(row, area.left)))
            message = f"the cells {area.address} are merged, so that it is not clear whose value this is"
            help = "unmerge them (Home, Merge & Center), and write into each row its own value"
            reader.diagnostics.error("merged-cells", message, source, help=help)
