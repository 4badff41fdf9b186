"""Compile decision tables to closures and bit masks: the rules that a value matches, and the outputs of cells.

Each column maps its input value to an int whose bit i says that rule i accepts the value. The AND of the masks of all
columns gives all matching rules at once, for every hit policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType, NoneType
from typing import TypeVar

from dmn_engine.compile.names import open_scope, read_names
from dmn_engine.compile.open_evaluation import open_expression
from dmn_engine.compile.regions import RegionCoder
from dmn_engine.feel.compiler import Program, TestProgram, compile_expression, compile_tests
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.format import format_tests
from dmn_engine.feel.syntax import (
    BooleanLiteral,
    Expression,
    ListLiteral,
    Name,
    NullLiteral,
    NumberLiteral,
    StringLiteral,
    mentions_input,
)
from dmn_engine.feel.temporal import Date
from dmn_engine.feel.types import Type
from dmn_engine.feel.values import FeelError, freeze
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable, InputClause, InputEntry, OutputClause, OutputEntry
from dmn_engine.model.type_constraints import UNCONSTRAINED, TypeConstraint
from dmn_engine.model.unknown import Partial, find_partial, merge

_NO_TYPES: Mapping[str, Type] = MappingProxyType({})

_REMEMBERED = 4096  # distinct regions or values that a column keeps the masks of

NOT_CONSTANT = object()

TestFailure = tuple[int, list[EvaluationError]]
"""The rules whose condition failed, as a mask, and why."""


@dataclass(frozen=True, slots=True)
class CompiledTest:
    """A distinct When cell: its test, the rules that have it, the names it reads besides the input, and its cells."""

    program: TestProgram
    mask: int
    reads: frozenset[str]
    cells: tuple[InputEntry, ...]

    @property
    def cell(self) -> InputEntry:
        """The first of the equal cells."""
        return self.cells[0]

    def list_failures(self, errors: list[EvaluationError]) -> list[TestFailure]:
        """The failures of the rules that have the test, each at its own cell."""
        rules = zip(list_bits(self.mask), self.cells, strict=True)
        return [(1 << index, self.place(errors, cell)) for index, cell in rules] if errors else []

    def place(self, errors: list[EvaluationError], cell: InputEntry) -> list[EvaluationError]:
        """The reasons why the first cell fails, at one of the cells that equal it."""
        first, place = self.cell.source.source, cell.source.source

        def move(error: EvaluationError) -> EvaluationError:
            span = error.span if first.text == place.text else place.span
            return EvaluationError(error.message, place, span) if error.source is first else error

        return list(map(move, errors))

    def match(self, value: Value, variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        """Whether the test accepts the value; the unknown or the error if a value or variable that counts has none."""
        partial = find_partial(value)
        if partial is not None:
            return merge((partial, *filter(None, map(find_partial, variables.values()))))
        if not self.reads:
            return self.program.matches(value, variables, errors)

        def compute(known: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
            return self.program.matches(value, known, errors)

        return open_expression(self.cell.tests).evaluate(variables, compute, errors)


@dataclass(slots=True)
class CompiledColumn:
    """A When column. `program` is None if the input is just the variable `column.name`.

    `constraint` is None if every value is allowed.
    """

    column: InputClause
    program: Program | None
    reads: frozenset[str]
    any_mask: int
    tests: tuple[CompiledTest, ...]
    test_reads: frozenset[str]
    constraint: TypeConstraint | None = None
    sees_parts: bool = (
        False  # some cell asks `?` itself, and so may tell apart values that are equal (times, by seconds)
    )
    _masks: dict[object, int] = field(default_factory=dict)
    _allowed: dict[object, bool] = field(default_factory=dict)
    _coders: tuple[RegionCoder, RegionCoder] | None = None

    @property
    def coders(self) -> tuple[RegionCoder, RegionCoder]:
        """The regions that the tests distinguish, and those that the constraint distinguishes."""
        if self._coders is None:
            type_ = UNCONSTRAINED if self.constraint is None else self.constraint
            limits = (*type_.type.restrictions, *(() if type_.allowed is None else (type_.allowed,)))
            tests = (test.cell.tests for test in self.tests)
            self._coders = RegionCoder.of_tests(tests), RegionCoder.of_tests(each.tests for each in limits)
        return self._coders

    def check(self, value: Value) -> tuple[Value, EvaluationError | None]:
        """The value as the column's type converts it; null, and why, where the column does not allow it."""
        if self.constraint is None:
            return value, None
        key = self.coders[1].code(value) if value.__class__ in _EXACT else None
        if key in self._allowed:
            return value, None
        try:
            converted = self.constraint.convert(value)
        except FeelError as error:
            place = self.column.source.source
            return None, EvaluationError(error.message, place, place.span)
        if converted is value and key is not None:
            _keep(self._allowed, key, True)
        return converted, None

    def match(self, value: Value, variables: Mapping[str, Value], failures: list[TestFailure]) -> int:
        """The rules whose cell accepts the value, as a mask; cells that fail on it are appended to `failures`."""
        if self.test_reads or (self.sees_parts and value.__class__ not in _EXACT):
            return self._test(value, variables, failures)
        key = self.coders[0].code(value)
        mask = self._masks.get(key)
        if mask is None:
            before = len(failures)
            mask = self._test(value, variables, failures)
            if len(failures) == before:
                _keep(self._masks, key, mask)
        return mask

    def _test(self, value: Value, variables: Mapping[str, Value], failures: list[TestFailure]) -> int:
        mask = self.any_mask
        for test in self.tests:
            errors: list[EvaluationError] = []
            if test.program.matches(value, variables, errors) is True:
                mask |= test.mask
            failures.extend(test.list_failures(errors))
        return mask


