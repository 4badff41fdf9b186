"""Durations: of days and time (exact to the nanosecond), and of years and months."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from dmn_engine.feel import numbers
from dmn_engine.feel.errors import FeelError

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True, order=True)
class _Duration:
    """A duration by its length in the unit of its kind, up to a limit; a result is rounded to the unit."""

    length: int
    _limit: ClassVar[int]
    _too_long: ClassVar[str]
    _rounding: ClassVar[str]

    def __post_init__(self) -> None:
        if abs(self.length) > self._limit:
            raise FeelError(self._too_long)

    @property
    def _sign(self) -> int:
        return -1 if self.length < 0 else 1

    def add(self, other: Self) -> Self:
        """The sum."""
        return type(self)(self.length + other.length)

    def negate(self) -> Self:
        """The negative duration."""
        return type(self)(-self.length)

    def absolute(self) -> Self:
        """The duration without its sign."""
        return type(self)(abs(self.length))

    def multiply(self, factor: Decimal) -> Self:
        """The product."""
        return self._round(numbers.multiply(Decimal(self.length), factor))

    def divide(self, divisor: Decimal) -> Self:
        """The quotient. Raises: FeelError if the divisor is zero."""
        return self._round(numbers.divide(Decimal(self.length), divisor))

    def ratio(self, other: Self) -> Decimal:
        """How many times the other goes into this. Raises: FeelError if the other is zero."""
        return numbers.divide(Decimal(self.length), Decimal(other.length))

    def _round(self, length: Decimal) -> Self:
        if length.adjusted() > 30:
            raise FeelError("the duration is too long")
        return type(self)(int(length.to_integral_value(rounding=self._rounding)))


class DaysDuration(_Duration):
    """A days and time duration (10.3.2.3.7), by its length in nanoseconds."""

    __slots__ = ()
    _limit = 10**18 * SECOND
    _too_long = "a days and time duration is at most 10**18 seconds"
    _rounding = numbers.ROUND_HALF_EVEN

    @classmethod
    def of_seconds(cls, seconds: int) -> DaysDuration:
        """The duration of that many whole seconds."""
        return cls(seconds * SECOND)

    @property
    def days(self) -> int:
        """The normalised days; each part has the sign of the whole."""
        return self._sign * (abs(self.length) // DAY)

    @property
    def hours(self) -> int:
        """The normalised hours, 0 to 23."""
        return self._sign * (abs(self.length) % DAY // HOUR)

    @property
    def minutes(self) -> int:
        """The normalised minutes, 0 to 59."""
        return self._sign * (abs(self.length) % HOUR // MINUTE)

    @property
    def seconds(self) -> Decimal:
        """The normalised seconds with their fraction, below 60."""
        return seconds_of(self._sign * (abs(self.length) % MINUTE))

    def to_python(self) -> datetime.timedelta:
        """The same as a timedelta. Raises: ValueError if it is finer than microseconds or too long."""
        if self.length % 1000:
            raise ValueError(f"{self} is finer than a microsecond")
        try:
            return datetime.timedelta(microseconds=self.length // 1000)
        except OverflowError:
            raise ValueError(f"{self} is longer than a timedelta can be") from None

    def __str__(self) -> str:
        length = abs(self.length)
        days, hours, minutes = length // DAY, length % DAY // HOUR, length % HOUR // MINUTE
        parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else ""]
        if length % MINUTE:
            parts.append(f"{numbers.format_number(seconds_of(length % MINUTE))}S")
        time = "".join(parts)
        if not length:
            return "PT0S"
        return f"{'-' if self.length < 0 else ''}P{f'{days}D' if days else ''}{f'T{time}' if time else ''}"


class YearsDuration(_Duration):
    """A years and months duration (10.3.2.3.8), by its length in months; a fraction of a month is cut off."""

    __slots__ = ()
    _limit = 10**12
    _too_long = "a years and months duration is at most 10**12 months"
    _rounding = numbers.ROUND_DOWN

    @property
    def years(self) -> int:
        """The normalised years; each part has the sign of the whole."""
        return self._sign * (abs(self.length) // 12)

    @property
    def months(self) -> int:
        """The normalised months, 0 to 11."""
        return self._sign * (abs(self.length) % 12)

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
