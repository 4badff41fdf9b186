"""FEEL expressions as pairs: the text, and a Python function that computes the same.

Null and errors by FEEL: an arithmetic operation or an order with null is an error, equality with null is not; `and`
and `or` have three values, and the deciding one hides an error; a condition that is null takes the branch `else`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Context, Decimal

from .model import POINTS, Cause, EvaluationError, Fail, Failed, Formula, Point, Record, Value, literal

Function = Callable[[Record, Fail], Value]


def constant(value: Value) -> Formula:
    constants = (value,) if isinstance(value, POINTS) else ()
    return Formula(literal(value, feel=True), lambda record, fail: value, (), constants)


def formula(text: str, function: Function, *parts: Formula) -> Formula:
    """A formula made of others: it reads what they read, and names the constants that they name."""
    reads = dict.fromkeys(name for part in parts for name in part.reads)
    constants = dict.fromkeys(number for part in parts for number in part.constants)
    return Formula(text, function, tuple(reads), tuple(constants))


def arithmetic(left: Formula, symbol: str, right: Formula) -> Formula:
    """`+`, `-`, `*` or `/` of two numbers; a division by zero is an error."""
    digits = Context(prec=34)
    compute = {"+": digits.add, "-": digits.subtract, "*": digits.multiply, "/": digits.divide}[symbol]

    def function(record: Record, fail: Fail) -> Value:
        first, second = left.function(record, fail), right.function(record, fail)
        if first is None or second is None or (symbol == "/" and second == 0):
            return fail()
        return compute(first, second)

    return formula(f"({left.text} {symbol} {right.text})", function, left, right)


COMPARISONS: dict[str, Callable[[Point, Point], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compared(left: Formula, symbol: str, right: Formula) -> Formula:
    """The order of two numbers or dates."""

    def function(record: Record, fail: Fail) -> Value:
        first, second = left.function(record, fail), right.function(record, fail)
        return fail() if first is None or second is None else COMPARISONS[symbol](first, second)

    return formula(f"{left.text} {symbol} {right.text}", function, left, right)


def equals(left: Formula, right: Formula) -> Formula:
    def function(record: Record, fail: Fail) -> Value:
        return bool(left.function(record, fail) == right.function(record, fail))

    return formula(f"{left.text} = {right.text}", function, left, right)


def contains(items: Formula, item: Value) -> Formula:
    def function(record: Record, fail: Fail) -> Value:
        value = items.function(record, fail)
        return fail() if value is None else item in value

    return formula(f"list contains({items.text}, {literal(item, feel=True)})", function, items)


def count(items: Formula) -> Formula:
    def function(record: Record, fail: Fail) -> Value:
        value = items.function(record, fail)
        return fail() if value is None else Decimal(len(value))

    return formula(f"count({items.text})", function, items)


def path(whole: Formula, label: str) -> Formula:
    """One output of a decision with several: no other output of it counts."""

    def function(record: Record, fail: Fail) -> Value:
        row = record[f"{whole.text}."]
        value = fail() if row is None else dict(row)[label]
        if isinstance(value, Failed):
            raise EvaluationError(*value.causes)
        return value

    return formula(f"{whole.text}.{label}", function, whole)


def negation(part: Formula) -> Formula:
    def function(record: Record, fail: Fail) -> Value:
        value = part.function(record, fail)
        return None if value is None else not value

    return formula(f"not({part.text})", function, part)


def both(left: Formula, right: Formula) -> Formula:
    return formula(f"(({left.text}) and ({right.text}))", connective(left, right, False), left, right)


def either(left: Formula, right: Formula) -> Formula:
    return formula(f"(({left.text}) or ({right.text}))", connective(left, right, True), left, right)


def connective(left: Formula, right: Formula, deciding: bool) -> Function:
    def function(record: Record, fail: Fail) -> Value:
        values: list[Value] = []
        failures: list[EvaluationError] = []
        kept: set[Cause] = set()

        def fail_here(causes: set[Cause] | None = None) -> None:
            fail(kept if causes is None else causes)

        for part in (left, right):
            try:
                values.append(part.function(record, fail_here))
            except EvaluationError as failure:
                failures.append(failure)
        if deciding in values:
            return deciding
        if kept:
            fail()
        if failures:
            raise EvaluationError(*(cause for failure in failures for cause in failure.causes))
        return None if None in values else not deciding

    return function


def conditional(condition: Formula, yes: Formula, no: Formula) -> Formula:
    def function(record: Record, fail: Fail) -> Value:
        return (yes if condition.function(record, fail) is True else no).function(record, fail)

    text = f"(if {condition.text} then {yes.text} else {no.text})"
    return formula(text, function, condition, yes, no)


ASKED = Formula("?", lambda record, fail: record["?"], ("?",))
"""The value of the column, in a test."""


def unary(symbol: str, right: Formula) -> Formula:
    """A unary test that compares the column's value with an expression: `> Age * 2`."""
    whole = compared(ASKED, symbol, right)
    return formula(f"{symbol} {right.text}", whole.function, whole)
