"""Read Markdown pages as workbooks, with every error at its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from dmn_engine.diagnostics import CellRef, Diagnostics, LineRef, Source, Span, nearest, offer
from dmn_engine.formats.markdown.cells import MarkdownError, is_marked, read_cell, read_text, split_break
from dmn_engine.formats.markdown.page import Grid, Item, Line, Row, Section, read_sections
from dmn_engine.model import list_pages
from dmn_engine.model.blocks import SPECIALS, Block, to_examples, to_table
from dmn_engine.model.blocks import Row as BlockRow
from dmn_engine.model.cell_text import fold_label, is_dash, offer_listed
from dmn_engine.model.source_checks import check_pages
from dmn_engine.model.workbook_source import (
    REFERENCE_COLUMNS,
    SAFETY_COLUMNS,
    CellSource,
    ExampleSource,
    ReferenceSource,
    Role,
    SafetySource,
    TableSource,
    WorkbookSource,
    text_cell,
)

_PAGES = ("About", "Tests", "Safety", "References")
_ROLES = {fold_label(role.value): role for role in Role}
_ITEMS = ("Sheet", "Question", "Hit policy")
_Column = tuple[int, Role, CellSource]
"""The place of a column's cells in a row, its band and its label."""


def read_markdown(text: str, file: str, digest: str = "") -> WorkbookSource:
    """The workbook that a page describes; `file` is its name in messages, `digest` the SHA-256 of its bytes.

    Never raises for what the page holds: the diagnostics say all that could not be read, by line.
    """
    diagnostics = Diagnostics()
    reading = _Reading(file, diagnostics)
    for section in read_sections(text, file, diagnostics):
        reading.read(section)
    workbook = WorkbookSource(
        file,
        digest,
        reading.about,
        tuple(reading.tables),
        tuple(reading.examples),
        reading.safety,
        reading.references,
    )
    return check_pages(workbook, diagnostics)


