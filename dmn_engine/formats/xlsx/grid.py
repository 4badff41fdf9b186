"""A sheet as stored: its non-empty cells with text, kind, style and flags."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from dmn_engine.model.workbook_source import CellKind, column_letters

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

Position = tuple[int, int]
"""Row and column, both from 1."""


def cell_address(row: int, column: int) -> str:
    """`B7` for row 7, column 2."""
    return f"{column_letters(column)}{row}"


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """27 for `AA`. Raises ValueError unless it is a column of a sheet."""
    column = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"{letters!r} is not a column")
        column = column * 26 + ord(letter) - 64
    if not 0 < column <= MAX_COLUMN:
        raise ValueError(f"{letters!r} is not a column")
    return column


_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def parse_address(address: str) -> Position:
    """Row and column of `B7`. Raises ValueError unless it is the address of a cell."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(f"{address!r} is not a cell")
    row = int(found[2])
    if not 0 < row <= MAX_ROW:
        raise ValueError(f"{address!r} is outside of a sheet")
    return row, column_number(found[1])


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, both corners in it."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> Area:
        """The area of `B5:B7` or `B5`. Raises ValueError."""
        start, _, end = text.partition(":")
        (row, column), (last_row, last_column) = parse_address(start), parse_address(end or start)
        return cls(min(row, last_row), min(column, last_column), max(row, last_row), max(column, last_column))

    @property
    def address(self) -> str:
        """`B5:B7`, or `B5` for a single cell."""
        start, end = cell_address(self.top, self.left), cell_address(self.bottom, self.right)
        return start if start == end else f"{start}:{end}"

    @property
    def anchor(self) -> Position:
        """The cell that holds the text of a merged area."""
        return self.top, self.left

    @property
    def rows(self) -> range:
        return range(self.top, self.bottom + 1)

    @property
    def columns(self) -> range:
        return range(self.left, self.right + 1)

    def holds(self, position: Position) -> bool:
        """Whether a cell is inside."""
        return position[0] in self.rows and position[1] in self.columns

    @property
    def is_tall(self) -> bool:
        return self.bottom > self.top

    @property
    def is_wide(self) -> bool:
        return self.right > self.left


@dataclass(frozen=True, slots=True)
class Style:
    """What matters of a cell's style; cells share it. `fill` is the colour as the file names it, empty for none."""

    number_format: str = "General"
    is_date: bool = False
    is_struck: bool = False
    fill: str = ""


PLAIN = Style()


Side = Literal["left", "right", "top", "bottom"]
DoubleBorders = Mapping[Position, frozenset[Side]]
"""Which sides of a cell, be it empty, have a double line; cells without one are left out."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell that holds something.

    `text` is cleaned (see text.clean_text) and exact; its form by `kind` and `shown` are those of CellSource. `formula`
    begins with `=`; its last result is in text and kind, EMPTY where the file keeps none. `error` is an error value
    (`#REF!`), with kind EMPTY.
    """

    row: int
    column: int
    text: str
    kind: CellKind = CellKind.TEXT
    style: Style = PLAIN
    shown: str = ""
    formula: str = ""
    error: str = ""
    is_struck: bool = False

    @property
    def address(self) -> str:
        return cell_address(self.row, self.column)


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet. `cells` are the non-empty ones in the order of rows and columns; comments are by position.

    `merged` maps every cell of a merged area (as far as the sheet has content) to the area. `hidden_rows` are those
    with cells. `filter` is the range of a filter that hides rows now. `drawing`: there are pictures or text boxes.
    """

    name: str
    cells: Mapping[Position, GridCell]
    merged: Mapping[Position, Area] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    is_hidden: bool = False
    filter: str = ""
    comments: Mapping[Position, str] = field(default_factory=dict)
    has_drawing: bool = False
