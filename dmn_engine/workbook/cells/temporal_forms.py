"""Dates, times and durations as people write them, in ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dmn_engine.model.cell_text import DASHES, SMART_DOUBLE, SMART_SINGLE

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_YEAR_FIRST = re.compile(r"(\d{4})[./\-\s](\d{1,2})[./\-\s](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})(?:[/-]|\.\s?|\s)(\d{1,2})(?:[/-]|\.\s?|\s)(\d{4})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?[\s-]*([a-z]{3,9})\.?,?[\s-]*(\d{4})", re.IGNORECASE)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s*(\d{4})", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2})(?::(\d{2}))?)?\s*(am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)
_DURATION = re.compile(r"(\d+)\s*(years?|y|months?|mo|weeks?|wk|w|days?|d|hours?|h|minutes?|min)", re.IGNORECASE)
_UNITS = {"y": "P{}Y", "mo": "P{}M", "d": "P{}D", "h": "PT{}H", "mi": "PT{}M"}
_QUOTES = "\"'" + SMART_DOUBLE + SMART_SINGLE


@dataclass(frozen=True, slots=True)
class Spelling:
    """A value in ISO 8601 that a text may mean; `meaning` distinguishes it from the other values."""

    iso: str
    meaning: str = ""


def list_spellings(text: str) -> list[Spelling]:
    """Everything that a text may mean; its values may not exist (30 February)."""
    text = text.strip().strip(_QUOTES).strip().translate(dict.fromkeys(map(ord, DASHES), "-"))
    dates = list(_list_dates(text))
    if dates:
        return dates
    date, _, time = text.partition(" ") if re.match(r"\d{4}", text) else text.partition(", ")
    days, times = list(_list_dates(date)), list(_list_times(time))
    if days and times:
        return [Spelling(f"{day.iso}T{times[0].iso}", day.meaning) for day in days]
    return [*_list_times(text), *_list_durations(text)]


def _list_dates(text: str) -> Iterator[Spelling]:
    if found := _YEAR_FIRST.fullmatch(text):
        yield Spelling(_write_date(found[1], found[2], found[3]))
    elif found := _YEAR_LAST.fullmatch(text):
        one, other, year = found.groups()
        readings = [(day, month) for day, month in ((one, other), (other, one)) if 1 <= int(month) <= 12]
        for day, month in dict.fromkeys(readings):
            yield Spelling(_write_date(year, month, day), f"{int(day)} {_MONTHS[int(month) - 1]}")
    elif found := _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text):
        one, other, year = found.groups()
        day, word = (one, other) if one.isdigit() else (other, one)
        months = [number for number, name in enumerate(_MONTHS, 1) if name.casefold().startswith(word.casefold())]
        yield from (Spelling(_write_date(year, str(number), day)) for number in months)


def _write_date(year: str, month: str, day: str) -> str:
    return f"{year}-{int(month):02}-{int(day):02}"


def _list_times(text: str) -> Iterator[Spelling]:
    found = _TIME.fullmatch(text)
    if found is None or not (found[2] or found[4]):
        return
    hour, is_late = int(found[1]), (found[4] or "").casefold().startswith("p")
    if found[4]:
        hour = hour % 12 + 12 * is_late
    yield Spelling(f"{hour:02}:{found[2] or '00'}:{found[3] or '00'}")


def _list_durations(text: str) -> Iterator[Spelling]:
    found = _DURATION.fullmatch(text)
    if found is None:
        return
    number, unit = int(found[1]), found[2].casefold()
    if unit.startswith("w"):
        number, unit = 7 * number, "d"
    key = next(key for key in ("mo", "mi", "y", "d", "h") if unit.startswith(key))
    yield Spelling(_UNITS[key].format(number))
