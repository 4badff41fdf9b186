"""Decision tables of model files: built from their texts, and evaluated as the standard says (DMN 1.5, 8.2.8).

Knows hit policies only by `apply_hit_policy`, and matching only by the compiled table; both are shared with workbooks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dmn_engine.compile.hit_policy import apply_hit_policy
from dmn_engine.compile.scope import BoxedScope, Compiled, compile_null, note_cause, parse_literal
from dmn_engine.compile.table import CompiledTable, compile_table, list_bits
from dmn_engine.compile.table_rules import TableRules
from dmn_engine.compile.trace import TableTrace, Trace
from dmn_engine.compile.untyped_order import list_orders
from dmn_engine.diagnostics import Diagnostics, LineRef, Severity, Source, file_of, is_within
from dmn_engine.feel.checker import check_expression
from dmn_engine.feel.compiler import compile_expression
from dmn_engine.feel.parser import parse_unary_tests
from dmn_engine.feel.syntax import ComparisonTest, Expression, Name, NullLiteral, RangeLiteral, UnaryTests
from dmn_engine.feel.types import ANY, NUMBER, ContextType, ListType, Type
from dmn_engine.feel.values import Cause, freeze
from dmn_engine.model.boxed_expressions import BoxedLiteral, BoxedRule, BoxedTable, InputClause, OutputClause
from dmn_engine.model.data_dictionary import Domain, Value
from dmn_engine.model.decision_table import (
    DecisionTable,
    HitPolicy,
    InputCell,
    InputColumn,
    OutputCell,
    OutputColumn,
    Rule,
)
from dmn_engine.model.item_types import FREE, ItemType, Restriction
from dmn_engine.model.workbook_source import CellSource

_DEPTH = 20  # of the evaluation of a table, with what its cells may nest


def compile_boxed_table(boxed: BoxedTable, scope: BoxedScope) -> Compiled:
    """Compile a table; where one of its texts cannot be read, the whole is null with that cause."""
    builder = _TableBuilder(boxed, scope)
    table = builder.build()
    inputs, outputs = tuple(builder.list_inputs()), tuple(builder.list_outputs(table))
    broken = builder.broken or builder.find_broken(table, inputs, outputs)
    if broken is not None:
        return compile_null(broken.message, broken.source)
    scope.tables.append(table)
    types = scope.types.feel_types()
    declared = [clause.type.type for clause in inputs]
    met = [column.type if type_ == ANY else type_ for column, type_ in zip(table.inputs, declared, strict=True)]
    scope.ordered.extend(list_orders(table, met, scope.names, types))
    evaluation = _Evaluation(
        Source("", boxed.origin),
        compile_table(table, types),
        inputs,
        outputs,
        boxed.hit_policy,
    )
    return Compiled(_type_of(boxed.hit_policy, evaluation.outputs), evaluation.evaluate, _DEPTH)


@dataclass(frozen=True, slots=True)
class _Input:
    """What a value must be before it is tested."""

    type: ItemType
    allowed: Restriction | None
    source: Source


@dataclass(frozen=True, slots=True)
class _Output:
    """What an output must be. `priorities` are frozen values, highest first."""

    name: str
    type: ItemType
    allowed: Restriction | None
    priorities: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Evaluation:
    """A table ready to evaluate."""

    place: Source
    table: CompiledTable
    inputs: tuple[_Input, ...]
    outputs: tuple[_Output, ...]
    policy: HitPolicy

    def evaluate(self, variables: Mapping[str, Value], causes: list[Cause]) -> Value:
        """The outcome by the hit policy; null with a cause where the policy or a list of allowed values is broken."""
        trace = causes if isinstance(causes, Trace) else None
        met: list[Value] | None = None if trace is None else []
        mask = self._match(variables, causes, met)
        if mask is None:
            return None
        known: dict[int, list[Value]] = {}

        def compute(index: int) -> list[Value]:
            values = known.get(index)
            if values is None:
                values = known[index] = self._compute_row(index, variables, causes)
            return values

        outcome = apply_hit_policy(
            self.policy,
            list_bits(mask),
            lambda index: self.table.assemble(compute(index)),
            lambda index: self._rank(compute(index)),
        )
        if trace is not None:
            trace.tables.append(TableTrace(self.table, outcome.rules, tuple(met or ())))
        if outcome.violation:
            rules = ", ".join(self.table.table.rules[index].id for index in outcome.rules)
            note_cause(causes, f"{outcome.violation}: {rules}", self.place)
        if not outcome.matched and self.table.has_default:
            return self._compute_default(variables, causes)
        return outcome.value

    def _match(self, variables: Mapping[str, Value], causes: list[Cause], met: list[Value] | None) -> int | None:
        """The rules that match, as a mask; None where an input is not allowed. What the columns meet goes to `met`."""
        mask = self.table.all_rules
        for column, wanted in zip(self.table.columns, self.inputs, strict=True):
            if column.program is None:
                value = variables.get(column.column.name)
            else:
                value = column.program.evaluate(variables, causes)
            value = wanted.type.fit(value, wanted.source, causes)
            if wanted.allowed is not None and not wanted.allowed.admits(value):
                note_cause(causes, wanted.allowed.describe(value), wanted.source)
                return None
            if met is not None:
                met.append(value)
            mask &= column.match(value, variables, causes)
        return mask

    def _compute_row(self, index: int, variables: Mapping[str, Value], causes: list[Cause]) -> list[Value]:
        row = self.table.outputs[index]
        values: list[Value] = []
        for cell, wanted in zip(row, self.outputs, strict=True):
            value = cell.constant if cell.program is None else cell.program.evaluate(variables, causes)
            values.append(self._admit(value, wanted, cell.cell.source.source, causes))
        return values

    def _compute_default(self, variables: Mapping[str, Value], causes: list[Cause]) -> Value:
        values: list[Value] = []
        for cell, wanted in zip(self.table.defaults, self.outputs, strict=True):
            if cell is None:
                values.append(None)
                continue
            value = cell.constant if cell.program is None else cell.program.evaluate(variables, causes)
            values.append(self._admit(value, wanted, cell.cell.source.source, causes))
        return self.table.assemble(values)

    def _admit(self, value: Value, wanted: _Output, source: Source, causes: list[Cause]) -> Value:
        fitted = wanted.type.fit(value, source, causes)
        if wanted.allowed is not None and not wanted.allowed.admits(fitted):
            note_cause(causes, wanted.allowed.describe(fitted), source)
            return None
        return fitted

    def _rank(self, values: Sequence[Value]) -> tuple[int, ...]:
        ranks = []
        for value, output in zip(values, self.outputs, strict=True):
            if output.priorities:
                key = freeze(value)
                ranks.append(output.priorities.index(key) if key in output.priorities else len(output.priorities))
        return tuple(ranks)


def _type_of(policy: HitPolicy, outputs: tuple[_Output, ...]) -> Type:
    if policy is HitPolicy.COLLECT_COUNT:
        return NUMBER
    single = len(outputs) == 1
    row = outputs[0].type.type if single else ContextType(tuple((item.name, item.type.type) for item in outputs))
    return ListType(row) if policy.is_list else row


class _TableBuilder:
    """Parses the texts of one table; `broken` is the first fault that leaves it without meaning."""

    def __init__(self, boxed: BoxedTable, scope: BoxedScope) -> None:
        self.boxed = boxed
        self.scope = scope
        self.broken: Cause | None = None
        whole = scope.types.resolve(boxed.type)
        self._row = whole.item or FREE if boxed.hit_policy.is_list else whole

    def build(self) -> DecisionTable:
        """The typed table; meaningless where it is broken."""
        boxed = self.boxed
        inputs = tuple(self._build_input(clause) for clause in boxed.inputs)
        return DecisionTable(
            name=self.scope.owner or boxed.output_label,
            question="",
            hit_policy=boxed.hit_policy,
            inputs=inputs,
            outputs=tuple(self._build_output(clause) for clause in boxed.outputs),
            annotations=boxed.annotations,
            rules=tuple(self._build_rule(rule, number) for number, rule in enumerate(boxed.rules, 1)),
            origin=boxed.origin,
            file=file_of(boxed.origin),
        )

    def list_inputs(self) -> Iterator[_Input]:
        """What each input must be: the type that its expression names, and the values that the column lists."""
        for clause in self.boxed.inputs:
            type_ = self.scope.types.resolve(clause.expression.type)
            yield _Input(
                type_, self.scope.types.restrict(clause.values, clause.expression.text.text), clause.expression.text
            )

    def list_outputs(self, table: DecisionTable) -> Iterator[_Output]:
        """What each output must be: by its own type and values, or else by the type of the whole table."""
        for clause, column in zip(self.boxed.outputs, table.outputs, strict=True):
            type_ = self._resolve_output(clause)
            allowed = self.scope.types.restrict(clause.values, column.label or "output")
            listed = (allowed,) if allowed is not None else type_.restrictions
            yield _Output(column.label, type_, allowed, tuple(self._list_priorities(listed)))

    def find_broken(self, table: DecisionTable, inputs: Sequence[_Input], outputs: Sequence[_Output]) -> Cause | None:
        """The first error of the table: one that its file's reader has reported, or a requirement that it breaks."""
        place = Source("", self.boxed.origin)
        rules = TableRules(table, place, inputs, outputs, self.scope.names, self.scope.types.feel_types())
        found = [item for item in rules.find_faults() if not self._is_reported(item.source)]
        self.scope.diagnostics.items.extend(found)
        reported = (item for item in self.scope.diagnostics.items if item.severity is Severity.ERROR)
        if isinstance(place.origin, LineRef):
            found = [item for item in reported if is_within(item.source.origin, place.origin)]
        return next((Cause(item.message, item.source, item.source.span) for item in found), None)

    def _list_priorities(self, listed: Sequence[Restriction]) -> Iterator[object]:
        for restriction in listed[-1:]:
            for test in restriction.tests.tests:
                if not isinstance(test, ComparisonTest | RangeLiteral):
                    yield freeze(compile_expression(test, restriction.source, {}).evaluate({}, []))

    def _resolve_output(self, clause: OutputClause) -> ItemType:
        if clause.type is not None:
            return self.scope.types.resolve(clause.type)
        if self.boxed.hit_policy.aggregates:
            return FREE
        if len(self.boxed.outputs) == 1:
            return self._row
        return dict(self._row.members).get(clause.name, FREE)

    def _build_input(self, clause: InputClause) -> InputColumn:
        source = clause.expression.text
        node = self._parse(clause.expression, "input", "write what the column tests")
        return InputColumn(
            clause.identity.label or source.text,
            CellSource(source),
            node,
            node.name if isinstance(node, Name) else "",
            self._check(node, source),
            Domain(),
        )

    def _build_output(self, clause: OutputClause) -> OutputColumn:
        name = clause.name or clause.identity.label
        source = Source(name, clause.origin)
        default = None
        if clause.default is not None:
            default = self._build_output_cell(clause.default)
        type_ = self.scope.types.resolve(clause.type).type
        return OutputColumn(name, CellSource(source), type_, Domain(), default=default)

    def _build_rule(self, rule: BoxedRule, number: int) -> Rule:
        inputs = tuple(InputCell(CellSource(source), self._parse_tests(source)) for source in rule.inputs)
        outputs = tuple(map(self._build_output_cell, rule.outputs))
        place = Source("", rule.origin)
        if len(inputs) != len(self.boxed.inputs) or len(outputs) != len(self.boxed.outputs):
            self._break("the rule has not one entry per column", place)
        notes = tuple(CellSource(Source(text, rule.origin)) for text in rule.annotations)
        name = rule.identity.label or rule.identity.id or f"rule {number}"
        return Rule(name, CellSource(place), inputs, outputs, notes)

    def _build_output_cell(self, entry: BoxedLiteral) -> OutputCell:
        node = self._parse(entry, "output entry", "write the value that it gives, `null` for none")
        return OutputCell(CellSource(entry.text), node)

    def _parse(self, literal: BoxedLiteral, what: str, help: str) -> Expression:
        """The expression of an entry, `what` it is in messages; `help` says what to write where there is none."""
        source = literal.text
        faults = Diagnostics()
        node = None
        if source.text:
            node = parse_literal(literal, self.scope, faults)
        else:
            faults.error("missing-expression", f"the {what} has no expression", source, help=help)
        self._report(faults, source, is_broken=node is None)
        return NullLiteral(source.span) if node is None else node

    def _parse_tests(self, source: Source) -> UnaryTests:
        faults = Diagnostics()
        tests = parse_unary_tests(source, self.scope.names, faults)
        self._report(faults, source, is_broken=tests is None)
        return UnaryTests(source.span, ()) if tests is None else tests

    def _report(self, faults: Diagnostics, source: Source, *, is_broken: bool) -> None:
        if faults.items and not self._is_reported(source):
            self.scope.diagnostics.items.extend(faults.items)
        if is_broken:
            self._break(faults.items[0].message, source)

    def _is_reported(self, source: Source) -> bool:
        """Whether the reader of the file has reported an error of this very place, with what it knows of the file."""
        errors = (item for item in self.scope.diagnostics.items if item.severity is Severity.ERROR)
        return any(
            source.origin in (item.source.origin, *(other.origin for other, _ in item.related)) for item in errors
        )

    def _break(self, message: str, source: Source) -> None:
        self.broken = self.broken or Cause(message, source, source.span)

    def _check(self, node: Expression, source: Source) -> Type:
        return check_expression(node, source, self.scope.names, Diagnostics(), self.scope.types.feel_types())
