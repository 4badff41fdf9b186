"""Closures for unary tests, in a cell of a decision table and after `in` (DMN 1.5, table 55 and 7.3.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from dmn_engine.feel import operators
from dmn_engine.feel.compiler.frame import INPUT, Build, Code, Frame, Level
from dmn_engine.feel.compiler.operator_closures import comparer
from dmn_engine.feel.syntax import (
    ComparisonTest,
    Expression,
    Membership,
    RangeLiteral,
    UnaryTest,
    UnaryTests,
    mentions_input,
)
from dmn_engine.feel.values import Range, Value

Test = Callable[[Frame, Value], bool | None]


def compile_membership(node: Membership, build: Build, level: Level) -> Code:
    """`operand in tests`; in the tests, `?` is the operand."""
    operand = build.compile(node.operand, level)
    test = _compile_alternatives(node.tests, build, level)

    def membership(frame: Frame) -> bool | None:
        value = operand(frame)
        outer, frame[INPUT] = frame[INPUT], value
        result = test(frame, value)
        frame[INPUT] = outer
        return result

    return membership


def compile_all(tests: UnaryTests, build: Build, level: Level) -> Test:
    """The tests of a cell: true if an alternative is true (under `not`, if none is); always true for `-`."""
    if tests.is_any:
        return lambda frame, value: True
    alternatives = _compile_alternatives(tests.tests, build, level)
    if not tests.negated:
        return alternatives
    return lambda frame, value: operators.negation(alternatives(frame, value))


def _compile_alternatives(tests: Sequence[UnaryTest], build: Build, level: Level) -> Test:
    compiled = [_compile_test(test, build, level) for test in tests]
    if len(compiled) == 1:
        return compiled[0]

    def alternatives(frame: Frame, value: Value) -> bool | None:
        result: bool | None = False
        for test in compiled:
            outcome = test(frame, value)
            if outcome is True:
                return True
            if outcome is None:
                result = None
        return result

    return alternatives


def _compile_test(test: UnaryTest, build: Build, level: Level) -> Test:
    if isinstance(test, ComparisonTest):
        endpoint = build.compile(test.endpoint, level)
        compare = comparer(test.operator, build.attempt(test.span))
        return lambda frame, value: compare(frame, value, endpoint(frame))
    if mentions_input(test):
        return _compile_condition(test, build, level)
    return _compile_value(test, build, level)


def _compile_condition(test: Expression, build: Build, level: Level) -> Test:
    condition = build.compile(test, level)
    fail = build.fail(test.span)

    def holds(frame: Frame, value: Value) -> bool | None:
        result = condition(frame)
        if result is None or isinstance(result, bool):
            return result
        fail(frame, f"this is {operators.name_kind(result)}, not a condition")
        return None

    return holds


def _compile_value(test: Expression, build: Build, level: Level) -> Test:
    """A test that is a value: true if the tested value equals it, or is in it if it is a list or a range."""
    group = build.compile(test, level)
    attempt = build.attempt(test.span)
    is_range = isinstance(test, RangeLiteral)
    constant = group([]) if build.is_constant(group) else None
    holds_number = _compile_number_range(constant) if isinstance(constant, Range) else None

    def holds(frame: Frame, value: Value) -> bool | None:
        if holds_number is not None and type(value) is Decimal:
            return holds_number(value)
        wanted = group(frame)
        if wanted is None and is_range:
            return None
        if type(wanted) is str and type(value) is str:
            return wanted == value
        return attempt(frame, _is_member, value, wanted)

    return holds


def _is_member(value: Value, group: Value) -> bool | None:
    result = operators.is_member(value, group)
    if result is None and not isinstance(group, list):
        raise operators.explain_inequality(value, group)
    return result


def _compile_number_range(range_: Range) -> Callable[[Decimal], bool] | None:
    """A fast test for a constant range of numbers, the most frequent one in tables. None for other ranges."""
    low, high = range_.low, range_.high
    if not (isinstance(low, Decimal) and isinstance(high, Decimal)) or range_.operator == "!=":
        return None
    match range_.low_closed, range_.high_closed:
        case True, True:
            return lambda value: low <= value <= high
        case True, False:
            return lambda value: low <= value < high
        case False, True:
            return lambda value: low < value <= high
        case _:
            return lambda value: low < value < high
