"""Durations: of days and time (exact to the nanosecond), and of years and months."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from dmn_engine.feel import numbers
from dmn_engine.feel.errors import FeelError

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_LIMIT = 10**18 * SECOND
_MONTHS_LIMIT = 10**12


@dataclass(frozen=True, slots=True, order=True)
class DaysDuration:
    """A days and time duration (10.3.2.3.7), by its length in nanoseconds."""

    nanoseconds: int

    def __post_init__(self) -> None:
        if abs(self.nanoseconds) > _LIMIT:
            raise FeelError("a days and time duration is at most 10**18 seconds")

    @classmethod
    def of_seconds(cls, seconds: int) -> DaysDuration:
        """The duration of that many whole seconds."""
        return cls(seconds * SECOND)

    @property
    def days(self) -> int:
        """The normalised days; each part has the sign of the whole."""
        return self._sign * (abs(self.nanoseconds) // DAY)

    @property
    def hours(self) -> int:
        """The normalised hours, 0 to 23."""
        return self._sign * (abs(self.nanoseconds) % DAY // HOUR)

    @property
    def minutes(self) -> int:
        """The normalised minutes, 0 to 59."""
        return self._sign * (abs(self.nanoseconds) % HOUR // MINUTE)

    @property
    def seconds(self) -> Decimal:
        """The normalised seconds with their fraction, below 60."""
        return seconds_of(self._sign * (abs(self.nanoseconds) % MINUTE))

    @property
    def _sign(self) -> int:
        return -1 if self.nanoseconds < 0 else 1

    def add(self, other: DaysDuration) -> DaysDuration:
        """The sum."""
        return DaysDuration(self.nanoseconds + other.nanoseconds)

    def negate(self) -> DaysDuration:
        """The negative duration."""
        return DaysDuration(-self.nanoseconds)

    def multiply(self, factor: Decimal) -> DaysDuration:
        """The product, to the nearest nanosecond."""
        return DaysDuration(_whole(numbers.multiply(Decimal(self.nanoseconds), factor), numbers.ROUND_HALF_EVEN))

    def divide(self, divisor: Decimal) -> DaysDuration:
        """The quotient, to the nearest nanosecond. Raises: FeelError if the divisor is zero."""
        return DaysDuration(_whole(numbers.divide(Decimal(self.nanoseconds), divisor), numbers.ROUND_HALF_EVEN))

    def ratio(self, other: DaysDuration) -> Decimal:
        """How many times the other goes into this. Raises: FeelError if the other is zero."""
        return numbers.divide(Decimal(self.nanoseconds), Decimal(other.nanoseconds))

    def to_python(self) -> datetime.timedelta:
        """The same as a timedelta. Raises: ValueError if it is finer than microseconds or too long."""
        if self.nanoseconds % 1000:
            raise ValueError(f"{self} is finer than a microsecond")
        try:
            return datetime.timedelta(microseconds=self.nanoseconds // 1000)
        except OverflowError:
            raise ValueError(f"{self} is longer than a timedelta can be") from None

    def __str__(self) -> str:
        length = abs(self.nanoseconds)
        days, hours, minutes = length // DAY, length % DAY // HOUR, length % HOUR // MINUTE
        parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else ""]
        if length % MINUTE:
            parts.append(f"{numbers.format_number(seconds_of(length % MINUTE))}S")
        time = "".join(parts)
        if not length:
            return "PT0S"
        return f"{'-' if self.nanoseconds < 0 else ''}P{f'{days}D' if days else ''}{f'T{time}' if time else ''}"


@dataclass(frozen=True, slots=True, order=True)
class YearsDuration:
    """A years and months duration (10.3.2.3.8), by its length in months."""

    length: int

    def __post_init__(self) -> None:
        if abs(self.length) > _MONTHS_LIMIT:
            raise FeelError("a years and months duration is at most 10**12 months")

    @property
    def years(self) -> int:
        """The normalised years; each part has the sign of the whole."""
        return self._sign * (abs(self.length) // 12)

    @property
    def months(self) -> int:
        """The normalised months, 0 to 11."""
        return self._sign * (abs(self.length) % 12)

    @property
    def _sign(self) -> int:
        return -1 if self.length < 0 else 1

    def add(self, other: YearsDuration) -> YearsDuration:
        """The sum."""
        return YearsDuration(self.length + other.length)

    def negate(self) -> YearsDuration:
        """The negative duration."""
        return YearsDuration(-self.length)

    def multiply(self, factor: Decimal) -> YearsDuration:
        """The product, its fraction of a month cut off."""
        return YearsDuration(_whole(numbers.multiply(Decimal(self.length), factor), numbers.ROUND_DOWN))

    def divide(self, divisor: Decimal) -> YearsDuration:
        """The quotient, its fraction of a month cut off. Raises: FeelError if the divisor is zero."""
        return YearsDuration(_whole(numbers.divide(Decimal(self.length), divisor), numbers.ROUND_DOWN))

    def ratio(self, other: YearsDuration) -> Decimal:
        """How many times the other goes into this. Raises: FeelError if the other is zero."""
        return numbers.divide(Decimal(self.length), Decimal(other.length))

    def __str__(self) -> str:
        years, months = divmod(abs(self.length), 12)
        if not self.length:
            return "P0M"
        return f"{'-' if self.length < 0 else ''}P{f'{years}Y' if years else ''}{f'{months}M' if months else ''}"


def seconds_of(nanoseconds: int) -> Decimal:
    """Nanoseconds as seconds with a fraction, without trailing zeros; exact up to 34 digits."""
    whole, fraction = divmod(abs(nanoseconds), SECOND)
    text = f"{whole}.{fraction:09}".rstrip("0").rstrip(".")
    return Decimal(f"-{text}" if nanoseconds < 0 else text)


def nanoseconds_of(seconds: Decimal) -> int:
    """Seconds with a fraction as nanoseconds. Raises: FeelError if they are finer than a nanosecond."""
    exponent = seconds.as_tuple().exponent
    assert isinstance(exponent, int)
    if seconds.adjusted() > 30:
        raise FeelError(f"{numbers.format_number(seconds)} seconds is out of range")
    scaled = numbers.multiply(seconds, Decimal(SECOND))
    if not numbers.is_integer(scaled):
        raise FeelError(f"{numbers.format_number(seconds)} seconds is finer than a nanosecond")
    return int(scaled)


def _whole(value: Decimal, rounding: str) -> int:
    if value.adjusted() > 30:
        raise FeelError("the duration is too long")
    return int(value.to_integral_value(rounding=rounding))
