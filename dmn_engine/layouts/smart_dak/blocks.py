"""Where the decision tables and schedules of a sheet are, by their labels.

    Decision ID     | IMMZ.D2.DT.BCG          and: Business rule, Trigger, Decision name, Activity ID, Hit policy ...
    Inputs                    | Output | Guidance displayed to health worker | Annotations | Reference(s)
    (a title over the whole width, any number)
    "HIV status" | Age        |        |                                     |             |
    rules, one a row; inputs merged over rows hold for all of them; notes over the whole width

Without the row of expressions the headings of the columns themselves name the inputs, or the cells do. Tables stand
below and beside each other; a table ends where the next id begins, at an empty column to the right, and at its last
row with a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dmn_engine.diagnostics import CellRef, Diagnostics
from dmn_engine.layouts.smart_dak.labels import (
    Fact,
    Kind,
    find_fact,
    find_kind,
    is_decision_id,
    is_explanation,
    is_input_group,
    is_schedule_id,
)
from dmn_engine.layouts.smart_dak.pseudocode import NotUnderstood, parse_condition
from dmn_engine.layouts.smart_dak.sheet import Cell, Sheet
from dmn_engine.model.cell_text import is_dash
from dmn_engine.model.decision_table import HitPolicy


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `heading` is the cell that names it (its expression), `group` the one above."""

    index: int
    kind: Kind
    heading: Cell
    group: Cell


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: its row, and further rows that only continue its annotations."""

    index: int
    further: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A decision table, as found. `corner` is the cell with the letter of the hit policy, where there is one."""

    sheet: Sheet
    id: Cell
    facts: Mapping[Fact, Cell]
    header: Cell
    corner: Cell | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    titles: tuple[Cell, ...]
    notes: tuple[Cell, ...]
    place: CellRef
    part: int = 1

    def list_columns(self, kind: Kind) -> list[Column]:
        """The columns of a kind."""
        return [column for column in self.columns if column.kind is kind]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A table of services and their dates: texts under headings."""

    id: Cell
    headings: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    place: CellRef


@dataclass(frozen=True, slots=True)
class Found:
    """All that a sheet has; `explanations` are ids under which the layout is explained."""

    blocks: tuple[Block, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    explanations: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A cell `Decision ID` or `Schedule ID`, the cell with the id, and the part of the sheet that is its own."""

    label: Cell
    id: Cell
    is_schedule: bool
    top: int = 0
    bottom: int = 0
    right: int = 0

    @property
    def row(self) -> int:
        return self.label.area.top

    @property
    def left(self) -> int:
        return self.label.area.left


def find_blocks(sheet: Sheet, diagnostics: Diagnostics) -> Found:
    """Everything of this layout on the sheet; what an id has no table for is reported."""
    blocks: list[Block] = []
    schedules: list[Schedule] = []
    explanations: list[Cell] = []
    for anchor in _list_anchors(sheet):
        if is_explanation(anchor.id.text):
            explanations.append(anchor.id)
        elif anchor.is_schedule:
            schedules.append(_read_schedule(sheet, anchor))
        else:
            read = list(_Reader(sheet, anchor, diagnostics).read())
            blocks.extend(read)
            if not read:
                place = sheet.place(anchor.row, anchor.left, anchor.bottom, anchor.right).cell
                message = f"there is no table under this id: no row in {place} has labels of columns (`Output`, ...)"
                diagnostics.error("table-missing", message, anchor.id.source)
    return Found(tuple(blocks), tuple(schedules), tuple(explanations))


_MAX_WIDTH = 200  # columns of a table; a stray text far away costs nothing
_BESIDE = 4  # rows: tables beside each other begin about the same row


def _list_anchors(sheet: Sheet) -> list[_Anchor]:
    found = [anchor for cell in sheet.cells() if (anchor := _read_anchor(sheet, cell)) is not None]
    return [_bound(anchor, found, sheet) for anchor in found]


