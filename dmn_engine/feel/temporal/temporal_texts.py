"""Parse dates, times and durations: XML Schema's lexical forms and FEEL's `@Region` suffix (10.3.4.1)."""

from __future__ import annotations

import re
from decimal import Decimal

from dmn_engine.feel.budget import spend
from dmn_engine.feel.errors import FeelError, shorten
from dmn_engine.feel.temporal.durations import DAY, HOUR, MINUTE, SECOND, DaysDuration, YearsDuration
from dmn_engine.feel.temporal.points import Date, DateTime, Time
from dmn_engine.feel.zones import UTC, Offset, Zone, find_region

_MAX_TEXT = 100
_STEPS = 3  # to match a text
_DATE = re.compile(r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})", re.ASCII)
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:([zZ])|([+-])([0-9]{2}):([0-9]{2})|@([A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)*))?",
    re.ASCII,
)
_DAYS = re.compile(
    r"(-)?P(?:([0-9]+)D)?(T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]*))?S)?)?",
    re.ASCII,
)
_YEARS = re.compile(r"(-)?P(?:([0-9]+)Y)?(?:([0-9]+)M)?", re.ASCII)


def parse_date(text: str) -> Date:
    """A date such as `2012-12-25` or `-0044-03-15`. Raises: FeelError."""
    found = _match(_DATE, text)
    if found is None or found.group(1) == "-0000":
        raise FeelError(f'"{shorten(text)}" is not a date such as "2012-12-25"')
    return Date(int(found.group(1)), int(found.group(2)), int(found.group(3)))


def parse_time(text: str) -> Time:
    """A time such as `23:59:00`, `11:00:00.5Z`, `13:20:00+02:00` or `10:15:00@Europe/Paris`. Raises: FeelError."""
    return _parse_time(text)[0]


def parse_date_time(text: str) -> DateTime:
    """A date, optionally followed by `T` and a time (midnight if omitted). Raises: FeelError."""
    day, separator, rest = text.partition("T")
    try:
        date = parse_date(day)
        if not separator:
            return DateTime(date, Time(0))
        time, next_day = _parse_time(rest)
    except FeelError as error:
        if _match(_DATE, day) and (not separator or _match(_TIME, rest)):
            raise
        raise FeelError(f'"{shorten(text)}" is not a date and time such as "2012-12-24T23:59:00"') from error
    return DateTime(Date.of_epoch_day(date.epoch_day + 1) if next_day else date, time)


def parse_duration(text: str) -> DaysDuration | YearsDuration:
    """A duration such as `P1DT2H`, `-PT0.5S` (days and time) or `P1Y6M` (years and months). Raises: FeelError."""
    found = _match(_YEARS, text)
    if found is not None and any(found.groups()[1:]):
        years, months = (int(part or 0) for part in found.groups()[1:])
        return YearsDuration((-1 if found.group(1) else 1) * (years * 12 + months))
    found = _match(_DAYS, text)
    if found is None or not any(found.groups()[1:]) or found.group(3) == "T":
        raise FeelError(f'"{shorten(text)}" is not a duration such as "P1DT12H" or "P1Y6M"')
    days, hours, minutes, seconds = (int(part or 0) for part in (found[2], found[4], found[5], found[6]))
    length = days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND + _fraction(found[7], text)
    return DaysDuration(-length if found.group(1) else length)


def parse_temporal(text: str) -> Date | Time | DateTime | DaysDuration | YearsDuration:
    """The value of an at literal `@"..."` (grammar rule 62); its form determines its type. Raises: FeelError."""
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    if _match(_TIME, text):
        return parse_time(text)
    if "T" in text.partition("@")[0]:
        return parse_date_time(text)
    if _match(_DATE, text):
        return parse_date(text)
    raise FeelError(f'"{shorten(text)}" is not a date, time, date and time or duration')


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    spend(_STEPS)
    return pattern.fullmatch(text) if len(text) <= _MAX_TEXT else None


def _parse_time(text: str) -> tuple[Time, bool]:
    """The time, and whether it was 24:00:00: midnight of the next day."""
    found = _match(_TIME, text)
    if found is None:
        raise FeelError(f'"{shorten(text)}" is not a time such as "23:59:00"')
    hour, minute, second = (int(found[index]) for index in (1, 2, 3))
    fraction = _fraction(found[4], text)
    zone = _zone(found)
    if (hour, minute, second, fraction) == (24, 0, 0, 0):
        return Time(0, zone), True
    time = Time.of(hour, minute, Decimal(second), zone)
    return Time(time.nanoseconds + fraction, zone), False


def _zone(found: re.Match[str]) -> Zone | None:
    if found[9]:
        return find_region(found[9])
    if found[5]:
        return UTC
    if found[6] is None:
        return None
    if int(found[8]) > 59:
        raise FeelError(f"there is no time offset {found[6]}{found[7]}:{found[8]}")
    seconds = int(found[7]) * 3600 + int(found[8]) * 60
    return Offset(-seconds if found[6] == "-" else seconds)


def _fraction(digits: str | None, text: str) -> int:
    """The decimals of a second in nanoseconds."""
    digits = (digits or "").rstrip("0")
    if len(digits) > 9:
        raise FeelError(f'"{shorten(text)}" is finer than a nanosecond')
    return int(digits.ljust(9, "0"))
