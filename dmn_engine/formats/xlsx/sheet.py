"""One worksheet of an .xlsx file as a Grid (ECMA-376 part 1, 18.3).

The XML is read as a stream and what is empty is dropped as it passes, so that a sheet which claims a million rows
costs their bytes and nothing more.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from dmn_engine.formats.xlsx.grid import (
    MAX_COLUMN,
    MAX_ROW,
    PLAIN,
    Area,
    DoubleBorders,
    Grid,
    GridCell,
    Position,
    Side,
    Style,
    cell_address,
    column_number,
    parse_address,
)
from dmn_engine.formats.xlsx.number_format import Stored, read_date_text, read_number
from dmn_engine.formats.xlsx.package import (
    Package,
    Relationship,
    Unreadable,
    damaged_part,
    local_name,
    refuse_doctype,
)
from dmn_engine.formats.xlsx.styles import RichText, read_rich_text
from dmn_engine.formats.xlsx.text import clean_text, decode_escapes
from dmn_engine.model.workbook_source import CellKind

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_CELLS = 500_000
MAX_MERGED = 500_000
_STREAM_FROM = 4 * 2**20  # smaller parts are parsed whole, which is twice as fast
_CONTAINERS = {"sheetData", "mergeCells", "cols"}
_PASSED_ON = {"row", "mergeCell", "col", "autoFilter", "drawing", "sheetFormatPr"}
_TRUE = ("1", "true")


@dataclass(slots=True)
class _Sheet:
    """What has been read of the sheet so far."""

    strings: Sequence[RichText]
    styles: Sequence[Style]
    uses_1904: bool
    cells: dict[Position, GridCell] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    rows_hidden_by_default: bool = False
    filter: str = ""
    has_drawing: bool = False
    shared_formulas: dict[str, str] = field(default_factory=dict)
    arrays: list[tuple[Area, str]] = field(default_factory=list)
    row: int = 0


def read_grid(
    package: Package,
    part: str,
    name: str,
    is_hidden: bool,
    styles: Sequence[Style],
    strings: Sequence[RichText],
    uses_1904: bool,
) -> Grid:
    """The worksheet in this part. Raises Unreadable."""
    sheet = _Sheet(strings, styles, uses_1904)
    try:
        for element in _list_elements(package, part):
            _read_element(sheet, element)
        merged = _expand_merges(sheet)
        relationships = package.relationships(part)
        return Grid(
            name=name,
            cells=_mark_arrays(sheet),
            merged=merged,
            hidden_rows=frozenset(sheet.hidden_rows),
            hidden_columns=tuple(sheet.hidden_columns),
            is_hidden=is_hidden,
            filter=sheet.filter or _find_table_filter(package, relationships.values()),
            comments=_read_comments(package, relationships.values()),
            has_drawing=sheet.has_drawing,
        )
    except (ValueError, IndexError, OverflowError) as error:
        # addresses, counts and indexes that no spreadsheet program writes
        raise damaged_part(part, error) from None


def read_double_borders(package: Package, part: str, lines: Sequence[frozenset[Side]]) -> DoubleBorders:
    """The double lines of the worksheet in this part, by the styles of its cells. Raises Unreadable."""
    found: dict[Position, frozenset[Side]] = {}
    row = 0
    try:
        for element in _list_elements(package, part):
            if local_name(element.tag) != "row":
                continue
            row, column = int(element.get("r") or row + 1), 0
            for item in element:
                address, style = item.get("r"), item.get("s")
                column = column + 1 if address is None else parse_address(address)[1]
                if style and int(style) < len(lines) and (sides := lines[int(style)]):
                    found[row, column] = sides
    except (ValueError, OverflowError) as error:
        raise damaged_part(part, error) from None
    return found


def _list_elements(package: Package, part: str) -> Iterator[Element]:
    """The rows, and the other elements below the root or one deeper."""
    data = package.read(part)
    refuse_doctype(data, part)
    if len(data) >= _STREAM_FROM:
        yield from _stream(data, part)
        return
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError) as error:
        raise damaged_part(part, error) from None
    for element in root:
        if local_name(element.tag) in _CONTAINERS:
            yield from element
        else:
            yield element


def _stream(data: bytes, part: str) -> Iterator[Element]:
    """The same for a large part; a row is emptied once the next is asked for."""
    rows: Element | None = None
    try:
        for event, element in ElementTree.iterparse(io.BytesIO(data), events=("start", "end")):
            name = local_name(element.tag)
            if event == "start":
                if name == "sheetData":
                    rows = element
            elif name in _PASSED_ON:
                yield element
                if name == "row" and rows is not None:
                    rows.clear()
    except (ElementTree.ParseError, LookupError) as error:
        raise damaged_part(part, error) from None


def _read_element(sheet: _Sheet, element: Element) -> None:
    match local_name(element.tag):
        case "row":
            _read_row(sheet, element)
        case "mergeCell":
            area = Area.parse(element.get("ref", ""))
            if area.is_tall or area.is_wide:
                sheet.merges.append(area)
        case "col":
            if _is_hidden(element, "width"):
                first, last = int(element.get("min", "1")), int(element.get("max", "1"))
                sheet.hidden_columns.append((first, min(last, MAX_COLUMN)))
        case "autoFilter":
            if any(local_name(item.tag) == "filterColumn" and len(item) for item in element):
                sheet.filter = element.get("ref", "")
        case "sheetFormatPr":
            sheet.rows_hidden_by_default = element.get("zeroHeight") in _TRUE
        case "drawing":
            sheet.has_drawing = True


def _is_hidden(element: Element, size: str) -> bool:
    """Whether a row or column is hidden, or has no size, which looks the same."""
    return element.get("hidden") in _TRUE or element.get(size) in ("0", "0.0")


def _read_row(sheet: _Sheet, element: Element) -> None:
    sheet.row = row = int(element.get("r") or sheet.row + 1)
    if not 0 < row <= MAX_ROW:
        raise ValueError(f"row {row}")
    column, before, digits = 0, len(sheet.cells), str(row)
    for item in element:
        address = item.get("r")
        if address is None:
            column += 1
        elif address.endswith(digits):
            column = column_number(address[: -len(digits)])
        else:
            raise ValueError(f"cell {address} in row {row}")
        if len(item):
            _read_cell(sheet, row, column, item)
    if len(sheet.cells) > before:
        if _is_hidden(element, "ht") or (sheet.rows_hidden_by_default and element.get("hidden") is None):
            sheet.hidden_rows.add(row)
        if len(sheet.cells) > MAX_CELLS:
            raise Unreadable("file-too-large", f"the sheet has more than {MAX_CELLS} cells, too many to be tables")


def _read_cell(sheet: _Sheet, row: int, column: int, element: Element) -> None:
    value, formula, rich = None, None, None
    for item in element:
        name = local_name(item.tag)
        if name == "v":
            value = item.text
        elif name == "f":
            formula = item
        elif name == "is":
            rich = read_rich_text(item)
    style_index = element.get("s")
    style = sheet.styles[int(style_index)] if style_index else PLAIN
    stored = _read_value(sheet, element.get("t", "n"), value, rich, style)
    calculation = "" if formula is None else _read_formula(sheet, row, column, formula)
    if stored.text or stored.error or calculation:
        sheet.cells[row, column] = GridCell(
            row,
            column,
            stored.text,
            stored.kind,
            style,
            stored.shown,
            calculation,
            stored.error,
            style.is_struck or stored.is_struck,
        )


def _read_value(sheet: _Sheet, kind: str, value: str | None, rich: RichText | None, style: Style) -> Stored:
    """What is stored, by the cell's type (ECMA-376 part 1, 18.18.11)."""
    if kind == "s" and value is not None:
        index = int(value)
        if index < 0:
            raise ValueError(f"shared string {index}")
        rich = sheet.strings[index]
    if rich is not None:
        return Stored(rich.text, CellKind.TEXT if rich.text else CellKind.EMPTY, is_struck=rich.is_struck)
    if value is None or not value.strip():
        return Stored("", CellKind.EMPTY)
    match kind:
        case "str":
            text = clean_text(decode_escapes(value))
            return Stored(text, CellKind.TEXT if text else CellKind.EMPTY)
        case "b":
            truth = value.strip() in _TRUE
            return Stored("true" if truth else "false", CellKind.BOOLEAN)
        case "e":
            return Stored("", CellKind.EMPTY, error=value.strip())
        case "d":
            return read_date_text(value.strip(), style)
        case _:
            number = float(value)
            if not math.isfinite(number):
                raise ValueError(f"number {value}")
            return read_number(number, style, sheet.uses_1904)


