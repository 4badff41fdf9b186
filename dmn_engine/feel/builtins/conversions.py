"""Built-in functions that make values of one type from another (DMN 1.5, 10.3.4.1, table 72)."""

from __future__ import annotations

import re
from decimal import Decimal

from dmn_engine.feel import numbers, operators, temporal
from dmn_engine.feel.builtins.builtin import Builtin, builtin
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.temporal import Date, DateTime, DaysDuration, Time, YearsDuration
from dmn_engine.feel.tokens import unescape
from dmn_engine.feel.values import Range, Value, format_value
from dmn_engine.feel.zones import Offset


def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> Date:
    """The date with this year, month and day."""
    return Date(
        numbers.integer_of(year, "the year"), numbers.integer_of(month, "the month"), numbers.integer_of(day, "the day")
    )


def time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None) -> Time:
    """The time with this hour, minute, second and offset from UTC.

    Without an offset it is a local time.
    """
    seconds, rest = (None, 0) if offset is None else divmod(offset.length, 1_000_000_000)
    if rest:
        raise FeelError(f"a time offset has no fraction of a second: {offset}")
    zone = None if seconds is None else Offset(seconds)
    return Time.of(numbers.integer_of(hour, "the hour"), numbers.integer_of(minute, "the minute"), second, zone)


_GROUPINGS = (" ", ",", ".")
_DECIMALS = (".", ",")


def number_of_text(text: str, grouping: str | None, decimal: str | None) -> Decimal:
    """The number that a text denotes, with these separators of digit groups and decimals.

    See footnote 1 of table 72.
    """
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
    """The value as text.

    A string as it is, a temporal value in its ISO 8601 form, anything else as FEEL text.
    """
    match value:
        case str():
            return value
        case Date() | Time() | DateTime() | DaysDuration() | YearsDuration():
            return str(value)
    return format_value(value)


def months_between(start: Date, end: Date) -> YearsDuration:
    """The whole years and months from one date to another."""
    return YearsDuration(start.months_until(end))


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
    """The range that a text denotes.

    The text is a range literal with literal ends (grammar rule 66); an open end may be omitted.
    """
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


BUILTINS: tuple[Builtin, ...] = (
    builtin("date(from: string) -> date", temporal.parse_date, "The date that a text denotes."),
    builtin("date(from: date) -> date", lambda value: value, "The date itself."),
    builtin("date(from: date and time) -> date", lambda value: value.date, "The date part of a date and time."),
    builtin("date(year: number, month: number, day: number) -> date", date_of_parts),
    builtin("time(from: string) -> time", temporal.parse_time, "The time that a text denotes."),
    builtin("time(from: time) -> time", lambda value: value, "The time itself."),
    builtin("time(from: date) -> time", lambda value: value.at_utc_midnight().time, "Midnight UTC."),
    builtin("time(from: date and time) -> time", lambda value: value.time, "The time part of a date and time."),
    builtin(
        "time(hour: number, minute: number, second: number, offset?: days and time duration) -> time", time_of_parts
    ),
    builtin(
        "date and time(from: string) -> date and time",
        temporal.parse_date_time,
        "The date and time that a text denotes.",
    ),
    builtin(
        "date and time(date: date, time: time) -> date and time",
        DateTime,
        "The date and time of this date and this time.",
    ),
    builtin(
        "date and time(date: date and time, time: time) -> date and time",
        lambda moment, time: DateTime(moment.date, time),
        "The date and time of the date part of the first and this time.",
    ),
    builtin("number(from: string, grouping separator?: string, decimal separator?: string) -> number", number_of_text),
    builtin("string(from: Any) -> string", text_of),
    builtin("duration(from: string) -> Any", temporal.parse_duration, "The duration that a text denotes."),
    builtin("years and months duration(from: date, to: date) -> years and months duration", months_between),
    builtin(
        "years and months duration(from: date and time, to: date and time) -> years and months duration",
        lambda start, end: months_between(start.date, end.date),
        "The whole years and months between the dates of two dates and times.",
    ),
    builtin("range(from: string) -> range", range_of_text),
)
