"""How workbooks look: colours, fonts, borders, widths, print set-up."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dmn_engine.model.workbook_source import Role, column_letters

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

INK = "1F2A36"
_FAINT = "5B6770"
_LINE = "C3CBD3"
_BANDS = {Role.WHEN: "24567D", Role.THEN: "2E6B3E", Role.USE: "1F6F6B", Role.WHY: "6B6257"}
_LABELS = {Role.WHEN: "DCE8F2", Role.THEN: "DDEFE0", Role.USE: "D9EEEC", Role.WHY: "ECE9E4"}
_HEAD = "3A4652"
_NARROW, _WIDE, _WIDE_WHY = 9, 34, 52
_LINE_HEIGHT = 13.5


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell at a position that is not inside of a merged one."""
    from openpyxl.cell.cell import Cell

    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def style_title(cell: Cell, *, wrap: bool = True) -> None:
    """The name of a decision or page."""
    _set(cell, size=14, bold=True, wrap=wrap)


def style_key(cell: Cell) -> None:
    """Style a word that labels the cell beside it."""
    _set(cell, bold=True, color=_FAINT)


def style_text(cell: Cell, *, bold: bool = False, faint: bool = False, lines: bool = False) -> None:
    """Running text; `lines` draws the border of a list or table around it."""
    _set(cell, bold=bold, color=_FAINT if faint else INK)
    if lines:
        _draw_border(cell)


def style_band(cell: Cell, role: Role | None) -> None:
    """A band over columns; without a role the dark corner with the hit policy, or the header of a list."""
    _set(cell, bold=True, color="FFFFFF", fill=_BANDS[role] if role else _HEAD, center=role is not None)
    _draw_border(cell)


def style_label(cell: Cell, role: Role | None) -> None:
    """A column's label."""
    _set(cell, bold=True, fill=_LABELS[role] if role else "DDE1E5")
    _draw_border(cell, strong_below=True)


def style_special(cell: Cell) -> None:
    """A cell of the rows `Values` and `Default`."""
    _set(cell, italic=True, color=_FAINT, fill="F5F6F7")
    _draw_border(cell)


def fit_width(texts: Iterable[str], *, is_why: bool = False) -> float:
    """A width for the column that holds these texts: its longest line, within what reads well once wrapped."""
    longest = max((_columns(line) for text in texts for line in text.split("\n")), default=0)
    words = max((_columns(word) for text in texts for word in text.split()), default=0)
    return max(_NARROW, words * 1.15 + 3, min(longest * 1.1 + 3, _WIDE_WHY if is_why else _WIDE))


def count_lines(text: str, width: float) -> int:
    """About how many lines the text takes in a column of this width."""
    return sum(max(1, -(-_columns(line) // max(1, int(width * 0.98) - 2))) for line in text.split("\n"))


def set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    """Set the widths of the columns from the first on."""
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[column_letters(number)].width = round(min(width, 80), 1)


def set_height(sheet: Worksheet, row: int, texts: Iterable[str], widths: Iterable[float]) -> None:
    """Give the row the height that its wrapped texts take, as one that a spreadsheet program may fit again.

    Not every program fits rows when it opens a file, and a fixed height would cut off what is typed later.
    """
    from openpyxl.worksheet.dimensions import RowDimension

    class FittedRow(RowDimension):
        customHeight = False  # of its base a property, true for every row with a height

    lines = max((count_lines(text, width) for text, width in zip(texts, widths, strict=True)), default=1)
    sheet.row_dimensions[row] = FittedRow(sheet, index=row, ht=min(lines * _LINE_HEIGHT + 3, 409))


def set_up_page(sheet: Worksheet, *, title_rows: str = "", portrait: bool = False, one_page: bool = False) -> None:
    """Paper, margins, what repeats on each page, and the line at its foot."""
    setup = sheet.page_setup
    setup.orientation = "portrait" if portrait else "landscape"
    setup.paperSize = 9  # A4
    setup.fitToWidth, setup.fitToHeight = 1, 1 if one_page else 0
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.6, 0.8, 0.4
    footer = sheet.oddFooter
    if footer is not None and footer.left is not None and footer.right is not None:
        footer.left.text, footer.right.text = "&F, &A", "&P of &N"
    if title_rows:
        sheet.print_title_rows = title_rows
    sheet.sheet_view.showGridLines = False


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _set(
    cell: Cell,
    *,
    size: int = 10,
    bold: bool = False,
    italic: bool = False,
    color: str = INK,
    fill: str = "",
    center: bool = False,
    wrap: bool = True,
) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font = Font(name="Calibri", size=size, bold=bold, italic=italic, color=color)
    place = "center" if center else "left"
    cell.alignment = Alignment(wrap_text=wrap, vertical="top", horizontal=place, indent=0 if center else 1)
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)


def _draw_border(cell: Cell, *, strong_below: bool = False) -> None:
    from openpyxl.styles import Border, Side

    thin = Side(style="thin", color=_LINE)
    cell.border = Border(thin, thin, thin, Side(style="medium", color=_HEAD) if strong_below else thin)
