"""Write a WorkbookSource as an .xlsx file that people can read and edit.

What is written reads back as the same texts and kinds; a cell that was merged is written once for each of its rows.
Texts are stored as texts, in cells formatted as Text: so a spreadsheet program leaves alone what is typed there.
"""

from __future__ import annotations

import math
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from dmn_engine.formats.xlsx import styling
from dmn_engine.formats.xlsx.how_to import write_how_to
from dmn_engine.formats.xlsx.layout import KNOWN_SHEETS
from dmn_engine.formats.xlsx.number_format import choose_format
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.example_columns import ExampleBlock, arrange_examples
from dmn_engine.model.workbook_source import (
    ABOUT_KEYS,
    REFERENCE_COLUMNS,
    SAFETY_COLUMNS,
    CellKind,
    CellSource,
    ColumnSource,
    ExampleSource,
    Role,
    TableSource,
    WorkbookSource,
    column_letters,
    list_parts,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

Choices = Mapping[str, Sequence[str]]
"""The listed values of columns, by label."""

_ROWS_TO_COME = 100  # empty rows below a table that get its dropdowns too
_LONGEST_TEXT = 32_767
_SHEET_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def write_workbook(source: WorkbookSource, path: Path, choices: Choices | None = None) -> None:
    """Write the workbook, replacing the file at once or not at all.

    `choices`: a When, Then or Default cell of a column with this label gets a dropdown of these values; other text may
    be typed all the same. Raises ValueError for a text that no cell can hold, OSError where the file cannot be written.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    lists = _Lists(book, choices or {})
    if source.about:
        _write_about(book, source.about)
    for name, tables in _sort_into_sheets(source.tables):
        _write_tables(book.create_sheet(name), tables, lists)
    if source.examples:
        _write_examples(book.create_sheet("Tests"), source.examples, lists)
    if source.safety:
        rows = [[*list_parts(item).values()] for item in source.safety]
        _write_list(book.create_sheet("Safety"), SAFETY_COLUMNS, rows)
    if source.references:
        cited = [[*list_parts(item).values()] for item in source.references]
        _write_list(book.create_sheet("References"), REFERENCE_COLUMNS, cited)
    write_how_to(book.create_sheet("How to"))
    lists.finish()
    _save(book, path)


def _save(book: Workbook, path: Path) -> None:
    handle, temporary = tempfile.mkstemp(prefix=".writing-", suffix=".xlsx", dir=path.parent)
    os.close(handle)
    try:
        book.save(temporary)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)  # mkstemp makes it private
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


class UnwritableCell(ValueError):
    """What no workbook can hold; `cell` is where it was read."""

    def __init__(self, message: str, cell: CellSource) -> None:
        super().__init__(message)
        self.cell = cell


def put(sheet: Worksheet, row: int, column: int, source: CellSource) -> Cell:
    """Store the cell as it was stored where it came from. Raises UnwritableCell."""
    try:
        return _put(styling.cell_at(sheet, row, column), source)
    except ValueError as error:
        raise UnwritableCell(str(error), source) from None


def _put(cell: Cell, source: CellSource) -> Cell:
    text = source.text
    match source.kind:
        case CellKind.EMPTY:
            cell.number_format = "@"
        case CellKind.NUMBER:
            if not math.isfinite(float(text)):
                raise ValueError("the number is too large for a workbook")
            cell.value, cell.data_type = repr(float(text)), "n"  # as a float it would be written with 16 digits
        case CellKind.BOOLEAN:
            cell.value = text == "true"
        case CellKind.DATE:
            cell.value, cell.number_format = date.fromisoformat(text), "yyyy-mm-dd"
        case CellKind.TIME:
            cell.value, cell.number_format = time.fromisoformat(text), "hh:mm:ss"
        case CellKind.DATE_TIME:
            cell.value, cell.number_format = datetime.fromisoformat(text), "yyyy-mm-dd hh:mm:ss"
        case _:
            put_text(cell, text)
    code = choose_format(source) if source.shown else ""
    if code:
        cell.number_format = code
    return cell


def put_text(cell: Cell, text: str) -> None:
    """Store a text as a text, also one that begins with `=`. Raises ValueError."""
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"a cell holds at most {_LONGEST_TEXT} characters, not {len(text)}")
    unseen = _CONTROL.search(text)
    if unseen:
        raise ValueError(f"a cell cannot hold the character U+{ord(unseen[0]):04X}")
    cell.value = _LOOKS_ESCAPED.sub("_x005F_", text)
    cell.data_type = "s"
    cell.number_format = "@"


def _write_about(book: Workbook, about: Mapping[str, CellSource]) -> None:
    sheet = book.create_sheet("About")
    for row, key in enumerate((key for key in ABOUT_KEYS if key in about), start=1):
        label = styling.cell_at(sheet, row, 1)
        put_text(label, key)
        styling.style_key(label)
        styling.style_text(put(sheet, row, 2, about[key]), bold=key == "Title")
        styling.set_height(sheet, row, [about[key].text], [90])
    styling.set_widths(sheet, (18, 90))
    styling.set_up_page(sheet, portrait=True)


def _write_list(sheet: Worksheet, names: Sequence[str], rows: Sequence[Sequence[CellSource]]) -> None:
    for column, name in enumerate(names, start=1):
        cell = styling.cell_at(sheet, 1, column)
        put_text(cell, name)
        styling.style_band(cell, None)
    for number, row in enumerate(rows, start=2):
        for column, item in enumerate(row, start=1):
            styling.style_text(put(sheet, number, column, item), bold=column == 1, lines=True)
    columns = zip(names, *([item.text for item in row] for row in rows), strict=True)
    widths = [styling.fit_width(texts, is_why=True) for texts in columns]
    styling.set_widths(sheet, widths)
    for number, row in enumerate(rows, start=2):
        styling.set_height(sheet, number, [item.text for item in row], widths)
    sheet.freeze_panes = "B2"
    styling.set_up_page(sheet, title_rows="1:1")


# Tables


def _sort_into_sheets(tables: Iterable[TableSource]) -> list[tuple[str, list[TableSource]]]:
    """The tables by sheet: those that share one keep it, under a name that Excel takes."""
    groups: dict[str, list[TableSource]] = {}
    for number, table in enumerate(tables):
        groups.setdefault(table.origin.sheet or f"\0{number}", []).append(table)
    taken = {fold_label(name) for name in KNOWN_SHEETS}
    named = []
    for key, group in groups.items():
        wanted = _NOT_IN_NAMES.sub(" ", group[0].name.text if key.startswith("\0") else key)
        wanted = wanted.strip(" '")[:_SHEET_NAME] or "Table"
        name, count = wanted, 1
        while fold_label(name) in taken:
            count += 1
            name = f"{wanted[: _SHEET_NAME - 4]} {count}"
        taken.add(fold_label(name))
        named.append((name, group))
    return named


def _write_tables(sheet: Worksheet, tables: Sequence[TableSource], lists: _Lists) -> None:
    texts: dict[int, list[str]] = {}
    whys: set[int] = set()
    top = 1
    title_rows = ""
    for table in tables:
        for number, column in enumerate(table.columns, start=2):
            texts.setdefault(number, []).extend(_list_texts(table, column, number - 2))
            if column.role is Role.WHY:
                whys.add(number)
    ids = ["Decision", *(rule.id.text for table in tables for rule in table.rules)]
    widths = [styling.fit_width(ids)] + [
        styling.fit_width(found, is_why=number in whys) for number, found in sorted(texts.items())
    ]
    for table in tables:
        bands, bottom = _write_table(sheet, table, top, widths, lists, is_last=table is tables[-1])
        title_rows = title_rows or f"{bands}:{bands + 1}"
        if len(tables) == 1:
            sheet.freeze_panes = f"B{bands + 2}"
        top = bottom + 2
    styling.set_widths(sheet, widths)
    styling.set_up_page(sheet, title_rows=title_rows if len(tables) == 1 else "")


def _list_texts(table: TableSource, column: ColumnSource, index: int) -> list[str]:
    cells = [column.label, *(rule.cells[index] for rule in table.rules)]
    return [cell.text for cell in (*cells, column.values, column.default) if cell]


def _write_table(
    sheet: Worksheet, table: TableSource, top: int, widths: Sequence[float], lists: _Lists, *, is_last: bool
) -> tuple[int, int]:
    """Write the table from this row on; the rows of its bands and of its last rule."""
    row = top
    width = len(table.columns)
    for key, head in (("Decision", table.name), ("Question", table.question)):
        if head is not None:
            _write_head(sheet, row, key, head, widths[1 : width + 1])
            row += 1
    bands = row
    styling.style_band(put(sheet, bands, 1, table.hit_policy), None)
    label = styling.cell_at(sheet, bands + 1, 1)
    put_text(label, "Rule")
    styling.style_label(label, None)
    _write_columns(sheet, bands, [(column.role, column.label) for column in table.columns])
    styling.set_height(sheet, bands + 1, [column.label.text for column in table.columns], widths[1 : width + 1])
    row = bands + 2
    for key, cells in (
        ("Values", [column.values for column in table.columns]),
        ("Default", [column.default for column in table.columns]),
    ):
        if any(cells):
            _write_row(sheet, row, key, cells, styling.style_special)
            styling.set_height(sheet, row, [cell.text if cell else "" for cell in cells], widths[1 : width + 1])
            row += 1
    first = row
    for rule in table.rules:
        styling.style_text(put(sheet, row, 1, rule.id), bold=True, lines=True)
        for number, cell in enumerate(rule.cells, start=2):
            why = table.columns[number - 2].role is Role.WHY
            styling.style_text(put(sheet, row, number, cell), faint=why, lines=True)
        styling.set_height(sheet, row, [rule.id.text, *(cell.text for cell in rule.cells)], widths[: width + 1])
        row += 1
    last = row - 1 + (_ROWS_TO_COME if is_last else 0)
    for number, column in enumerate(table.columns, start=2):
        lists.add_dropdown(sheet, column.role, column.label.text, number, first, last)
    return bands, row - 1


def _write_head(sheet: Worksheet, row: int, key: str, head: CellSource, widths: Sequence[float]) -> None:
    label = styling.cell_at(sheet, row, 1)
    put_text(label, key)
    styling.style_key(label)
    cell = put(sheet, row, 2, head)
    (styling.style_title if key == "Decision" else styling.style_text)(cell)
    if len(widths) > 1:
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=1 + len(widths))
    lines = styling.count_lines(head.text, sum(widths) * (0.7 if key == "Decision" else 1))
    sheet.row_dimensions[row].height = max(1, lines) * (20 if key == "Decision" else 14) + 2


def _write_columns(sheet: Worksheet, bands: int, columns: Sequence[tuple[Role, CellSource]]) -> None:
    """The bands, merged over neighbours of the same role, and the labels below them."""
    start = 2
    for number, (role, label) in enumerate(columns, start=2):
        styling.style_label(put(sheet, bands + 1, number, label), role)
        cell = styling.cell_at(sheet, bands, number)
        styling.style_band(cell, role)
        if number == 2 or columns[number - 3][0] is not role:
            start = number
            put_text(cell, role.value)
        is_end = number - 1 == len(columns) or columns[number - 1][0] is not role
        if is_end and number > start:
            sheet.merge_cells(start_row=bands, start_column=start, end_row=bands, end_column=number)


def _write_row(
    sheet: Worksheet, row: int, key: str, cells: Sequence[CellSource | None], style: Callable[[Cell], None]
) -> None:
    label = styling.cell_at(sheet, row, 1)
    put_text(label, key)
    style(label)
    for number, item in enumerate(cells, start=2):
        style(put(sheet, row, number, item) if item else styling.cell_at(sheet, row, number))


# Tests


def _write_examples(sheet: Worksheet, examples: Sequence[ExampleSource], lists: _Lists) -> None:
    """A block with every column that some example has; more below it where examples differ in their order."""
    blocks = arrange_examples(examples)
    texts: dict[int, list[str]] = {1: [example.name.text for example in examples]}
    for block in blocks:
        for number, (_, label) in enumerate(block.columns, start=2):
            cells = (cells[number - 2] for _, cells in block.rows)
            texts.setdefault(number, []).extend([label.text, *(cell.text for cell in cells if cell)])
    widths = [styling.fit_width(found, is_why=number == 1) for number, found in sorted(texts.items())]
    styling.set_widths(sheet, widths)
    top = 1
    for block in blocks:
        top = 2 + _write_block(sheet, block, top, widths, lists, is_last=block is blocks[-1])
    if len(blocks) == 1:
        sheet.freeze_panes = "B3"
    styling.set_up_page(sheet, title_rows="1:2" if len(blocks) == 1 else "")


def _write_block(
    sheet: Worksheet, block: ExampleBlock, top: int, widths: Sequence[float], lists: _Lists, *, is_last: bool
) -> int:
    """Write the block from this row on; the row of its last example."""
    styling.style_band(styling.cell_at(sheet, top, 1), None)
    name = styling.cell_at(sheet, top + 1, 1)
    put_text(name, "Test")
    styling.style_label(name, None)
    _write_columns(sheet, top, block.columns)
    styling.set_height(sheet, top + 1, ["Test", *(label.text for _, label in block.columns)], widths)
    row = top + 1
    for row, (name_cell, cells) in enumerate(block.rows, start=top + 2):
        styling.style_text(put(sheet, row, 1, name_cell), bold=True, lines=True)
        for number, cell in enumerate(cells, start=2):
            styling.style_text(
                put(sheet, row, number, cell) if cell else styling.cell_at(sheet, row, number), lines=True
            )
        styling.set_height(sheet, row, [name_cell.text, *(cell.text if cell else "" for cell in cells)], widths)
    for number, (role, label) in enumerate(block.columns, start=2):
        if role is Role.WHEN:  # a value, not a condition
            to_come = _ROWS_TO_COME if is_last else 0
            lists.add_dropdown(sheet, Role.THEN, label.text, number, top + 2, row + to_come)
    return row


class _Lists:
    """The choices of dropdowns, kept on a hidden sheet: a list written into the cell's rule may be 255 letters long."""

    def __init__(self, book: Workbook, choices: Choices) -> None:
        self._book = book
        self._choices = {fold_label(label): (label, list(values)) for label, values in choices.items() if values}
        self._columns: dict[tuple[str, bool], int] = {}

    def add_dropdown(self, sheet: Worksheet, role: Role, label: str, column: int, first: int, last: int) -> None:
        """Give the cells of a column from row `first` to `last` their choices, where the label has any."""
        from openpyxl.worksheet.datavalidation import DataValidation

        key = fold_label(label)
        if role not in (Role.WHEN, Role.THEN) or key not in self._choices or last < first:
            return
        place = self._columns.setdefault((key, role is Role.WHEN), len(self._columns) + 1)
        count = len(self._choices[key][1]) + (role is Role.WHEN)
        letters = column_letters(place)
        rule = DataValidation("list", formula1=f"=Lists!${letters}$2:${letters}${count + 1}", allow_blank=True)
        rule.showErrorMessage = False  # several values, ranges and not(...) may be typed too
        rule.add(f"{column_letters(column)}{first}:{column_letters(column)}{last}")
        sheet.add_data_validation(rule)

    def finish(self) -> None:
        """Write the sheet, where a dropdown needs it."""
        if not self._columns:
            return
        sheet = self._book.create_sheet("Lists")
        sheet.sheet_state = "hidden"
        for (key, is_condition), column in self._columns.items():
            label, values = self._choices[key]
            for row, text in enumerate([label, *(["-"] if is_condition else []), *values], start=1):
                put_text(styling.cell_at(sheet, row, column), text)
