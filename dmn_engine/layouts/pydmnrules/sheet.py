"""A sheet of a pyDMNrules workbook: cells with their hazards, double lines, how far a table goes."""

from __future__ import annotations

from collections.abc import Iterator

from dmn_engine.diagnostics import CellRef, Diagnostics, Source
from dmn_engine.formats.xlsx.grid import Area, DoubleBorders, Grid, Position, Side
from dmn_engine.formats.xlsx.reading import SheetReader, report_sheet_state
from dmn_engine.formats.xlsx.workbook import GridBook
from dmn_engine.model.workbook_source import CellSource

_FACING: dict[Side, tuple[int, int, Side]] = {
    "left": (0, -1, "right"),
    "right": (0, 1, "left"),
    "top": (-1, 0, "bottom"),
    "bottom": (1, 0, "top"),
}


class SheetView:
    """One sheet. It records which cells are read, so that the others can be reported at the end."""

    def __init__(self, book: GridBook, grid: Grid, diagnostics: Diagnostics) -> None:
        self.grid = grid
        self.name = grid.name
        self.file = book.file
        self.diagnostics = diagnostics
        self._reader = SheetReader(grid, book.file, diagnostics, allow_formulas=True)
        self._book = book
        self._known_lines: DoubleBorders | None = None
        report_sheet_state(self._reader)

    @property
    def _lines(self) -> DoubleBorders:
        if self._known_lines is None:
            self._known_lines = self._book.read_double_borders(self.name)
        return self._known_lines

    def peek(self, row: int, column: int) -> str:
        """The text at a position, a merged cell's at each of its positions."""
        return self._reader.peek(row, column)

    def is_filled(self, row: int, column: int) -> bool:
        """Whether there is anything at a position, be it inside of a merged cell."""
        return self._reader.has_content(row, column)

    def take(self, row: int, column: int) -> CellSource:
        """The cell at a position, with its hazards reported."""
        cell = self._reader.take(row, column)
        area = self.merged(row, column)
        stored = self.grid.cells.get(area.anchor if area else (row, column))
        if stored is not None and stored.formula and stored.text:
            message = f"the cell is a formula; its last result `{stored.shown or stored.text}` is taken"
            help = "write the value itself (copy the cell, then Paste Special, Values)"
            self.diagnostics.warning("formula", message, Source(stored.formula, cell.origin), help=help)
        return cell

    def merged(self, row: int, column: int) -> Area | None:
        """The merged cell that a position is part of."""
        return self._reader.area(row, column)

    def has_line(self, row: int, column: int, side: Side) -> bool:
        """Whether there is a double line on a side of a cell, drawn by it, its neighbour or its merged cell."""
        down, right, facing = _FACING[side]
        if side in self._lines.get((row, column), ()) or facing in self._lines.get((row + down, column + right), ()):
            return True
        area = self.merged(row, column)
        if area is None or not _is_edge(area, row, column, side):
            return False
        return side in self._lines.get(area.anchor, ())

    def texts(self) -> Iterator[tuple[Position, str]]:
        """The cells that hold a text, row by row."""
        for position, cell in sorted(self.grid.cells.items()):
            if cell.text:
                yield position, cell.text

    def measure(self, row: int, column: int) -> Area:
        """The table whose name is at a position: the row of headings below it, then rows up to an empty one.

        Without headings it has no columns.
        """
        columns = 0
        while self.is_filled(row + 1, column + columns):
            columns += 1
        rows = 2
        while any(self.is_filled(row + rows, column + place) for place in range(columns)):
            rows += 1
        return Area(row, column, row + rows - 1, column + columns - 1)

    def take_rows(self, area: Area) -> list[list[CellSource]]:
        """The cells of a table by row: the headings, then what is below them."""
        return [[self.take(row, column) for column in area.columns] for row in area.rows[1:]]

    def place(self, area: Area) -> CellRef:
        """A rectangle as messages name it."""
        return CellRef(self.file, self.name, area.address)

    def area_source(self, area: Area) -> Source:
        """The place of a rectangle with its texts."""
        return self._reader.area_source(area)

    def account(self, area: Area) -> None:
        """Take all cells of a table as read."""
        for row, column in self.grid.cells:
            if area.holds((row, column)):
                self._reader.skip(row, column)

    def is_accounted(self, position: Position) -> bool:
        """Whether a cell was read."""
        return position in self._reader.accounted

    def leftovers(self) -> Iterator[Source]:
        """The cells that were not read, by row; adjacent rows with the same columns are joined."""
        areas: list[Area] = []
        for row, columns in self._reader.leftovers():
            left, right = min(columns), max(columns)
            last = areas[-1] if areas else None
            if last is not None and (last.bottom, last.left, last.right) == (row - 1, left, right):
                areas[-1] = Area(last.top, left, row, right)
            else:
                areas.append(Area(row, left, row, right))
        yield from map(self._reader.area_source, areas)


def _is_edge(area: Area, row: int, column: int, side: Side) -> bool:
    return (column if side in ("left", "right") else row) == int(getattr(area, side))
