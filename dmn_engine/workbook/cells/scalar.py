"""Tests of ordered values (numbers, dates, times, durations): values, comparisons and ranges, with commas between.

Plain cells are read here, exactly and with their places; a cell with other FEEL is read as a whole by the FEEL
parser. A part that clinicians write and FEEL does not know is an error that
says what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations
from typing import Literal as Choice

from dmn_engine.diagnostics import Span
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.operators import compare
from dmn_engine.feel.syntax import (
    ComparisonTest,
    Expression,
    NullLiteral,
    RangeLiteral,
    UnaryTest,
    UnaryTests,
)
from dmn_engine.feel.types import NUMBER
from dmn_engine.model.cell_text import Piece, Unclosed, split_pieces, unwrap_call, whole
from dmn_engine.model.type_constraints import read_bounds, read_constant
from dmn_engine.model.value_text import describe_domain
from dmn_engine.workbook.cells.reading import Reading, is_formula

Operator = Choice["=", "!=", "<", "<=", ">", ">="]
OPERATORS: dict[str, Operator] = {
    "=": "=", "!=": "!=", "≠": "!=", "<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">=",
}  # fmt: skip
_COMPARISON = re.compile(r"(>=|<=|!=|[<>=≥≤≠])\s*(.*)", re.DOTALL)
_RANGE = re.compile(r"([\[\](])\s*(.*?)\s*(?<!\.)\.\.(?!\.)\s*(.*?)\s*([\[\])])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Offer:
    """A text that may replace a part of a cell, the words that follow it in the help, and what it computes."""

    text: str
    words: str = ""
    computed: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """What is wrong with a part of a cell, and what to write instead.

    Of the offers the help names those that the column accepts, followed by `remark`; without any it is `help`.
    """

    code: str
    message: str
    help: str = ""
    span: Span | None = None
    offers: tuple[Offer, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Scalar:
    """How values of an ordered type are written.

    `read` gives the literal that a text is, or None; `advise` explains a part of a cell that is not read; `describe`
    says what to write in a cell; `scan` reports what a person may read in another way than FEEL, and returns whether
    there was any.
    """

    read: Callable[[str, Span], Expression | None]
    advise: Callable[[Reading, Piece], Advice | None]
    describe: Callable[[Reading], str]
    scan: Callable[[Reading, Piece], bool] = lambda reading, piece: False


def report_advice(reading: Reading, scalar: Scalar, advice: Advice, span: Span | None) -> None:
    """Report what is wrong with a part of a cell; of what could be written instead, only what the column accepts."""
    offers = [
        offer
        for offer in advice.offers
        if not reading.is_trial
        and accepts(reading, scalar, offer.text)
        and (not offer.computed or accepts(reading, scalar, offer.computed))
    ]
    help = advice.help or scalar.describe(reading)
    if offers:
        help = "write " + ", or ".join(f"`{offer.text}`{offer.words}" for offer in offers) + advice.remark
    reading.error(advice.code, advice.message, advice.span or span, help)


def accepts(reading: Reading, scalar: Scalar, text: str) -> bool:
    """Whether a cell (or, in a list, an item or several) that holds this text would be read without an error."""
    trial = reading.try_text(text)
    if reading.column.is_item:
        values = [scalar.read(part.text, part.span) for part in split_pieces(text, whole(text))]
        return all(value is not None and check_value(trial, value) for value in values)
    if is_formula(text):
        read: object = trial.read_formula() if reading.is_output else trial.read_feel_tests()
    else:
        read = read_scalar(trial, scalar) if reading.is_output else read_scalar_tests(trial, scalar)
    return read is not None and not trial.diagnostics.has_errors


def read_scalar_tests(reading: Reading, scalar: Scalar) -> UnaryTests | None:
    """The tests of a When cell; None where it has errors, which are then reported."""
    before = len(reading.diagnostics.items)
    piece = whole(reading.text)
    try:
        inner = unwrap_call(reading.text, piece, "not")
        if scalar.scan(reading, inner or piece):
            return None
        pieces = split_pieces(reading.text, inner or piece)
    except Unclosed as error:
        advice = scalar.advise(reading, piece)
        report_advice(reading, scalar, advice, None) if advice else reading.report_unclosed(error)
        return None
    tests: list[UnaryTest] = []
    is_feel = False
    for part in pieces:
        test = _read_test(part, scalar, reading.column.nullable)
        if test is not None:
            tests.append(test)
        elif advice := scalar.advise(reading, part):
            report_advice(reading, scalar, advice, part.span)
        else:
            is_feel = True
    if len(reading.diagnostics.items) > before:
        return None
    result = reading.read_feel_tests() if is_feel else UnaryTests(piece.span, tuple(tests), inner is not None)
    if result is None or not _check_tests(reading, scalar, result):
        return None
    return result


def _read_test(part: Piece, scalar: Scalar, nullable: bool) -> UnaryTest | None:
    if nullable and part.text == "null":
        return NullLiteral(part.span)
    value = scalar.read(part.text, part.span)
    if value is not None:
        return value
    if found := _COMPARISON.fullmatch(part.text):
        endpoint = scalar.read(found[2], _move(part, found.span(2)))
        return None if endpoint is None else ComparisonTest(part.span, OPERATORS[found[1]], endpoint)
    if found := _RANGE.fullmatch(part.text):
        low = scalar.read(found[2], _move(part, found.span(2)))
        high = scalar.read(found[3], _move(part, found.span(3)))
        if low is not None and high is not None:
            return RangeLiteral(part.span, low, high, found[1] == "[", found[4] == "]")
    return None


def _move(part: Piece, span: tuple[int, int]) -> Span:
    return Span(part.span.start + span[0], part.span.start + span[1])


def _check_tests(reading: Reading, scalar: Scalar, tests: UnaryTests) -> bool:
    """Report reversed ranges, tests that can never hold and tests written twice; whether there was no error."""
    sound = True
    seen: set[str] = set()
    for test in tests.tests:
        text = reading.text[test.span.start : test.span.end]
        if isinstance(test, RangeLiteral) and _is_reversed(test):
            low, high = (
                reading.text[node.span.start : node.span.end] for node in (test.low, test.high) if node is not None
            )
            sound = False
            reading.error(
                "reversed-range",
                f"`{text}` holds nothing: its first end is above its second",
                test.span,
                help=f"write `{text[0]}{high}..{low}{text[-1]}`",
            )
        elif isinstance(test, NullLiteral) and not reading.column.nullable:
            sound = False
            reading.report_never_null(test.span)
        elif not _can_hold(reading, test):
            sound = False
            reading.error(
                "never-holds",
                f"`{text}` can never hold",
                test.span,
                help=f"{reading.label} is {describe_domain(reading.column.domain, reading.column.unit)}",
            )
        elif (key := "".join(text.split())) in seen:
            reading.warn("repeated-value", f"`{text}` appears twice in this cell", test.span, help="remove one of them")
        else:
            seen.add(key)
    return sound and _check_cover(reading, tests)


def _check_cover(reading: Reading, tests: UnaryTests) -> bool:
    """Report a lower and an upper bound of which every number meets one: the comma was meant as an `and`."""
    bounds = [read_bounds(test) for test in tests.tests]
    for lower, upper in permutations(range(len(bounds)), 2):
        one, other = bounds[lower], bounds[upper]
        if one is None or other is None or one.low is None or other.high is None:
            continue
        closed = one.low_closed or other.high_closed
        if one.high is None and other.low is None and (one.low < other.high or (one.low == other.high and closed)):
            low, high = ("[" if one.low_closed else "("), ("]" if other.high_closed else ")")
            reading.error(
                "always-holds",
                "every number meets one of these, because a comma means or",
                tests.tests[lower].span.cover(tests.tests[upper].span),
                help=f"write `{low}{one.low:f}..{other.high:f}{high}` for both, or `-` for any value",
            )
            return False
    return True


def _is_reversed(test: RangeLiteral) -> bool:
    low, high = read_constant(test.low), read_constant(test.high)
    try:
        return low is not None and high is not None and compare(">", low, high) is True
    except FeelError:
        return False


def _can_hold(reading: Reading, test: UnaryTest) -> bool:
    if reading.column.type != NUMBER:
        return True
    accepted, domain = read_bounds(test), reading.column.domain
    if accepted is None:
        return True
    inside = accepted.intersect(domain)
    if inside is None:
        return any(isinstance(value, Decimal) and accepted.holds(value) for value in domain.values or ())
    return not inside.is_empty()


def read_scalar(reading: Reading, scalar: Scalar) -> Expression | None:
    """The value of a Then cell that is not a formula; None where it has errors, which are then reported."""
    piece = whole(reading.text)
    if scalar.scan(reading, piece):
        return None
    value = scalar.read(piece.text, piece.span)
    if value is not None:
        return value if check_value(reading, value) else None
    advice = scalar.advise(reading, piece)
    if advice is not None:
        report_advice(reading, scalar, advice, piece.span)
    return None


def check_value(reading: Reading, value: Expression) -> bool:
    """Report a number outside of the column's domain; whether it was inside."""
    if _can_hold(reading, value):
        return True
    text = reading.text[value.span.start : value.span.end]
    reading.error(
        "value-out-of-range",
        f"`{text}` is not a value of {reading.label}",
        value.span,
        help=f"{reading.label} is {describe_domain(reading.column.domain, reading.column.unit)}",
    )
    return False
