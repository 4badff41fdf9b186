"""The operators of FEEL on values (DMN 1.5, 10.3.2.15, tables 50 to 60).

Arithmetic, order and membership raise FeelError if an operand is outside the domain; the value is then null.
Equality and the logical operators return True, False or None (null).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from dmn_engine.feel import numbers
from dmn_engine.feel.budget import CHARACTERS_OF_A_STEP, spend, spend_on_items
from dmn_engine.feel.errors import SHOWN, FeelError, shorten
from dmn_engine.feel.temporal import Date, DateTime, DaysDuration, Time, YearsDuration
from dmn_engine.feel.values import Function, Range, Value, describe_kind, format_value, freeze

MAX_TEXT = 1_000_000
"""The most characters that an operator or built-in puts into one string."""


def check_text(length: int) -> None:
    """Check the length of a text before it is built. Raises: FeelError if it is too long."""
    if length > MAX_TEXT:
        raise FeelError(f"the text would be longer than {MAX_TEXT} characters")
    if length > CHARACTERS_OF_A_STEP:
        spend(length // CHARACTERS_OF_A_STEP)


def show(value: Value) -> str:
    """The FEEL text of a value in a message, shortened if it is long."""
    return shorten(format_value(_trim(value, iter(range(SHOWN)))))


def _trim(value: Value, room: Iterator[int]) -> Value:
    """The part of the value that a message can show, so that a large value takes no longer than a small one.

    `room` yields once for each further item that fits.
    """
    match value:
        case str():
            return value[:SHOWN]
        case list():
            return [_trim(item, room) for item, _ in zip(value, room, strict=False)]
        case dict():
            return {key: _trim(item, room) for (key, item), _ in zip(value.items(), room, strict=False)}
    return value


# Three-valued logic (tables 50 and 51). Anything but true and false counts as null.


def conjunction(left: Value, right: Value) -> bool | None:
    """false if either is false, true if both are true, else null."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def disjunction(left: Value, right: Value) -> bool | None:
    """true if either is true, false if both are false, else null."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def negation(value: Value) -> bool | None:
    """Logical not: null for anything but true and false."""
    return (not value) if isinstance(value, bool) else None


# Arithmetic (tables 56 to 60, 62)


def add(left: Value, right: Value) -> Value:
    """left + right: numbers, strings, durations, and a duration to a date, time, or date and time."""
    match left, right:
        case Decimal(), Decimal():
            return numbers.add(left, right)
        case str(), str():
            check_text(len(left) + len(right))
            return left + right
        case YearsDuration(), YearsDuration():
            return left.add(right)
        case (Date() | Time() | DateTime() | DaysDuration(), DaysDuration()):
            return left.add(right)
        case (Date() | DateTime(), YearsDuration()):
            return left.add_months(right)
        case (DaysDuration(), Date() | Time() | DateTime()):
            return right.add(left)
        case (YearsDuration(), Date() | DateTime()):
            return right.add_months(left)
    raise _mismatch("add", "to", right, left, f"{show(left)} + {show(right)}")


def subtract(left: Value, right: Value) -> Value:
    """left - right: numbers, points in time (a date with a date and time is midnight UTC), durations."""
    match left, right:
        case Decimal(), Decimal():
            return numbers.subtract(left, right)
        case Date(), Date():
            return DaysDuration.of_seconds((left.epoch_day - right.epoch_day) * 86_400)
        case (Date() | DateTime(), Date() | DateTime()):
            return _as_date_time(left).subtract(_as_date_time(right))
        case Time(), Time():
            return left.subtract(right)
        case (Date() | DateTime() | Time() | DaysDuration(), DaysDuration()):
            return left.add(right.negate())
        case (Date() | DateTime(), YearsDuration()):
            return left.add_months(right.negate())
        case YearsDuration(), YearsDuration():
            return left.add(right.negate())
    raise _mismatch("subtract", "from", right, left, f"{show(left)} - {show(right)}")


def multiply(left: Value, right: Value) -> Value:
    """left * right: numbers, or a duration and a number."""
    match left, right:
        case Decimal(), Decimal():
            return numbers.multiply(left, right)
        case (DaysDuration() | YearsDuration(), Decimal()):
            return left.multiply(right)
        case (Decimal(), DaysDuration() | YearsDuration()):
            return right.multiply(left)
    raise _mismatch("multiply", "by", left, right, f"{show(left)} * {show(right)}")


def divide(left: Value, right: Value) -> Value:
    """left / right: numbers, a duration by a number, a duration by one of the same kind."""
    match left, right:
        case Decimal(), Decimal():
            return numbers.divide(left, right)
        case (DaysDuration() | YearsDuration(), Decimal()):
            return left.divide(right)
        case DaysDuration(), DaysDuration():
            return left.ratio(right)
        case YearsDuration(), YearsDuration():
            return left.ratio(right)
    raise _mismatch("divide", "by", left, right, f"{show(left)} / {show(right)}")


def power(left: Value, right: Value) -> Value:
    """left ** right, of numbers."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return numbers.power(left, right)
    raise _mismatch("raise", "to the power of", left, right, f"{show(left)} ** {show(right)}")


