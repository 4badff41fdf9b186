"""Built-in functions that make values of one type from another (DMN 1.5, 10.3.4.1, table 72)."""

from __future__ import annotations

import re
from decimal import Decimal

from dmn_engine.feel import numbers, operators, temporal
from dmn_engine.feel.builtins.builtin import Builtin, Parameter
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.temporal import Date, DateTime, DaysDuration, Time, YearsDuration
from dmn_engine.feel.tokens import unescape
from dmn_engine.feel.types import (
    ANY,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    NUMBER,
    STRING,
    TIME,
    YEARS_DURATION,
    RangeType,
)
from dmn_engine.feel.values import Range, Value, format_value
from dmn_engine.feel.zones import Offset


def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> Date:
    """The date with this year, month and day."""
    return Date(
        numbers.integer_of(year, "the year"), numbers.integer_of(month, "the month"), numbers.integer_of(day, "the day")
    )


def date_of_date_time(value: DateTime) -> Date:
    """The date part, in local time."""
    return value.date


def keep(value: Value) -> Value:
    """The value, unchanged."""
    return value


def time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None) -> Time:
    """The time with this hour, minute and second; a local time without an offset."""
    zone = None if offset is None else Offset(_whole_seconds(offset))
    return Time.of(numbers.integer_of(hour, "the hour"), numbers.integer_of(minute, "the minute"), second, zone)


def _whole_seconds(offset: DaysDuration) -> int:
    seconds, rest = divmod(offset.nanoseconds, 1_000_000_000)
    if rest:
        raise FeelError(f"a time offset has no fraction of a second: {offset}")
    return seconds


def time_of_date_time(value: DateTime) -> Time:
    """The time part, with its zone."""
    return value.time


def time_of_date(value: Date) -> Time:
    """Midnight UTC (10.3.2.3.5)."""
    return value.at_utc_midnight().time


def date_time_of_parts(date: Date, time: Time) -> DateTime:
    """The date and time of a date and a time, with the time's zone."""
    return DateTime(date, time)


def date_time_of_date_time(date: DateTime, time: Time) -> DateTime:
    """As `date_time_of_parts`, from the date part of a date and time."""
    return DateTime(date.date, time)


_GROUPINGS = (" ", ",", ".")
_DECIMALS = (".", ",")


def number_of_text(text: str, grouping: str | None, decimal: str | None) -> Decimal:
    """The number that a text denotes with these separators (footnote 1 of table 72)."""
    if grouping is not None and grouping not in _GROUPINGS:
        raise FeelError(f"the grouping separator must be a space, a comma or a period, not {format_value(grouping)}")
    if decimal is not None and decimal not in _DECIMALS:
        raise FeelError(f"the decimal separator must be a period or a comma, not {format_value(decimal)}")
    if grouping is not None and grouping == decimal:
        raise FeelError("the grouping and the decimal separator must differ")
    plain = text if grouping is None else text.replace(grouping, "")
    if decimal == ",":
        if "." in plain:
            raise FeelError(f"{operators.show(text)} is not a number")
        plain = plain.replace(",", ".")
    try:
        return numbers.parse_number(plain)
    except FeelError:
        raise FeelError(f"{operators.show(text)} is not a number") from None


def text_of(value: Value) -> str:
    """A string as it is, a temporal value in its ISO 8601 form, anything else as FEEL text."""
    match value:
        case str():
            return value
        case Date() | Time() | DateTime() | DaysDuration() | YearsDuration():
            return str(value)
    return format_value(value)


def months_between(start: Date, end: Date) -> YearsDuration:
    """The number of whole months between two dates."""
    return YearsDuration(start.months_until(end))


def months_between_date_times(start: DateTime, end: DateTime) -> YearsDuration:
    """As above."""
    return months_between(start.date, end.date)


_STRING = r'"(?:[^"\\]|\\.)*"'
_ENDPOINT = (
    rf"(?:-?[0-9.][0-9.eE+\-]*?|{_STRING}|@\s*{_STRING}|(?:date and time|date|time|duration)\s*\(\s*{_STRING}\s*\))"
)
_RANGE = re.compile(rf"\s*([\[(\]])\s*({_ENDPOINT})?\s*\.\.\s*({_ENDPOINT})?\s*([\])\[])\s*", re.DOTALL)
_PARSERS = {
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_date_time,
    "duration": temporal.parse_duration,
    "@": temporal.parse_temporal,
}


