"""Undeclared variables of a model, as written by tools that do not support input data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dmn_engine.compile.scope import find_unknown
from dmn_engine.diagnostics import Source
from dmn_engine.feel.types import Type
from dmn_engine.model.boxed_expressions import BoxedExpression, LiteralExpression, TableExpression


def find_undeclared(logic: BoxedExpression | None, names: Mapping[str, Type]) -> dict[str, Source]:
    """The undeclared names that a table or literal expression reads, with the first text that reads each.

    Other boxed expressions are not searched, because tools that omit input data do not write them.
    """
    found: dict[str, Source] = {}
    for source, is_test in _list_texts(logic):
        for name in find_unknown(source, names, is_test=is_test):
            found.setdefault(name, source)
    return found


def _list_texts(logic: BoxedExpression | None) -> Iterator[tuple[Source, bool]]:
    """The texts of the logic, and whether each is unary tests."""
    match logic:
        case LiteralExpression(text=text):
            yield text, False
        case TableExpression(inputs=inputs, rules=rules):
            for clause in inputs:
                yield clause.expression.text, False
            for rule in rules:
                yield from ((source, True) for source in rule.inputs)
                yield from ((cell.text, False) for cell in rule.outputs)