def negate(value: Value) -> Value:
    """-value: of a number or a duration."""
    match value:
        case Decimal():
            return numbers.negate(value)
        case DaysDuration() | YearsDuration():
            return value.negate()
    raise FeelError(f"cannot take the negative of {name_kind(value)}: -{show(value)}")


def _as_date_time(value: Date | DateTime) -> DateTime:
    return value.at_utc_midnight() if isinstance(value, Date) else value


def _mismatch(verb: str, preposition: str, first: Value, second: Value, expression: str) -> FeelError:
    return FeelError(f"cannot {verb} {name_kind(first)} {preposition} {name_kind(second)}: {expression}")


def name_kind(value: Value) -> str:
    """The kind of a value with its article, for messages: "a number", "text", "null"."""
    kind = describe_kind(value)
    return kind if kind in ("null", "text") else f"a {kind}"


# Equality (table 53)


def equal(left: Value, right: Value) -> bool | None:
    """left = right; null if they are of different kinds (null itself equals only null).

    Dates and times are compared to the second, as in the conformance tests; one with a zone never equals one
    without. Lists, contexts and ranges with items of different kinds are unequal.
    """
    if left is None or right is None:
        return left is right
    if type(left) is not type(right):
        return None
    if isinstance(left, (Decimal, str, bool)):
        return left == right
    return freeze(left) == freeze(right)


def not_equal(left: Value, right: Value) -> bool | None:
    """left != right: the negation of `equal`."""
    return negation(equal(left, right))


def explain_inequality(left: Value, right: Value) -> FeelError:
    """The error for an equality that is null because its operands are of different kinds."""
    return FeelError(f"cannot compare {name_kind(left)} with {name_kind(right)}: {show(left)}, {show(right)}")


def is_same(left: Value, right: Value) -> bool:
    """Whether both are the same element of the semantic domain (`is`, table 77), with the same zone and nanoseconds."""
    if type(left) is not type(right):
        return False
    match left, right:
        case Time(), Time():
            return left.is_same(right)
        case DateTime(), DateTime():
            return left.is_same(right)
        case list(), list():
            spend_on_items(len(left))
            return len(left) == len(right) and all(map(is_same, left, right))
        case dict(), dict():
            spend_on_items(len(left))
            return left.keys() == right.keys() and all(is_same(item, right[key]) for key, item in left.items())
    return equal(left, right) is True


# Order (table 54)

_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(operator_: str, left: Value, right: Value) -> bool | None:
    """left `operator_` right, for `=`, `!=`, `<`, `<=`, `>`, `>=`.

    `=` and `!=` return None for different kinds. Raises: FeelError if the operands of the others cannot be ordered.
    """
    if operator_ == "=":
        return equal(left, right)
    if operator_ == "!=":
        return not_equal(left, right)
    order = _ORDERS[operator_]
    match left, right:
        case (Decimal(), Decimal()) | (str(), str()) | (Date(), Date()):
            return order(left, right)
        case (DaysDuration(), DaysDuration()) | (YearsDuration(), YearsDuration()):
            return order(left, right)
        case Time(), Time():
            return _compare_zoned(order, left, right, _align_times(left, right))
        case DateTime(), DateTime():
            return _compare_zoned(order, left, right, _align_date_times(left, right))
    shown = f"{show(left)} {operator_} {show(right)}"
    if left is not None and type(left) is type(right):
        raise FeelError(f"{name_kind(left)} cannot be ordered: {shown}")
    raise FeelError(f"cannot compare {name_kind(left)} with {name_kind(right)}: {shown}")


def less(left: Value, right: Value) -> bool:
    """left < right. Raises: FeelError if the operands cannot be ordered."""
    return compare("<", left, right) is True


def _compare_zoned(
    order: Callable[[Any, Any], bool], left: Time | DateTime, right: Time | DateTime, values: tuple[int, int]
) -> bool:
    if (left.zone is None) != (right.zone is None) and values[0] == values[1]:
        # Neither before nor after nor equal, because only one has a zone (tables 53 and 54).
        return False
    return order(*values)


