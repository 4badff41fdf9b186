"""Time zones: fixed offsets from UTC, and regions of the IANA database."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from dmn_engine.feel.budget import spend
from dmn_engine.feel.errors import FeelError

MAX_OFFSET = 14 * 3600
"""The largest offset, in seconds (Table 66, as XML Schema)."""

_STEPS = 15  # to look up an offset
_CYCLE = 146_097 * 86_400  # 400 Gregorian years: whole weeks, so that rules such as "last Sunday of March" recur
_EPOCH = datetime(1970, 1, 1)
_FIRST = int((datetime(401, 1, 1) - _EPOCH).total_seconds())
_LAST = int((datetime(9599, 1, 1) - _EPOCH).total_seconds())


@dataclass(frozen=True, slots=True)
class Offset:
    """A fixed offset, in seconds east of UTC."""

    seconds: int

    def __post_init__(self) -> None:
        if abs(self.seconds) > MAX_OFFSET:
            raise FeelError("a time offset is at most 14 hours")

    def __str__(self) -> str:
        if not self.seconds:
            return "Z"
        minutes, seconds = divmod(abs(self.seconds), 60)
        text = f"{'-' if self.seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
        return f"{text}:{seconds:02}" if seconds else text

    def offset_at_local(self, seconds: int) -> int:
        """The offset in seconds at a local time: constant."""
        return self.seconds

    def offset_at_instant(self, seconds: int) -> int:
        """The offset in seconds at an instant: constant."""
        return self.seconds

    @property
    def standard_offset(self) -> int:
        """The offset in seconds without a date: constant."""
        return self.seconds


@dataclass(frozen=True, slots=True)
class Region:
    """A region of the IANA database, such as `Europe/Paris`. Make one with `find_region`."""

    name: str

    def __str__(self) -> str:
        return f"@{self.name}"

    def offset_at_local(self, seconds: int) -> int:
        """The offset in seconds at the local time that is `seconds` after 1970-01-01T00:00:00 on the region's clocks.

        Of a time that occurs twice, the first; of a time that the clocks skip, the offset before the change.
        """
        spend(_STEPS)
        return _seconds(_zone(self.name).utcoffset(_represent(seconds)))

    def offset_at_instant(self, seconds: int) -> int:
        """The offset in seconds at the instant that is `seconds` after 1970-01-01T00:00:00Z."""
        spend(_STEPS)
        zone = _zone(self.name)
        return _seconds(_represent(seconds).replace(tzinfo=zoneinfo.ZoneInfo("UTC")).astimezone(zone).utcoffset())

    @property
    def standard_offset(self) -> int:
        """The offset in seconds of standard time, for a time without a date. It does not depend on the current date."""
        january, july = (self.offset_at_local(_to_seconds(month)) for month in (1, 7))
        return min(january, july)


Zone = Offset | Region
UTC = Offset(0)


def find_region(name: str) -> Region:
    """The region of this name. Raises: FeelError if the IANA database has none."""
    _zone(name)
    return Region(name)


@lru_cache(maxsize=512)
def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise FeelError(f'there is no time zone "{name}"') from None


def _represent(seconds: int) -> datetime:
    """The local time as a datetime; a year out of its range is replaced by the same year of another 400-year cycle."""
    if not _FIRST <= seconds < _LAST:
        edge = _FIRST if seconds < _FIRST else _LAST - _CYCLE
        seconds = edge + (seconds - edge) % _CYCLE
    return _EPOCH + timedelta(seconds=seconds)


def _seconds(offset: timedelta | None) -> int:
    return 0 if offset is None else int(offset.total_seconds())


def _to_seconds(month: int) -> int:
    return int((datetime(2020, month, 1) - _EPOCH).total_seconds())
