"""Compile decision tables of model files from their texts, in mode dmn (DMN 1.5, 8.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dmn_engine.compile.annotations import annotate_rule
from dmn_engine.compile.scope import Compiled, ExpressionScope, compile_null, find_misfit, length_of, parse_literal
from dmn_engine.compile.table import compile_table
from dmn_engine.compile.table_evaluation import Answer, answer_table
from dmn_engine.compile.table_rules import TableRules
from dmn_engine.compile.untyped_order import list_orders
from dmn_engine.diagnostics import Diagnostics, LineRef, Severity, Source, file_of, is_within
from dmn_engine.feel.checker import check_expression
from dmn_engine.feel.compiler import compile_expression
from dmn_engine.feel.errors import Absent, EvaluationError, NoValue
from dmn_engine.feel.parser import parse_unary_tests
from dmn_engine.feel.syntax import ComparisonTest, Expression, Name, NullLiteral, RangeLiteral, UnaryTests
from dmn_engine.feel.types import NUMBER, ContextType, ListType, Type
from dmn_engine.model.boxed_expressions import (
    DecisionRule,
    InputClauseSource,
    LiteralExpression,
    OutputClauseSource,
    TableExpression,
)
from dmn_engine.model.data_dictionary import Domain, Value
from dmn_engine.model.decision_table import (
    DecisionTable,
    HitPolicy,
    InputClause,
    InputEntry,
    OutputClause,
    OutputEntry,
    Rule,
)
from dmn_engine.model.type_constraints import FREE, ItemType, TypeConstraint
from dmn_engine.model.workbook_source import CellSource

_DEPTH = 20  # of the evaluation of a table, with what its cells may nest


def compile_boxed_table(boxed: TableExpression, scope: ExpressionScope) -> Compiled:
    """Compile a table; if one of its texts is invalid, the whole table is null with that reason."""
    builder = _TableBuilder(boxed, scope)
    table = builder.build()
    broken = builder.broken or builder.find_broken(table)
    if broken is not None:
        return compile_null(broken.message, broken.source)
    builder.find_misfits(table)
    table = replace(table, rules=tuple(annotate_rule(table, rule) for rule in table.rules))
    scope.tables.append(table)
    types = scope.types.feel_types()
    scope.ordered.extend(list_orders(table, scope.names, types))
    compiled = compile_table(table, types)

    def evaluate(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        answer = answer_table(compiled, _Variables(variables), errors)
        if isinstance(errors, Trace):
            errors.answers.append(answer)
        return answer.value

    return Compiled(_type_of(table), evaluate, _DEPTH)


class Trace(list[EvaluationError]):
    """The reasons for nulls, with the answers of every table, in the order of completion.

    It takes the place of the list of errors, which every expression is handed; without one, no answer is kept.
    """

    __slots__ = ("answers",)

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[Answer] = []


@dataclass(frozen=True, slots=True)
class _Variables:
    """The variables in scope of an expression, as the environment of a table."""

    variables: Mapping[str, Value]
    clinical: bool = False

    def look_up(self, name: str) -> Value:
        value = self.variables.get(name)
        if isinstance(value, Absent):
            raise NoValue(value.reason)
        return value

    def use(self, decision: str) -> Value:
        return self.variables.get(decision)

    def find_error(self, name: str) -> None:
        return None


def _type_of(table: DecisionTable) -> Type:
    if table.hit_policy is HitPolicy.COLLECT_COUNT:
        return NUMBER
    types = [column.constraint.type.type for column in table.outputs]
    members = tuple((column.label, type_) for column, type_ in zip(table.outputs, types, strict=True))
    row = types[0] if len(types) == 1 else ContextType(members)
    return ListType(row) if table.hit_policy.is_list else row


class _TableBuilder:
    """The parser of one table's texts; `broken` is the first error that makes the table meaningless."""

    def __init__(self, boxed: TableExpression, scope: ExpressionScope) -> None:
        self.boxed = boxed
        self.scope = scope
        self.broken: EvaluationError | None = None
        whole = scope.types.resolve(boxed.type)
        self._row = whole.item or FREE if boxed.hit_policy.is_list else whole

    def build(self) -> DecisionTable:
        """The typed table; meaningless if it is broken."""
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

    def _constrain_output(self, clause: OutputClauseSource, name: str) -> TypeConstraint:
        """The constraint of an output: by its own type and values, else by the type of the whole table."""
        allowed = self.scope.types.restrict(clause.values, name or "output")
        nullable = allowed is not None and any(isinstance(test, NullLiteral) for test in allowed.tests.tests)
        return TypeConstraint(self._resolve_output(clause), allowed, nullable)

    def find_broken(self, table: DecisionTable) -> EvaluationError | None:
        """The first error of the table: one that its file's reader has reported, or a requirement that it breaks."""
        place = Source("", self.boxed.origin)
        rules = TableRules(table, place, self.scope.names, self.scope.types.feel_types())
        found = [item for item in rules.find_errors() if not self._is_reported(item.source)]
        self.scope.diagnostics.items.extend(found)
        reported = (item for item in self.scope.diagnostics.items if item.severity is Severity.ERROR)
        if isinstance(place.origin, LineRef):
            found = [item for item in reported if is_within(item.source.origin, place.origin)]
        return next((EvaluationError(item.message, item.source, item.source.span) for item in found), None)

    def find_misfits(self, table: DecisionTable) -> None:
        """The findings about columns whose declared type does not fit what they meet or give."""
        for column in table.inputs:
            self._find_misfit(column.constraint, column.expression, column.source.source)
        rows = ([column.default for column in table.outputs], *(rule.outputs for rule in table.rules))
        for output, cell in (pair for row in rows for pair in zip(table.outputs, row, strict=True)):
            if cell is not None and cell.expression is not None:
                self._find_misfit(output.constraint, cell.expression, cell.source.source)

    def _find_misfit(self, constraint: TypeConstraint, node: Expression, source: Source) -> None:
        find_misfit(constraint.type.type, self._check(node, source), length_of(node), source, self.scope)

    def _list_priorities(self, constraint: TypeConstraint) -> Iterator[Value]:
        """The listed output values, else those of the type."""
        listed = (constraint.allowed,) if constraint.allowed is not None else constraint.type.restrictions[-1:]
        for restriction in listed:
            for test in restriction.tests.tests:
                if not isinstance(test, ComparisonTest | RangeLiteral):
                    yield compile_expression(test, restriction.source, {}).evaluate({}, [])

    def _resolve_output(self, clause: OutputClauseSource) -> ItemType:
        if clause.type is not None:
            return self.scope.types.resolve(clause.type)
        if self.boxed.hit_policy.aggregates:
            return FREE
        if len(self.boxed.outputs) == 1:
            return self._row
        return dict(self._row.members).get(clause.name, FREE)

    def _build_input(self, clause: InputClauseSource) -> InputClause:
        source = clause.expression.text
        node = self._parse(clause.expression, "input", "write what the column tests")
        return InputClause(
            clause.identity.label or source.text,
            CellSource(source),
            node,
            node.name if isinstance(node, Name) else "",
            self._check(node, source),
            Domain(),
            constraint=TypeConstraint(
                self.scope.types.resolve(clause.expression.type), self.scope.types.restrict(clause.values, source.text)
            ),
        )

    def _build_output(self, clause: OutputClauseSource) -> OutputClause:
        name = clause.name or clause.identity.label
        source = Source(name, clause.origin)
        default = None
        if clause.default is not None:
            default = self._build_output_cell(clause.default)
        type_ = self.scope.types.resolve(clause.type).type
        constraint = self._constrain_output(clause, name)
        ranked = self.boxed.hit_policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)
        priorities = tuple(self._list_priorities(constraint)) if ranked else ()
        return OutputClause(
            name, CellSource(source), type_, Domain(), priorities=priorities, default=default, constraint=constraint
        )

    def _build_rule(self, rule: DecisionRule, number: int) -> Rule:
        inputs = tuple(InputEntry(CellSource(source), self._parse_tests(source)) for source in rule.inputs)
        outputs = tuple(map(self._build_output_cell, rule.outputs))
        name = rule.identity.label or rule.identity.id or f"rule {number}"
        place = Source(name, rule.origin)
        if len(inputs) != len(self.boxed.inputs) or len(outputs) != len(self.boxed.outputs):
            self._break("the rule has not one entry per column", place)
        notes = tuple(CellSource(Source(text, rule.origin)) for text in rule.annotations)
        return Rule(name, CellSource(place), inputs, outputs, notes)

    def _build_output_cell(self, entry: LiteralExpression) -> OutputEntry:
        node = self._parse(entry, "output entry", "write the value that it gives, `null` for none")
        return OutputEntry(CellSource(entry.text), node)

    def _parse(self, literal: LiteralExpression, what: str, help: str) -> Expression:
        """The expression of an entry; messages name it `what`, and `help` says what to write if it is missing."""
        source = literal.text
        errors = Diagnostics()
        node = None
        if source.text:
            node = parse_literal(literal, self.scope, errors)
        else:
            errors.error("missing-expression", f"the {what} has no expression", source, help=help)
        self._report(errors, source, is_broken=node is None)
        if node is None:
            return NullLiteral(source.span)
        self.scope.texts.append(node)
        return node

    def _parse_tests(self, source: Source) -> UnaryTests:
        errors = Diagnostics()
        tests = parse_unary_tests(source, self.scope.names, errors)
        self._report(errors, source, is_broken=tests is None)
        if tests is None:
            return UnaryTests(source.span, ())
        self.scope.texts.append(tests)
        return tests

    def _report(self, errors: Diagnostics, source: Source, *, is_broken: bool) -> None:
        if errors.items and not self._is_reported(source):
            self.scope.diagnostics.items.extend(errors.items)
        if is_broken:
            self._break(errors.items[0].message, source)

    def _is_reported(self, source: Source) -> bool:
        """Whether the reader of the file has already reported an error at this place."""
        errors = (item for item in self.scope.diagnostics.items if item.severity is Severity.ERROR)
        return any(
            source.origin in (item.source.origin, *(other.origin for other, _ in item.related)) for item in errors
        )

    def _break(self, message: str, source: Source) -> None:
        self.broken = self.broken or EvaluationError(message, source, source.span)

    def _check(self, node: Expression, source: Source) -> Type:
        return check_expression(node, source, self.scope.names, Diagnostics(), self.scope.types.feel_types())