def _align_times(left: Time, right: Time) -> tuple[int, int]:
    """The values to compare: one without a zone takes the zone of the other (table 54)."""
    if left.zone is None:
        left = Time(left.nanoseconds, right.zone)
    elif right.zone is None:
        right = Time(right.nanoseconds, left.zone)
    return left.value, right.value


def _align_date_times(left: DateTime, right: DateTime) -> tuple[int, int]:
    if left.zone is None and right.zone is not None:
        left = left.in_zone(right.zone)
    elif right.zone is None and left.zone is not None:
        right = right.in_zone(left.zone)
    return left.value, right.value


# Ranges and membership (table 55)


def between(value: Value, low: Value, high: Value) -> bool | None:
    """low <= value and value <= high, three-valued. Raises: FeelError, with the reason, if the result is null."""
    return _compare_all(value, ((">=", low), ("<=", high)))


def in_range(value: Value, range_: Range) -> bool | None:
    """Whether the value is in the range. Raises: FeelError if it cannot be compared with an end."""
    if value is None:
        raise FeelError(f"cannot compare null with the range {show(range_)}")
    if range_.operator == "!=":
        return not_equal(value, range_.low)
    tests: list[tuple[str, Value]] = []
    if range_.low is not None:
        tests.append((">=" if range_.low_closed else ">", range_.low))
    if range_.high is not None:
        tests.append(("<=" if range_.high_closed else "<", range_.high))
    return _compare_all(value, tests)


def _compare_all(value: Value, tests: Iterable[tuple[str, Value]]) -> bool | None:
    """The conjunction of comparisons. Raises: the first FeelError if the result is null."""
    result: bool | None = True
    error: FeelError | None = None
    for operator_, end in tests:
        try:
            result = conjunction(result, compare(operator_, value, end))
        except FeelError as caught:
            result = conjunction(result, None)
            error = error or caught
    if result is None and error is not None:
        raise error
    return result


def is_member(value: Value, group: Value) -> bool | None:
    """`value in group`: in a range, equal to it, equal to an item of a list or in a range of it.

    None if no item contains the value and a range of the list failed. Raises: FeelError if a single range failed.
    """
    if isinstance(group, Range):
        return True if equal(value, group) else in_range(value, group)
    if equal(value, group):
        return True
    if not isinstance(group, list):
        return equal(value, group)
    result: bool | None = False
    for item in group:
        if equal(value, item):
            return True
        if isinstance(item, Range):
            try:
                result = disjunction(result, in_range(value, item))
            except FeelError:
                result = disjunction(result, None)
    return result


def contains(items: list[Value], value: Value) -> bool:
    """Whether an item of the list equals the value (null equals null)."""
    return any(equal(item, value) for item in items)


# Members (tables 64 to 67)

_PROPERTIES: Mapping[type, tuple[str, ...]] = {
    Date: ("year", "month", "day", "weekday"),
    DateTime: ("year", "month", "day", "weekday", "hour", "minute", "second", "time offset", "timezone"),
    Time: ("hour", "minute", "second", "time offset", "timezone"),
    YearsDuration: ("years", "months"),
    DaysDuration: ("days", "hours", "minutes", "seconds"),
    Range: ("start", "end", "start included", "end included"),
}
_RANGE_PROPERTIES = {"start": "low", "end": "high", "start included": "low_closed", "end included": "high_closed"}


def get_member(value: Value, name: str) -> Value:
    """`value.name`: an entry of a context, or a property of a date, time, duration or range; for a list, of each item.

    Raises: FeelError if there is no such member.
    """
    if isinstance(value, dict):
        if name not in value:
            raise FeelError(f'the context has no entry "{name}"')
        return value[name]
    if isinstance(value, list):
        spend_on_items(len(value))
        return [get_member_or_null(item, name) for item in value]
    if name not in _PROPERTIES.get(type(value), ()):
        raise FeelError(f'{name_kind(value)} has no property "{name}"')
    if isinstance(value, Range):
        value.require_interval()
    attribute = _RANGE_PROPERTIES[name] if isinstance(value, Range) else name.replace(" ", "_")
    found = getattr(value, attribute)
    return Decimal(found) if type(found) is int else found


def get_member_or_null(value: Value, name: str) -> Value:
    """`value.name`, or null if there is no such member."""
    try:
        return get_member(value, name)
    except FeelError:
        return None


def as_function(value: Value) -> Function:
    """The value, which must be a function. Raises: FeelError if it is not."""
    if not isinstance(value, Function):
        raise FeelError(f"{name_kind(value)} is not a function: {show(value)}")
    return value