class _Reading:
    """A page as read so far."""

    def __init__(self, file: str, diagnostics: Diagnostics) -> None:
        self._file, self._diagnostics = file, diagnostics
        self.about: dict[str, CellSource] = {}
        self.tables: list[TableSource] = []
        self.examples: list[ExampleSource] = []
        self.safety: tuple[SafetySource, ...] = ()
        self.references: tuple[ReferenceSource, ...] = ()
        self._seen: dict[str, Line] = {}

    def read(self, section: Section) -> None:
        """Read one section by its heading."""
        word, colon, name = section.heading.text.partition(":")
        if colon and fold_label(word) == "decision":
            self._read_table(section, Line(section.heading.number, name.strip(" \t")))
            return
        page = next((page for page in _PAGES if fold_label(page) == fold_label(section.heading.text)), "")
        if not page:
            near = nearest(section.heading.text, _PAGES)
            help = offer(near, f"headings are: `Decision: NAME`, {', '.join(f'`{name}`' for name in _PAGES)}")
            message = "this heading is not known, and nothing below it is read"
            self._fail("unknown-heading", message, section.heading, help)
            return
        if page in self._seen:
            first = Source("", LineRef(self._file, self._seen[page].number))
            source = Source(section.heading.text, LineRef(self._file, section.heading.number))
            message = f"the heading `{page}` appears twice; nothing below this one is read"
            related = ((first, "the first one"),)
            self._diagnostics.error("duplicate-heading", message, source, related=related, help="join the two")
            return
        self._seen[page] = section.heading
        self._refuse_items(section)
        self._read_page(page, section)

    def _read_page(self, page: str, section: Section) -> None:
        if page == "Tests":
            self.examples = [example for grid in section.grids for example in self._read_examples(grid)]
            if not section.grids:
                self._report_no_table(section)
            return
        grid = self._one_grid(section)
        if grid is None:
            return
        match page:
            case "About":
                self._read_about(grid)
            case "Safety":
                rows = self._read_list(grid, page, SAFETY_COLUMNS, 3)
                self.safety = tuple(SafetySource(*cells) for cells in rows)
            case _:
                rows = self._read_list(grid, page, REFERENCE_COLUMNS, 2)
                self.references = tuple(ReferenceSource(*cells) for cells in rows)

    def _refuse_items(self, section: Section) -> None:
        for item in section.items:
            message = f"`{item.key}` belongs to a decision, not to this page"
            self._fail("text-not-read", message, item.value, "move it behind a key of the page About")

    def _one_grid(self, section: Section) -> Grid | None:
        for grid in section.grids[1:]:
            message = f"`{section.heading.text}` has one table; this one is not read"
            self._fail("rows-not-read", message, grid.head.line, "join it to the first, or give it a heading")
        if not section.grids:
            self._report_no_table(section)
        return section.grids[0] if section.grids else None

    def _report_no_table(self, section: Section) -> None:
        self._fail(
            "no-table", "there is no table below this heading", section.heading, "write it, or delete the heading"
        )

    # Pages

    def _read_about(self, grid: Grid) -> None:
        places = self._find_columns(grid, ("Key", "Value"), 2)

        def read(row: Row, key: str) -> CellSource:
            return self._read_cell(row, places["Value"], f"About, {key}")

        if places:
            rows = ((self._read_cell(row, places["Key"]), partial(read, row)) for row in grid.rows)
            self.about = list_pages.read_about(rows, "page", self._diagnostics, self._diagnostics.error)

    def _read_list(self, grid: Grid, page: str, names: Sequence[str], needed: int) -> Iterator[list[CellSource]]:
        places = self._find_columns(grid, names, needed)
        for row in grid.rows if places else ():
            cells = []
            for name in names:
                element = f"{page}, {name}"
                if name in places:
                    cells.append(self._read_cell(row, places[name], element))
                else:
                    origin = LineRef(self._file, row.line.number, element)
                    cells.append(text_cell("", origin))
            yield cells

    def _find_columns(self, grid: Grid, names: Sequence[str], needed: int) -> dict[str, int]:
        origin = LineRef(self._file, grid.head.line.number)
        headings = [CellSource(Source(raw, origin)) for raw in grid.head.cells]
        row = Source(grid.head.line.text, origin)
        return list_pages.find_columns(headings, names, needed, row, "page", self._diagnostics)

    def _read_examples(self, grid: Grid) -> Iterator[ExampleSource]:
        columns = self._read_columns(grid, "Test", (Role.WHEN, Role.THEN, Role.WHY))
        rows = []
        for row in grid.rows:
            name = self._read_cell(row, 0, "Tests, Test")
            cells = (
                self._read_optional(row, place, f"Tests, {name.text}, {label.text}")
                if role is Role.WHY or not is_dash(row.cells[place])
                else None
                for place, role, label in columns
            )
            rows.append(BlockRow(name, tuple(cells)))
        return to_examples(Block(tuple(column[1:] for column in columns), tuple(rows)), self._diagnostics)

    # Decision tables

    def _read_table(self, section: Section, name: Line) -> None:
        items = self._read_items(section)
        grid = self._one_grid(section)
        if grid is None:
            return
        origin = CellRef(self._file, self._read_text(items["Sheet"]) if "Sheet" in items else "")
        columns = self._read_columns(grid, "Rule", tuple(Role))
        specials: dict[str, list[CellSource | None]] = {}
        rules: list[BlockRow[CellSource]] = []
        for row in grid.rows:
            special = _find_special(row)
            if not special:
                id = self._read_cell(row, 0, "Rule")
                cells = (self._read_cell(row, place, f"{id.text}, {label.text}") for place, _, label in columns)
                rules.append(BlockRow(id, tuple(cells)))
            elif special in specials or rules:
                message = f"the row `{special}` can appear only once, right below the headings; this one is not read"
                self._fail("misplaced-row", message, row.line, "move it there, or mark it as a rule: `<!-- text -->`")
            else:
                specials[special] = [
                    self._read_optional(row, place, f"{special}, {label.text}") for place, _, label in columns
                ]
        block = Block(tuple(column[1:] for column in columns), tuple(rules), specials)
        question = self._read_item(items["Question"], "Question") if "Question" in items else None
        policy = self._read_policy(items, section)
        self.tables.append(to_table(block, self._read_item(name, "Decision"), question, policy, origin))

    def _read_items(self, section: Section) -> dict[str, Line]:
        found: dict[str, Line] = {}
        for item in section.items:
            word = next((word for word in _ITEMS if fold_label(word) == fold_label(item.key)), "")
            if not word:
                self._report_item(item)
            elif word in found:
                self._fail("duplicate-key", f"`{word}` appears twice", item.value, "delete one of them")
            else:
                found[word] = item.value
        return found

    def _report_item(self, item: Item) -> None:
        help = offer(nearest(item.key, _ITEMS), f"above the table write only: {', '.join(_ITEMS)}")
        line = Line(item.value.number, f"{item.key}: {item.value.text}")
        self._fail("unknown-key", f"`{item.key}` is not known here, and not read", line, help)

    def _read_policy(self, items: dict[str, Line], section: Section) -> CellSource:
        if "Hit policy" in items:
            return self._read_item(items["Hit policy"], "Hit policy")
        message = "the decision has no hit policy"
        help = "write `- Hit policy: Unique` (or another) between the heading and the table"
        self._fail("no-hit-policy", message, section.heading, help)
        return text_cell("", LineRef(self._file, section.heading.number))

    def _read_columns(self, grid: Grid, first: str, roles: Sequence[Role]) -> list[_Column]:
        """The columns behind the first; one whose band is not known is reported and left out."""
        number = grid.head.line.number
        if fold_label(grid.head.cells[0]) != fold_label(first):
            message = f"the first column is headed `{first}`, not `{grid.head.cells[0]}`"
            self._fail("no-label-row", message, Line(number, grid.head.cells[0]), f"write `{first}`")
        columns = []
        words = ", ".join(f"`{role.value}`" for role in roles)
        for place, raw in enumerate(grid.head.cells[1:], start=1):
            parts = split_break(raw)
            band = parts[0].strip() if parts else raw
            role = _ROLES.get(fold_label(band))
            if parts and role is not None and role in roles:
                columns.append(
                    (place, role, self._read_item(Line(number, parts[1].strip(" \t")), f"column {place + 1}"))
                )
            elif parts:
                near = nearest(band, [role.value for role in roles])
                message = f"`{band}` is not a band; its column is not read"
                self._fail("unknown-band", message, Line(number, raw), offer_listed(near, f"bands are: {words}"))
            else:
                message = f"`{raw}` has no band: is it a condition or an output? Its column is not read"
                help = f"write a band ({words}), `<br>` and then the label, such as `When<br>Age`"
                self._fail("column-without-band", message, Line(number, raw), help)
        return columns

    # Cells

    def _read_cell(self, row: Row, place: int, element: str = "") -> CellSource:
        return self._read_item(Line(row.line.number, row.cells[place]), element)

    def _read_optional(self, row: Row, place: int, element: str) -> CellSource | None:
        return self._read_cell(row, place, element) if row.cells[place] else None

    def _read_item(self, line: Line, element: str) -> CellSource:
        """The cell; where it cannot be read, reported, its text as it stands."""
        origin = LineRef(self._file, line.number, element)
        return self._attempt(line, origin, lambda: read_cell(line.text, origin))

    def _read_text(self, line: Line) -> str:
        origin = LineRef(self._file, line.number)
        return self._attempt(line, origin, lambda: CellSource(Source(read_text(line.text), origin))).text

    def _attempt(self, line: Line, origin: LineRef, read: Callable[[], CellSource]) -> CellSource:
        try:
            return read()
        except MarkdownError as failure:
            source = Source(line.text, origin)
            self._diagnostics.error(failure.code, failure.message, source, failure.span, help=failure.help)
            return CellSource(source)

    def _fail(self, code: str, message: str, line: Line, help: str) -> None:
        source = Source(line.text, LineRef(self._file, line.number))
        self._diagnostics.error(code, message, source, Span(0, len(line.text)) if line.text else None, help=help)


def _find_special(row: Row) -> str:
    """The word of a special row (`Values`, `Default`); empty for a rule."""
    raw = row.cells[0]
    if is_marked(raw):
        return ""
    raw = raw[1:-1] if len(raw) > 2 and raw[0] == raw[-1] == "*" else raw
    return next((word for word in SPECIALS if fold_label(word) == fold_label(raw)), "")