_EXACT = frozenset({str, bool, Decimal, NoneType, Date})


Kept = TypeVar("Kept")


def _keep(known: dict[object, Kept], key: object, found: Kept) -> None:
    """Keep what was found for a region or value; the number of values that are kept is bounded."""
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = found


@dataclass(frozen=True, slots=True)
class CompiledOutput:
    """A Then or Use cell: a constant, a program whose value must fit the column, or the result of a decision."""

    cell: OutputEntry
    label: str
    constraint: TypeConstraint
    constant: Value = None
    program: Program | None = None
    reads: frozenset[str] = frozenset()

    @property
    def decision(self) -> str | None:
        return self.cell.decision

    def uses(self, name: str) -> bool:
        """Whether the cell gives the result of a decision, or computes with a variable."""
        return name == self.decision or name in self.reads

    def compute(self, variables: Mapping[str, Value], errors: list[EvaluationError], *, clinical: bool) -> Value:
        """The value of a cell with a program; null, with the error, if the column does not allow it."""
        assert self.program is not None
        before = len(errors)
        value = self.program.evaluate(variables, errors)
        if clinical and len(errors) == before:
            self.require_value(value, errors)
        try:
            return self.constraint.convert(value)
        except FeelError as error:
            place = self.cell.source.source
            errors.append(EvaluationError(error.message, place, place.span))
            return None

    def require_value(self, value: Value, errors: list[EvaluationError]) -> None:
        """Append to `errors` that the value is null where the column does not allow null."""
        if value is None and not self.constraint.nullable:
            place = self.cell.source.source
            message = f"{self.label} is null, which its column does not allow (`or null` in the row Values does)"
            errors.append(EvaluationError(message, place, place.span))


