"""Write a WorkbookSource as an .xlsx file that people can read and edit.

What is written reads back as the same texts and kinds; a cell that was merged is written once for each of its rows.
Texts are stored as texts, in cells formatted as Text: so a spreadsheet program leaves alone what is typed there.
"""

from __future__ import annotations

import math
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from dmn_engine.formats.xlsx import styling
from dmn_engine.formats.xlsx.how_to import write_how_to
from dmn_engine.formats.xlsx.layout import KNOWN_SHEETS
from dmn_engine.formats.xlsx.number_format import choose_format
from dmn_engine.model.blocks import Block, arrange_examples, to_block
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.workbook_source import (
    ABOUT_KEYS,
    REFERENCE_COLUMNS,
    SAFETY_COLUMNS,
    CellKind,
    CellSource,
    Role,
    TableSource,
    WorkbookSource,
    column_letters,
    group_by_sheet,
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
        parts = [
            _Part(to_block(table), {"Decision": table.name, "Question": table.question}, table.hit_policy)
            for table in tables
        ]
        _write_blocks(book.create_sheet(name), "Rule", parts, lists)
    if source.examples:
        parts = [_Part(block) for block in arrange_examples(source.examples)]
        _write_blocks(book.create_sheet("Tests"), "Test", parts, lists)
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
    taken = {fold_label(name) for name in KNOWN_SHEETS}
    named = []
    for group in group_by_sheet(tables):
        wanted = _NOT_IN_NAMES.sub(" ", group[0].origin.sheet or group[0].name.text)
        wanted = wanted.strip(" '")[:_SHEET_NAME] or "Table"
        name, count = wanted, 1
        while fold_label(name) in taken:
            count += 1
            name = f"{wanted[: _SHEET_NAME - 4]} {count}"
        taken.add(fold_label(name))
        named.append((name, group))
    return named


@dataclass(frozen=True, slots=True)
class _Part:
    """A block to write, with what stands above it, and in its corner; example patients have neither."""

    block: Block[CellSource] | Block[CellSource | None]
    heads: Mapping[str, CellSource | None] = field(default_factory=dict)
    corner: CellSource | None = None


def _write_blocks(sheet: Worksheet, word: str, parts: Sequence[_Part], lists: _Lists) -> None:
    """Blocks one below the other, with a blank row between; `word` begins their rows of labels."""
    widths = _fit_widths(word, parts)
    top = bands = 1
    for part in parts:
        heads = {key: head for key, head in part.heads.items() if head is not None}
        bands = top + len(heads)
        columns = len(part.block.columns)
        for row, (key, head) in enumerate(heads.items(), start=top):
            _write_head(sheet, row, key, head, widths[1 : columns + 1])
        first, last = _write_block(sheet, word, part, bands, widths[: columns + 1])
        to_come = _ROWS_TO_COME if part is parts[-1] else 0
        for number, (role, label) in enumerate(part.block.columns, start=2):
            lists.add_dropdown(sheet, role, label.text, number, first, last + to_come, is_value=word == "Test")
        top = last + 2
    styling.set_widths(sheet, widths)
    if len(parts) == 1:
        sheet.freeze_panes = f"B{bands + 2}"
    styling.set_up_page(sheet, title_rows=f"{bands}:{bands + 1}" if len(parts) == 1 else "")


def _fit_widths(word: str, parts: Sequence[_Part]) -> list[float]:
    texts: dict[int, list[str]] = {1: [word]}
    whys = {1} if word == "Test" else set()
    for block in (part.block for part in parts):
        texts[1] += [row.id.text for row in block.rows]
        for index, (role, label) in enumerate(block.columns):
            cells = (*(row.cells[index] for row in block.rows), *(row[index] for row in block.specials.values()))
            texts.setdefault(index + 2, []).extend([label.text, *(cell.text for cell in cells if cell)])
            if role is Role.WHY:
                whys.add(index + 2)
    return [styling.fit_width(found, is_why=number in whys) for number, found in sorted(texts.items())]


def _write_block(sheet: Worksheet, word: str, part: _Part, bands: int, widths: Sequence[float]) -> tuple[int, int]:
    """Write the block, its bands in this row; its first and last row below the labels and special rows."""
    block, corner = part.block, styling.cell_at(sheet, bands, 1)
    styling.style_band(corner if part.corner is None else put(sheet, bands, 1, part.corner), None)
    label = styling.cell_at(sheet, bands + 1, 1)
    put_text(label, word)
    styling.style_label(label, None)
    _write_columns(sheet, bands, block.columns)
    styling.set_height(sheet, bands + 1, [word, *(label.text for _, label in block.columns)], widths)
    row = bands + 1
    for row, (key, cells) in enumerate(block.specials.items(), start=bands + 2):
        name = styling.cell_at(sheet, row, 1)
        put_text(name, key)
        styling.style_special(name)
        for number, cell in enumerate(cells, start=2):
            styling.style_special(_put_optional(sheet, row, number, cell))
        styling.set_height(sheet, row, [key, *(cell.text if cell else "" for cell in cells)], widths)
    first = row + 1
    for row, (id, texts) in enumerate(block.rows, start=first):
        styling.style_text(put(sheet, row, 1, id), bold=True, lines=True)
        for number, (cell, (role, _)) in enumerate(zip(texts, block.columns, strict=True), start=2):
            styling.style_text(_put_optional(sheet, row, number, cell), faint=role is Role.WHY, lines=True)
        styling.set_height(sheet, row, [id.text, *(cell.text if cell else "" for cell in texts)], widths)
    return first, row


def _put_optional(sheet: Worksheet, row: int, column: int, source: CellSource | None) -> Cell:
    return styling.cell_at(sheet, row, column) if source is None else put(sheet, row, column, source)


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


class _Lists:
    """The choices of dropdowns, kept on a hidden sheet: a list written into the cell's rule may be 255 letters long."""

    def __init__(self, book: Workbook, choices: Choices) -> None:
        self._book = book
        self._choices = {fold_label(label): (label, list(values)) for label, values in choices.items() if values}
        self._columns: dict[tuple[str, bool], int] = {}

    def add_dropdown(
        self, sheet: Worksheet, role: Role, label: str, column: int, first: int, last: int, *, is_value: bool
    ) -> None:
        """Give the cells of a column from row `first` to `last` their choices, where the label has any.

        `is_value`: the column is of example patients, where a When cell is a value and no condition.
        """
        from openpyxl.worksheet.datavalidation import DataValidation

        key = fold_label(label)
        with_choices = (Role.WHEN,) if is_value else (Role.WHEN, Role.THEN)
        if role not in with_choices or key not in self._choices or last < first:
            return
        is_condition = role is Role.WHEN and not is_value
        place = self._columns.setdefault((key, is_condition), len(self._columns) + 1)
        count = len(self._choices[key][1]) + is_condition
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