def _read_anchor(sheet: Sheet, label: Cell) -> _Anchor | None:
    """The anchor that the cell is: a label with an id beside it, not one of a list of labels."""
    is_schedule = is_schedule_id(label.text)
    if not is_schedule and not is_decision_id(label.text):
        return None
    column = label.area.right + 1
    while column <= sheet.last_column:
        beside = sheet.at(label.area.top, column)
        if not beside.is_blank:
            is_label = find_fact(beside.text) or find_kind(beside.text) or is_decision_id(beside.text)
            if is_label or is_schedule_id(beside.text):
                return None
            return _Anchor(label, beside, is_schedule, _find_top(sheet, label))
        column = beside.area.right + 1
    return None


def _find_top(sheet: Sheet, label: Cell) -> int:
    """The first of the rows with facts right above the id."""
    top = label.area.top
    while top > 1 and find_fact(sheet.at(top - 1, label.area.left).text) is not None:
        top -= 1
    return top


def _bound(anchor: _Anchor, others: Sequence[_Anchor], sheet: Sheet) -> _Anchor:
    """The anchor with its limits: the next one to the right that begins beside it, the next one below."""
    beside = [item.left for item in others if item.left > anchor.left and abs(item.row - anchor.row) <= _BESIDE]
    right = min(min(beside, default=sheet.last_column + 1) - 1, anchor.left + _MAX_WIDTH)
    below = [
        item.top
        for item in others
        if item.row > anchor.row and item.left <= right and item.id.area.right >= anchor.left
    ]
    return replace(anchor, bottom=min(below, default=sheet.last_row + 1) - 1, right=right)


def _read_schedule(sheet: Sheet, anchor: _Anchor) -> Schedule:
    """All texts below the id: the first row with three or more headings names the columns."""
    rows = [
        [sheet.at(row, column) for column in range(anchor.left, anchor.right + 1)]
        for row in range(anchor.row + 1, anchor.bottom + 1)
    ]
    rows = [row for row in rows if any(cell.is_own and not cell.is_blank for cell in row)]
    at = next((at for at, row in enumerate(rows) if _count_own(row) > 2), len(rows))
    headings = tuple(rows[at]) if at < len(rows) else ()
    body = tuple(tuple(row) for row in rows[at + 1 :])
    cells = [cell for row in rows for cell in row if cell.is_own and not cell.is_blank] or [anchor.id]
    right = max(max(cell.area.right for cell in cells), anchor.id.area.right)
    bottom = max(cell.area.bottom for cell in cells)
    return Schedule(anchor.id, headings, body, sheet.place(anchor.row, anchor.left, bottom, right))


def _count_own(row: Sequence[Cell]) -> int:
    return sum(cell.is_own and not cell.is_blank for cell in row)


