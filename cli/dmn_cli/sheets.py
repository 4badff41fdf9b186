"""Rows of cells from the first sheet of a workbook, as the reader of records takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dmn_cli.faults import UserFaults
from dmn_cli.output import show_error
from dmn_engine.decisions.source import CellKind, CellSource
from dmn_engine.diagnostics import CellRef, Severity, Source
from dmn_engine.spreadsheet import read_grid_records


def read_rows(path: Path, file: str) -> Iterator[Sequence[CellSource]]:
    """The header and the records of a sheet, cell by cell; what is odd about the sheet is said on stderr.

    Raises UserFaults where the sheet cannot be read as it stands.
    """
    book = read_grid_records(path, file)
    faults = [item for item in book.diagnostics if item.severity is Severity.ERROR]
    if faults:
        raise UserFaults(faults)
    for item in book.diagnostics:
        show_error(item)
    labels = tuple(dict.fromkeys(label for record in book.records for label in record.cells))
    yield [CellSource(Source(label, CellRef(file))) for label in labels]
    for record in book.records:
        nothing = CellSource(Source("", record.origin), CellKind.EMPTY)
        yield [record.cells.get(label, nothing) for label in labels]
