"""Read the cells of a grid and keep track of those that were read or reported.

Every cell of a sheet must end up read or reported; `report_leftovers` reports the others, so that no rule is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dmn_engine.diagnostics import CellRef, Diagnostics, Source, Span
from dmn_engine.formats.xlsx.grid import Area, Grid, GridCell, Position, cell_address
from dmn_engine.formats.xlsx.number_format import read_shown
from dmn_engine.model.cell_text import fold_word
from dmn_engine.model.look_alikes import find_look_alike
from dmn_engine.model.workbook_source import CellKind, CellSource, column_letters, text_cell

_DATES = (CellKind.DATE, CellKind.TIME, CellKind.DATE_TIME)
_SHOW = "show what is hidden, so that people see all that counts"
_FORMULA_HELP = "write the value itself (copy the cell, then Paste Special, Values)"


@dataclass(slots=True)
class SheetReader:
    """One sheet being read. `accounted` are the positions that were read or reported."""

    grid: Grid
    file: str
    diagnostics: Diagnostics
    allow_formulas: bool = False
    accounted: set[Position] = field(default_factory=set)

    def rows(self) -> list[int]:
        """The rows that have content, in order; a row in the middle of a merged cell has."""
        found = {row for row, _ in self.grid.cells}
        found.update(row for (row, _), area in self.grid.merged.items() if area.anchor in self.grid.cells)
        return sorted(found)

    def columns_of(self, row: int) -> list[int]:
        """The columns in which the row has cells of its own, in order."""
        return self._columns_by_row().get(row, [])

    def peek(self, row: int, column: int) -> str:
        """The text at a position, without taking account of it; a merged cell has its text at all its positions."""
        cell = self._cell(row, column)
        return cell.text if cell else ""

    def word(self, row: int, column: int) -> str:
        """The text at a position in the form in which words of the layout are compared."""
        return fold_word(self.peek(row, column))

    def area(self, row: int, column: int) -> Area | None:
        """The merged cell that the position is part of."""
        return self.grid.merged.get((row, column))

    def take(self, row: int, column: int) -> CellSource:
        """The cell at a position, accounted for, its own hazards reported."""
        area = self.grid.merged.get((row, column))
        position = area.anchor if area else (row, column)
        cell = self.grid.cells.get(position)
        address = area.address if area else cell_address(row, column)
        if cell is None:
            return text_cell("", CellRef(self.file, self.grid.name, address))
        is_void = cell.kind is CellKind.EMPTY  # an error value, or a formula whose result is not kept
        text = (cell.error or cell.formula) if is_void else cell.text
        source = Source(text, CellRef(self.file, self.grid.name, address))
        if position not in self.accounted:
            self.accounted.add(position)
            self._report_hazards(cell, source)
        return CellSource(source, CellKind.TEXT if is_void else cell.kind, cell.shown)

    def take_text(self, row: int, column: int) -> CellSource:
        """The same for a cell that must be a text: a name, label or id. One that became a date is reported."""
        taken = self.take(row, column)
        if taken.kind in _DATES:
            shown = taken.shown or taken.text
            message = f"the spreadsheet stored a {taken.kind.value} here ({taken.text}), shown as `{shown}`"
            help = "format the cell as Text, then type it again"
            self.diagnostics.error("date-for-text", message, taken.source, help=help)
        return taken

    def skip(self, row: int, column: int) -> None:
        """Account for a cell that another diagnostic covers."""
        self.accounted.add((row, column))

    def skip_rows(self, rows: Iterable[int]) -> None:
        """Account for all cells of the rows."""
        for row in rows:
            for column in self.columns_of(row):
                self.accounted.add((row, column))

    def has_content(self, row: int, column: int) -> bool:
        """Whether there is anything at a position, be it a formula without a value."""
        return self._cell(row, column) is not None

    def source(self, row: int, columns: Iterable[int] = ()) -> Source:
        """The place of a row of cells, from the first to the last or of the columns given; their texts joined."""
        chosen = list(columns) or self.columns_of(row) or [1]
        return self.area_source(Area(row, min(chosen), row, max(chosen)))

    def area_source(self, area: Area) -> Source:
        """The place of a rectangle of cells with their texts, in one line those of a single row or column."""
        lines = []
        for row in area.rows:
            cells = [self.grid.cells[row, column] for column in self.columns_of(row) if column in area.columns]
            if cells:
                lines.append(" | ".join(cell.text or cell.formula or cell.error for cell in cells))
        text = ("\n" if area.is_wide else " | ").join(lines)
        return Source(text, CellRef(self.file, self.grid.name, area.address))

    @property
    def sheet_source(self) -> Source:
        """The place of the whole sheet."""
        return Source("", CellRef(self.file, self.grid.name))

    def leftovers(self) -> Iterator[tuple[int, list[int]]]:
        """The cells not accounted for: row by row, their columns."""
        for row, columns in sorted(self._columns_by_row().items()):
            rest = [column for column in columns if (row, column) not in self.accounted]
            if rest:
                yield row, rest

    def _cell(self, row: int, column: int) -> GridCell | None:
        area = self.grid.merged.get((row, column))
        return self.grid.cells.get(area.anchor if area else (row, column))

    _index: dict[int, list[int]] = field(default_factory=dict, init=False)

    def _columns_by_row(self) -> dict[int, list[int]]:
        if not self._index:
            for row, column in sorted(self.grid.cells):
                self._index.setdefault(row, []).append(column)
        return self._index

    def _report_hazards(self, cell: GridCell, source: Source) -> None:
        if cell.formula:
            self._report_formula(cell, source)
        elif cell.error:
            message = f"the cell has the error value {cell.error}"
            self.diagnostics.error("error-value", message, source, help="write the value that is meant")
        if cell.is_struck:
            message = "the text is struck through: is it deleted or not?"
            help = "delete it, or remove the strike-through (Format Cells, Font)"
            self.diagnostics.error("struck-through", message, source, help=help)
        if cell.kind is CellKind.NUMBER:
            self._report_rounding(cell, source)
        look_alike = find_look_alike(cell.text)
        if look_alike:
            offset, twin = look_alike
            message = f"letter {offset + 1} only looks like `{twin}`: it is of another alphabet"
            span = Span(offset, offset + 1)
            self.diagnostics.warning("look-alike-letter", message, source, span, help=f"type `{twin}` over it")

    def _report_formula(self, cell: GridCell, source: Source) -> None:
        shown = Source(cell.formula, source.origin)
        if cell.error or "#REF!" in cell.formula:
            message = f"the cell is a formula with the error {cell.error or '#REF!'}"
            self.diagnostics.error("formula-error", message, shown, help=_FORMULA_HELP)
        elif cell.kind is CellKind.EMPTY:
            message = "the cell is a formula, and the file keeps no result of it"
            self.diagnostics.error("formula-without-value", message, shown, help=_FORMULA_HELP)
        elif not self.allow_formulas:
            message = f"the cell is a formula; its last result was `{cell.shown or cell.text}`"
            self.diagnostics.error("formula", message, shown, help=_FORMULA_HELP)

    def _report_rounding(self, cell: GridCell, source: Source) -> None:
        if cell.shown and ("/" in cell.shown or read_shown(cell.shown) not in (None, read_shown(cell.text))):
            message = f"the cell shows `{cell.shown}`, but holds {cell.text}, which is what counts"
            help = "type the number that is meant, or show all of its digits (format General)"
            self.diagnostics.warning("rounded-display", message, source, help=help)


def report_sheet_state(reader: SheetReader) -> None:
    """What a sheet has besides cells: what hides parts of it, comments, pictures."""
    grid, report = reader.grid, reader.diagnostics
    if grid.is_hidden:
        message = "the sheet is hidden, but is read"
        report.warning("hidden-sheet", message, reader.sheet_source, help="show it (right click on a tab, Unhide)")
    for first, last in group_neighbours(sorted(grid.hidden_rows)):
        words = (
            f"row {first} is hidden, but is read"
            if first == last
            else f"rows {first} to {last} are hidden, but are read"
        )
        columns = [column for row in range(first, last + 1) for column in reader.columns_of(row)]
        source = reader.area_source(Area(first, min(columns), last, max(columns)))
        report.warning("hidden-row", words, source, help=_SHOW)
    used = {column for _, column in grid.cells}
    for low, high in grid.hidden_columns:
        hidden = [column for column in sorted(used) if low <= column <= high]
        for first, last in group_neighbours(hidden):
            rows = [row for row, column in grid.cells if first <= column <= last]
            source = reader.area_source(Area(min(rows), first, max(rows), last))
            message = _name_columns(first, last)
            report.warning("hidden-column", message, source, help=_SHOW)
    if grid.filter:
        source = Source("", CellRef(reader.file, grid.name, grid.filter))
        message = "a filter is set; the rows that it hides are read"
        report.warning("active-filter", message, source, help="clear the filter (Data, Clear)")
    for (row, column), text in sorted(grid.comments.items()):
        source = Source(reader.peek(row, column), CellRef(reader.file, grid.name, cell_address(row, column)))
        message = f"a comment is not read: {text}"
        report.note("comment", message, source, help="what matters for the rule belongs into a Why column")
    if grid.has_drawing:
        report.note("drawing", "the sheet has pictures or text boxes, which are not read", reader.sheet_source)


def _name_columns(first: int, last: int) -> str:
    if first == last:
        return f"column {column_letters(first)} is hidden, but is read"
    return f"columns {column_letters(first)} to {column_letters(last)} are hidden, but are read"


def group_neighbours(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The numbers as runs of neighbours."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
