"""Tables as they were written: texts with the places they came from. Knows no types and has understood nothing yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

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
"""What a workbook says of itself, in the order in which it is written."""

SAFETY_COLUMNS = ("Id", "Statement", "Condition", "Rationale")
"""The labels of the parts of a SafetySource, in their order."""

REFERENCE_COLUMNS = ("Id", "Citation", "Number in the source", "Link", "Grade", "Scale", "Accessed")
"""The labels of the parts of a ReferenceSource, in their order."""


class Role(Enum):
    """What a column is for; the value is the word in the band row."""

    WHEN = "When"
    THEN = "Then"
    USE = "Use"
    WHY = "Why"


class CellKind(Enum):
    """How the cell was stored; a text that looks like a number is still a text."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date and time"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class CellSource:
    """One cell: its text, where it is, and how it was stored.

    `source.text` is the text of a TEXT cell as written, only outer blanks and invisible characters removed; of a
    NUMBER cell its exact shortest decimal (`Decimal(repr(x))` in plain notation); of a BOOLEAN cell `true` or
    `false`; of a DATE, TIME or DATE_TIME cell its ISO 8601 form; of an EMPTY cell the empty string. `shown` is what
    the spreadsheet program displays where that differs (number formats, dates), else the empty string. A cell
    inside a merged range carries the text of the range and the range's address.
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


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """A column: its role, label, and the cells of the optional rows `Values` and `Default`."""

    role: Role
    label: CellSource
    values: CellSource | None = None
    default: CellSource | None = None


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A rule: its id and one cell a column, in the order of the table's columns."""

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
    """A row of a sheet `Tests`: inputs and expected outputs, by label; cells left empty are left out.

    The name of the expected column is the name of a decision, or `Decision: output column`. `remarks` are for people.
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
    """All that a workbook says, and every diagnostic of reading it. `about` is by the key's text as listed."""

    file: str
    sha256: str
    about: dict[str, CellSource] = field(default_factory=dict)
    tables: tuple[TableSource, ...] = ()
    examples: tuple[ExampleSource, ...] = ()
    safety: tuple[SafetySource, ...] = ()
    references: tuple[ReferenceSource, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