@dataclass(slots=True)
class _Reader:
    """Reads the table under an id; more than one where the row of labels comes again."""

    sheet: Sheet
    anchor: _Anchor
    diagnostics: Diagnostics
    facts: dict[Fact, Cell] = field(default_factory=dict)

    def read(self) -> Iterator[Block]:
        headers = [row for row in range(self.anchor.row + 1, self.anchor.bottom + 1) if self._is_header(row)]
        headers = [row for at, row in enumerate(headers) if at == 0 or not self._continues(headers[at - 1], row)]
        if not headers:
            return
        self._read_facts(headers[0])
        for part, row in enumerate(headers, 1):
            end = headers[part] - 1 if part < len(headers) else self.anchor.bottom
            yield self._read_block(row, end, part)

    def _continues(self, header: int, row: int) -> bool:
        """Whether the labels of this row still belong to the header: its second row, or repeated over expressions."""
        return all(
            self.sheet.at(between, column).is_blank or self._is_title(between)
            for between in range(header + 1, row)
            for column in self._columns()
        )

    def _columns(self) -> range:
        return range(self.anchor.left, self.anchor.right + 1)

    def _is_header(self, row: int) -> bool:
        """Whether two columns or more have known labels, one of them that of an output."""
        kinds = [
            kind
            for column in self._columns()
            if (cell := self.sheet.at(row, column)).is_own and (kind := find_kind(cell.text)) is not None
        ]
        return Kind.OUTPUT in kinds and len(kinds) > 1

    def _read_facts(self, header: int) -> None:
        """The labelled rows around the id, above the header."""
        for row in range(self.anchor.top, header):
            label = self.sheet.at(row, self.anchor.left)
            fact = find_fact(label.text)
            for column in range(label.area.right + 1, self.anchor.right + 1):
                value = self.sheet.at(row, column)
                if fact is not None and not value.is_blank:
                    self.facts.setdefault(fact, value)
                    break

    def _read_block(self, header: int, end: int, part: int) -> Block:
        left, right = self._find_width(header)
        bottom = self._find_depth(header, left, right, end)
        titles: list[Cell] = []
        row = bottom + 1
        while row <= end and (self._is_title(row) or self._is_empty(row, left, right)):
            titles.extend(cell for cell in self._own(row, left, right) if not cell.is_blank)
            row += 1
        expressions = bottom
        if self._holds_expressions(row, header, left, right) and row <= end:
            expressions, row = row, row + 1
        else:
            row = bottom + 1 + len({cell.area.top for cell in titles})
        columns = self._read_columns(header, bottom, expressions, left, right)
        rows, notes = self._read_rows(row, end, columns)
        corner = next((column.heading for column in columns if column.kind is Kind.RULE_ID), None)
        last = max([row_.further[-1] if row_.further else row_.index for row_ in rows], default=expressions)
        return Block(
            self.sheet,
            self.anchor.id,
            dict(self.facts),
            self.sheet.at(header, left),
            corner,
            columns,
            rows,
            tuple(titles),
            notes,
            self.sheet.place(self.anchor.top if part == 1 else header, left, last, right),
            part,
        )

    def _find_width(self, header: int) -> tuple[int, int]:
        """From the label of the id to the last heading before an empty column."""
        known = [
            column
            for column in self._columns()
            if find_kind(self.sheet.at(header, column).text) not in (None, Kind.INPUT)
        ]
        right = max(min(known), self.anchor.left)
        while right < self.anchor.right and not self.sheet.at(header, right + 1).is_blank:
            right += 1
        return self.anchor.left, max(right, max(known))

    def _find_depth(self, header: int, left: int, right: int, end: int) -> int:
        """The last row of the header: headings merged over two rows make it two."""
        areas = [self.sheet.at(header, column).area for column in range(left, right + 1)]
        return min(max(area.bottom for area in areas), end)

    def _own(self, row: int, left: int, right: int) -> list[Cell]:
        return [cell for column in range(left, right + 1) if (cell := self.sheet.at(row, column)).is_own]

    def _is_empty(self, row: int, left: int, right: int) -> bool:
        return all(cell.is_blank for cell in self._own(row, left, right))

    def _is_title(self, row: int) -> bool:
        """Whether the row is one text over the table's width, or one at its beginning that is not a condition."""
        texts = [cell for cell in self._own(row, self.anchor.left, self.anchor.right) if not cell.is_blank]
        if len(texts) != 1 or texts[0].area.left > self.anchor.left + 1:
            return False
        inherited = [self.sheet.at(row, column) for column in self._columns()]
        if any(not cell.is_own and not cell.is_blank and cell.area.top < row for cell in inherited):
            return False
        return not _is_condition(texts[0].text)

    def _holds_expressions(self, row: int, header: int, left: int, right: int) -> bool:
        """Whether the row names the inputs: their heading is one for all, it has no output, not only conditions."""
        inputs: list[str] = []
        for column in range(left, right + 1):
            above, cell = self.sheet.at(header, column), self.sheet.at(row, column)
            kind = find_kind(above.text)
            if kind in (None, Kind.INPUT) and self._is_left_of_outputs(header, column):
                if not is_input_group(above.text) and not above.is_blank:
                    return False
                inputs.append(cell.text)
            elif not cell.is_blank and cell.area != above.area and cell.text.casefold() != above.text.casefold():
                return False
        texts = [text for text in inputs if text and not is_dash(text)]
        return bool(texts) and not all(_is_condition(text) for text in texts)

    def _is_left_of_outputs(self, header: int, column: int) -> bool:
        kinds = [find_kind(self.sheet.at(header, other).text) for other in range(self.anchor.left, column + 1)]
        return all(kind in (None, Kind.INPUT, Kind.RULE_ID) for kind in kinds) or kinds[-1] is Kind.INPUT

    def _read_columns(self, header: int, bottom: int, expressions: int, left: int, right: int) -> tuple[Column, ...]:
        columns: list[Column] = []
        for index in range(left, right + 1):
            group, label = self.sheet.at(header, index), self.sheet.at(bottom, index)
            kind = self._find_column_kind(index, group, label, columns)
            heading = label
            if kind is Kind.INPUT and expressions > bottom:
                heading = self.sheet.at(expressions, index)
            columns.append(Column(index, kind, heading, group))
        return tuple(columns)

    def _find_column_kind(self, index: int, group: Cell, label: Cell, before: Sequence[Column]) -> Kind:
        known = find_kind(label.text) or find_kind(group.text)
        if known is not None:
            return known
        if index == self.anchor.left and _is_corner(label.text):
            return Kind.RULE_ID
        if all(column.kind in (Kind.INPUT, Kind.RULE_ID) for column in before):
            return Kind.INPUT
        message = f"this label of a column is not known here: `{label.text}`; the column is kept as an output of texts"
        self.diagnostics.note("unknown-column", message, label.source)
        return Kind.OUTPUT

    def _read_rows(self, start: int, end: int, columns: Sequence[Column]) -> tuple[tuple[Row, ...], tuple[Cell, ...]]:
        rows: list[Row] = []
        notes: list[Cell] = []
        for row in range(start, end + 1):
            own = {
                column.index: cell
                for column in columns
                if not (cell := self.sheet.at(row, column.index)).is_blank and cell.is_own
            }
            if not own:
                if self._is_continued(row, columns):
                    rows.append(Row(row))
                continue
            note = self._find_note(row, own, columns)
            kinds = {column.kind for column in columns if column.index in own}
            if note is not None:
                notes.append(note)
            elif kinds & {Kind.INPUT, Kind.OUTPUT} or not rows:
                rows.append(Row(row))
            else:
                rows[-1] = replace(rows[-1], further=(*rows[-1].further, row))
                cell = next(iter(own.values()))
                message = (
                    f"the row has no input and no output of its own; its texts go with the rule of row {rows[-1].index}"
                )
                self.diagnostics.note("row-joined", message, cell.source)
        return tuple(rows), tuple(notes)

    def _is_continued(self, row: int, columns: Sequence[Column]) -> bool:
        """Whether a row without a text of its own is a rule: some condition and output go on, some cell is empty."""
        inputs = [self.sheet.at(row, column.index) for column in columns if column.kind is Kind.INPUT]
        outputs = [self.sheet.at(row, column.index) for column in columns if column.kind is Kind.OUTPUT]
        goes_on = any(not cell.is_blank for cell in inputs) and any(not cell.is_blank for cell in outputs)
        return goes_on and any(cell.is_blank for cell in inputs)

    def _find_note(self, row: int, own: Mapping[int, Cell], columns: Sequence[Column]) -> Cell | None:
        """The text of a row that is not a rule: over inputs and outputs at once, or alone and not a condition."""
        outputs = [column.index for column in columns if column.kind is Kind.OUTPUT]
        inputs = [column.index for column in columns if column.kind is Kind.INPUT]
        first = next(iter(own.values()))
        if outputs and inputs and first.area.left <= inputs[0] and first.area.right >= outputs[0] and len(own) == 1:
            return first
        is_alone = len(own) == 1 and first.area.left <= columns[0].index + 1
        has_output = any(not self.sheet.at(row, index).is_blank for index in outputs)
        is_note = first.text.casefold().startswith("note")
        return first if is_alone and not has_output and is_note else None


def _is_corner(text: str) -> bool:
    letters = {policy.value for policy in HitPolicy}
    return text.replace(" ", "").upper() in letters or text.casefold().startswith("u or ")


def _is_condition(text: str) -> bool:
    """Whether one of the lines is a condition in pseudocode."""
    lines = text.split("\n")
    for start in range(min(len(lines), 2)):
        try:
            parse_condition("\n".join(lines[start:]))
        except NotUnderstood:
            continue
        return True
    return False
