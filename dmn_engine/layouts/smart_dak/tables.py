"""Convert a table on a sheet to a decision, with every rule, every text and the address of every cell.

A condition that is not understood keeps its text behind a warning sign, which is not FEEL, so that the table gives no
answer instead of a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dmn_engine.diagnostics import Severity, Source
from dmn_engine.layouts.smart_dak.blocks import Block, Column, Row
from dmn_engine.layouts.smart_dak.complaints import Complaints
from dmn_engine.layouts.smart_dak.elements import DAYS, MONTHS, Elements, describe, key_of
from dmn_engine.layouts.smart_dak.labels import Fact, Kind
from dmn_engine.layouts.smart_dak.outputs import OutputClause, list_outputs
from dmn_engine.layouts.smart_dak.pseudocode import NotUnderstood
from dmn_engine.layouts.smart_dak.reading import (
    read_assignments,
    read_condition,
    read_label,
    read_subject,
)
from dmn_engine.layouts.smart_dak.sheet import Cell
from dmn_engine.layouts.smart_dak.syntax import Assignment, Condition, Element, Operand, Text
from dmn_engine.layouts.smart_dak.translation import Clause, Test, list_assumed, make_clause, translate
from dmn_engine.model.boxed_expressions import (
    DecisionRule,
    Identity,
    InputClauseSource,
    LiteralExpression,
    TableExpression,
    Variable,
)
from dmn_engine.model.cell_text import fold_value, is_dash
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.definitions import Decision, Reference
from dmn_engine.model.policy_words import POLICIES

UNREADABLE = "⚠ "
AS_WRITTEN = "Conditions as written"
_HELP = 'write it as the workbook explains, on a line of its own below the prose: `"Data element" = "value"`'


@dataclass(frozen=True, slots=True)
class Entry:
    """An input cell of a rule: its condition, None for any; or why it is not understood."""

    cell: Cell
    condition: Condition | None = None
    error: NotUnderstood | None = None


@dataclass(frozen=True, slots=True)
class InputClause:
    """A column of inputs with its entries; `subject` is what its heading names in pseudocode."""

    column: Column
    label: str
    subject: Operand | None
    entries: tuple[Entry, ...]

    @property
    def is_filler(self) -> bool:
        """Whether nothing is asked here, under no heading of its own."""
        heading = self.column.heading
        is_nameless = heading.is_blank or is_dash(heading.text) or heading.area.is_wide
        return is_nameless and all(entry.condition is None and entry.error is None for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Table:
    """A block with its conditions read."""

    block: Block
    inputs: tuple[InputClause, ...]


def read_table(block: Block, elements: Elements) -> Table:
    """Read every condition of the block, and record the elements that it compares."""
    inputs = []
    for column in block.list_columns(Kind.INPUT):
        heading = column.heading
        label = read_label(heading.text)
        cells = [block.sheet.at(row.index, column.index) for row in block.rows]
        entries = {cell.origin: _read_entry(cell, label) for cell in {cell.origin: cell for cell in cells}.values()}
        read = InputClause(column, label, read_subject(heading.text), tuple(entries[cell.origin] for cell in cells))
        if read.is_filler:
            continue
        for origin, entry in entries.items():
            if entry.condition is not None:
                elements.note(entry.condition, origin)
        elements.note_subject(_main_subject(read), heading.origin, label, heading.text.partition("\n")[2])
        inputs.append(read)
    _note_recorded(block, elements)
    return Table(block, tuple(inputs))


def _note_recorded(block: Block, elements: Elements) -> None:
    """The texts that the outputs record are choices of their elements."""
    for column in block.list_columns(Kind.OUTPUT):
        for row in block.rows:
            for item in read_assignments(block.sheet.at(row.index, column.index).text):
                if isinstance(item, Assignment) and isinstance(item.value, Text):
                    elements.note_choice(item.element, item.value.value)


def _read_entry(cell: Cell, label: str) -> Entry:
    try:
        return Entry(cell, read_condition(cell, label))
    except NotUnderstood as error:
        return Entry(cell, error=error)


def _main_subject(column: InputClause) -> Operand:
    return column.subject if column.subject is not None else Element(column.label or "unnamed column")


def build_decision(
    table: Table,
    name: str,
    identifier: str,
    elements: Elements,
    references: Mapping[str, str],
    complaints: Complaints,
) -> Decision:
    """The decision; `references` are the ids of knowledge sources by their texts."""
    block = table.block
    columns = [_Column(column, elements, complaints) for column in table.inputs]
    clauses = [(column, clause) for column in columns for clause in column.clauses]
    outputs = list_outputs(block, complaints)
    names = [read_label(column.heading.text) for column in _list_annotations(block)]
    boxed = TableExpression(
        origin=block.place,
        hit_policy=_read_hit_policy(block, complaints),
        inputs=tuple(column.input_clause(clause) for column, clause in clauses),
        outputs=tuple(output.clause() for output in outputs),
        rules=tuple(_build_rules(table, columns, outputs, complaints)),
        annotations=(AS_WRITTEN, *names),
    )
    inputs = {elements.id_of(item): item for _, clause in clauses for item in clause.operands}
    return Decision(
        name=name,
        variable=Variable(Source(name, block.id.origin)),
        logic=boxed,
        information=tuple(Reference(Source(f"#{key}", block.id.origin), "", key) for key in inputs),
        knowledge=(),
        authority=tuple(_list_authority(block, references)),
        origin=block.id.origin,
        question=_text_of(block, Fact.BUSINESS_RULE) or _text_of(block, Fact.NAME),
        identity=Identity(identifier, _text_of(block, Fact.NAME), "\n".join(_describe(block))),
    )


def _text_of(block: Block, fact: Fact) -> str:
    return block.facts[fact].text if fact in block.facts else ""


def _describe(block: Block) -> Iterator[str]:
    """The rest of what stands above, between and below the table."""
    for fact, cell in block.facts.items():
        if fact is not Fact.BUSINESS_RULE:
            yield f"{fact.value}: {cell.text}"
    for cell in (*block.titles, *block.notes):
        yield cell.text


def _list_annotations(block: Block) -> list[Column]:
    kinds = (Kind.RULE_ID, Kind.ANNOTATION, Kind.REFERENCE)
    return [column for column in block.columns if column.kind in kinds]


def list_references(block: Block) -> Iterator[Cell]:
    """The reference of every rule."""
    for column in block.list_columns(Kind.REFERENCE):
        for row in block.rows:
            for index in (row.index, *row.further):
                cell = block.sheet.at(index, column.index)
                if not cell.is_blank and not is_dash(cell.text):
                    yield cell


def _list_authority(block: Block, references: Mapping[str, str]) -> Iterator[Reference]:
    found = {references[cell.text]: cell for cell in list_references(block) if cell.text in references}
    for identifier, cell in found.items():
        yield Reference(Source(f"#{identifier}", cell.origin), "", identifier)


class _Column:
    """The clauses that a column of inputs becomes, and its tests row by row."""

    def __init__(self, column: InputClause, elements: Elements, complaints: Complaints) -> None:
        self.column = column
        self.clauses: list[Clause] = []
        self.tests: list[tuple[Test, ...] | None] = [
            self._translate(entry, elements, complaints) for entry in column.entries
        ]
        if not self.clauses:
            self._add(make_clause(_main_subject(column), elements))
        self._compare_with_heading(complaints)

    def _translate(self, entry: Entry, elements: Elements, complaints: Complaints) -> tuple[Test, ...] | None:
        """The tests of an entry; None where it is not understood, which is reported."""
        try:
            if entry.error is not None:
                raise entry.error
            tests = () if entry.condition is None else translate(entry.condition, elements)
            self._report_assumed(entry, elements, complaints)
        except NotUnderstood as error:
            code = "condition-not-understood" if entry.cell.text else "empty-condition"
            message = (
                f"the condition is not understood: {error.message}"
                if entry.cell.text
                else f"{error.message}, but a rule needs a condition here"
            )
            help = error.help or _HELP
            complaints.add(Severity.ERROR, code, message, entry.cell.source, error.span, help=help)
            return None
        for test in tests:
            self._add(test.clause)
        return tests

    def _report_assumed(self, entry: Entry, elements: Elements, complaints: Complaints) -> None:
        for choices in () if entry.condition is None else list_assumed(entry.condition, elements):
            parts = ", ".join(f'"{part}"' for part in choices.parts)
            message = (
                f'"{choices.whole}" is read as a list of {len(choices.parts)} choices ({parts}): the tables do not use '
                "all of these, nor the whole, as choices elsewhere"
            )
            help = f"write `in {parts}`, or `in '{choices.whole}'` for one choice"
            complaints.add(Severity.NOTE, "list-assumed", message, entry.cell.source, help=help)

    def _add(self, clause: Clause) -> None:
        if all(other.key != clause.key for other in self.clauses):
            self.clauses.append(clause)

    def _compare_with_heading(self, complaints: Complaints) -> None:
        """Report a heading that names another element than its cells test."""
        subject = self.column.subject
        if subject is None:
            return
        heading = self.column.column.heading
        for clause in self.clauses:
            if not clause.is_whole_condition and clause.label.casefold() != describe(subject).casefold():
                cells = dict.fromkeys(
                    entry.cell.origin.cell
                    for entry, tests in zip(self.column.entries, self.tests, strict=True)
                    if any(test.clause.key == clause.key for test in tests or ())
                )
                message = (
                    f"the heading names `{describe(subject)}`, but {', '.join(cells)} "
                    f"{'test' if len(cells) > 1 else 'tests'} `{clause.label}`; the cells are followed"
                )
                complaints.add(Severity.WARNING, "heading-differs", message, heading.source)

    def input_clause(self, clause: Clause) -> InputClauseSource:
        """The clause as a column of the table."""
        heading = self.column.column.heading
        is_shared = heading.area.is_wide  # one heading over several columns, each about something else
        label = clause.label if is_shared or not self.column.label else self.column.label
        if len(self.clauses) > 1:
            unit = {DAYS: ", in days", MONTHS: ", in months and years"}.get(clause.type, "")
            is_main = self.column.subject is None or clause.key.startswith(key_of(self.column.subject))
            label = f"{label}{unit}" if is_main and unit else f"{label}: {clause.label}"
        type_ = Source(clause.type, heading.origin) if clause.type else None
        expression = LiteralExpression(
            origin=heading.origin, type=type_, text=Source(clause.expression, heading.origin)
        )
        return InputClauseSource(expression, None, Identity(label=label, description=heading.text))

    def cells(self, at: int) -> Iterator[Source]:
        """The unary tests of a rule, one for each clause."""
        entry, tests = self.column.entries[at], self.tests[at]
        if tests is None:
            yield Source(UNREADABLE + entry.cell.text, entry.cell.origin)
            yield from (Source("-", entry.cell.origin) for _ in self.clauses[1:])
            return
        for clause in self.clauses:
            text = next((test.text for test in tests if test.clause.key == clause.key), "-")
            yield Source(text, entry.cell.origin)


def _build_rules(
    table: Table, columns: Sequence[_Column], outputs: Sequence[OutputClause], complaints: Complaints
) -> Iterator[DecisionRule]:
    block = table.block
    annotations = _list_annotations(block)
    for at, row in enumerate(block.rows):
        _report_appearance(block, row, complaints)
        written = [column.column.entries[at].cell.text for column in columns]
        notes = ["\n".join(text for text in written if text and not is_dash(text))]
        notes += [_join_annotation(block, row, column) for column in annotations]
        yield DecisionRule(
            origin=block.sheet.place(row.index, block.columns[0].index, row.index, block.columns[-1].index),
            inputs=tuple(source for column in columns for source in column.cells(at)),
            outputs=tuple(output.cell(at) for output in outputs),
            annotations=tuple(notes),
            identity=Identity(label=_label_rule(block, row)),
        )


def _label_rule(block: Block, row: Row) -> str:
    """The rule's number in the table, else its row on the sheet."""
    for column in block.list_columns(Kind.RULE_ID):
        cell = block.sheet.at(row.index, column.index)
        if not cell.is_blank:
            return cell.text
    return f"row {row.index}"


