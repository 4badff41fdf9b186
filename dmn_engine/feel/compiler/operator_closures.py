"""Closures for operators: arithmetic, comparison and three-valued logic (DMN 1.5, tables 50 to 60)."""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from dmn_engine.feel import numbers, operators
from dmn_engine.feel.compiler.frame import ERRORS, Attempt, Build, Code, Fail, Frame, Level
from dmn_engine.feel.errors import FeelError, NoValue
from dmn_engine.feel.syntax import Arithmetic, Between, Comparison, Conjunction, Disjunction, Negation
from dmn_engine.feel.values import Value

_Numeric = Callable[[Decimal, Decimal], Decimal]
_ARITHMETIC: Mapping[str, tuple[_Numeric, Callable[[Value, Value], Value]]] = MappingProxyType(
    {
        "+": (numbers.CONTEXT.add, operators.add),
        "-": (numbers.CONTEXT.subtract, operators.subtract),
        "*": (numbers.CONTEXT.multiply, operators.multiply),
        "/": (numbers.CONTEXT.divide, operators.divide),
        "**": (numbers.power, operators.power),
    }
)
"""The operators on numbers, and on any values. If the first raises ArithmeticError, the second gives the reason."""
Compare = Callable[[Frame, Value, Value], bool | None]
_Order = Callable[[Any, Any], bool]
_ORDERS: Mapping[str, _Order] = MappingProxyType(
    {
        "=": python.eq,
        "!=": python.ne,
        "<": python.lt,
        "<=": python.le,
        ">": python.gt,
        ">=": python.ge,
    }
)


def compile_arithmetic(node: Arithmetic, build: Build, level: Level) -> Code:
    """`left + right` and the like, with a fast path for numbers."""
    left, right = build.compile(node.left, level), build.compile(node.right, level)
    of_numbers, of_values = _ARITHMETIC[node.operator]
    attempt = build.attempt(node.span)

    def arithmetic(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return of_numbers(a, b)
            except (ArithmeticError, FeelError):
                pass
        return attempt(frame, of_values, a, b)

    return build.fold(arithmetic, (left, right))


def compile_negation(node: Negation, build: Build, level: Level) -> Code:
    """`-operand`."""
    operand = build.compile(node.operand, level)
    attempt = build.attempt(node.span)
    return build.fold(lambda frame: attempt(frame, operators.negate, operand(frame)), (operand,))


def compile_comparison(node: Comparison, build: Build, level: Level) -> Code:
    """`left = right`, `left < right` and the like."""
    left, right = build.compile(node.left, level), build.compile(node.right, level)
    compare, order = comparer(node.operator, build.attempt(node.span)), _ORDERS[node.operator]
    if build.is_constant(right):
        constant = right([])
        if type(constant) is Decimal or type(constant) is str:
            return _compile_comparison_with(left, order, constant, compare)

    def comparison(frame: Frame) -> bool | None:
        return compare(frame, left(frame), right(frame))

    return comparison


def _compile_comparison_with(left: Code, order: _Order, constant: Value, compare: Compare) -> Code:
    """A comparison with a constant number or string: the most frequent one in tables."""
    kind = type(constant)

    def comparison(frame: Frame) -> bool | None:
        value = left(frame)
        return order(value, constant) if type(value) is kind else compare(frame, value, constant)

    return comparison


def comparer(operator: str, attempt: Attempt) -> Compare:
    """A function that compares two values, with a fast path for numbers and strings."""
    order = _ORDERS[operator]

    def compare_values(left: Value, right: Value) -> bool:
        result = operators.compare(operator, left, right)
        if result is None:
            raise operators.explain_inequality(left, right)
        return result

    def compare(frame: Frame, left: Value, right: Value) -> bool | None:
        kind = type(left)
        if kind is type(right) and (kind is Decimal or kind is str):
            return order(left, right)
        return attempt(frame, compare_values, left, right)

    return compare


def compile_between(node: Between, build: Build, level: Level) -> Code:
    """`operand between low and high`, ends included."""
    operand, low, high = (build.compile(part, level) for part in (node.operand, node.low, node.high))
    attempt = build.attempt(node.span)

    def between(frame: Frame) -> bool | None:
        value, least, most = operand(frame), low(frame), high(frame)
        if type(value) is type(least) is type(most) is Decimal:
            return bool(least <= value <= most)
        return attempt(frame, operators.between, value, least, most)

    return between


def compile_logical(node: Conjunction | Disjunction, build: Build, level: Level) -> Code:
    """`left and right`, decided by one false side; `left or right`, decided by one true side.

    The right side is not evaluated if the left one decides. If the right side decides, errors of the left one do not
    count, and neither do variables that have no value.
    """
    left, right = build.compile(node.left, level), build.compile(node.right, level)
    fail = build.fail(node.span)
    deciding, word = (True, "or") if isinstance(node, Disjunction) else (False, "and")
    other = not deciding

    def logical(frame: Frame) -> bool | None:
        before = len(frame[ERRORS])
        missing: tuple[object, ...] = ()
        a = b = None
        try:
            a = left(frame)
        except NoValue as error:
            missing = error.reasons
        if a is deciding:
            return deciding
        try:
            b = right(frame)
        except NoValue as error:
            missing += error.reasons
        if b is deciding:
            del frame[ERRORS][before:]
            return deciding
        if missing:
            raise NoValue(*missing)
        if a is other and b is other:
            return other
        _explain_null(frame, fail, word, a, b)
        return None

    return logical


def _explain_null(frame: Frame, fail: Fail, word: str, left: Value, right: Value) -> None:
    """Record an operand that is not a boolean. A null operand is not an error here: its own was recorded before."""
    for operand in (left, right):
        if operand is not None and not isinstance(operand, bool):
            fail(frame, f"`{word}` joins conditions, not {operators.name_kind(operand)}")
