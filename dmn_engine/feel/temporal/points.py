"""Dates, times of day and dates with times: immutable, of any year to ±999,999,999, to the nanosecond.

Python's `==` between two times is true if they are the same instant (or the same local time). FEEL's own equality is
coarser (`value`) and its `is` finer (`is_same`).
"""

from __future__ import annotations

import datetime
import zoneinfo
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering
from typing import Self

from dmn_engine.feel.budget import spend
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.temporal import calendar
from dmn_engine.feel.temporal.durations import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    DaysDuration,
    YearsDuration,
    nanoseconds_of,
    seconds_of,
)
from dmn_engine.feel.zones import UTC, Offset, Region, Zone, find_region

_STEPS = 8  # to compute a date


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A day (10.3.2.3.5). Raises: FeelError if there is no such day."""

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if abs(self.year) > calendar.MAX_YEAR:
            raise FeelError(f"the year {self.year} is out of range")
        if not 1 <= self.month <= 12:
            raise FeelError(f"there is no month {self.month}")
        if not 1 <= self.day <= calendar.days_in_month(self.year, self.month):
            raise FeelError(f"there is no day {self.day} in {calendar.format_year(self.year)}-{self.month:02}")

    @classmethod
    def of_epoch_day(cls, days: int) -> Date:
        """The date that many days after 1970-01-01."""
        spend(_STEPS)
        return cls(*calendar.civil_from_days(days))

    @property
    def epoch_day(self) -> int:
        """Days since 1970-01-01."""
        return calendar.days_from_civil(self.year, self.month, self.day)

    @property
    def weekday(self) -> int:
        """Monday is 1, Sunday 7."""
        return calendar.weekday(self.epoch_day)

    @property
    def day_of_year(self) -> int:
        """1 January is 1."""
        return self.epoch_day - calendar.days_from_civil(self.year, 1, 1) + 1

    @property
    def week_of_year(self) -> int:
        """The ISO 8601 week."""
        return calendar.week_of_year(self.year, self.month, self.day)

    def add_months(self, duration: YearsDuration) -> Date:
        """The date that many months later; a day beyond the month's end becomes its last (as in XML Schema)."""
        year, month = divmod(self.year * 12 + self.month - 1 + duration.length, 12)
        if abs(year) > calendar.MAX_YEAR:
            raise FeelError(f"the year {year} is out of range")
        return Date(year, month + 1, min(self.day, calendar.days_in_month(year, month + 1)))

    def add_days(self, days: int) -> Date:
        """The date that many days later. Raises: FeelError if the year is out of range."""
        return Date.of_epoch_day(self.epoch_day + days)

    def add(self, duration: DaysDuration) -> Date:
        """The date of midnight plus that duration. Raises: FeelError if the year is out of range."""
        return self.add_days(duration.length // DAY)

    def months_until(self, end: Date) -> int:
        """Whole months from this date to the other; negative if the other is earlier."""
        months = (end.year - self.year) * 12 + end.month - self.month
        if months > 0 and end.day < self.day:
            return months - 1
        if months < 0 and end.day > self.day:
            return months + 1
        return months

    def at_utc_midnight(self) -> DateTime:
        """The date as a date and time: midnight UTC (10.3.2.3.5)."""
        return DateTime(self, Time(0, UTC))

    def to_python(self) -> datetime.date:
        """Raises: ValueError if the year is out of Python's range."""
        return datetime.date(self.year, self.month, self.day)

    def __str__(self) -> str:
        return f"{calendar.format_year(self.year)}-{self.month:02}-{self.day:02}"


@total_ordering
class _Clocked(ABC):
    """A time or date and time. One with a zone and one without are neither equal nor ordered."""

    __slots__ = ()

    @property
    @abstractmethod
    def _key(self) -> tuple[bool, int]:
        """Whether there is a zone, and the nanoseconds since the class's origin, in UTC if there is."""

    @property
    def value(self) -> int:
        """Whole seconds since the class's origin, in UTC if there is a zone: what FEEL compares."""
        return self._key[1] // SECOND

    def subtract(self, other: Self) -> DaysDuration:
        """The duration from the other to this. Raises: FeelError if only one has a zone."""
        (zoned, end), (other_zoned, start) = self._key, other._key
        if zoned != other_zoned:
            raise FeelError(f"cannot subtract {other} from {self}: only one of them has a time zone")
        return DaysDuration(end - start)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Clocked) and type(self) is type(other) and self._key == other._key

    def __lt__(self, other: Self) -> bool:
        if type(self) is not type(other) or self._key[0] != other._key[0]:
            return NotImplemented
        return self._key < other._key

    def __hash__(self) -> int:
        return hash(self._key)