@dataclass(frozen=True, slots=True)
class RuleCard:
    """The parts of a matched rule that do not depend on the record: the addresses of its cells, and its conditions.

    Each condition has label, text, address, and whether it accepts any value.
    """

    cells: tuple[str, ...]
    conditions: tuple[tuple[str, str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A table ready to evaluate. `labels` are the labels of the output columns.

    `constants` are the outputs of the rules whose output cells are all constants, NOT_CONSTANT for the others.
    `priorities` are, by label, the ranks of the listed values of the columns with priorities.
    """

    table: DecisionTable
    columns: tuple[CompiledColumn, ...]
    outputs: tuple[tuple[CompiledOutput, ...], ...]
    defaults: tuple[CompiledOutput | None, ...]
    labels: tuple[str, ...]
    priorities: tuple[tuple[str, Mapping[object, int]], ...]
    all_rules: int
    constants: tuple[Value, ...]
    cards: list[RuleCard | None]

    def card(self, index: int) -> RuleCard:
        """The addresses and conditions of rule `index`."""
        found = self.cards[index]
        if found is None:
            found = self.cards[index] = _write_card(self.table, index)
        return found

    @property
    def has_default(self) -> bool:
        return any(default is not None for default in self.defaults)

    @property
    def is_nullable(self) -> bool:
        """Whether every output column allows null."""
        return all(column.constraint.nullable for column in self.table.outputs)

    def row(self, index: int) -> Sequence[CompiledOutput | None]:
        """The output cells of a rule, or of the row Default for an index below 0."""
        return self.defaults if index < 0 else self.outputs[index]

    def rank(self, outcome: Value) -> tuple[int, ...] | Partial:
        """The positions of the parts of an output in the lists of priorities; the reasons if some are unknown."""
        ranks, partials = [], []
        for label, places in self.priorities:
            part = outcome if len(self.labels) == 1 else outcome[label] if isinstance(outcome, dict) else None
            partial = find_partial(part)
            if partial is not None:
                partials.append(partial)
            ranks.append(len(places) if partial is not None else places.get(freeze(part), len(places)))
        return merge(partials) or tuple(ranks)

    def assemble(self, values: list[Value]) -> Value:
        """The output of one rule from the values of its output cells."""
        return values[0] if len(values) == 1 else dict(zip(self.labels, values, strict=True))


def list_bits(mask: int) -> list[int]:
    """The indices of the bits that are set, lowest first."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def compile_table(table: DecisionTable, types: Mapping[str, Type] = _NO_TYPES) -> CompiledTable:
    """Compile every cell of the table once; `types` are the types that its texts can name besides FEEL's own."""
    columns = tuple(
        _compile_column(column, [rule.inputs[index] for rule in table.rules], types)
        for index, column in enumerate(table.inputs)
    )
    outputs = tuple(
        tuple(_compile_output(cell, column, types) for cell, column in zip(rule.outputs, table.outputs, strict=True))
        for rule in table.rules
    )
    defaults = tuple(
        None if column.default is None else _compile_output(column.default, column, types) for column in table.outputs
    )
    labels = tuple(column.label for column in table.outputs)
    return CompiledTable(
        table,
        columns,
        outputs,
        defaults,
        labels,
        tuple((column.label, _rank_values(column)) for column in table.outputs if column.priorities),
        (1 << len(table.rules)) - 1,
        tuple(_assemble_constant(labels, row) for row in outputs),
        [None] * len(table.rules),
    )


def _assemble_constant(labels: tuple[str, ...], row: tuple[CompiledOutput, ...]) -> Value:
    if any(cell.program is not None or cell.decision is not None for cell in row):
        return NOT_CONSTANT
    values = [cell.constant for cell in row]
    return values[0] if len(values) == 1 else dict(zip(labels, values, strict=True))


def _write_card(table: DecisionTable, index: int) -> RuleCard:
    rule = table.rules[index]
    sources = [rule.source, *(cell.source for cell in rule.inputs), *(cell.source for cell in rule.outputs)]
    conditions = tuple(
        (column.label, cell.source.text, str(cell.source.origin), cell.tests.is_any)
        for column, cell in zip(table.inputs, rule.inputs, strict=True)
    )
    return RuleCard(tuple(dict.fromkeys(str(source.origin) for source in sources)), conditions)


def _compile_column(column: InputClause, cells: Iterable[InputEntry], types: Mapping[str, Type]) -> CompiledColumn:
    any_mask = 0
    distinct: dict[str, CompiledTest] = {}
    for index, cell in enumerate(cells):
        bit = 1 << index
        if cell.tests.is_any:
            any_mask |= bit
            continue
        text = format_tests(cell.tests)
        known = distinct.get(text)
        if known is not None:
            distinct[text] = CompiledTest(known.program, known.mask | bit, known.reads, (*known.cells, cell))
            continue
        reads = frozenset(read_names(cell.tests))
        program = compile_tests(cell.tests, cell.source.source, open_scope(reads), types)
        distinct[text] = CompiledTest(program, bit, reads, (cell,))
    plain = isinstance(column.expression, Name)
    names = read_names(column.expression)
    return CompiledColumn(
        column,
        None if plain else compile_expression(column.expression, column.source.source, open_scope(names), types),
        frozenset(names),
        any_mask,
        tuple(distinct.values()),
        frozenset().union(*(test.reads for test in distinct.values())),
        None if column.constraint.is_free else column.constraint,
        any(mentions_input(test.cell.tests) for test in distinct.values()),
    )


def _compile_output(cell: OutputEntry, column: OutputClause, types: Mapping[str, Type]) -> CompiledOutput:
    """The compiled cell; a constant that the column does not allow becomes a program, which gives the error."""
    if cell.expression is None:
        return CompiledOutput(cell, column.label, column.constraint)
    constant = _read_constant(cell.expression)
    if constant is not NOT_CONSTANT:
        try:
            return CompiledOutput(cell, column.label, column.constraint, column.constraint.convert(constant))
        except FeelError:
            pass
    names = read_names(cell.expression)
    program = compile_expression(cell.expression, cell.source.source, open_scope(names), types)
    return CompiledOutput(cell, column.label, column.constraint, None, program, frozenset(names))


def _rank_values(column: OutputClause) -> Mapping[object, int]:
    ranks: dict[object, int] = {}
    for value in column.priorities:
        ranks.setdefault(freeze(value), len(ranks))
    return ranks


def _read_constant(node: Expression) -> Value:
    match node:
        case NumberLiteral() | StringLiteral() | BooleanLiteral():
            return node.value
        case NullLiteral():
            return None
        case ListLiteral(items=items):
            values = [_read_constant(item) for item in items]
            return NOT_CONSTANT if any(value is NOT_CONSTANT for value in values) else values
    return NOT_CONSTANT