def _read_formula(sheet: _Sheet, row: int, column: int, element: Element) -> str:
    """The formula as shown; of a formula that is shared with the cells below, that of the first one."""
    text = decode_escapes(element.text or "")
    kind, index = element.get("t", "normal"), element.get("si", "")
    if kind == "shared":
        if text:
            sheet.shared_formulas[index] = f"={text} (filled from {cell_address(row, column)})"
            return f"={text}"
        return sheet.shared_formulas.get(index, "= (filled from another cell)")
    reference = element.get("ref")
    if kind in ("array", "dataTable") and reference:
        sheet.arrays.append((Area.parse(reference), f"={text} (array over {reference})"))
    return f"={text}"


def _mark_arrays(sheet: _Sheet) -> dict[Position, GridCell]:
    """The cells; those that an array formula fills carry it, though the file stores it in the first one only."""
    cells = sheet.cells
    for area, formula in sheet.arrays:
        for position, cell in cells.items():
            if area.holds(position) and not cell.formula:
                cells[position] = replace(cell, formula=formula)
    return cells


def _expand_merges(sheet: _Sheet) -> dict[Position, Area]:
    """Every merged cell to its area, as far as there are cells: a merge over whole columns costs no more than them."""
    last_row = max((row for row, _ in sheet.cells), default=0)
    last_column = max((column for _, column in sheet.cells), default=0)
    merged: dict[Position, Area] = {}
    for area in sheet.merges:
        rows = range(area.top, min(area.bottom, last_row) + 1)
        columns = range(area.left, min(area.right, last_column) + 1)
        if len(merged) + len(rows) * len(columns) > MAX_MERGED:
            raise Unreadable("file-too-large", "the sheet has too many merged cells to be tables")
        for row in rows:
            for column in columns:
                merged[row, column] = area
    return merged


def _find_table_filter(package: Package, relationships: Iterable[Relationship]) -> str:
    """The range of a filter that is set on one of Excel's own tables (Insert, Table) in the sheet."""
    for relationship in relationships:
        if relationship.kind == "table" and not relationship.external:
            for item in package.parse(relationship.target):
                if local_name(item.tag) == "autoFilter" and any(len(column) for column in item):
                    return item.get("ref", "")
    return ""


def _read_comments(package: Package, relationships: Iterable[Relationship]) -> dict[Position, str]:
    found: dict[Position, str] = {}
    for relationship in relationships:
        if relationship.kind == "comments" and not relationship.external:
            for item in package.parse(relationship.target).iter():
                if local_name(item.tag) == "comment":
                    texts = (read_rich_text(part).text for part in item if local_name(part.tag) == "text")
                    found[parse_address(item.get("ref", ""))] = " ".join(" ".join(texts).split())
    return found
