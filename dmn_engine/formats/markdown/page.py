"""A Markdown page as sections of items and tables, by line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dmn_engine.diagnostics import Diagnostics, LineRef, Source, Span
from dmn_engine.formats.markdown.cells import split_row
from dmn_engine.model.cell_text import fold_label

MARK = "<!-- dmn workbook -->"
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?")
_ITEM = re.compile(r" {0,3}[-*+] +([^:]+):(?: +(.*))?")
_DELIMITER = re.compile(r" {0,3}\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*")
_LOOKS_LIKE = re.compile(r"(?m)^ {0,3}#{1,6} +Decision:")


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a line in Markdown, and the number of the line from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A line `- KEY: TEXT`."""

    key: str
    value: Line


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its cells without outer blanks."""

    line: Line
    cells: tuple[str, ...]


@dataclass(slots=True)
class Grid:
    """A table: the row of headings, and the rows below it, each of as many cells."""

    head: Row
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """What stands under a heading."""

    heading: Line
    items: list[Item] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)


def is_workbook(text: str) -> bool:
    """Whether the page is marked as a workbook, or has a decision although the mark was lost."""
    return _first_line(text.removeprefix("\ufeff")) == fold_label(MARK) or _LOOKS_LIKE.search(text) is not None


def read_sections(text: str, file: str, diagnostics: Diagnostics) -> list[Section]:
    """The sections of a page. What belongs to none of them is reported by its line."""
    return _PageReader(text, file, diagnostics).read()


def _first_line(text: str) -> str:
    return fold_label(next((line for line in text.split("\n") if line.strip()), ""))


class _PageReader:
    """Goes through the lines once; `_fail` reports what is not understood."""

    def __init__(self, text: str, file: str, diagnostics: Diagnostics) -> None:
        lines = text.split("\n")
        self._lines = [Line(number, line.removesuffix("\r")) for number, line in enumerate(lines, start=1)]
        self._file, self._diagnostics = file, diagnostics
        self._has_mark = _first_line(text) == fold_label(MARK)

    def read(self) -> list[Section]:
        sections: list[Section] = []
        lines = [line for line in self._lines if line.text.strip()]
        if not self._has_mark:
            first = lines[0] if lines else Line(0, "")
            message = f"the first line of a workbook in Markdown is `{MARK}`"
            self._fail("no-mark", message, first, "write it above all else, if this page is a workbook")
        place = int(self._has_mark)
        while place < len(lines):
            line = lines[place]
            heading = _HEADING.fullmatch(line.text)
            item = _ITEM.fullmatch(line.text)
            if heading:
                sections.append(Section(Line(line.number, (heading[2] or "").strip(" \t"))))
            elif sections and line.text.lstrip(" ").startswith("|"):
                place = self._read_grid(lines, place, sections[-1])
                continue
            elif sections and item and not sections[-1].grids:
                value = Line(line.number, (item[2] or "").strip(" \t"))
                sections[-1].items.append(Item(item[1].strip(), value))
            else:
                self._report_text(line)
            place += 1
        return sections

    def _report_text(self, line: Line) -> None:
        if line.text.count("|") > 1:
            message = "this line belongs to no table"
            help = "a row of a table begins and ends with `|`, right below the row before it"
            self._fail("rows-not-read", message, line, help)
            return
        message = "this text belongs to no table, and would be lost"
        help = "move it into a Why column, or behind a key of the page About"
        self._fail("text-not-read", message, line, help)

    def _read_grid(self, lines: list[Line], place: int, section: Section) -> int:
        """Read a table and add it to its section; the place of the first line behind it."""
        end = place
        while (
            end < len(lines)
            and lines[end].text.lstrip(" ").startswith("|")
            and (end == place or lines[end].number == lines[end - 1].number + 1)
        ):
            end += 1
        head, *below = lines[place:end]
        cells = split_row(head.text)
        if not below or not _DELIMITER.fullmatch(below[0].text) or cells is None:
            message = "these lines are not a table" if below else "this line does not belong to a table"
            help = "below the row of headings stands one like `| --- | --- |`, and each row begins and ends with `|`"
            self._fail("rows-not-read", message, head, help)
            return end
        width = below[0].text.count("|") - 1
        if width != len(cells):
            message = f"the line below the headings has {width} cells, and the headings are {len(cells)}"
            self._fail("ragged-row", message, below[0], "write `---` once for each heading")
        grid = Grid(Row(head, tuple(cells)))
        for line in below[1:]:
            row = self._read_row(line, len(cells))
            if row:
                grid.rows.append(row)
        section.grids.append(grid)
        return end

    def _read_row(self, line: Line, width: int) -> Row | None:
        cells = split_row(line.text)
        if cells is None:
            self._fail("rows-not-read", "the row does not end with `|`", line, "write `|` behind its last cell")
            return None
        if len(cells) != width:
            message = f"the row has {len(cells)} cells, and its table {width} columns"
            self._fail("ragged-row", message, line, "give it a cell for each column; `|` in a text is written `\\|`")
            return None
        return Row(line, tuple(cells))

    def _fail(self, code: str, message: str, line: Line, help: str) -> None:
        source = Source(line.text.strip(), LineRef(self._file, line.number))
        self._diagnostics.error(code, message, source, Span(0, len(source.text)) if source.text else None, help=help)
