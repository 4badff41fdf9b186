"""The sheet `Tests`: example patients and the answers that are expected of them.

An input cell is a value as in a Then cell: a listed text, yes or no, a number, a date, a list (`bleeding, pain`,
`none`); an empty cell or `-` leaves the field out.

An expected cell stands under `Decision` or `Decision: output column`. Each of its lines is one of

- a value: the outcome is that value (of a decision with several outputs: its first output column is);
- of a list outcome, values with commas between: each of them is among the values of the first (or the named) output
  column; where that column's cells are lists themselves, among the values of all these lists;
- `not: a, b`: none of these values is;
- `only: a, b`: the values are these and no others, in any order;
- `none`: the empty list;
- `null`: no value;
- `undetermined`: the answer depends on fields that are missing;
- `needs: Field, Field`: it is undetermined, and these fields are among those that are needed.

A listed value that is spelt as one of the words is that value. A text with a comma in it is put in quotes where
several are expected. A value of several lines is put in quotes too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dmn_engine.diagnostics import Diagnostic, Diagnostics, Severity, Span, nearest_name, offer
from dmn_engine.feel.syntax import (
    Expression,
    ListLiteral,
    NullLiteral,
)
from dmn_engine.feel.types import ListType
from dmn_engine.model.cell_text import Piece, fold_label, is_dash, join_words, split_at, trim, whole
from dmn_engine.model.data_dictionary import ANY_VALUE, Value
from dmn_engine.model.decision_table import Example, Expectation
from dmn_engine.model.type_constraints import read_constant
from dmn_engine.model.workbook_source import CellSource, ExampleSource, LabelledCell, WorkbookSource
from dmn_engine.workbook.cells import read_output
from dmn_engine.workbook.cells.listed import Listed
from dmn_engine.workbook.cells.lists import read_items
from dmn_engine.workbook.cells.reading import ColumnType, Reading, Scope
from dmn_engine.workbook.columns import Names
from dmn_engine.workbook.consequences import suspect_workbook
from dmn_engine.workbook.types import DecisionTypes


def build_examples(
    workbooks: Sequence[WorkbookSource], names: Names, types: DecisionTypes, found: Diagnostics
) -> Iterator[Example]:
    """Every example; one with an error in its cells or labels carries it."""
    builder = _ExampleBuilder(names, types, found)
    for workbook in workbooks:
        errors = [item for item in workbook.diagnostics if item.severity is Severity.ERROR]
        for source in workbook.examples:
            yield builder.build(source, errors)


@dataclass(frozen=True, slots=True)
class _ExampleBuilder:
    names: Names
    types: DecisionTypes
    found: Diagnostics

    def build(self, source: ExampleSource, read: Sequence[Diagnostic]) -> Example:
        """The example with its errors: those of reading its cells, among `read`, else those of building it."""
        before = len(self.found.items)
        record: dict[str, Value] = {}
        cells: dict[str, CellSource] = {}
        for labelled in source.inputs:
            self._read_input(labelled, record, cells)
        expected: dict[tuple[str, str], tuple[CellSource, Expectation]] = {}
        for labelled in source.expected:
            wanted = self._read_expected(labelled)
            if wanted is None:
                continue
            key, expectation = wanted
            if key in expected:
                self._report_repeated(labelled, ": ".join(filter(None, key)), expected[key][0])
            else:
                expected[key] = (labelled.cell, expectation)
        own = {cell.source.origin for item in (*source.inputs, *source.expected) for cell in (item.label, item.cell)}
        errors = [item for item in read if item.source.origin in {source.name.source.origin, *own}]
        failing = {item.source.origin for item in errors}
        errors += [
            item
            for item in self.found.items[before:]
            if item.severity is Severity.ERROR and item.source.origin not in failing
        ]
        return Example(source.name.text, source.name, record, expected, cells, tuple(dict.fromkeys(errors)))

    def _read_input(self, labelled: LabelledCell, record: dict[str, Value], cells: dict[str, CellSource]) -> None:
        item = self.names.find_field(labelled.label.text)
        if item is None:
            near = nearest_name(labelled.label.text, self.names.dictionary.labels())
            self.found.error(
                "unknown-field",
                f"`{labelled.label.text}` is not a field of the data dictionary",
                labelled.label.source,
                help=offer(near, "write the title or name of a field"),
            )
            return
        if _is_left_out(labelled.cell):
            return
        column = ColumnType(item.title, item.type, item.domain, False, item.unit)
        expression = read_output(Reading(labelled.cell, column, Scope(), self.found, is_output=True))
        if item.name in cells:
            self._report_repeated(labelled, item.title, cells[item.name])
        elif expression is not None:
            record[item.name] = self._evaluate(expression, labelled.cell)
            cells[item.name] = labelled.cell

    def _report_repeated(self, labelled: LabelledCell, title: str, first: CellSource) -> None:
        self.found.error(
            "repeated-column",
            f"the example has two cells for `{title}`",
            labelled.cell.source,
            related=((first.source, "the other cell"),),
            help="keep one of them; what is expected may take several lines of one cell",
        )

    def _evaluate(self, expression: Expression, cell: CellSource) -> Value:
        if isinstance(expression, ListLiteral):
            return [self._evaluate(item, cell) for item in expression.items]
        value = read_constant(expression)
        if value is not None or isinstance(expression, NullLiteral):
            return value
        self.found.error(
            "value-expected",
            "an example is made of plain values",
            cell.source,
            expression.span,
            help="write the value itself",
        )
        return None

    def _read_expected(self, labelled: LabelledCell) -> tuple[tuple[str, str], Expectation] | None:
        target = self._find_target(labelled.label)
        if target is None or _is_left_out(labelled.cell):
            return None
        key, type_, is_list = target
        free = replace(type_, domain=ANY_VALUE) if type_.is_given else type_
        reading = Reading(labelled.cell, free, Scope(), self.found, is_output=True)
        expectation = self._read_clauses(reading, is_list)
        self._warn_never_given(reading, type_, expectation)
        return key, expectation

    def _warn_never_given(self, reading: Reading, type_: ColumnType, expectation: Expectation) -> None:
        """Warn of a text that must be absent but that no rule gives: the expectation would test nothing."""
        for text in expectation.absent:
            if type_.texts is None or not isinstance(text, str) or text in type_.texts:
                continue
            start = reading.text.find(text)
            reading.warn(
                "never-given",
                f"no rule gives `{text}`, so that it is always absent",
                Span(start, start + len(text)) if start >= 0 else None,
                offer(nearest_name(text, type_.texts), "write a value that some rule gives"),
            )

    def _find_target(self, label: CellSource) -> tuple[tuple[str, str], ColumnType, bool] | None:
        """The decision and column that a label names, the type of one value there, and whether there are several."""
        decision, column = self._split_label(label.text)
        if decision is None:
            name = label.text.partition(":")[0].strip()
            near = nearest_name(name, self.names.decisions)
            self.found.error(
                "unknown-decision",
                f"there is no decision `{name}`",
                label.source,
                help=offer(near, suspect_workbook(name)),
            )
            return None
        columns = self.types.members(decision)
        is_list = isinstance(self.names.decisions[decision].type, ListType)
        found = next((item for item in columns if not column or fold_label(item.label) == fold_label(column)), None)
        if found is None and column and columns:
            near = nearest_name(column, [item.label for item in columns])
            self.found.error(
                "unknown-output",
                f"`{decision}` has no output `{column}`",
                label.source,
                help=offer(near, f"its outputs are: {join_words(item.label for item in columns)}"),
            )
            return None
        type_ = found or ColumnType(decision, self.names.decisions[decision].type)
        is_list = is_list or isinstance(type_.type, ListType)
        return (decision, found.label if column and found else ""), _strip_lists(type_), is_list

    def _split_label(self, text: str) -> tuple[str | None, str]:
        decision = self.names.find_decision(text)
        if decision is not None:
            return decision, ""
        for colon in re.finditer(":", text):
            decision = self.names.find_decision(text[: colon.start()])
            if decision is not None:
                return decision, text[colon.end() :].strip()
        return None, ""

    def _read_clauses(self, reading: Reading, is_list: bool) -> Expectation:
        expectation = Expectation()
        lines = split_at(reading.text, whole(reading.text), "\n")
        if not is_list and not all(_CLAUSE.match(line.text) for line in lines):
            lines = [whole(reading.text)]
        for line in (line for line in lines if line.text):
            expectation = self._read_clause(reading, line, is_list, expectation)
        return expectation

    def _read_clause(self, reading: Reading, line: Piece, is_list: bool, so_far: Expectation) -> Expectation:
        found = _CLAUSE.match(line.text)
        values = reading.column.domain.values
        listed = Listed(item for item in values or () if isinstance(item, str))
        if found is None or listed.find(line.text) is not None:
            if is_list:
                return replace(so_far, present=so_far.present + self._read_values(reading, line))
            expression = read_output(replace(reading, column=replace(reading.column, nullable=True)))
            return (
                so_far
                if expression is None
                else replace(so_far, is_exact=True, value=self._evaluate(expression, reading.cell))
            )
        rest = trim(reading.text, line.span.start + found.end(), line.span.end)
        match found[0].rstrip(" :").casefold():
            case "undetermined":
                return replace(so_far, undetermined=True)
            case "needs":
                return replace(so_far, undetermined=True, needs=so_far.needs + self._read_fields(reading, rest))
            case "not":
                return replace(so_far, absent=so_far.absent + self._read_values(reading, rest))
            case "only":
                return replace(so_far, is_exact=True, value=list(self._read_values(reading, rest)))
            case "none" if is_list:
                return replace(so_far, is_exact=True, value=[])
            case "null":
                return replace(so_far, is_exact=True, value=None)
        expression = read_output(reading)
        return (
            so_far
            if expression is None
            else replace(so_far, is_exact=True, value=self._evaluate(expression, reading.cell))
        )

    def _read_values(self, reading: Reading, piece: Piece) -> tuple[Value, ...]:
        items = read_items(reading.of(replace(reading.column, type=ListType(reading.column.type))), piece, ",")
        return tuple(self._evaluate(item, reading.cell) for item in items or ())

    def _read_fields(self, reading: Reading, piece: Piece) -> tuple[str, ...]:
        names = []
        for part in split_at(reading.text, piece, ","):
            item = self.names.find_field(part.text)
            if item is not None:
                names.append(item.name)
                continue
            near = nearest_name(part.text, self.names.dictionary.labels())
            reading.error(
                "unknown-field",
                f"`{part.text}` is not a field of the data dictionary",
                part.span,
                offer(near, "write the title or name of a field"),
            )
        return tuple(names)


_CLAUSE = re.compile(r"(?:undetermined|none|null)$|(?:needs|not|only)\s*:\s*", re.IGNORECASE)


def _is_left_out(cell: CellSource) -> bool:
    return not cell.text.strip() or is_dash(cell.text)


def _strip_lists(column: ColumnType) -> ColumnType:
    while isinstance(column.type, ListType):
        column = column.item
    return column
