"""Numbers in cells: how they are written, and commas and points that can be read in two ways. Reads no other type."""

from __future__ import annotations

import re
from decimal import Decimal

from dmn_engine.diagnostics import Span
from dmn_engine.feel.syntax import Expression, NumberLiteral, UnaryTests
from dmn_engine.workbook.cells.domain import read_constant
from dmn_engine.workbook.cells.number_forms import advise_comma, advise_number, advise_thousands
from dmn_engine.workbook.cells.reading import Reading
from dmn_engine.workbook.cells.scalar import Scalar, read_scalar_tests

_PLAIN = r"[-−]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?"
_NUMBER = re.compile(_PLAIN, re.ASCII)


def read_number(text: str, span: Span) -> Expression | None:
    """The number that the text is, exactly as written, None where it is none."""
    return NumberLiteral(span, Decimal(text.replace("−", "-"))) if _NUMBER.fullmatch(text) else None


def order_numbers(low: Expression, high: Expression) -> int:
    """-1, 0 or 1 as the first is below, at or above the second; 0 where one is no plain number."""
    one, other = read_constant(low), read_constant(high)
    return 0 if one is None or other is None else (one > other) - (one < other)


NUMBERS = Scalar(read_number, advise_number, order_numbers)


def read_number_tests(reading: Reading) -> UnaryTests | None:
    """The tests of a When cell of numbers; None where it has errors, which are then reported."""
    if _report_tight_commas(reading):
        return None
    tests = read_scalar_tests(reading, NUMBERS)
    for found in _POINT_GROUP.finditer(reading.text) if tests is not None else ():
        warn_point_group(reading, found)
    return tests


_TIGHT = re.compile(r"(?<![\d.,])((?:>=|<=|!=|[<>=≥≤≠])\s*)?(\d+),(\d+)(?![\d.]|,\d)")
_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3}){2,}(?![\d,])")
_POINT_GROUP = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.000(?!\d)")
_NUMERIC = re.compile(r"(?:[-\d\s.,<>=!≥≤≠()\[\]−]|not)*")


def _report_tight_commas(reading: Reading) -> bool:
    """Report commas between digits without a blank, where more than one reading is possible; whether there were any.

    Between whole numbers of a column of such, `1,2` can only be two values.
    """
    if _NUMERIC.fullmatch(reading.text) is None:
        return False
    found = [item for item in _TIGHT.finditer(reading.text) if not _is_two_values(reading, item)]
    for item in found:
        advice = advise_comma(reading, item)
        reading.error(advice.code, advice.message, Span(*item.span()), advice.help)
    groups = list(_GROUPS.finditer(reading.text))
    for item in groups:
        advice = advise_thousands(reading, item)
        reading.error(advice.code, advice.message, Span(*item.span()), advice.help)
    return bool(found or groups)


def _is_two_values(reading: Reading, found: re.Match[str]) -> bool:
    domain = reading.column.domain
    whole = domain.integer or (domain.values is not None and Decimal(found[0].replace(",", ".")) not in domain.values)
    return whole and not found[1] and len(found[3]) != 3


def warn_point_group(reading: Reading, found: re.Match[str]) -> None:
    """Warn of a number that may have a point between thousands."""
    bare = found[0].split(".")[0]
    reading.warn(
        "point-group",
        f"`{found[0]}` is read as {bare}: a point stands before decimals",
        Span(*found.span()),
        help=f"write `{bare}`, or `{bare}000` for thousands",
    )
