"""Numbers and dates as a spreadsheet stores them, and what it shows for them (ECMA-376 part 1, 18.8.30).

Only formats whose result is certain are shown; for any other the answer is the empty string, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from dmn_engine.feel.temporal.calendar import MONTHS, WEEKDAYS
from dmn_engine.formats.xlsx.grid import Style
from dmn_engine.model.cell_text import write_plainly
from dmn_engine.model.workbook_source import CellKind, CellSource

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "m/d/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yyyy h:mm",
    37: "#,##0;(#,##0)",
    38: "#,##0;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
} | dict.fromkeys([*range(27, 37), *range(50, 59)], "yyyy/m/d")  # dates in the forms of East Asian locales
"""The formats that a file names by number only (18.8.30, numFmts)."""

_WIDE = Context(prec=400)
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[([^\]]*)\]|([0#?,.]+)|(.)', re.DOTALL)
_DATE_TOKEN = re.compile(
    r"\"([^\"]*)\"|\\(.)|_.|\*.|\[(h+|m+|s+)\]|\[[^\]]*\]|(AM/PM|A/P|am/pm|a/p|[yY]+|[mM]+|[dD]+|[hH]+|[sS]+(?:\.0+)?)|(.)",
    re.DOTALL,
)
_DIGITS = re.compile(r"([#,]*)(0*)(?:\.([0#]+))?")
_FRACTION = re.compile(r"(?:[#?0] ?)?(\?+|#+)/(\?+|#+|[1-9][0-9]*)")


def is_date_format(code: str) -> bool:
    """Whether numbers under the format are shown as dates or times."""
    bare = re.sub(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.|General', "", code.partition(";")[0], flags=re.I)
    return any(letter in bare for letter in "ymdhsYMDHS")


def has_time(code: str) -> bool:
    """Whether a date format shows a time of day."""
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code.partition(";")[0])
    return any(letter in bare for letter in "hsHS")


def show_number(value: Decimal, code: str) -> str:
    """The number as shown; empty for `General`, for text formats and for formats not understood."""
    if code in ("General", "@", ""):
        return ""
    section, is_signed = _choose_section(value, code)
    magnitude = value if is_signed else abs(value)
    if _FRACTION.fullmatch(section.strip()):
        return _show_fraction(magnitude, section.strip())
    before, digits, after = "", "", ""
    for token in _TOKEN.finditer(section):
        quoted, escaped, bracket, places, other = token.groups()
        if bracket is not None and not bracket.startswith("$"):
            continue  # a colour or a condition
        if places:
            if digits:
                return ""
            digits = places
            continue
        literal = quoted or escaped or (bracket or "")[1:].partition("-")[0] or other or ""
        if other and other in "Ee@/":
            return ""
        if digits:
            after += literal
        else:
            before += literal
    if not digits:
        return before.strip()
    body = _show_digits(magnitude * 100 ** section.count("%"), digits)
    if body.startswith("-") and before:
        before, body = f"-{before}", body[1:]
    return f"{before}{body}{after}".strip() if body else ""


def read_shown(shown: str) -> Decimal | None:
    """The number that a reader takes from what is shown; None where it is not plainly a number."""
    found = re.fullmatch(r"[^0-9().-]*(\()?(-?(?:[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+))\)?\s*(%?)[^0-9]*", shown)
    if found is None:
        return None
    number = Decimal(found[2].replace(",", ""))
    if found[3]:
        number = number.scaleb(-2)
    return -number if found[1] else number


def show_date(moment: datetime, code: str, serial: float) -> str:
    """The date or time as shown, names of months and days in English."""
    section = code.partition(";")[0]
    tokens = list(_DATE_TOKEN.finditer(section))
    half_day = any((token[4] or "").lower() in ("am/pm", "a/p") for token in tokens)
    parts: list[str] = []
    for index, token in enumerate(tokens):
        quoted, escaped, elapsed, field, other = token.groups()
        if elapsed:
            parts.append(_show_elapsed(elapsed, serial))
        elif field:
            lower = field.lower()
            if lower.startswith("m") and lower in ("m", "mm") and _is_minute(tokens, index):
                lower = "minute" if lower == "m" else "minutes"
            parts.append(_show_field(lower, moment, half_day))
        else:
            parts.append(quoted or escaped or other or "")
    return "".join(parts).strip()


def _choose_section(value: Decimal, code: str) -> tuple[str, bool]:
    """The part of the format that applies, and whether it leaves the sign to the number."""
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:
        return sections[2], True
    return sections[0], True


def _show_digits(value: Decimal, places: str) -> str:
    found = _DIGITS.fullmatch(places) if not places.endswith(",") else None
    if found is None:
        return ""
    decimals = found[3] or ""
    step = Decimal(1).scaleb(-len(decimals))
    rounded = abs(value).quantize(step, rounding=ROUND_HALF_UP, context=_WIDE)
    whole, _, fraction = f"{rounded:f}".partition(".")
    optional = len(decimals) - len(decimals.rstrip("#"))
    while optional and fraction.endswith("0"):
        fraction, optional = fraction[:-1], optional - 1
    whole = whole.lstrip("0").rjust(len(found[2]), "0") if len(found[2]) != 1 else whole
    if "," in found[1]:
        whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ",", whole)
    sign = "-" if value < 0 else ""  # also of what rounds to zero
    return sign + whole + (f".{fraction}" if fraction else "")


def _show_fraction(value: Decimal, section: str) -> str:
    found = _FRACTION.fullmatch(section)
    assert found is not None  # the caller has matched it
    exact = Fraction(abs(value))
    if found[2].isdigit():
        bottom = int(found[2])
        top = round(exact * bottom)
    else:
        near = exact.limit_denominator(10 ** len(found[2]) - 1)
        top, bottom = near.numerator, near.denominator
    whole = 0
    if len(section) > len(found[1]) + 1 + len(found[2]):
        whole, top = divmod(top, bottom)
    sign = "-" if value < 0 else ""
    if not top:
        return f"{sign}{whole}"
    return f"{sign}{whole} {top}/{bottom}" if whole else f"{sign}{top}/{bottom}"


def _is_minute(tokens: list[re.Match[str]], index: int) -> bool:
    """`m` is a minute after an hour or before a second."""
    fields = [
        ((token[4] or token[3] or "").lower(), place) for place, token in enumerate(tokens) if token[4] or token[3]
    ]
    here = next(number for number, (_, place) in enumerate(fields) if place == index)
    before = fields[here - 1][0] if here else ""
    after = fields[here + 1][0] if here + 1 < len(fields) else ""
    return before.startswith("h") or after.startswith("s")


def _show_field(field: str, moment: datetime, half_day: bool) -> str:
    hour = (moment.hour % 12 or 12) if half_day else moment.hour
    match field[0], len(field):
        case "y", length:
            return f"{moment.year % 100:02}" if length <= 2 else f"{moment.year:04}"
        case "d", length:
            return [f"{moment.day}", f"{moment.day:02}", WEEKDAYS[moment.weekday()][:3], WEEKDAYS[moment.weekday()]][
                min(length, 4) - 1
            ]
        case "m", _ if field.startswith("minute"):
            return f"{moment.minute}" if field == "minute" else f"{moment.minute:02}"
        case "m", length:
            name = MONTHS[moment.month - 1]
            return [f"{moment.month}", f"{moment.month:02}", name[:3], name, name[:1]][min(length, 5) - 1]
        case "h", length:
            return f"{hour}" if length == 1 else f"{hour:02}"
        case "s", _:
            whole, _, fraction = field.partition(".")
            second = f"{moment.second}" if len(whole) == 1 else f"{moment.second:02}"
            return f"{second}.{moment.microsecond:06}"[: len(second) + 1 + len(fraction)] if fraction else second
        case _:
            return "AM" if moment.hour < 12 else "PM"


def _show_elapsed(unit: str, serial: float) -> str:
    seconds = round(timedelta(days=serial).total_seconds())
    amount = seconds // {"h": 3600, "m": 60, "s": 1}[unit[0].lower()]
    return f"{amount:0{len(unit)}}"


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
