"""Dates, times and durations in cells: ISO 8601, and what to write in place of other forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dmn_engine.diagnostics import Span
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.syntax import AtLiteral, Expression
from dmn_engine.feel.temporal import (
    Date,
    DateTime,
    DaysDuration,
    Time,
    YearsDuration,
    parse_temporal,
)
from dmn_engine.feel.temporal.calendar import MONTHS
from dmn_engine.feel.types import DATE, DATE_TIME, DAYS_DURATION, TIME, YEARS_DURATION, Type
from dmn_engine.model.cell_text import DASHES, SMART_DOUBLE, SMART_SINGLE, Piece, fold_value
from dmn_engine.workbook.cells.reading import Reading, explain_missing, name_type
from dmn_engine.workbook.cells.scalar import Advice, Offer, Scalar

Temporal = Date | Time | DateTime | DaysDuration | YearsDuration

_CLASSES: dict[Type, type[Temporal]] = {
    DATE: Date,
    TIME: Time,
    DATE_TIME: DateTime,
    DAYS_DURATION: DaysDuration,
    YEARS_DURATION: YearsDuration,
}
EXAMPLES: dict[Type, str] = {
    DATE: "2025-03-01",
    TIME: "14:30:00",
    DATE_TIME: "2025-03-01T14:30:00",
    DAYS_DURATION: "P14D",
    YEARS_DURATION: "P6M",
}
_SHORT_TIME = re.compile(r"\d\d:\d\d")
_LOOKS_ISO = re.compile(r"-?\d{4,}-\d{1,2}-\d{1,2}.*|\d{1,2}:\d\d.*|-?P[\dT].*", re.DOTALL)
_OPERAND = re.compile(r"((?:>=|<=|!=|[<>=≥≤≠])\s*)?(.+)", re.DOTALL)
_ISO_DATE = re.compile(r"(?<![\w-])\d{4,}-\d{1,2}-\d{1,2}(?![\w-])")


def is_temporal(type_: Type) -> bool:
    """Whether cells of this type are read here."""
    return type_ in _CLASSES


def make_scalar(type_: Type) -> Scalar:
    """How values of a temporal type are written."""
    return Scalar(_read_as(_CLASSES[type_]), _advise, _describe)


def _parse(text: str) -> Temporal:
    """The value of an ISO text, also of a time without seconds. Raises FeelError."""
    return parse_temporal(f"{text}:00" if _SHORT_TIME.fullmatch(text) else text)


def _read_as(wanted: type[Temporal]) -> Callable[[str, Span], Expression | None]:
    def read(text: str, span: Span) -> Expression | None:
        try:
            value = _parse(text)
        except FeelError:
            return None
        return AtLiteral(span, f"{text}:00" if _SHORT_TIME.fullmatch(text) else text) if type(value) is wanted else None

    return read


def _describe(reading: Reading) -> str:
    return f"write {name_type(reading.column.type)} such as `{EXAMPLES[reading.column.type]}`"


def _advise(reading: Reading, piece: Piece) -> Advice | None:
    wanted = name_type(reading.column.type)
    if not piece.text:
        message, place, help = explain_missing(reading.text, piece.span)
        return Advice("missing-value", message, help, place)
    if fold_value(piece.text) in ("any", "all", "*", "--") and not reading.takes_one:
        return Advice("any-form", f"`{piece.text}` is not how any value is written", "write `-` for any value")
    found = _OPERAND.fullmatch(piece.text)
    if found is None:
        return None
    sign, operand = found[1] or "", found[2]
    if not reading.takes_one and not sign and (advice := _advise_range(piece.text) or _advise_list(piece.text)):
        return advice
    spellings = list_spellings(operand)
    if len(spellings) > 1:
        message = f"`{piece.text}` can be read as several dates"
        offers = tuple(Offer(f"{sign}{it.iso}", f" for {it.meaning}") for it in spellings)
        return Advice("date-form", message, offers=offers)
    if _LOOKS_ISO.fullmatch(operand) and (advice := _advise_iso(reading, operand, spellings)):
        return advice
    for iso in _ISO_DATE.finditer(piece.text):
        if ".." in piece.text and (advice := _advise_iso(reading, iso[0], [])):
            return advice
    if spellings:
        offers = tuple(Offer(f"{sign}{it.iso}") for it in spellings)
        return Advice(f"not-a-{wanted.split()[-1]}", f"`{operand}` is not how {wanted} is written", offers=offers)
    is_plain = re.fullmatch(r"[\w\s.,:;/'’-]+", operand) and not reading.may_be_feel(operand)
    if is_plain or not re.search(r"[^\W\d_]|[?\"@()\[\]]", operand):
        return Advice(f"not-a-{wanted.split()[-1]}", f"`{operand}` is not {wanted}")
    return None


_BETWEEN = re.compile(
    r"(?:from\s+|between\s+)?(.+?)(?:\s+(?:to|until|till|through|and)\s+|\s+[-–—]\s+)(.+)", re.IGNORECASE
)
_DOTS = re.compile(r"[\[(]?\s*([^\[\]()]+?)\s*(?:\.{2,}|…)\s*([^\[\]()]+?)\s*[\])]?")


def _advise_range(text: str) -> Advice | None:
    """A range in other words, or with ends that are not ISO 8601."""
    found = _DOTS.fullmatch(text) or _BETWEEN.fullmatch(text)
    ends = [list_spellings(end) for end in found.groups()] if found else []
    if not ends or not all(ends):
        return None
    if any(len(spellings) > 1 for spellings in ends):
        return Advice("date-form", f"`{text}` can be read as several ranges of dates")
    low, high = (spellings[0].iso for spellings in ends)
    offers = Offer(f"[{low}..{high}]", f" with {high}"), Offer(f"[{low}..{high})", " without it")
    return Advice("range-form", f"`{text}` is not how a range is written", offers=offers)


def _advise_list(text: str) -> Advice | None:
    """Alternatives without commas between them."""
    parts = [list_spellings(part) for part in re.split(r"\s*(?:;|\bor\b|\|)\s*", text)]
    if len(parts) < 2 or not all(len(spellings) == 1 for spellings in parts):
        return None
    offer = Offer(", ".join(spellings[0].iso for spellings in parts))
    return Advice("alternatives-form", f"`{text}` is not how alternatives are written", offers=(offer,))


def _is_value(text: str) -> bool:
    try:
        _parse(text)
    except FeelError:
        return False
    return True


def _advise_iso(reading: Reading, text: str, spellings: Sequence[Spelling]) -> Advice | None:
    """What is wrong with a text that looks like ISO 8601; None where it is what is wanted."""
    wanted = name_type(reading.column.type)
    try:
        value = _parse(text)
    except FeelError as error:
        if any(_is_value(it.iso) for it in spellings):
            return None
        why = "" if _LOOKS_ISO.fullmatch(text) is None or '"' in str(error) else f": {error}"
        return Advice("impossible-date", f"`{text}` is not {wanted}{why}")
    if type(value) is _CLASSES[reading.column.type]:
        return None
    kind = next(type_ for type_, class_ in _CLASSES.items() if class_ is type(value))
    return Advice(
        "wrong-temporal",
        f"`{text}` is {name_type(kind)}, and {reading.label} takes {wanted}",
    )


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
    if times:
        return [Spelling(f"{day.iso}T{times[0].iso}", day.meaning) for day in days]
    return [*_list_times(text), *_list_durations(text)]


def _list_dates(text: str) -> Iterator[Spelling]:
    if found := _YEAR_FIRST.fullmatch(text):
        yield Spelling(_write_date(found[1], found[2], found[3]))
    elif found := _YEAR_LAST.fullmatch(text):
        one, other, year = found.groups()
        readings = [(day, month) for day, month in ((one, other), (other, one)) if 1 <= int(month) <= 12]
        for day, month in dict.fromkeys(readings):
            yield Spelling(_write_date(year, month, day), f"{int(day)} {MONTHS[int(month) - 1]}")
    elif found := _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text):
        one, other, year = found.groups()
        day, word = (one, other) if one.isdigit() else (other, one)
        months = [number for number, name in enumerate(MONTHS, 1) if name.casefold().startswith(word.casefold())]
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