@dataclass(frozen=True, slots=True, eq=False)
class Time(_Clocked):
    """A time of day (10.3.2.3.4): nanoseconds since midnight, and its zone, or None for a local time."""

    nanoseconds: int
    zone: Zone | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.nanoseconds < DAY:
            raise FeelError("a time is between 00:00:00 and 23:59:59.999999999")

    @classmethod
    def of(cls, hour: int, minute: int, second: Decimal, zone: Zone | None = None) -> Time:
        """The time with these parts. Raises: FeelError if one is out of range."""
        if not 0 <= hour <= 23:
            raise FeelError(f"the hour must be in [0..23], not {hour}")
        if not 0 <= minute <= 59:
            raise FeelError(f"the minute must be in [0..59], not {minute}")
        if not 0 <= second < 60:
            raise FeelError(f"the second must be in [0..60), not {second}")
        return cls(hour * HOUR + minute * MINUTE + nanoseconds_of(second), zone)

    @property
    def hour(self) -> int:
        """0 to 23."""
        return self.nanoseconds // HOUR

    @property
    def minute(self) -> int:
        """0 to 59."""
        return self.nanoseconds % HOUR // MINUTE

    @property
    def second(self) -> Decimal:
        """Below 60, with its fraction."""
        return seconds_of(self.nanoseconds % MINUTE)

    @property
    def time_offset(self) -> DaysDuration | None:
        """The offset from UTC (of standard time, if the zone is a region); None for a local time."""
        return None if self.zone is None else DaysDuration.of_seconds(self.zone.standard_offset)

    @property
    def timezone(self) -> str | None:
        """The name of the IANA region; None for a local time and for a fixed offset."""
        return self.zone.name if isinstance(self.zone, Region) else None

    @property
    def _key(self) -> tuple[bool, int]:
        """Since midnight (10.3.2.3.4)."""
        return self.zone is not None, self.nanoseconds - (self.zone.standard_offset * SECOND if self.zone else 0)

    def add(self, duration: DaysDuration) -> Time:
        """The time plus a duration, modulo 24 hours."""
        return Time((self.nanoseconds + duration.length) % DAY, self.zone)

    def is_same(self, other: Time) -> bool:
        """Whether both have the same parts, the zone included."""
        return (self.nanoseconds, self.zone) == (other.nanoseconds, other.zone)

    def to_python(self) -> datetime.time:
        """Raises: ValueError if it is finer than microseconds."""
        return datetime.time(
            self.hour,
            self.minute,
            self.nanoseconds % MINUTE // SECOND,
            _microseconds(self.nanoseconds, self),
            tzinfo=_to_tzinfo(self.zone),
        )

    def __str__(self) -> str:
        hour, minute, rest = self.hour, self.minute, self.nanoseconds % MINUTE
        return f"{hour:02}:{minute:02}:{_format_seconds(rest)}{self.zone or ''}"


