"""Finds expressions that order values whose type nothing declares: texts would be compared letter by letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.checker import check_expression
from dmn_engine.feel.checker.inference import INPUT
from dmn_engine.feel.syntax import (
    Between,
    Call,
    Comparison,
    ComparisonTest,
    Expression,
    Membership,
    Node,
    RangeLiteral,
    UnaryTest,
    walk,
)
from dmn_engine.feel.types import ANY, STRING, ListType, Type
from dmn_engine.model.decision_table import DecisionTable

_ORDERS = ("<", "<=", ">", ">=")
_ORDERING = frozenset(("min", "max", "before", "after"))


def orders_untyped(node: Expression, source: Source, names: Mapping[str, Type], types: Mapping[str, Type]) -> bool:
    """Whether the expression orders a value of unknown type by another, or by a text."""

    def type_of(part: Expression) -> Type:
        type_ = check_expression(part, source, names, Diagnostics(), types)
        return type_.item if isinstance(type_, ListType) else type_

    return any({ANY} <= found <= {ANY, STRING} for group in _list_ordered(node) if (found := set(map(type_of, group))))


def list_orders(table: DecisionTable, names: Mapping[str, Type], types: Mapping[str, Type]) -> Iterator[Source]:
    """The texts of a table that do so."""
    for column in table.inputs:
        if orders_untyped(column.expression, column.source.source, names, types):
            yield column.source.source
    for rule in table.rules:
        for column, cell in zip(table.inputs, rule.inputs, strict=True):
            declared = column.constraint.type.type
            inner = {**names, INPUT: column.type if declared == ANY else declared}
            source = cell.source.source
            if any(_test_orders(test, source, inner, types) for test in cell.tests.tests):
                yield source
        for output in rule.outputs:
            if output.expression is not None and orders_untyped(output.expression, output.source.source, names, types):
                yield output.source.source


def _test_orders(test: UnaryTest, source: Source, names: Mapping[str, Type], types: Mapping[str, Type]) -> bool:
    ends = _list_ends(test)
    if names[INPUT] == ANY and ends:
        return all(check_expression(end, source, names, Diagnostics(), types) in (ANY, STRING) for end in ends)
    return not isinstance(test, ComparisonTest) and orders_untyped(test, source, names, types)


def _list_ends(test: Node) -> list[Expression]:
    """The expressions that ordering tests compare the input with."""
    match test:
        case ComparisonTest(operator=operator, endpoint=endpoint) if operator in _ORDERS:
            return [endpoint]
        case RangeLiteral(low=low, high=high):
            return [end for end in (low, high) if end is not None]
    return []


def _list_ordered(node: Node) -> Iterator[Sequence[Expression]]:
    """Each group of expressions whose values are ordered among each other."""
    for part in walk(node):
        match part:
            case Comparison(operator=operator, left=left, right=right) if operator in _ORDERS:
                yield left, right
            case Between(operand=operand, low=low, high=high):
                yield operand, low, high
            case Membership(operand=operand, tests=tests):
                yield from ((operand, *ends) for test in tests if (ends := _list_ends(test)))
            case Call(builtin=name, arguments=arguments) if name in _ORDERING:
                yield arguments
