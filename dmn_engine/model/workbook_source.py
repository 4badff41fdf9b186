"""Workbooks as written: texts with their places, before interpretation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from enum import Enum
from functools import lru_cache

from dmn_engine.diagnostics import CellRef, Diagnostic, Origin, Source

ABOUT_KEYS = (
    "Id",
    "Title",
    "Question",
    "Version",
    "Status",
    "Owner",
    "Reviewed by",
    "Review date",
    "Effective from",
    "Review due",
    "Source",
    "Notes",
)
"""The keys of the page About, in order."""

SAFETY_COLUMNS = ("Id", "Statement", "Condition", "Rationale")
"""The labels of the parts of a SafetySource, in order."""

REFERENCE_COLUMNS = ("Id", "Citation", "Number in the source", "Link", "Grade", "Scale", "Accessed")
"""The labels of the parts of a ReferenceSource, in order."""


class Role(Enum):
    """The role of a column; the value is the word in the band row."""

    WHEN = "When"
    THEN = "Then"
    USE = "Use"
    WHY = "Why"


class CellKind(Enum):
    """The stored kind of a cell; a text that looks like a number is a text."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date and time"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class CellSource:
    """One cell: its text, its place, and its stored kind.

    `source.text` is, for a TEXT cell, the text as written without outer blanks and invisible characters; for a NUMBER
    cell its exact shortest decimal (`Decimal(repr(x))` in plain notation); for a BOOLEAN cell `true` or `false`; for a
    DATE, TIME or DATE_TIME cell its ISO 8601 form; for an EMPTY cell the empty string. `shown` is what the spreadsheet
    program displays if that differs (number formats, dates), else the empty string. A cell inside a merged range has
    the text of the range and the range's address.
    """

    source: Source
    kind: CellKind = CellKind.TEXT
    shown: str = ""

    @property
    def text(self) -> str:
        return self.source.text

    @property
    def origin(self) -> Origin:
        return self.source.origin


def text_cell(text: str, origin: Origin) -> CellSource:
    """A cell of text; an empty cell for an empty text."""
    return CellSource(Source(text, origin), CellKind.TEXT if text else CellKind.EMPTY)


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """A column: its role, label, and the cells of the optional rows `Values` and `Default`."""

    role: Role
    label: CellSource
    values: CellSource | None = None
    default: CellSource | None = None


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A rule: its id and one cell for each column, in the order of the table's columns."""

    id: CellSource
    cells: tuple[CellSource, ...]


@dataclass(frozen=True, slots=True)
class TableSource:
    """A whole decision table, as written; `origin` is its sheet and range."""

    name: CellSource
    question: CellSource | None
    hit_policy: CellSource
    columns: tuple[ColumnSource, ...]
    rules: tuple[RuleSource, ...]
    origin: CellRef


@dataclass(frozen=True, slots=True)
class LabelledCell:
    """A cell under (or beside) its label."""

    label: CellSource
    cell: CellSource


@dataclass(frozen=True, slots=True)
class ExampleSource:
    """A row of a sheet `Tests`: inputs and expected outputs, by label, without empty cells.

    The label of an expected output is the name of a decision, or `Decision: output column`. `remarks` are for readers.
    """

    name: CellSource
    inputs: tuple[LabelledCell, ...]
    expected: tuple[LabelledCell, ...]
    remarks: tuple[LabelledCell, ...] = ()


@dataclass(frozen=True, slots=True)
class SafetySource:
    """A row of a sheet `Safety`."""

    id: CellSource
    statement: CellSource
    condition: CellSource
    rationale: CellSource


@dataclass(frozen=True, slots=True)
class ReferenceSource:
    """A row of a sheet `References`."""

    id: CellSource
    citation: CellSource
    number: CellSource
    link: CellSource
    grade: CellSource
    scale: CellSource
    accessed: CellSource


@dataclass(frozen=True, slots=True)
class WorkbookSource:
    """The content of a workbook, and every diagnostic of reading it. `about` has the keys of the page About."""

    file: str
    sha256: str
    about: dict[str, CellSource] = field(default_factory=dict)
    tables: tuple[TableSource, ...] = ()
    examples: tuple[ExampleSource, ...] = ()
    safety: tuple[SafetySource, ...] = ()
    references: tuple[ReferenceSource, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet of records: its place, and its cells that are not empty by the text of their header."""

    origin: CellRef
    cells: dict[str, CellSource]


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of a sheet of records, its header, and every diagnostic of reading them."""

    rows: tuple[SheetRow, ...]
    diagnostics: tuple[Diagnostic, ...]
    header: dict[str, CellSource] = field(default_factory=dict)


def group_by_sheet(tables: Iterable[TableSource]) -> list[list[TableSource]]:
    """The tables by sheet, in the order of the first of each; one without a sheet is alone."""
    groups: dict[str, list[TableSource]] = {}
    for number, table in enumerate(tables):
        groups.setdefault(table.origin.sheet or f"\0{number}", []).append(table)
    return list(groups.values())


def walk_table(table: TableSource) -> Iterator[tuple[str, CellSource]]:
    """Every cell of a table by its JSON pointer in the document of the table; a role stands at its column's label."""
    yield "/decision", table.name
    if table.question is not None:
        yield "/question", table.question
    yield "/hitPolicy", table.hit_policy
    for index, column in enumerate(table.columns):
        yield f"/columns/{index}/role", text_cell(column.role.value, column.label.origin)
        for part in ("label", "values", "default"):
            if (cell := getattr(column, part)) is not None:
                yield f"/columns/{index}/{part}", cell
    for index, rule in enumerate(table.rules):
        yield f"/rules/{index}/id", rule.id
        yield from ((f"/rules/{index}/cells/{place}", cell) for place, cell in enumerate(rule.cells))


def list_parts(item: SafetySource | ReferenceSource) -> dict[str, CellSource]:
    """The cells of a row by their names, in the order of the columns."""
    return {part.name: getattr(item, part.name) for part in fields(item)}


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """`A` for 1, `AA` for 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
