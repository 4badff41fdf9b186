"""The temporal values of FEEL: points in time, durations, and their texts."""

from __future__ import annotations

from dmn_engine.feel.temporal.durations import DaysDuration, YearsDuration
from dmn_engine.feel.temporal.points import Date, DateTime, Time, from_python
from dmn_engine.feel.temporal.temporal_texts import (
    parse_date,
    parse_date_time,
    parse_duration,
    parse_temporal,
    parse_time,
)

__all__ = [
    "Date",
    "DateTime",
    "DaysDuration",
    "Time",
    "YearsDuration",
    "from_python",
    "parse_date",
    "parse_date_time",
    "parse_duration",
    "parse_temporal",
    "parse_time",
]
