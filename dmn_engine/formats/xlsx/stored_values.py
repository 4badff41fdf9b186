"""Numbers and dates as a spreadsheet stores them, and what it shows for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from dmn_engine.formats.xlsx.grid import Style
from dmn_engine.formats.xlsx.number_format import has_time, show_date, show_number
from dmn_engine.model.workbook_source import CellKind

_LAST_SERIAL = 2_958_466  # the day after 9999-12-31
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_PHANTOM_DAY = 60  # 29 February 1900, which the 1900 system counts though it never was
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stored:
    """A value in the form of CellSource, or an error value such as `#REF!`."""

    text: str
    kind: CellKind
    shown: str = ""
    error: str = ""
    is_struck: bool = False


def read_number(number: float, style: Style, uses_1904: bool = False) -> Stored:
    """A finite number, which a date format turns into a date, time, or both."""
    if style.is_date:
        return _read_date(number, style, uses_1904)
    text = write_plainly(number)
    shown = show_number(Decimal(text), style.number_format)
    return Stored(text, CellKind.NUMBER, "" if shown == text else shown)


def write_plainly(number: float) -> str:
    """The shortest decimal that represents this number, without an exponent: `0.1`, `2`, `100000000000000000000`."""
    if number.is_integer() and abs(number) < 2**53:
        return str(int(number))
    text = format(Decimal(repr(number)), "f")
    return text[:-2] if text.endswith(".0") else text


def _read_date(serial: float, style: Style, uses_1904: bool) -> Stored:
    shift = 0 if uses_1904 else (1 if 1 <= serial < _PHANTOM_DAY else 0)
    is_phantom = not uses_1904 and _PHANTOM_DAY <= serial < _PHANTOM_DAY + 1
    if not 0 <= serial < _LAST_SERIAL - (1462 if uses_1904 else 0) or is_phantom:
        return Stored(write_plainly(serial), CellKind.NUMBER, "########")
    epoch = _EPOCH_1904 if uses_1904 else _EPOCH_1900
    microseconds = round((serial % 1) * 86_400_000_000)
    moment = epoch + timedelta(days=int(serial) + shift) + timedelta(microseconds=round(microseconds, -3))
    if serial < 1 and not uses_1904 and has_time(style.number_format):
        kind, text = CellKind.TIME, moment.time().isoformat()
    elif moment.time() == time() and not has_time(style.number_format):
        kind, text = CellKind.DATE, moment.date().isoformat()
    else:
        kind, text = CellKind.DATE_TIME, moment.isoformat()
    return _show(text, kind, moment, style, serial)


def read_date_text(text: str, style: Style) -> Stored:
    """A date that the file stores as ISO 8601 text (the strict form of .xlsx). Raises ValueError."""
    if "T" in text or " " in text:
        moment = datetime.fromisoformat(text.removesuffix("Z"))
        kind = CellKind.DATE_TIME
    elif ":" in text:
        moment = datetime.combine(_EPOCH_1900.date(), time.fromisoformat(text.removesuffix("Z")))
        return _show(moment.time().isoformat(), CellKind.TIME, moment, style, 0.0)
    else:
        moment = datetime.combine(date.fromisoformat(text), time())
        return _show(text, CellKind.DATE, moment, style, 0.0)
    return _show(moment.isoformat(), kind, moment, style, (moment - _EPOCH_1900) / _DAY)


def _show(text: str, kind: CellKind, moment: datetime, style: Style, serial: float) -> Stored:
    shown = show_date(moment, style.number_format, serial) if style.is_date else ""
    return Stored(text, kind, "" if shown == text else shown)
