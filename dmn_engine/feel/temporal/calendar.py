"""The proleptic Gregorian calendar with a year 0, as in ISO 8601 and XML Schema 1.1."""

from __future__ import annotations

MAX_YEAR = 999_999_999
MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905 - reads better
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905 - reads better
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def days_in_month(year: int, month: int) -> int:
    """The number of days of the month (1 to 12)."""
    return 29 if month == 2 and is_leap(year) else _DAYS[month - 1]


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to the date, computed for years that begin in March, so that a leap day is the last day."""
    if month <= 2:
        year -= 1
        month += 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day - 719_469


def civil_from_days(days: int) -> tuple[int, int, int]:
    """The year, month and day of the date that many days after 1970-01-01."""
    era, rest = divmod(days + 719_468, 146_097)
    year = (rest - rest // 1460 + rest // 36_524 - rest // 146_096) // 365
    rest -= 365 * year + year // 4 - year // 100
    shifted = (5 * rest + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return era * 400 + year + (month <= 2), month, rest - (153 * shifted + 2) // 5 + 1


def weekday(days: int) -> int:
    """The day of the week, Monday 1 to Sunday 7, of the date that many days after 1970-01-01 (a Thursday)."""
    return (days + 3) % 7 + 1


def week_of_year(year: int, month: int, day: int) -> int:
    """The ISO 8601 week: its number in the year that contains the Thursday of the date's week."""
    days = days_from_civil(year, month, day)
    thursday = days + 4 - weekday(days)
    first = days_from_civil(civil_from_days(thursday)[0], 1, 1)
    return (thursday - first) // 7 + 1


def format_year(year: int) -> str:
    """At least four digits, with a leading minus before year 0."""
    return f"-{-year:04}" if year < 0 else f"{year:04}"
