"""Dates, times and durations in cells: ISO 8601, and what to write in place of other forms."""

from __future__ import annotations

import re
from collections.abc import Callable

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
from dmn_engine.feel.types import DATE, DATE_TIME, DAYS_DURATION, TIME, YEARS_DURATION, Type
from dmn_engine.model.cell_text import Piece, fold_value
from dmn_engine.workbook.cells.reading import Reading, name_type
from dmn_engine.workbook.cells.scalar import Advice, Scalar

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
_OPERAND = re.compile(r"(?:>=|<=|!=|[<>=≥≤≠])?\s*([^.\[\]]+(?:\.\d+)?)", re.DOTALL)
_ISO_DATE = re.compile(r"(?<![\w-])\d{4,}-\d{1,2}-\d{1,2}(?![\w-])")
_LOCAL_DATE = re.compile(r"(?:>=|<=|[<>=])?\s*(\d{1,4})[./\-\s](\d{1,2}|[A-Za-z]{3,9}\.?)[./\-\s](\d{2,4})")


def is_temporal(type_: Type) -> bool:
    """Whether cells of this type are read here."""
    return type_ in _CLASSES


def make_scalar(type_: Type) -> Scalar:
    """How values of a temporal type are written."""
    return Scalar(_read_as(_CLASSES[type_]), _advise, _order, _describe)


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


def _order(low: Expression, high: Expression) -> int:
    if not (isinstance(low, AtLiteral) and isinstance(high, AtLiteral)):
        return 0
    try:
        one, other = parse_temporal(low.text), parse_temporal(high.text)
    except FeelError:
        return 0
    if isinstance(one, Date) and isinstance(other, Date):
        return (one > other) - (one < other)
    if isinstance(one, DaysDuration) and isinstance(other, DaysDuration):
        return (one.nanoseconds > other.nanoseconds) - (one.nanoseconds < other.nanoseconds)
    if isinstance(one, YearsDuration) and isinstance(other, YearsDuration):
        return (one.length > other.length) - (one.length < other.length)
    return 0


def _describe(reading: Reading) -> str:
    return f"write {name_type(reading.column.type)} such as `{EXAMPLES[reading.column.type]}`"


def _advise(reading: Reading, piece: Piece) -> Advice | None:
    wanted, example = name_type(reading.column.type), EXAMPLES[reading.column.type]
    if not piece.text:
        return Advice(
            "missing-value",
            "this comma has no value beside it",
            "remove the comma, or write the missing value",
        )
    if fold_value(piece.text) in ("any", "all", "*", "--"):
        return Advice("any-form", f"`{piece.text}` is not how any value is written", "write `-` for any value")
    operand = _OPERAND.fullmatch(piece.text)
    if operand and _LOOKS_ISO.fullmatch(operand[1]):
        return _advise_iso(reading, operand[1])
    for found in _ISO_DATE.finditer(piece.text):
        if ".." in piece.text and (advice := _advise_iso(reading, found[0])):
            return advice
    if _LOCAL_DATE.fullmatch(piece.text):
        return Advice(
            "date-form",
            f"`{piece.text}` can be read as several dates",
            f"write year, month and day, such as `{example}`",
        )
    if re.fullmatch(r"[\w\s.,:;/'’-]+", piece.text) and not reading.may_be_feel(piece.text):
        return Advice(
            f"not-a-{wanted.split()[-1]}", f"`{piece.text}` is not {wanted}", f"write {wanted} such as `{example}`"
        )
    return None


def _advise_iso(reading: Reading, text: str) -> Advice | None:
    """What is wrong with a text that looks like ISO 8601; None where it is what is wanted."""
    wanted, example = name_type(reading.column.type), EXAMPLES[reading.column.type]
    try:
        value = _parse(text)
    except FeelError as fault:
        return Advice("impossible-date", f"`{text}` is not {wanted}: {fault}", f"write {wanted} such as `{example}`")
    if type(value) is _CLASSES[reading.column.type]:
        return None
    kind = next(type_ for type_, class_ in _CLASSES.items() if class_ is type(value))
    return Advice(
        "wrong-temporal",
        f"`{text}` is {name_type(kind)}, and {reading.label} takes {wanted}",
        f"write {wanted} such as `{example}`",
    )
