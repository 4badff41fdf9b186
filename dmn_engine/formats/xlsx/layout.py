"""Read the layout of a workbook: from the grids of its sheets to a WorkbookSource.

The layout, exactly. Words in the layout (sheet names, bands, first-column words, header labels) are read without
regard to case, outer and repeated blanks. Everything that is not understood is reported with its cell.

Sheet `About` - column A a key, column B its value, one row each, in any order; blank rows are free:
    Id | Title | Question | Version | Status | Owner | Reviewed by | Review date | Effective from | Review due |
    Source | Notes
  `Status` is one of draft, in review, approved, retired. All keys should have a row; Id, Title, Version and Status
  need a value.

Sheet `How to` - for people; sheet `Lists` - the choices of the dropdowns. Both are not read.

Table sheets - every other sheet. One table or more, one below the other, with a blank row between them. A table:
    Decision  | its name
    Question  | free text (row optional)
    Unique    | When   | When   | Then   | Why   | Why    | Why       <- bands; first cell: the hit policy
    Rule      | label  | label  | label  | Basis | Source | Note      <- labels
    Values    | ...    |        | ...    |       |        |           <- row optional: allowed values, by column
    Default   |        |        | ...    |       |        |           <- row optional: output where no rule matches
    CI-1      | cell   | cell   | cell   | cell  | cell   | cell      <- one row a rule, its id in the first column
  - The first blank row ends the rules. Blank rows are also free between `Decision`, `Question` and the bands.
  - Hit policy: Unique, Any, Priority, First, Rule order, Output order, Collect, or U A P F R O C C+ C< C> C#.
  - Bands: `When` (condition), `Then` (output), `Use` (the output is another decision, by its name), `Why`
    (annotation). A band may be merged over its columns. Every column needs a band and a label.
  - A When or Why cell merged downwards holds for all its rows. Merged ids, Then and Use cells, and cells merged
    sideways, are errors. A blank cell below is not a repetition: it is empty.
  - A label is used once in its table. Standard Why labels: Basis, Source, Note, Status.
  - A table may begin in any column; nothing else may stand beside it, and no loose text below it.

Sheet `Tests` - example patients, laid out as a table without a hit policy; more blocks may follow after a blank row:
              | When             | When      | Then                   | Then                              | Why
    Test      | Subtype          | Age       | Chemotherapy indicated | Systemic therapy options: Regimen | Note
    crisis    | HR+/HER2-        | 54        | yes                    | ...                               | free text
  - The first cell of the band row is blank or `Test`; the first label is `Test` or `Name`; names are unique.
  - When: a field by title or name, with the value it has. An empty cell (or `-`) means that the field is missing.
  - Then: a decision, or `Decision: output column`, with the value it must have. An empty cell (or `-`) is not tested.
    A row needs at least one. Why: for people.

Sheet `Safety` - header row, then one row each; columns in any order; blank rows are free:
    Id | Statement | Condition | Rationale                  (Rationale may be left out)

Sheet `References` - the same:
    Id | Citation | Number in the source | Link | Grade | Scale | Accessed      (Id and Citation are needed)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, Severity, Source, nearest
from dmn_engine.formats.xlsx.blocks import find_bands, read_examples, read_tables
from dmn_engine.formats.xlsx.grid import Area, Grid
from dmn_engine.formats.xlsx.lists import read_about, read_rows
from dmn_engine.formats.xlsx.reading import SheetReader, group_neighbours, report_sheet_state
from dmn_engine.formats.xlsx.workbook import read_grids
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.look_alikes import fold_shape
from dmn_engine.model.source_checks import check_pages
from dmn_engine.model.workbook_source import (
    REFERENCE_COLUMNS,
    SAFETY_COLUMNS,
    CellSource,
    ExampleSource,
    ReferenceSource,
    SafetySource,
    TableSource,
    WorkbookSource,
)

UNREAD_SHEETS = ("How to", "Lists")
KNOWN_SHEETS = ("About", "Tests", "Safety", "References", *UNREAD_SHEETS)


def read_workbook(path: Path, file: str, *, allow_formulas: bool = False) -> WorkbookSource:
    """Read a workbook; `file` is its name in messages. Never raises for what the file is or holds.

    The diagnostics of the result say everything that could not be read, by cell. `allow_formulas`: take the last
    result of a formula without an error; one that has none, or an error value, is an error all the same.
    """
    diagnostics = Diagnostics()
    book = read_grids(path, file, diagnostics, skip=_is_unread)
    reading = _Reading(file, diagnostics, allow_formulas)
    for grid in book.grids:
        reading.read(grid)
    if book.grids or not diagnostics.has_errors:
        reading.report_whole(book.grids)
    workbook = WorkbookSource(
        file,
        book.sha256,
        reading.about,
        tuple(reading.tables),
        tuple(reading.examples),
        reading.safety,
        reading.references,
    )
    return check_pages(workbook, diagnostics)


def _is_unread(sheet: str) -> bool:
    return fold_label(sheet) in {fold_label(name) for name in UNREAD_SHEETS}


class _Reading:
    """A workbook as read so far."""

    def __init__(self, file: str, diagnostics: Diagnostics, allow_formulas: bool) -> None:
        self._file, self._diagnostics, self._allow_formulas = file, diagnostics, allow_formulas
        self.about: dict[str, CellSource] = {}
        self.tables: list[TableSource] = []
        self.examples: list[ExampleSource] = []
        self.safety: tuple[SafetySource, ...] = ()
        self.references: tuple[ReferenceSource, ...] = ()
        self._has_about = False

    def read(self, grid: Grid) -> None:
        """Read one sheet by its name."""
        reader = SheetReader(grid, self._file, self._diagnostics, self._allow_formulas)
        report_sheet_state(reader)
        match fold_label(grid.name):
            case "about":
                self._has_about = True
                self.about = read_about(reader)
            case "tests":
                self.examples += read_examples(reader)
            case "safety":
                self.safety = tuple(SafetySource(*cells) for cells in read_rows(reader, SAFETY_COLUMNS, 3))
            case "references":
                self.references = tuple(ReferenceSource(*cells) for cells in read_rows(reader, REFERENCE_COLUMNS, 2))
            case _:
                tables = read_tables(reader)
                self.tables += tables
                if not tables and grid.cells and not reader.accounted:
                    _report_no_table(reader)
                    return
        _report_leftovers(reader)

    def report_whole(self, grids: Sequence[Grid]) -> None:
        """What concerns the workbook rather than a sheet."""
        whole = Source("", CellRef(self._file))
        if not self._has_about:
            help = "add it: what the workbook is, who owns it, its version and its review status"
            self._diagnostics.warning(
                "no-about", "the workbook has no sheet About; it counts as a draft", whole, help=help
            )
        if not (self.tables or self.examples or self.safety or self._diagnostics.has_errors):
            help = (
                "a table sheet has a row of bands (hit policy, When, Then) and a row of labels that begins with `Rule`"
            )
            self._diagnostics.warning("no-tables", "the workbook has no tables", whole, help=help)
        names: dict[str, str] = {}
        for grid in grids:
            other = names.setdefault(fold_shape(grid.name), grid.name)
            if other != grid.name:
                message = f"the sheet names `{other}` and `{grid.name}` look alike"
                source = Source("", CellRef(self._file, grid.name))
                self._diagnostics.warning("similar-sheet", message, source, help="rename one of them")


_MISSPELT = 0.75  # the share of letters that the name of a sheet has in common with the one that may be meant


def _report_no_table(reader: SheetReader) -> None:
    """Report a sheet that is passed over: an error if it has bands, a warning if its name may be a misspelt one."""
    help = "a table has a row of bands (hit policy, When, Then) and a row of labels that begins with `Rule`"
    message = "no table was found on this sheet, so that nothing of it is read"
    bands = find_bands(reader)
    near = nearest(reader.grid.name, KNOWN_SHEETS)
    if bands is not None:
        message = f"`{bands.text}` is the band of a table, but no table can be read on this sheet"
        reader.diagnostics.error("no-table", message, bands, help=help)
    elif near is not None and SequenceMatcher(None, fold_label(reader.grid.name), fold_label(near)).ratio() > _MISSPELT:
        help = f"did you mean the sheet `{near}`? Otherwise: {help}"
        reader.diagnostics.warning("no-table", message, reader.sheet_source, help=help)
    else:
        reader.diagnostics.note("no-table", message, reader.sheet_source, help=help)


def _report_leftovers(reader: SheetReader) -> None:
    """Report every cell that was neither read nor reported, neighbouring rows together.

    More than one cell in a row may be rules that a blank row cut off from their table; a single one is a remark.
    """
    rest = dict(reader.leftovers())
    for first, last in group_neighbours(rest):
        rows = range(first, last + 1)
        columns = [column for row in rows for column in rest[row]]
        source = reader.area_source(Area(first, min(columns), last, max(columns)))
        if any(reader.area(row, column) for row in rows for column in rest[row]):
            message = "text is hidden under a merged cell, and not read"
            reader.diagnostics.error("hidden-under-merge", message, source, help="unmerge the cells to see it")
        elif any(len(rest[row]) > 1 for row in rows):
            message = "this row belongs to no table" if first == last else f"these {len(rows)} rows belong to no table"
            help = "write rules right below their table, without a blank row, and remarks in a Why column"
            reader.diagnostics.error("rows-not-read", message, source, help=help)
        else:
            message = "this remark is not read" if first == last else "these remarks are not read"
            help = "delete it, or move it to a Why column or to the sheet About"
            reader.diagnostics.warning("remark-not-read", message, source, help=help)


NOT_KEPT = frozenset(
    ("comment", "drawing", "colour", "remark-not-read", "no-table", "sheet-not-read", "hidden-sheet", "hidden-row")
) | frozenset(
    ("hidden-column", "active-filter", "macros", "external-links", "unknown-key", "struck-through", "formula")
)
"""Codes of diagnostics of reading a workbook that speak of what is in its file and not in what was read."""


def list_losses(workbook: WorkbookSource) -> Iterator[Diagnostic]:
    """Content of the file that is lost: reported when it was read, and merged cells."""
    yield from (item for item in workbook.diagnostics if item.code in NOT_KEPT)
    seen = set()
    for table in workbook.tables:
        for rule in table.rules:
            for cell in rule.cells:
                origin = cell.origin
                if isinstance(origin, CellRef) and ":" in origin.cell and origin not in seen:
                    seen.add(origin)
                    message = "the cells are merged; what they say is written once for each of their rules"
                    yield Diagnostic("unmerged", Severity.NOTE, message, cell.source)
