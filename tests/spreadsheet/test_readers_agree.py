"""Law: the reader finds the same sheets, cells, values and merged areas as openpyxl in every workbook."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from dmn_engine.diagnostics import Diagnostics
from dmn_engine.formats.xlsx.grid import GridCell, Position
from dmn_engine.formats.xlsx.text import clean_text
from dmn_engine.formats.xlsx.workbook import read_grids
from dmn_engine.model.workbook_source import CellKind

ROOT = Path(__file__).parents[2]
EXTERNAL = Path(os.environ.get("DMN_EXTERNAL", ROOT.parent / "shared" / "external"))
OURS = sorted((ROOT / "tables").rglob("*.xlsx"))
OTHERS = sorted(EXTERNAL.rglob("*.xlsx"))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_tables(path: Path) -> None:
    compare(path)


@pytest.mark.skipif(not OTHERS, reason="the workbooks of others are not here")
@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_workbooks_of_others(path: Path) -> None:
    compare(path)


def compare(path: Path) -> None:
    """Every sheet, cell and merged area of one workbook."""
    book = read_grids(path, path.name, Diagnostics())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's, of what it does not read
        results = openpyxl.load_workbook(path, data_only=True)
    assert [grid.name for grid in book.grids] == [sheet.title for sheet in results.worksheets]
    for grid in book.grids:
        theirs = dict(list_cells(results[grid.name]))
        assert [position for position, value in theirs.items() if not agrees(grid.cells.get(position), value)] == []
        assert [
            cell.address for position, cell in grid.cells.items() if position not in theirs and not cell.formula
        ] == []
        ranges = results[grid.name].merged_cells.ranges
        filled = {str(area) for area in ranges if (area.min_row, area.min_col) in grid.cells}
        assert filled <= {area.address for area in grid.merged.values()} <= {str(area) for area in ranges}


def list_cells(sheet: Any) -> Iterator[tuple[Position, object]]:
    """The cells of a sheet of openpyxl's that hold something."""
    for position, cell in sheet._cells.items():  # walking its rows would make cells of all that are empty
        if cell.value is not None and cell.value != "":
            yield position, cell.value


def agrees(mine: GridCell | None, value: object) -> bool:
    """Whether a cell as read holds the value that openpyxl gives."""
    if isinstance(value, str):
        text = clean_text(unescape(value))
        return (mine is None and not text.strip()) or (mine is not None and text in (mine.text, mine.error))
    if mine is None:
        return False
    if isinstance(value, bool):
        return mine.kind is CellKind.BOOLEAN and mine.text == str(value).lower()
    if isinstance(value, int | float):
        return mine.kind is CellKind.NUMBER and Decimal(mine.text) == Decimal(repr(value))
    if isinstance(value, datetime):
        return mine.text in (value.isoformat(), value.date().isoformat() if value.time() == time() else None)
    return isinstance(value, date | time) and mine.text == value.isoformat()
