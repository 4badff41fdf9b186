"""Dates, times and durations as texts: the type that a schema means, and the value of a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.types import BY_NAME, DATE, DATE_TIME, DAYS_DURATION, TIME, YEARS_DURATION, Type
from dmn_engine.model.data_dictionary import Value

EXAMPLES: Mapping[Type, str] = MappingProxyType(
    {
        DATE: "2025-12-31",
        TIME: "13:45:00",
        DATE_TIME: "2025-12-31T13:45:00",
        DAYS_DURATION: "P14D",
        YEARS_DURATION: "P1Y6M",
    }
)
"""The temporal types, each with a text for messages."""

_FORMATS: Mapping[str, Type] = {"date": DATE, "time": TIME, "date-time": DATE_TIME, "duration": DAYS_DURATION}


def temporal_type(schema: Mapping[str, object]) -> Type | None:
    """The temporal type that the schema of a text names by `format` or `x-type`; None where it names none.

    `format: duration` is days and time; years and months are said by `"x-type": "years and months duration"`.
    """
    named = BY_NAME.get(str(schema.get("x-type")))
    if named in EXAMPLES:
        return named
    return _FORMATS.get(str(schema.get("format")))


def is_temporal(type_: Type) -> bool:
    """Whether values of the type are texts in JSON."""
    return type_ in EXAMPLES


def parse_text(text: str, type_: Type) -> Value:
    """The value of a temporal type that the text represents. Raises FeelError if it represents none."""
    value = _parsers()[type_](text)
    if type_ == DATE_TIME and "T" not in text:
        raise FeelError(f'"{text}" has no time')
    from dmn_engine.feel.temporal import DaysDuration

    if type_ in (DAYS_DURATION, YEARS_DURATION) and isinstance(value, DaysDuration) != (type_ == DAYS_DURATION):
        raise FeelError(f'"{text}" is not a {type_}')
    return value


def is_text_of(text: str, type_: Type) -> bool:
    """Whether the text represents a value of the temporal type."""
    try:
        parse_text(text, type_)
    except FeelError:
        return False
    return True


@cache
def _parsers() -> Mapping[Type, Callable[[str], Value]]:
    from dmn_engine.feel import temporal

    return {
        DATE: temporal.parse_date,
        TIME: temporal.parse_time,
        DATE_TIME: temporal.parse_date_time,
        DAYS_DURATION: temporal.parse_duration,
        YEARS_DURATION: temporal.parse_duration,
    }
