"""Cells of list columns: which items a list must contain (When), or what items it has (Then).

When: `a, b` contains any of them, `not(a, b)` none of them, `all(a, b)` every one; `all(a, b), c` contains a and b, or
c; `none` is the empty list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from itertools import groupby

from dmn_engine.feel.syntax import (
    Call,
    Comparison,
    Conjunction,
    Expression,
    InputValue,
    ListLiteral,
    Name,
    StringLiteral,
    UnaryTests,
)
from dmn_engine.feel.types import BOOLEAN, NUMBER, STRING, ListType, Type
from dmn_engine.model.cell_text import Piece, Unclosed, fold_value, split_pieces, trim, unwrap_call, whole
from dmn_engine.workbook.cells.listed import Listed
from dmn_engine.workbook.cells.numbers import NUMBERS
from dmn_engine.workbook.cells.reading import Reading
from dmn_engine.workbook.cells.scalar import Scalar, check_value, report_advice
from dmn_engine.workbook.cells.temporal import is_temporal, make_scalar
from dmn_engine.workbook.cells.words import read_boolean, read_texts


def read_list_tests(reading: Reading) -> UnaryTests | None:
    """The tests of a When cell of a list column; None where it has errors, which are then reported."""
    piece, listed = whole(reading.text), Listed(reading.column.texts or ())
    negated = False
    try:
        if listed.find(piece.text) is None:
            inner = unwrap_call(reading.text, piece, "not")
            negated, piece = inner is not None, inner or piece
        alternatives = list(_list_alternatives(reading.text, piece, listed))
    except Unclosed as error:
        reading.report_unclosed(error)
        return None
    if _is_none(reading, piece):
        empty = Comparison(piece.span, "=", InputValue(piece.span), ListLiteral(piece.span, ()))
        return UnaryTests(piece.span, (empty,), negated)
    if not has_plain_items(reading.column.type):
        return reading.read_feel_tests()
    if any(_report_other_call(reading, part) for part, _ in alternatives):
        return None
    tests: list[Expression] = []
    for part, is_every in alternatives:
        items = read_items(reading, part, ",")
        if items is None:
            return None
        _warn_repeated(reading, items)
        contains = [_contains(item) for item in items]
        tests += [reduce(_join, contains)] if is_every else contains
    return UnaryTests(piece.span, tuple(tests), negated)


_ALL = re.compile(r"\ball\s*\(", re.IGNORECASE)


def _list_alternatives(text: str, piece: Piece, listed: Listed) -> Iterator[tuple[Piece, bool]]:
    """What stands in each `all(...)`, marked True, and the items between these. Raises Unclosed."""

    def unwrap(part: Piece) -> Piece | None:
        return None if listed.find(part.text) else unwrap_call(text, part, "all")

    parts = split_pieces(text, piece, ",") if _ALL.search(piece.text) else [piece]
    for inner, group in groupby(parts, unwrap):
        between = list(group)
        yield (inner, True) if inner else (trim(text, between[0].span.start, between[-1].span.end), False)


def _join(one: Expression, other: Expression) -> Expression:
    return Conjunction(one.span.cover(other.span), one, other)


_OTHER_CALLS = {"any": "", "some": "", "either": "", "one of": "", "or": "", "contains": "", "includes": "",
                "every": "all", "both": "all", "and": "all", "none": "not", "neither": "not", "no": "not"}  # fmt: skip


def _report_other_call(reading: Reading, piece: Piece) -> bool:
    """Report a test in other words than `not(...)` and `all(...)`; whether it was one."""
    for word, meant in _OTHER_CALLS.items():
        try:
            inner = unwrap_call(reading.text, piece, word)
        except Unclosed as failure:
            reading.report_unclosed(failure)
            return True
        if inner is not None:
            test = f"{meant}({inner.text})" if meant else inner.text
            offer = f"{reading.text[: piece.span.start]}{test}{reading.text[piece.span.end :]}".strip()
            message = f"`{word}(...)` is not how a list is tested"
            reading.error("call-form", message, piece.span, help=f"write `{offer}`")
            return True
    return False


def has_plain_items(type_: Type) -> bool:
    """Whether the items of a list are values that a cell can name; lists of other things are tested by FEEL only."""
    item = type_.item if isinstance(type_, ListType) else type_
    return item in (STRING, NUMBER, BOOLEAN) or is_temporal(item)


def is_empty_list(reading: Reading) -> bool:
    """Whether the cell is the word for the empty list."""
    return _is_none(reading, whole(reading.text))


def read_list(reading: Reading) -> Expression | None:
    """The list of a Then cell: its items between commas or line breaks; None where it has errors."""
    piece = whole(reading.text)
    if _is_none(reading, piece):
        return ListLiteral(piece.span, ())
    items = read_items(reading, piece, ",\n")
    if items is None or _report_semicolon(reading, items):
        return None
    _warn_repeated(reading, items)
    return ListLiteral(piece.span, items)


def _report_semicolon(reading: Reading, items: tuple[Expression, ...]) -> bool:
    """Report a semicolon in an unquoted text, where it may be meant to separate items; return whether there was one."""
    for item in items:
        written = reading.text[item.span.start : item.span.end]
        if isinstance(item, StringLiteral) and ";" in written and not written.startswith('"'):
            parts = ", ".join(part.strip() for part in written.split(";") if part.strip())
            reading.error(
                "list-separator",
                "a semicolon does not separate the items of a list",
                item.span,
                f'write `{parts}`; a semicolon inside an item needs straight quotes: `"{written}"`',
            )
            return True
    return False


def read_items(reading: Reading, piece: Piece, separators: str) -> tuple[Expression, ...] | None:
    """The items that the piece names, by the type of the column's items; None where one is wrong."""
    item = reading.of(reading.column.item)
    type_ = item.column.type
    if type_ not in (NUMBER, BOOLEAN) and not is_temporal(type_):
        return read_texts(item, piece, separators)
    try:
        parts = split_pieces(reading.text, piece, separators)
    except Unclosed as error:
        reading.report_unclosed(error)
        return None
    if type_ == BOOLEAN:
        values = [read_boolean(item, part) for part in parts]
    else:
        scalar = NUMBERS if type_ == NUMBER else make_scalar(type_)
        if scalar.scan(item, piece):
            return None
        values = [_read_scalar_item(item, scalar, part) for part in parts]
    found = tuple(value for value in values if value is not None)
    return found if len(found) == len(values) else None


def _read_scalar_item(reading: Reading, scalar: Scalar, piece: Piece) -> Expression | None:
    value = scalar.read(piece.text, piece.span)
    if value is not None:
        return value if check_value(reading, value) else None
    advice = scalar.advise(reading, piece)
    if advice is not None:
        report_advice(reading, scalar, advice, piece.span)
    else:
        reading.error(
            "item-form",
            f"`{piece.text}` is not an item of {reading.label}",
            piece.span,
            f"write {reading.column.words}",
        )
    return None


def _is_none(reading: Reading, piece: Piece) -> bool:
    return fold_value(piece.text) == "none" and "none" not in map(_fold, reading.column.domain.values or ())


def _fold(value: object) -> str:
    return fold_value(str(value))


def _contains(item: Expression) -> Expression:
    function = Name(item.span, "list contains")
    return Call(item.span, function, (InputValue(item.span), item))


def _warn_repeated(reading: Reading, items: tuple[Expression, ...]) -> None:
    seen: set[object] = set()
    for item in items:
        key = getattr(item, "value", item)
        if key in seen:
            text = reading.text[item.span.start : item.span.end]
            reading.warn("repeated-value", f"`{text}` appears twice in this cell", item.span, help="remove one of them")
        seen.add(key)
