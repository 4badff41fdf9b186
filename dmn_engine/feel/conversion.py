"""Implicit conversions of values to a type (DMN 1.5, 10.3.2.9.4)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from dmn_engine.feel import types
from dmn_engine.feel.budget import spend_on_items
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.operators import show
from dmn_engine.feel.temporal import Date, DateTime, DaysDuration, Time, YearsDuration
from dmn_engine.feel.types import ContextType, FunctionType, ListType, RangeType, SimpleType, Type
from dmn_engine.feel.values import Function, Range, Value

CLASSES: Mapping[Type, type] = {
    types.NUMBER: Decimal,
    types.STRING: str,
    types.BOOLEAN: bool,
    types.DATE: Date,
    types.TIME: Time,
    types.DATE_TIME: DateTime,
    types.DAYS_DURATION: DaysDuration,
    types.YEARS_DURATION: YearsDuration,
}
"""The Python class of the values of each simple type."""


def is_instance(value: Value, type_: Type) -> bool:
    """Whether the value is of the type without conversion. null is an instance of every type."""
    if value is None or type_ == types.ANY:
        return True
    match type_:
        case SimpleType():
            return type(value) is CLASSES.get(type_)
        case ListType(item=item):
            if not isinstance(value, list) or item == types.ANY:
                return isinstance(value, list)
            spend_on_items(len(value))
            return all(is_instance(each, item) for each in value)
        case ContextType(members=members):
            return isinstance(value, dict) and all(
                key in value and is_instance(value[key], member) for key, member in members
            )
        case RangeType(item=item):
            return isinstance(value, Range) and is_instance(value.low, item) and is_instance(value.high, item)
        case FunctionType():
            return isinstance(value, Function) and types.conforms(value.type, type_)
    return False


def coerce(value: Value, type_: Type) -> Value:
    """The value converted to the type; a value that conforms is returned unchanged.

    At most one of three implicit conversions applies: a single value to a list of it, a list of one value to that
    value, a date to the date and time of its midnight UTC. Raises: FeelError if none does.
    """
    if is_instance(value, type_):
        return value
    if isinstance(value, Date) and type_ == types.DATE_TIME:
        return value.at_utc_midnight()
    if isinstance(type_, ListType) and (not isinstance(value, list) or is_instance(value, type_.item)):
        return [_require(value, type_.item)]
    if isinstance(value, list) and len(value) == 1:
        return _require(value[0], type_)
    raise FeelError(f"{show(value)} is not {describe_type(type_)}")


def _require(value: Value, type_: Type) -> Value:
    """The value, which must be of the type without conversion. Raises: FeelError if it is not."""
    if is_instance(value, type_):
        return value
    raise FeelError(f"{show(value)} is not {describe_type(type_)}")


def describe_type(type_: Type) -> str:
    """A type with its article, for messages: "a number", "text", "a list", "a list<number>"."""
    match type_:
        case types.STRING:
            return "text"
        case types.ANY:
            return "any value"
        case ListType(item=types.ANY):
            return "a list"
        case RangeType(item=types.ANY):
            return "a range"
        case ContextType(members=()):
            return "a context"
        case FunctionType(parameters=()):
            return "a function"
    return f"a {type_}"
