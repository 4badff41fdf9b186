"""Operand and result types of the operators (DMN 1.5, tables 50 to 56)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dmn_engine.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    YEARS_DURATION,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
)

_Row = tuple[Type, Type, Type]

_ADDITION: tuple[_Row, ...] = (
    (NUMBER, NUMBER, NUMBER),
    (STRING, STRING, STRING),
    (DAYS_DURATION, DAYS_DURATION, DAYS_DURATION),
    (YEARS_DURATION, YEARS_DURATION, YEARS_DURATION),
    *((point, DAYS_DURATION, point) for point in (DATE, TIME, DATE_TIME)),
    *((DAYS_DURATION, point, point) for point in (DATE, TIME, DATE_TIME)),
    *((point, YEARS_DURATION, point) for point in (DATE, DATE_TIME)),
    *((YEARS_DURATION, point, point) for point in (DATE, DATE_TIME)),
)
_SUBTRACTION: tuple[_Row, ...] = (
    (NUMBER, NUMBER, NUMBER),
    (DAYS_DURATION, DAYS_DURATION, DAYS_DURATION),
    (YEARS_DURATION, YEARS_DURATION, YEARS_DURATION),
    (TIME, TIME, DAYS_DURATION),
    *((left, right, DAYS_DURATION) for left in (DATE, DATE_TIME) for right in (DATE, DATE_TIME)),
    *((point, DAYS_DURATION, point) for point in (DATE, TIME, DATE_TIME)),
    *((point, YEARS_DURATION, point) for point in (DATE, DATE_TIME)),
)
_DURATIONS = (DAYS_DURATION, YEARS_DURATION)
_MULTIPLICATION: tuple[_Row, ...] = (
    (NUMBER, NUMBER, NUMBER),
    *((duration, NUMBER, duration) for duration in _DURATIONS),
    *((NUMBER, duration, duration) for duration in _DURATIONS),
)
_DIVISION: tuple[_Row, ...] = (
    (NUMBER, NUMBER, NUMBER),
    *((duration, NUMBER, duration) for duration in _DURATIONS),
    *((duration, duration, NUMBER) for duration in _DURATIONS),
)
_TABLE: Mapping[str, tuple[_Row, ...]] = MappingProxyType(
    {
        "+": _ADDITION,
        "-": _SUBTRACTION,
        "*": _MULTIPLICATION,
        "/": _DIVISION,
        "**": ((NUMBER, NUMBER, NUMBER),),
    }
)
_ORDERED = (NUMBER, STRING, DATE, TIME, DATE_TIME, DAYS_DURATION, YEARS_DURATION)


def result_of(operator: str, left: Type, right: Type) -> Type | None:
    """The type of `left operator right`; Any if it depends on the values, None if it is always null."""
    results = {result for a, b, result in _TABLE[operator] if _is(left, a) and _is(right, b)}
    if not results:
        return None
    return results.pop() if len(results) == 1 else ANY


def _is(type_: Type, wanted: Type) -> bool:
    return type_ in (wanted, ANY)


def are_comparable(left: Type, right: Type) -> bool:
    """Whether `=` between values of these types is not always null."""
    if ANY in (left, right) or NULL in (left, right):
        return True
    if isinstance(left, ListType | RangeType | ContextType | FunctionType):
        return type(left) is type(right)
    return left == right


def are_ordered(left: Type, right: Type) -> bool:
    """Whether `<` between values of these types is not always null."""
    if left == ANY:
        return right == ANY or right in _ORDERED
    return left in _ORDERED and right in (left, ANY)


def is_negatable(type_: Type) -> bool:
    """Whether `-` before a value of the type is not always null."""
    return type_ in (ANY, NUMBER, *_DURATIONS)


_PLURALS: Mapping[Type, str] = MappingProxyType(
    {
        NUMBER: "numbers",
        STRING: "texts",
        BOOLEAN: "booleans",
        DATE: "dates",
        TIME: "times",
        DATE_TIME: "dates and times",
        DAYS_DURATION: "days and time durations",
        YEARS_DURATION: "years and months durations",
    }
)


def _describe_items(item: Type) -> str:
    return f" of {_PLURALS[item]}" if item in _PLURALS else ""


def describe(type_: Type) -> str:
    """The type in a message, with its article."""
    match type_:
        case ListType(item=item):
            return "a list" + _describe_items(item)
        case RangeType(item=item):
            return "a range" + _describe_items(item)
        case ContextType():
            return "a context"
        case FunctionType():
            return "a function"
    if type_ in (NULL, STRING):
        return "null" if type_ == NULL else "text"
    return "a value of any type" if type_ == ANY else f"a {type_}"


def advise(operator: str, left: Type, right: Type) -> str:
    """What to write instead of an arithmetic operation on these types."""
    if operator == "+" and STRING in (left, right):
        return "make a text of the other with `string(...)`"
    if operator in ("+", "-") and NUMBER in (left, right) and {left, right} & {DATE, TIME, DATE_TIME}:
        return 'add a duration, such as `@"P7D"`'
    return ""
