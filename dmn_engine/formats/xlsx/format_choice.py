"""Choose the number format that shows a cell as its source showed it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

from dmn_engine.formats.xlsx.number_format import BUILT_IN, has_time, is_date_format, show_date, show_number
from dmn_engine.model.workbook_source import CellKind, CellSource

_MOST_DECIMALS = 15
_DATES = ("yyyy-mm-dd", "d.m.yyyy", "dd.mm.yyyy", "d/m/yyyy", "dd/mm/yyyy", "mm/dd/yyyy", "d mmm yyyy", "d mmmm yyyy")
_MOMENTS = ("yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd hh:mm", "dd.mm.yyyy hh:mm", "dd/mm/yyyy hh:mm")
_TIMES = ("hh:mm:ss", "hh:mm")


def choose_format(cell: CellSource) -> str:
    """The code of a format that shows the cell's value as its `shown`; empty where none is known to."""
    if cell.kind is CellKind.NUMBER:
        value = Decimal(cell.text)
        return next((code for code in _list_number_formats() if show_number(value, code) == cell.shown), "")
    moment = _read_moment(cell)
    if moment is None:
        return ""
    wants_time = cell.kind is not CellKind.DATE
    codes = (code for code in (*_DATES, *_MOMENTS, *_TIMES, *BUILT_IN.values()) if is_date_format(code))
    return next(
        (code for code in codes if has_time(code) == wants_time and show_date(moment, code, 0) == cell.shown), ""
    )


def _list_number_formats() -> Iterator[str]:
    for decimals in range(_MOST_DECIMALS + 1):
        digits = "0" + ("." + "0" * decimals if decimals else "")
        yield from (digits, f"#,##{digits}", f"{digits}%")
    yield from (code for code in BUILT_IN.values() if not is_date_format(code))


def _read_moment(cell: CellSource) -> datetime | None:
    match cell.kind:
        case CellKind.DATE:
            return datetime.combine(date.fromisoformat(cell.text), time())
        case CellKind.TIME:
            return datetime.combine(date(1899, 12, 30), time.fromisoformat(cell.text))
        case CellKind.DATE_TIME:
            return datetime.fromisoformat(cell.text)
    return None