def _join_annotation(block: Block, row: Row, column: Column) -> str:
    cells = {cell.origin: cell for index in (row.index, *row.further) if (cell := block.sheet.at(index, column.index))}
    return "\n".join(cell.text for cell in cells.values() if cell.text and not is_dash(cell.text))


def _report_appearance(block: Block, row: Row, complaints: Complaints) -> None:
    """Report formatting that may carry meaning: struck-through texts, hidden rows."""
    for column in block.columns:
        cell = block.sheet.at(row.index, column.index)
        if cell.is_struck and not is_dash(cell.text) and column.kind in (Kind.INPUT, Kind.OUTPUT):
            message = "the text is struck through, at least in part; it is read as written"
            complaints.add(Severity.WARNING, "struck-through", message, cell.source)
    if row.index in block.sheet.grid.hidden_rows:
        source = Source("", block.sheet.place(row.index, block.columns[0].index, row.index, block.columns[-1].index))
        complaints.add(Severity.WARNING, "hidden-row", "the row is hidden; its rule is read", source)


def find_hit_policy(text: str) -> HitPolicy | None:
    """The hit policy of a letter (`U`), a word (`Rule order`), or a sentence that begins with one."""
    folded = fold_value(text)
    words = (word for word in POLICIES if len(word) > 2 and folded.startswith(word))
    return POLICIES.get(folded) or POLICIES.get(next(words, ""))


def states_hit_policy(block: Block) -> bool:
    """Whether the table says how rules that match together are taken."""
    return Fact.HIT_POLICY in block.facts or (
        block.corner is not None and find_hit_policy(block.corner.text) is not None
    )


def _read_hit_policy(block: Block, complaints: Complaints) -> HitPolicy:
    """The stated hit policy; without one Unique, the default of the standard (DMN 1.5, 8.2.8)."""
    stated = block.facts.get(Fact.HIT_POLICY)
    word = find_hit_policy(stated.text) if stated is not None else None
    letter = find_hit_policy(block.corner.text) if block.corner is not None else None
    if stated is not None and word is None and letter is None:
        message = "this is not a hit policy; the table is read as Unique"
        help = "write Unique (U), First (F) or Rule order (R)"
        complaints.add(Severity.ERROR, "unknown-hit-policy", message, stated.source, help=help)
    if stated is not None and block.corner is not None and word and letter and word is not letter:
        place = block.corner.origin.cell
        message = f"the hit policy is {word.value} here, but {letter.value} in {place}; the letter is followed"
        complaints.add(Severity.ERROR, "hit-policy-differs", message, stated.source)
    return letter or word or HitPolicy.UNIQUE