def range_of_text(text: str) -> Range:
    """The range that a range literal with literal ends denotes (grammar rule 66); an open end may be omitted."""
    found = _RANGE.fullmatch(text)
    if found is None:
        raise FeelError(f'{operators.show(text)} is not a range such as "[18..21)"')
    low, high = (None if part is None else _read_endpoint(part) for part in found.group(2, 3))
    low_closed, high_closed = found[1] == "[", found[4] == "]"
    if (low is None and (low_closed or high is None)) or (high is None and high_closed):
        raise FeelError(f"{operators.show(text)} has no value at one end")
    if low is not None and high is not None and operators.compare("<=", low, high) is not True:
        raise FeelError(f"{operators.show(text)} ends before it starts")
    return Range(low, high, low_closed, high_closed)


def _read_endpoint(text: str) -> Value:
    if text.startswith('"'):
        return unescape(text)
    head, quote, rest = text.partition('"')
    if not quote:
        return numbers.parse_number(text)
    return _PARSERS[head.rstrip("( \t\r\n")](unescape(quote + rest.rstrip(") \t\r\n")))


_FROM_TEXT = (Parameter("from", STRING),)

BUILTINS: tuple[Builtin, ...] = (
    Builtin("date", _FROM_TEXT, DATE, temporal.parse_date, "The date that a text denotes."),
    Builtin("date", (Parameter("from", DATE),), DATE, keep, "The date itself."),
    Builtin("date", (Parameter("from", DATE_TIME),), DATE, date_of_date_time, "The date part of a date and time."),
    Builtin(
        "date",
        (Parameter("year", NUMBER), Parameter("month", NUMBER), Parameter("day", NUMBER)),
        DATE,
        date_of_parts,
        "The date with this year, month and day.",
    ),
    Builtin("time", _FROM_TEXT, TIME, temporal.parse_time, "The time that a text denotes."),
    Builtin("time", (Parameter("from", TIME),), TIME, keep, "The time itself."),
    Builtin("time", (Parameter("from", DATE),), TIME, time_of_date, "Midnight UTC."),
    Builtin("time", (Parameter("from", DATE_TIME),), TIME, time_of_date_time, "The time part of a date and time."),
    Builtin(
        "time",
        (
            Parameter("hour", NUMBER),
            Parameter("minute", NUMBER),
            Parameter("second", NUMBER),
            Parameter("offset", DAYS_DURATION, optional=True),
        ),
        TIME,
        time_of_parts,
        "The time with this hour, minute, second and offset from UTC.",
    ),
    Builtin("date and time", _FROM_TEXT, DATE_TIME, temporal.parse_date_time, "The date and time that a text denotes."),
    Builtin(
        "date and time",
        (Parameter("date", DATE), Parameter("time", TIME)),
        DATE_TIME,
        date_time_of_parts,
        "The date and time of this date and this time.",
    ),
    Builtin(
        "date and time",
        (Parameter("date", DATE_TIME), Parameter("time", TIME)),
        DATE_TIME,
        date_time_of_date_time,
        "The date and time of the date part of the first and this time.",
    ),
    Builtin(
        "number",
        (
            Parameter("from", STRING),
            Parameter("grouping separator", STRING, optional=True),
            Parameter("decimal separator", STRING, optional=True),
        ),
        NUMBER,
        number_of_text,
        "The number that a text denotes, with these separators of digit groups and decimals.",
    ),
    Builtin("string", (Parameter("from", ANY),), STRING, text_of, "The value as text."),
    Builtin("duration", _FROM_TEXT, ANY, temporal.parse_duration, "The duration that a text denotes."),
    Builtin(
        "years and months duration",
        (Parameter("from", DATE), Parameter("to", DATE)),
        YEARS_DURATION,
        months_between,
        "The whole years and months from one date to another.",
    ),
    Builtin(
        "years and months duration",
        (Parameter("from", DATE_TIME), Parameter("to", DATE_TIME)),
        YEARS_DURATION,
        months_between_date_times,
        "The whole years and months between the dates of two dates and times.",
    ),
    Builtin("range", _FROM_TEXT, RangeType(ANY), range_of_text, "The range that a text denotes."),
)
