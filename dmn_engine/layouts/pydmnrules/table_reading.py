"""Find the tables of sheets and read them, with rules as rows, as columns and as a crosstab.

A table is known by its hit policy and double lines. Rows and columns are one layout turned over: `_Axes` turns it, so
that each is written once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from dmn_engine.diagnostics import CellRef, Diagnostics, Source, nearest, offer
from dmn_engine.formats.xlsx.grid import Area
from dmn_engine.layouts.pydmnrules.glossary import EXECUTE, Glossary
from dmn_engine.layouts.pydmnrules.sheet import SheetView
from dmn_engine.layouts.pydmnrules.table import (
    POLICIES,
    Heading,
    Orientation,
    RuleCells,
    TableCells,
    find_orientation,
)
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.workbook_source import CellSource


class TableReader:
    """Reads the tables of one sheet."""

    def __init__(self, view: SheetView, glossary: Glossary, diagnostics: Diagnostics) -> None:
        self.view = view
        self.glossary = glossary
        self.diagnostics = diagnostics

    def read(self, extent: Area, orientation: Orientation) -> TableCells:
        """The table; each of its cells is read or reported."""
        if orientation is Orientation.CROSSTAB:
            table = self._read_crosstab(extent)
        else:
            table = self._read_lines(_Axes(self.view, extent, orientation))
        self.view.account(extent)
        if not table.rules and table.outputs:
            message = f"the table `{table.name.text}` has no rules"
            self.diagnostics.error("no-rules", message, table.name.source, help="write a rule below its headings")
        return table

    # Rules as rows and as columns

    def _read_lines(self, axes: _Axes) -> TableCells:
        headings = [axes.take(0, place) for place in axes.places]
        inputs, outputs = self._split(axes, headings)
        has_allowed = axes.has_allowed_values(self.diagnostics)
        first = 2 if has_allowed else 1
        rules = [self._read_rule(axes, line, inputs, outputs) for line in axes.lines[first:]]
        allowed = [axes.take(1, place) if has_allowed else None for place in axes.places]
        made = [self._make_heading(cell, values) for cell, values in zip(headings, allowed, strict=True)]
        self._check_headings(made[:outputs])
        return TableCells(
            name=axes.name,
            orientation=axes.orientation,
            policy=self._read_policy(axes.take(0, -1)),
            inputs=tuple(made[:inputs]),
            outputs=tuple(made[inputs:outputs]),
            annotations=tuple(headings[outputs:]),
            rules=tuple(rules),
            origin=axes.view.place(axes.extent),
        )

    def _split(self, axes: _Axes, headings: Sequence[CellSource]) -> tuple[int, int]:
        """Where the outputs begin and end among the headings, by the double lines behind the headings."""
        ends = [place for place in range(-1, len(headings)) if axes.has_line_behind(place)]
        if not ends:
            places = Source(" | ".join(cell.text for cell in headings), axes.headings_origin)
            side = "right" if axes.orientation is Orientation.ROWS else "lower"
            message = f"the table `{axes.name.text}` has no double line between its inputs and its outputs"
            help = f"give the heading of the last input a double {side} border (Format Cells, Border)"
            self.diagnostics.error("no-double-line", message, places, help=help)
            return len(headings), len(headings)
        first = ends[0] + 1
        second = next((place + 1 for place in ends[1:]), len(headings))
        if first == len(headings):
            message = f"the table `{axes.name.text}` has no outputs: the double line is behind its last heading"
            help = "put the double line behind the last input, before the first output"
            self.diagnostics.error("no-outputs", message, headings[-1].source, help=help)
        return first, second

    def _make_heading(self, cell: CellSource, allowed: CellSource | None) -> Heading:
        is_listed = allowed is not None and allowed.text and allowed.source.origin != cell.source.origin
        return Heading(cell.text, cell, allowed if is_listed else None)

    def _read_rule(self, axes: _Axes, line: int, inputs: int, outputs: int) -> RuleCells:
        cells = [axes.take(line, place) for place in axes.places]
        id_, origin = axes.take(line, -1).text or f"rule {line}", axes.origin_of(line)
        return RuleCells(id_, tuple(cells[:inputs]), tuple(cells[inputs:outputs]), tuple(cells[outputs:]), origin)

    def _read_policy(self, cell: CellSource) -> HitPolicy:
        if cell.text in POLICIES:
            return POLICIES[cell.text]
        if not cell.text:
            message = "the table has no hit policy: it is read as U (unique)"
            self.diagnostics.warning("no-hit-policy", message, cell.source, help="write U, or the letter that is meant")
            return HitPolicy.UNIQUE
        known = ", ".join(POLICIES)
        message = f"unknown hit policy `{cell.text}`; the hit policies are {known}"
        help = offer(nearest(cell.text, POLICIES), "write one of these letters")
        self.diagnostics.error("unknown-hit-policy", message, cell.source, help=help)
        return HitPolicy.UNIQUE

    def _check_headings(self, headings: Sequence[Heading]) -> None:
        for heading in headings:
            if heading.variable != EXECUTE:
                self.glossary.require(heading.cell, self.diagnostics)

    # Crosstab

    def _read_crosstab(self, extent: Area) -> TableCells:
        """The corner is the output; the variables of the columns stand beside it, those of the rows below it."""
        view, row, column = self.view, extent.top + 1, extent.left
        corner = view.merged(row, column) or Area(row, column, row, column)
        down, across = corner.bottom + 1, corner.right + 1
        output = view.take(row, column)
        upper, lower = view.take(row, across), view.take(down, column)
        uppers = self._split_variables(upper, corner.bottom - row, "rows of values")
        lowers = self._split_variables(lower, corner.right - column, "columns of values")
        rules = []
        for line in extent.rows[down - extent.top :]:
            for place in extent.columns[across - column :]:
                above = [view.take(row + 1 + index, place) for index in range(len(uppers))]
                beside = [view.take(line, column + 1 + index) for index in range(len(lowers))]
                self._require_tests([*above, *beside])
                cell = view.take(line, place)
                origin = view.place(Area(line, place, line, place))
                id_ = f"{line - down + 1}:{place - across + 1}"
                rules.append(RuleCells(id_, (*above, *beside), (cell,), (), origin))
        is_sound = all(heading.variable for heading in (*uppers, *lowers))
        outputs = (Heading(output.text, output),) if is_sound else ()
        self._check_headings([heading for heading in (*uppers, *lowers, *outputs) if heading.variable])
        return TableCells(
            name=view.take(extent.top, extent.left),
            orientation=Orientation.CROSSTAB,
            policy=HitPolicy.UNIQUE,
            inputs=(*uppers, *lowers),
            outputs=outputs,
            annotations=(),
            rules=tuple(rules),
            origin=view.place(extent),
        )

    def _split_variables(self, cell: CellSource, count: int, what: str) -> list[Heading]:
        """The variables that a heading of a crosstab names: one for each row or column of values."""
        text = cell.text
        names = [text] if text in self.glossary.entries else [part.strip() for part in text.split(",")]
        if len(names) != count or "" in names:
            message = f"the heading names {len(names)}, but the table has {count} {what}"
            help = "write one variable, or as many as there are, with a comma between them"
            self.diagnostics.error("crosstab-headings", message, cell.source, help=help)
            names = (names + [""] * count)[:count]
        return [Heading(name, CellSource(Source(name, cell.origin))) for name in names]

    def _require_tests(self, cells: Sequence[CellSource]) -> None:
        for cell in cells:
            if not cell.text:
                message = "a value of the crosstab's heading is missing"
                self.diagnostics.error("no-test", message, cell.source, help="write the value, or `-` for any")


class _Axes:
    """A table of which one direction holds the headings and the other the rules.

    Line 0 is that of the headings, the next may be the allowed values, the others are rules. `place` is the number of
    a heading; -1 is that of the ids of the rules and the hit policy: before the headings, or in the last row.
    """

    def __init__(self, view: SheetView, extent: Area, orientation: Orientation) -> None:
        self.view, self.extent, self.orientation = view, extent, orientation
        self.name = view.take(*extent.anchor)
        self.body = replace(extent, top=extent.top + 1)
        self.is_rows = orientation is Orientation.ROWS
        if self.is_rows:
            self._lines, (self._ids, *self._headings) = self.body.rows, self.body.columns
        else:
            self._lines, (*self._headings, self._ids) = self.body.columns, self.body.rows
        self.places = range(len(self._headings))
        self.lines = range(len(self._lines))

    def position(self, line: int, place: int) -> tuple[int, int]:
        """Row and column."""
        along, across = self._lines[line], self._ids if place < 0 else self._headings[place]
        return (along, across) if self.is_rows else (across, along)

    def take(self, line: int, place: int) -> CellSource:
        return self.view.take(*self.position(line, place))

    def has_line_behind(self, place: int) -> bool:
        """Whether a double line stands behind a heading; behind -1: before the first one."""
        if self.is_rows:
            return self.view.has_line(*self.position(0, place), "right")
        return self.view.has_line(*(self.extent.anchor if place < 0 else self.position(0, place)), "bottom")

    def has_allowed_values(self, diagnostics: Diagnostics) -> bool:
        """Whether the line behind the headings holds allowed values: then no double line divides it from them."""
        if len(self.lines) < 2:
            return False
        if self._depth(-1) > 1 or any(self._depth(place) == 2 for place in self.places):
            return True
        if self.view.has_line(*self.position(0, -1), "bottom" if self.is_rows else "right"):
            return False
        id_ = self.take(1, -1)
        if not id_.text:
            return True
        message = "no double line divides the headings from this rule; it has an id, so it is read as a rule"
        help = "draw a double line behind the headings; above allowed values, leave the id empty"
        diagnostics.warning("no-line-below-headings", message, id_.source, help=help)
        return False

    def _depth(self, place: int) -> int:
        """How many lines a heading is merged over."""
        area = self.view.merged(*self.position(0, place))
        return 1 if area is None else len(area.rows if self.is_rows else area.columns)

    def origin_of(self, line: int) -> CellRef:
        """The place of a rule."""
        at = self._lines[line]
        return self.view.place(
            replace(self.body, top=at, bottom=at) if self.is_rows else replace(self.body, left=at, right=at)
        )

    @property
    def headings_origin(self) -> CellRef:
        """The place of the headings."""
        return self.view.place(Area(*self.position(0, 0), *self.position(0, len(self.places) - 1)))


_FEWEST_ROWS = 3  # the name, the headings, a rule


def find_tables(
    views: Iterable[SheetView], glossary: Glossary, wanted: Collection[str], diagnostics: Diagnostics
) -> dict[str, TableCells]:
    """The tables of the sheets by name: those that look like one, and those of the names `wanted` in any shape.

    What is left on the sheets is reported; of two tables with one name the first is taken and the other reported.
    """
    tables: dict[str, TableCells] = {}
    for view in views:
        reader = TableReader(view, glossary, diagnostics)
        for position, text in view.texts():
            if view.is_accounted(position):
                continue
            extent = _measure(view, position, text in wanted, glossary)
            orientation = None if extent is None else _decide_orientation(view, extent, glossary, text in wanted)
            if extent is None or orientation is None:
                continue
            table = reader.read(extent, orientation)
            first = tables.setdefault(text, table)
            if first is not table:
                related = ((first.name.source, "the first one, which is read"),)
                message = f"there are two tables `{text}`; this one is not read"
                help = "give each table its own name"
                diagnostics.error("duplicate-table", message, table.name.source, related=related, help=help)
        _report_leftovers(view, diagnostics)
    return tables


def looks_like_table(view: SheetView, position: tuple[int, int]) -> bool:
    """Whether a table begins at a cell, by hit policy and double lines alone."""
    extent = _measure(view, position, False, Glossary())
    return extent is not None and find_orientation(view, extent) is not None


def _measure(view: SheetView, position: tuple[int, int], is_wanted: bool, glossary: Glossary) -> Area | None:
    """The extent of the table that begins at a cell, None if it is certainly not a table."""
    row, column = position
    if not view.is_filled(row + 1, column) or not (is_wanted or _may_begin(view, row, column)):
        return None
    extent = view.measure(row, column)
    if len(extent.rows) < _FEWEST_ROWS or len(extent.columns) < 2:
        return None
    return extent if is_wanted or _has_line(view, extent) or _has_variables(view, extent, glossary) else None


def _may_begin(view: SheetView, row: int, column: int) -> bool:
    """Whether a table could begin at a cell: at the top left of a block, or below a title that stands there."""
    if view.is_filled(row + 1, column - 1) and not view.is_accounted((row + 1, column - 1)):
        return False
    if not view.is_filled(row - 1, column):
        return True
    return view.peek(row + 1, column) in POLICIES and not view.is_filled(row - 2, column)


def _has_line(view: SheetView, extent: Area) -> bool:
    """Whether a double line stands at a heading; a crosstab is known by its corner."""
    if find_orientation(view, extent) is Orientation.CROSSTAB:
        return True
    return any(view.has_line(extent.top + 1, column, "right") for column in extent.columns) or any(
        view.has_line(row, extent.left, "bottom") for row in extent.rows
    )


def _has_variables(view: SheetView, extent: Area, glossary: Glossary) -> bool:
    """Whether all headings of a row are variables of a glossary."""
    headings = [view.peek(extent.top + 1, column) for column in extent.columns[1:]]
    return glossary.is_written and all(heading in glossary.entries for heading in headings)


def _decide_orientation(view: SheetView, extent: Area, glossary: Glossary, is_wanted: bool) -> Orientation | None:
    found = find_orientation(view, extent)
    if found is not None or not is_wanted:
        return found
    if view.peek(extent.top + 1, extent.left) in glossary.entries:
        return Orientation.COLUMNS
    return Orientation.ROWS


def _report_leftovers(view: SheetView, diagnostics: Diagnostics) -> None:
    for source in view.leftovers():
        message = "this is not part of any table and is not read"
        help = "if it is a rule, a column or a table: leave no blank row or column before it, and mark it as one"
        diagnostics.warning("cells-not-read", message, source, help=help)
