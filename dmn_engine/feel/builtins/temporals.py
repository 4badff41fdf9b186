"""Built-in functions on dates (DMN 1.5, 10.3.4.8, table 79) and the clock (10.3.4.11, table 82)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

from dmn_engine.feel import temporal
from dmn_engine.feel.builtins.builtin import Builtin, Parameter
from dmn_engine.feel.temporal import Date, DateTime
from dmn_engine.feel.types import DATE, DATE_TIME, NUMBER, STRING, Type
from dmn_engine.feel.values import Value

_CLOCK: ContextVar[datetime.datetime | None] = ContextVar("clock", default=None)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@contextmanager
def fixed_clock(moment: datetime.datetime) -> Iterator[None]:
    """Fix `now` and `today` at this moment within the block, so that evaluations can be repeated."""
    token = _CLOCK.set(moment)
    try:
        yield
    finally:
        _CLOCK.reset(token)


def say_now() -> DateTime:
    """The current date and time, with the offset of this computer's zone."""
    found = temporal.from_python(_CLOCK.get() or datetime.datetime.now().astimezone())
    assert isinstance(found, DateTime)
    return found


def say_today() -> Date:
    """The current date."""
    return say_now().date


def count_day(date: Date) -> Decimal:
    """1 January is 1."""
    return Decimal(date.day_of_year)


def name_weekday(date: Date) -> str:
    """The English name of the day of the week."""
    return _WEEKDAYS[date.weekday - 1]


def name_month(date: Date) -> str:
    """The English name of the month."""
    return _MONTHS[date.month - 1]


def count_week(date: Date) -> Decimal:
    """The ISO 8601 week."""
    return Decimal(date.week_of_year)


def _record(name: str, result: Type, function: Callable[[Date], Value], doc: str) -> tuple[Builtin, Builtin]:
    """Both signatures: of a date, and of a date and time by its date."""

    def of_date_time(value: DateTime) -> Value:
        return function(value.date)

    return (
        Builtin(name, (Parameter("date", DATE),), result, function, doc),
        Builtin(name, (Parameter("date", DATE_TIME),), result, of_date_time, doc),
    )


BUILTINS: tuple[Builtin, ...] = (
    *_record("day of year", NUMBER, count_day, "The day of the year."),
    *_record("day of week", STRING, name_weekday, "The name of the day of the week."),
    *_record("month of year", STRING, name_month, "The name of the month."),
    *_record("week of year", NUMBER, count_week, "The ISO 8601 week of the year."),
    Builtin("now", (), DATE_TIME, say_now, "The current date and time."),
    Builtin("today", (), DATE, say_today, "The current date."),
)
