"""Decision tables as closures and bit masks: which rules a value matches, what a rule gives. Keeps no record.

Each column maps the value it meets to an int whose bit i says that rule i accepts the value; the masks of all
columns ANDed are the matches of the table, all at once, whatever the hit policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType, NoneType

from dmn_engine.compile.names import open_scope, read_names
from dmn_engine.feel.compiler import Program, TestProgram, compile_expression, compile_tests
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
from dmn_engine.feel.types import Type
from dmn_engine.feel.values import Cause, freeze
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable, InputCell, InputColumn, OutputCell

_NO_TYPES: Mapping[str, Type] = MappingProxyType({})

_REMEMBERED = 4096  # distinct values a column keeps the masks of

NOT_CONSTANT = object()


@dataclass(frozen=True, slots=True)
class CompiledTest:
    """One distinct When cell: its test, the rules that have it, and the names it reads besides the input."""

    program: TestProgram
    mask: int
    reads: frozenset[str]
    cell: InputCell


@dataclass(slots=True)
class CompiledColumn:
    """A When column. `program` is None where the input is the plain variable `column.name`."""

    column: InputColumn
    program: Program | None
    reads: frozenset[str]
    any_mask: int
    tests: tuple[CompiledTest, ...]
    test_reads: frozenset[str]
    sees_parts: bool = (
        False  # some cell asks `?` itself, and so may tell apart values that are equal (times, by seconds)
    )
    _masks: dict[object, int] = field(default_factory=dict)

    def match(self, value: Value, variables: Mapping[str, Value], causes: list[Cause]) -> int:
        """The rules whose cell accepts the value, as a mask; faults of the cells are appended to `causes`."""
        if self.test_reads or (self.sees_parts and value.__class__ not in _EXACT):
            return self._test(value, variables, causes)
        key = (value.__class__, value) if value.__class__ in _PLAIN else freeze(value)
        mask = self._masks.get(key)
        if mask is None:
            before = len(causes)
            mask = self._test(value, variables, causes)
            if len(causes) == before:
                if len(self._masks) >= _REMEMBERED:
                    self._masks.clear()
                self._masks[key] = mask
        return mask

    def _test(self, value: Value, variables: Mapping[str, Value], causes: list[Cause]) -> int:
        mask = self.any_mask
        for test in self.tests:
            if test.program.matches(value, variables, causes) is True:
                mask |= test.mask
        return mask


_PLAIN = frozenset({str, bool})
_EXACT = _PLAIN | {Decimal, NoneType}


@dataclass(frozen=True, slots=True)
class CompiledOutput:
    """A Then or Use cell: a constant, a program, or the decision whose outcome it takes."""

    cell: OutputCell
    constant: Value
    program: Program | None
    decision: str | None
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class RuleCard:
    """What a result says of a rule whatever the record: its cells' addresses, and its conditions' labels and texts.

    Of each condition: label, text, address, and whether it accepts any value.
    """

    cells: tuple[str, ...]
    conditions: tuple[tuple[str, str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A table ready to match and to give outputs. `labels` are the output columns' labels.

    `constants` are the outcomes of the rules whose output cells are all constants, NOT_CONSTANT of the others.
    """

    table: DecisionTable
    columns: tuple[CompiledColumn, ...]
    outputs: tuple[tuple[CompiledOutput, ...], ...]
    defaults: tuple[CompiledOutput | None, ...]
    labels: tuple[str, ...]
    ranks: tuple[tuple[int, ...], ...]
    all_rules: int
    constants: tuple[Value, ...]
    cards: list[RuleCard | None]

    def card(self, index: int) -> RuleCard:
        """Where rule `index` is written, cell by cell."""
        found = self.cards[index]
        if found is None:
            found = self.cards[index] = _write_card(self.table, index)
        return found

    @property
    def has_default(self) -> bool:
        return any(default is not None for default in self.defaults)

    def assemble(self, values: list[Value]) -> Value:
        """The outcome of one rule from the values of its output cells."""
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
    """Compile every cell of the table once; `types` are those that its texts may name besides FEEL's own."""
    columns = tuple(
        _compile_column(column, [rule.inputs[index] for rule in table.rules], types)
        for index, column in enumerate(table.inputs)
    )
    outputs = tuple(tuple(_compile_output(cell, types) for cell in rule.outputs) for rule in table.rules)
    defaults = tuple(
        None if column.default is None else _compile_output(column.default, types) for column in table.outputs
    )
    labels = tuple(column.label for column in table.outputs)
    return CompiledTable(
        table,
        columns,
        outputs,
        defaults,
        labels,
        tuple(_rank_rule(table, row) for row in outputs),
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


def _compile_column(column: InputColumn, cells: Iterable[InputCell], types: Mapping[str, Type]) -> CompiledColumn:
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
            distinct[text] = CompiledTest(known.program, known.mask | bit, known.reads, known.cell)
            continue
        reads = frozenset(read_names(cell.tests))
        program = compile_tests(cell.tests, cell.source.source, open_scope(reads), types)
        distinct[text] = CompiledTest(program, bit, reads, cell)
    plain = isinstance(column.expression, Name)
    names = read_names(column.expression)
    return CompiledColumn(
        column,
        None if plain else compile_expression(column.expression, column.source.source, open_scope(names), types),
        frozenset(names),
        any_mask,
        tuple(distinct.values()),
        frozenset().union(*(test.reads for test in distinct.values())),
        any(mentions_input(test.cell.tests) for test in distinct.values()),
    )


def _compile_output(cell: OutputCell, types: Mapping[str, Type]) -> CompiledOutput:
    if cell.expression is None:
        return CompiledOutput(cell, None, None, cell.decision, frozenset())
    constant = _read_constant(cell.expression)
    if constant is not NOT_CONSTANT:
        return CompiledOutput(cell, constant, None, None, frozenset())
    names = read_names(cell.expression)
    program = compile_expression(cell.expression, cell.source.source, open_scope(names), types)
    return CompiledOutput(cell, None, program, None, frozenset(names))


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


def _rank_rule(table: DecisionTable, row: tuple[CompiledOutput, ...]) -> tuple[int, ...]:
    """The places of the rule's outputs in their columns' lists of priorities."""
    ranks = []
    for column, output in zip(table.outputs, row, strict=True):
        if column.priorities:
            keys = [freeze(value) for value in column.priorities]
            key = freeze(output.constant)
            ranks.append(keys.index(key) if key in keys else len(keys))
    return tuple(ranks)
