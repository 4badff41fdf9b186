"""Bounds of values: a range of numbers, a few known values, or OPEN.

Operations use the engine's own rounding, which keeps order, so that a range holds for exact decimals.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import reduce

from dmn_engine.diagnostics import Source
from dmn_engine.diagnostics import Span as TextSpan
from dmn_engine.feel import numbers, operators
from dmn_engine.feel.errors import EvaluationError, FeelError
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.type_constraints import TypeConstraint
from dmn_engine.model.unknown import key_value

MOST_CHOICES = 64
"""The most values that one part of a box, or an expression over it, is followed through one by one."""


class Anything(Enum):
    """Any value, null or an error."""

    OPEN = "open"


OPEN = Anything.OPEN


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers from `low` to `high`, which are infinite if there is no bound; `whole` if all are integers."""

    low: Decimal
    high: Decimal
    low_closed: bool = True
    high_closed: bool = True
    whole: bool = False

    @property
    def is_bounded(self) -> bool:
        return self.low.is_finite() and self.high.is_finite()

    def holds(self, value: Decimal) -> bool:
        above = value > self.low or (value == self.low and self.low_closed)
        return above and (value < self.high or (value == self.high and self.high_closed))


@dataclass(frozen=True, slots=True)
class Choices:
    """One of these values, none of which is an error."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """A context with bounds for each member."""

    members: Mapping[str, Bounds]


Bounds = Span | Choices | Parts | Anything

TRUE, FALSE, EITHER = Choices((True,)), Choices((False,)), Choices((True, False))


def list_choices(bounds: Bounds) -> tuple[Value, ...]:
    return bounds.values if isinstance(bounds, Choices) else ()


def run_all(
    lists: list[tuple[Value, ...]], function: Callable[[tuple[Value, ...], list[EvaluationError]], Value]
) -> Bounds | None:
    """The distinct results over all combinations; OPEN if one is an error, None if there are too many."""
    count = 1
    for values in lists:
        count *= len(values)
    if count > MOST_CHOICES:
        return None
    found: dict[object, Value] = {}
    for values in itertools.product(*lists):
        errors: list[EvaluationError] = []
        value = function(values, errors)
        if errors:
            return OPEN
        found[key_value(value)] = value
    return Choices(tuple(found.values()))


def is_allowed(check: TypeConstraint, value: Value) -> bool:
    """Whether a value is allowed without conversion."""
    if value is None:
        return check.nullable
    try:
        return key_value(check.convert(value)) == key_value(value)
    except FeelError:
        return False


def find_span(bounds: Bounds) -> Span | None:
    """The range of a value that is surely a number."""
    if isinstance(bounds, Span):
        return bounds
    if isinstance(bounds, Choices) and bounds.values:
        found = [value for value in bounds.values if isinstance(value, Decimal)]
        whole = all(value == value.to_integral_value() for value in found)
        return Span(min(found), max(found), whole=whole) if len(found) == len(bounds.values) else None
    return None


def unite(parts: Iterable[Bounds]) -> Bounds:
    """The union of bounds."""
    every = list(parts)
    if all(isinstance(part, Choices) for part in every):
        values = {key_value(value): value for part in every for value in list_choices(part)}
        if len(values) <= MOST_CHOICES:
            return Choices(tuple(values.values()))
    if any(isinstance(part, Parts) for part in every):
        members = [found for part in every for found in _list_members(part)]
        if any(not each or each.keys() != members[0].keys() for each in members):
            return OPEN
        return Parts({name: unite(each[name] for each in members) for name in members[0]})
    spans = [find_span(part) for part in every]
    found = [span for span in spans if span is not None]
    if len(found) < len(every):
        return OPEN
    whole = all(span.whole for span in found)
    return Span(min(span.low for span in found), max(span.high for span in found), whole=whole)


def is_whole(bounds: Bounds) -> bool:
    span = find_span(bounds)
    return span is not None and span.whole


def _list_members(bounds: Bounds) -> list[Mapping[str, Bounds]]:
    """The members of each context that a value can be; an empty one for a value that may not be a context."""
    if isinstance(bounds, Parts):
        return [bounds.members]
    if not isinstance(bounds, Choices):
        return [{}]
    contexts = [value if isinstance(value, dict) else {} for value in bounds.values]
    return [{name: Choices((member,)) for name, member in each.items()} for each in contexts]


def compare(operator: str, left: Bounds, right: Bounds) -> Bounds:
    """Whether the order or equality of two values holds."""
    if isinstance(left, Choices) and isinstance(right, Choices):
        return run_all([left.values, right.values], lambda pair, errors: _compare(operator, pair, errors)) or OPEN
    one, other = find_span(left), find_span(right)
    if one is None or other is None:
        return OPEN
    match operator:
        case "<":
            return _order(one, other)
        case ">":
            return _order(other, one)
        case "<=":
            return negate(_order(other, one))
        case ">=":
            return negate(_order(one, other))
    apart = _order(one, other) == TRUE or _order(other, one) == TRUE
    same = one.low == one.high == other.low == other.high
    equal = TRUE if same else FALSE if apart else EITHER
    return equal if operator == "=" else negate(equal)


def _compare(operator: str, pair: tuple[Value, ...], errors: list[EvaluationError]) -> Value:
    left, right = pair
    try:
        return operators.compare(operator, left, right)
    except FeelError as error:
        errors.append(EvaluationError(str(error), Source(""), TextSpan(0, 0)))
        return None


def _order(low: Span, high: Span) -> Choices:
    """Whether the first is less than the second."""
    if low.high < high.low or (low.high == high.low and not (low.high_closed and high.low_closed)):
        return TRUE
    return FALSE if low.low >= high.high else EITHER


def join_and(left: Bounds, right: Bounds) -> Bounds:
    """Three-valued conjunction."""
    return FALSE if FALSE in (left, right) else _combine(operators.conjunction, left, right)


def join_or(left: Bounds, right: Bounds) -> Bounds:
    """Three-valued disjunction."""
    return TRUE if TRUE in (left, right) else _combine(operators.disjunction, left, right)


def require(join: Callable[[Bounds, Bounds], Bounds], *parts: Bounds) -> Bounds:
    """The parts joined, in a formula: an error of any is an error of the whole."""
    return OPEN if OPEN in parts else reduce(join, parts)


def _combine(function: Callable[[Value, Value], Value], left: Bounds, right: Bounds) -> Bounds:
    if not isinstance(left, Choices) or not isinstance(right, Choices):
        return OPEN
    return list_truths(function(*pair) for pair in itertools.product(left.values, right.values))


def negate(bounds: Bounds) -> Bounds:
    """Three-valued negation."""
    if not isinstance(bounds, Choices):
        return OPEN
    return list_truths(map(operators.negation, bounds.values))


def all_of(parts: Iterable[Bounds]) -> Bounds:
    """Whether all of these hold."""
    found: Bounds = TRUE
    for part in parts:
        found = join_and(found, part)
    return found


def list_truths(values: Iterable[Value]) -> Choices:
    """The truth values in a fixed order."""
    found = set(values)
    return Choices(tuple(each for each in (True, False, None) if each in found))


def any_of(parts: Iterable[Bounds]) -> Bounds:
    found: Bounds = FALSE
    for part in parts:
        found = join_or(found, part)
    return found


_CORNERS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": numbers.add,
    "-": numbers.subtract,
    "*": numbers.multiply,
    "/": numbers.divide,
}


def compute(operator: str, left: Bounds, right: Bounds) -> Bounds:
    """The bounds of an operation on numbers: they lie at corners, because it is monotonic in each operand."""
    one, other = find_span(left), find_span(right)
    function = _CORNERS.get(operator)
    if function is None or one is None or other is None or not (one.is_bounded and other.is_bounded):
        return OPEN
    if operator == "/" and other.low <= 0 <= other.high:
        return OPEN
    try:
        corners = [function(a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
    except FeelError:
        return OPEN
    return make_span(min(corners), max(corners), whole=one.whole and other.whole and operator != "/")


def make_span(low: Decimal, high: Decimal, *, whole: bool) -> Bounds:
    return Choices((low,)) if low == high else Span(low, high, whole=whole)
