"""A sheet with a text for every cell, also inside merged areas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dmn_engine.diagnostics import CellRef, Source
from dmn_engine.formats.xlsx.grid import Area, Grid


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell or merged area, as met at one place: `is_own` where that place is the one that holds the text.

    `error` is the reason why the cell has no usable text (a formula, an error value).
    """

    text: str
    area: Area
    origin: CellRef
    is_own: bool
    error: str = ""
    is_struck: bool = False

    @property
    def source(self) -> Source:
        """The text with its address."""
        return Source(self.text, self.origin)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it."""
        return not self.text and not self.error


class Sheet:
    """The cells of one grid by row and column."""

    def __init__(self, grid: Grid, file: str) -> None:
        self.grid = grid
        self.file = file
        self.name = grid.name
        self.last_row = max((row for row, _ in grid.cells), default=0)
        self._known: dict[tuple[int, int], Cell] = {}
        self.last_column = max((column for _, column in grid.cells), default=0)

    def at(self, row: int, column: int) -> Cell:
        """The cell at a place, with the text of the merged area that it lies in."""
        known = self._known.get((row, column))
        if known is None:
            known = self._known[row, column] = self._read(row, column)
        return known

    def _read(self, row: int, column: int) -> Cell:
        area = self.grid.merged.get((row, column)) or Area(row, column, row, column)
        stored = self.grid.cells.get(area.anchor)
        origin = CellRef(self.file, self.name, area.address)
        is_own = area.anchor == (row, column)
        if stored is None:
            return Cell("", area, origin, is_own)
        failure = ""
        if stored.error:
            failure = f"the cell shows the error {stored.error}"
        elif stored.formula:
            failure = f"the cell is a formula: {stored.formula}"
        return Cell(stored.text, area, origin, is_own, failure, stored.is_struck)

    def cells(self) -> Iterator[Cell]:
        """Every cell that holds something, by rows."""
        for row, column in sorted(self.grid.cells):
            yield self.at(row, column)

    def place(self, top: int, left: int, bottom: int, right: int) -> CellRef:
        """A range as messages name it."""
        return CellRef(self.file, self.name, Area(top, left, bottom, right).address)
