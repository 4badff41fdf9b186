"""Built-in functions on dates (DMN 1.5, 10.3.4.8, table 79) and the clock (10.3.4.11, table 82)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

from dmn_engine.feel import temporal
from dmn_engine.feel.builtins.builtin import Builtin, builtin
from dmn_engine.feel.temporal import Date, DateTime
from dmn_engine.feel.temporal.calendar import MONTHS, WEEKDAYS
from dmn_engine.feel.values import Value

_CLOCK: ContextVar[datetime.datetime | None] = ContextVar("clock", default=None)


@contextmanager
def fixed_clock(moment: datetime.datetime) -> Iterator[None]:
    """Fix `now` and `today` at this moment within the block, so that evaluations can be repeated."""
    token = _CLOCK.set(moment)
    try:
        yield
    finally:
        _CLOCK.reset(token)


def say_now() -> DateTime:
    """The current date and time.

    It has the offset of this computer's zone.
    """
    found = temporal.from_python(_CLOCK.get() or datetime.datetime.now().astimezone())
    assert isinstance(found, DateTime)
    return found


def _of_date(name: str, result: str, function: Callable[[Date], Value], doc: str) -> tuple[Builtin, Builtin]:
    """Both signatures: of a date, and of a date and time by its date."""
    return (
        builtin(f"{name}(date: date) -> {result}", function, doc),
        builtin(f"{name}(date: date and time) -> {result}", lambda value: function(value.date), doc),
    )


BUILTINS: tuple[Builtin, ...] = (
    *_of_date("day of year", "number", lambda date: Decimal(date.day_of_year), "The day of the year."),
    *_of_date("day of week", "string", lambda date: WEEKDAYS[date.weekday - 1], "The name of the day of the week."),
    *_of_date("month of year", "string", lambda date: MONTHS[date.month - 1], "The name of the month."),
    *_of_date("week of year", "number", lambda date: Decimal(date.week_of_year), "The ISO 8601 week of the year."),
    builtin("now() -> date and time", say_now),
    builtin("today() -> date", lambda: say_now().date, "The current date."),
)
