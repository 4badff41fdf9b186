"""Ranges of numbers: what a column can hold, what a test accepts, and whether the two have a number in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from dmn_engine.feel.syntax import ComparisonTest, Negation, NumberLiteral, RangeLiteral, UnaryTest
from dmn_engine.model.cell_text import join_words
from dmn_engine.model.data_dictionary import Domain
from dmn_engine.model.value_text import show_bounds

ANY_VALUE = Domain()
"""No restriction beyond the type."""


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers between two bounds, either of which may be absent (None)."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_closed: bool = True
    high_closed: bool = True

    def holds(self, value: Decimal) -> bool:
        """Whether the number is inside."""
        if self.low is not None and (value < self.low or (value == self.low and not self.low_closed)):
            return False
        return self.high is None or value < self.high or (value == self.high and self.high_closed)

    def intersect(self, other: Interval) -> Interval:
        """The numbers that are inside both."""
        low, low_closed = _inner(Decimal.__gt__, (self.low, self.low_closed), (other.low, other.low_closed))
        high, high_closed = _inner(Decimal.__lt__, (self.high, self.high_closed), (other.high, other.high_closed))
        return Interval(low, high, low_closed, high_closed)

    def is_empty(self, integer: bool) -> bool:
        """Whether no number (no whole number, where `integer`) is inside."""
        if self.low is None or self.high is None:
            return False
        if integer:
            return _first_integer(self.low, self.low_closed) > -_first_integer(-self.high, self.high_closed)
        return self.low > self.high or (self.low == self.high and not (self.low_closed and self.high_closed))


Bound = tuple[Decimal | None, bool]


def _inner(is_tighter: Callable[[Decimal, Decimal], bool], one: Bound, other: Bound) -> Bound:
    """The tighter of two bounds; of two equal ones, the open one."""
    if one[0] is None or other[0] is None:
        return other if one[0] is None else one
    if one[0] == other[0]:
        return one[0], one[1] and other[1]
    return one if is_tighter(one[0], other[0]) else other


def _first_integer(low: Decimal, closed: bool) -> Decimal:
    """The least whole number from `low` on."""
    whole = low.to_integral_value(ROUND_CEILING)
    return whole if closed or whole != low else whole + 1


def read_constant(node: object) -> Decimal | None:
    """The number that the node writes out, or None if it is not a plain number."""
    match node:
        case NumberLiteral(value=value):
            return value
        case Negation(operand=NumberLiteral(value=value)):
            return -value
    return None


def bound_test(test: UnaryTest) -> Interval | None:
    """The numbers that a test of constants accepts; None for tests of another kind."""
    if (value := read_constant(test)) is not None:
        return Interval(value, value)
    match test:
        case ComparisonTest(operator="=", endpoint=endpoint):
            value = read_constant(endpoint)
            return None if value is None else Interval(value, value)
        case ComparisonTest(operator="<" | "<=", endpoint=endpoint):
            value = read_constant(endpoint)
            return None if value is None else Interval(high=value, high_closed=test.operator == "<=")
        case ComparisonTest(operator=">" | ">=", endpoint=endpoint):
            value = read_constant(endpoint)
            return None if value is None else Interval(low=value, low_closed=test.operator == ">=")
        case RangeLiteral():
            low, high = read_constant(test.low), read_constant(test.high)
            if (low is None and test.low is not None) or (high is None and test.high is not None):
                return None
            return Interval(low, high, test.low_closed, test.high_closed)
    return None


def can_hold(accepted: Interval, domain: Domain) -> bool:
    """Whether some number of the domain is accepted."""
    if domain.values is not None:
        return any(isinstance(value, Decimal) and accepted.holds(value) for value in domain.values)
    inside = accepted.intersect(Interval(domain.low, domain.high, domain.low_closed, domain.high_closed))
    return not inside.is_empty(domain.integer)


def describe_domain(domain: Domain, unit: str = "") -> str:
    """The numbers of a domain in plain words: `a whole number from 0 to 4`."""
    if domain.values is not None:
        return f"one of {join_words(map(str, domain.values))}"
    words, bounds = "a whole number" if domain.integer else "a number", show_bounds(domain)
    if bounds:
        words += f" from {bounds}" if " to " in bounds else f", {bounds}"
    return f"{words} {unit}".rstrip()
