"""Requirements of the standard for decision tables besides valid texts (DMN 1.5, 7.3, 8.2, 8.3).

A table that breaks one of these requirements is undefined, so it gives no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from dmn_engine.diagnostics import Diagnostic, Diagnostics, Severity, Source
from dmn_engine.feel.checker import check_expression
from dmn_engine.feel.compiler import compile_expression
from dmn_engine.feel.conversion import is_instance
from dmn_engine.feel.syntax import (
    AtLiteral,
    BooleanLiteral,
    ComparisonTest,
    Expression,
    ListLiteral,
    Negation,
    NumberLiteral,
    RangeLiteral,
    StringLiteral,
    UnaryTest,
)
from dmn_engine.feel.types import ANY, BOOLEAN, DAYS_DURATION, NULL, NUMBER, YEARS_DURATION, SimpleType, Type
from dmn_engine.feel.values import Value
from dmn_engine.model.decision_table import DecisionTable, HitPolicy, OutputEntry
from dmn_engine.model.type_constraints import AllowedValues, TypeConstraint

_OPERATORS = {
    HitPolicy.COLLECT_SUM: "SUM",
    HitPolicy.COLLECT_MIN: "MIN",
    HitPolicy.COLLECT_MAX: "MAX",
    HitPolicy.COLLECT_COUNT: "COUNT",
}
_RANKED = {HitPolicy.PRIORITY: "PRIORITY", HitPolicy.OUTPUT_ORDER: "OUTPUT ORDER"}
_SUMMED = (NUMBER, DAYS_DURATION, YEARS_DURATION)


@dataclass(frozen=True, slots=True)
class TableRules:
    """The requirements of one table. `place` names the table; `names` and `types` are those in scope of its texts."""

    table: DecisionTable
    place: Source
    names: Mapping[str, Type]
    types: Mapping[str, Type]

    def find_errors(self) -> Iterator[Diagnostic]:
        """Every requirement that the table breaks, with the element or cell that breaks it."""
        yield from self._check_names()
        yield from self._check_priorities()
        yield from self._check_operator()
        yield from self._check_conditions()
        yield from self._check_conclusions()

    def _check_names(self) -> Iterator[Diagnostic]:
        """Each of several outputs has a name of its own (8.3.3)."""
        seen: dict[str, Source] = {}
        for column in self.table.outputs if len(self.table.outputs) > 1 else ():
            source = column.source.source
            if not column.label:
                yield _error("missing-attribute", "an <output> of a table with several has no name", source)
            elif column.label in seen:
                message = f"two outputs have the name '{column.label}'"
                related = ((seen[column.label], "the first one"),)
                yield _error("duplicate-name", message, source, "give each output its own name", related)
            else:
                seen[column.label] = source

    def _check_priorities(self) -> Iterator[Diagnostic]:
        """The order of the listed output values is the priority (8.2.8); outputs without a list have none."""
        policy = _RANKED.get(self.table.hit_policy)
        if policy is None or not self.table.outputs:
            return
        ranked = [listed[-1] for column in self.table.outputs if (listed := _restrictions_of(column.constraint))]
        what = f"hit policy {policy} ranks the outputs by the order of their listed values"
        if not ranked:
            help = "add <outputValues> to an output, the most important value first"
            yield _error("no-priorities", f"{what}, and no output lists any", self.place, help)
        for restriction in ranked:
            if restriction.tests.negated or any(_is_interval(test) for test in restriction.tests.tests):
                help = "list each value, the most important first"
                yield _error("no-priorities", f"{what}, and these are not single values", restriction.source, help)

    def _check_operator(self) -> Iterator[Diagnostic]:
        """An aggregation combines the values of one output (8.2.8)."""
        operator = _OPERATORS.get(self.table.hit_policy)
        if operator is None:
            return
        if len(self.table.outputs) > 1:
            message = f"{operator} combines the values of one output, and the table has {len(self.table.outputs)}"
            help = "remove the aggregation, or make a table of each output"
            yield _error("several-outputs", message, self.place, help)
        elif operator != "COUNT":
            for type_, source in self._list_types():
                if not _is_combined(operator, type_):
                    wanted = "numbers or durations" if operator == "SUM" else "values that have an order"
                    message = f"{operator} combines {wanted}, and this output is of the type {type_}"
                    help = "remove the aggregation, or change the output"
                    yield _error("aggregate-of-other", message, source, help)

    def _list_types(self) -> Iterator[tuple[Type, Source]]:
        """The declared type of the first output, else that of each value that it gives."""
        for column in self.table.outputs[:1]:
            if column.constraint.type.type != ANY:
                yield column.constraint.type.type, column.source.source
                return
        for cell, _ in self._list_conclusions():
            if cell.expression is not None:
                source = cell.source.source
                yield check_expression(cell.expression, source, self.names, Diagnostics(), self.types), source

    def _check_conditions(self) -> Iterator[Diagnostic]:
        """The values that an input entry names are allowed (8.3.2); others of the type could never be met."""
        for rule in self.table.rules:
            for column, cell in zip(self.table.inputs, rule.inputs, strict=False):
                for test in cell.tests.tests:
                    for value in _list_constants(test, cell.source.source):
                        yield from _check_value(value, column.constraint, cell.source.source)

    def _check_conclusions(self) -> Iterator[Diagnostic]:
        """The value that an output entry gives is allowed (8.3.3)."""
        for cell, constraint in self._list_conclusions():
            for value in () if cell.expression is None else _list_constants(cell.expression, cell.source.source):
                yield from _check_value(value, constraint, cell.source.source)

    def _list_conclusions(self) -> Iterator[tuple[OutputEntry, TypeConstraint]]:
        for column in self.table.outputs:
            if column.default is not None:
                yield column.default, column.constraint
        for rule in self.table.rules:
            for column, cell in zip(self.table.outputs, rule.outputs, strict=False):
                yield cell, column.constraint


def _restrictions_of(constraint: TypeConstraint) -> tuple[AllowedValues, ...]:
    """All restrictions of a value, those of the clause itself last."""
    own = () if constraint.allowed is None else (constraint.allowed,)
    return (*constraint.type.restrictions, *own)


def _find_broken(value: Value, constraint: TypeConstraint) -> AllowedValues | None:
    """The first restriction that does not admit the value (of a list type: the item); None for another type."""
    item = constraint.type.item
    if not is_instance(value, constraint.type.type if item is None else item.type):
        return None
    restrictions = _restrictions_of(constraint) if item is None else item.restrictions
    return next((restriction for restriction in restrictions if not restriction.admits(value)), None)


def _check_value(value: Value, constraint: TypeConstraint, source: Source) -> Iterator[Diagnostic]:
    broken = _find_broken(value, constraint)
    if broken is not None:
        help = "write an allowed value, or add this one to them"
        yield _error("value-not-listed", broken.describe(value), source, help)


def _is_combined(operator: str, type_: Type) -> bool:
    if type_ in (ANY, NULL):
        return True
    return type_ in _SUMMED if operator == "SUM" else isinstance(type_, SimpleType) and type_ != BOOLEAN


def _is_interval(test: UnaryTest) -> bool:
    return isinstance(test, ComparisonTest | RangeLiteral)


def _list_constants(test: UnaryTest, source: Source) -> Iterator[Value]:
    """The values of a literal, or of each item of a list of literals; empty for other expressions."""
    if isinstance(test, ListLiteral):
        for item in test.items:
            yield from _list_constants(item, source)
    elif _is_literal(test):
        yield compile_expression(test, source, {}).evaluate({}, [])


def _is_literal(test: UnaryTest) -> TypeGuard[Expression]:
    if isinstance(test, Negation):
        return isinstance(test.operand, NumberLiteral)
    return isinstance(test, StringLiteral | NumberLiteral | BooleanLiteral | AtLiteral)


def _error(
    code: str, message: str, source: Source, help: str = "", related: tuple[tuple[Source, str], ...] = ()
) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, source, None, related, help)