@dataclass(frozen=True, slots=True, eq=False)
class DateTime(_Clocked):
    """A day and a time of day (10.3.2.3.6), in the time's zone.

    In a region, a time that occurs twice is the first of the two, because the text cannot say which.
    """

    date: Date
    time: Time

    @property
    def year(self) -> int:
        """The year of the date."""
        return self.date.year

    @property
    def month(self) -> int:
        """1 to 12."""
        return self.date.month

    @property
    def day(self) -> int:
        """1 to 31."""
        return self.date.day

    @property
    def weekday(self) -> int:
        """Monday is 1, Sunday 7."""
        return self.date.weekday

    @property
    def hour(self) -> int:
        """0 to 23."""
        return self.time.hour

    @property
    def minute(self) -> int:
        """0 to 59."""
        return self.time.minute

    @property
    def second(self) -> Decimal:
        """Below 60, with its fraction."""
        return self.time.second

    @property
    def zone(self) -> Zone | None:
        """The zone of the time; None for a local one."""
        return self.time.zone

    @property
    def timezone(self) -> str | None:
        """The name of the IANA region; None for a local time and for a fixed offset."""
        return self.time.timezone

    @property
    def time_offset(self) -> DaysDuration | None:
        """The offset from UTC at this date; None for a local one."""
        return None if self.zone is None else DaysDuration.of_seconds(self._offset)

    @property
    def _local(self) -> int:
        return self.date.epoch_day * DAY + self.time.nanoseconds

    @property
    def _offset(self) -> int:
        return self.zone.offset_at_local(self._local // SECOND) if self.zone else 0

    @property
    def _key(self) -> tuple[bool, int]:
        """Since 1970-01-01 (10.3.2.3.6)."""
        return self.zone is not None, self._local - self._offset * SECOND

    def in_zone(self, zone: Zone) -> DateTime:
        """The same local date and time in another zone."""
        return DateTime(self.date, Time(self.time.nanoseconds, zone))

    def add(self, duration: DaysDuration) -> DateTime:
        """The date and time plus a duration, in the same zone. Raises: FeelError if the year is out of range."""
        moved = self._key[1] + duration.length
        return _of_local(moved + (self.zone.offset_at_instant(moved // SECOND) * SECOND if self.zone else 0), self.zone)

    def add_months(self, duration: YearsDuration) -> DateTime:
        """The same time of day that many months later."""
        return DateTime(self.date.add_months(duration), self.time)

    def is_same(self, other: DateTime) -> bool:
        """Whether both have the same parts, the zone included."""
        return self.date == other.date and self.time.is_same(other.time)

    def to_python(self) -> datetime.datetime:
        """Raises: ValueError if the year is out of Python's range, or it is finer than microseconds."""
        return datetime.datetime.combine(self.date.to_python(), self.time.to_python())

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


def from_python(value: datetime.date | datetime.time | datetime.timedelta) -> Date | Time | DateTime | DaysDuration:
    """The FEEL value of a value of Python's datetime module."""
    if isinstance(value, datetime.timedelta):
        return DaysDuration((value.days * 86_400 + value.seconds) * SECOND + value.microseconds * 1000)
    if isinstance(value, datetime.time):
        return _time_from_python(value)
    date = Date(value.year, value.month, value.day)
    if isinstance(value, datetime.datetime):
        return DateTime(date, _time_from_python(value))
    return date


def _time_from_python(value: datetime.time | datetime.datetime) -> Time:
    nanoseconds = value.hour * HOUR + value.minute * MINUTE + value.second * SECOND + value.microsecond * 1000
    if isinstance(value.tzinfo, zoneinfo.ZoneInfo) and value.tzinfo.key:
        return Time(nanoseconds, find_region(value.tzinfo.key))
    offset = value.utcoffset()
    return Time(nanoseconds, None if offset is None else Offset(int(offset.total_seconds())))


def _to_tzinfo(zone: Zone | None) -> datetime.tzinfo | None:
    if isinstance(zone, Region):
        return zoneinfo.ZoneInfo(zone.name)
    if zone is None:
        return None
    return datetime.timezone(datetime.timedelta(seconds=zone.seconds)) if zone.seconds else datetime.UTC


def _of_local(nanoseconds: int, zone: Zone | None) -> DateTime:
    days, rest = divmod(nanoseconds, DAY)
    return DateTime(Date.of_epoch_day(days), Time(rest, zone))


def _microseconds(nanoseconds: int, shown: object) -> int:
    if nanoseconds % 1000:
        raise ValueError(f"{shown} is finer than a microsecond")
    return nanoseconds % SECOND // 1000


def _format_seconds(nanoseconds: int) -> str:
    whole, fraction = divmod(nanoseconds, SECOND)
    return f"{whole:02}.{fraction:09}".rstrip("0") if fraction else f"{whole:02}"
