"""Read When cells as unary tests and Then cells as expressions, by the type of their column.

Nothing is guessed from the text: in a column of texts a bare text is that text, in a column of numbers it is a number
or FEEL, and a cell that begins with `:=` is FEEL in any column.
"""

from __future__ import annotations

from collections.abc import Iterator

from dmn_engine.diagnostics import Span, nearest_name
from dmn_engine.feel.syntax import (
    BooleanLiteral,
    Conditional,
    Expression,
    ListLiteral,
    NullLiteral,
    StringLiteral,
    UnaryTests,
)
from dmn_engine.feel.types import ANY, BOOLEAN, DATE, DATE_TIME, NULL, NUMBER, STRING, TIME, ListType, Type, conforms
from dmn_engine.model.cell_text import Unclosed, is_dash, join_words, offer_listed, unwrap_call, whole
from dmn_engine.model.workbook_source import CellKind
from dmn_engine.workbook.cells.listed import Listed, report_ambiguous_word
from dmn_engine.workbook.cells.lists import has_plain_items, is_empty_list, read_list, read_list_tests
from dmn_engine.workbook.cells.numbers import NUMBERS, read_number
from dmn_engine.workbook.cells.reading import Reading, is_formula, name_type, report_stored
from dmn_engine.workbook.cells.scalar import check_value, read_scalar, read_scalar_tests
from dmn_engine.workbook.cells.temporal import EXAMPLES, is_temporal, make_scalar
from dmn_engine.workbook.cells.words import read_boolean, read_booleans, read_text, read_texts

_KIND_OF: dict[Type, CellKind] = {
    NUMBER: CellKind.NUMBER,
    BOOLEAN: CellKind.BOOLEAN,
    DATE: CellKind.DATE,
    TIME: CellKind.TIME,
    DATE_TIME: CellKind.DATE_TIME,
}


def read_tests(reading: Reading) -> UnaryTests | None:
    """The tests of a When cell; None where it has errors, which are then in the reading's diagnostics."""
    text = reading.text
    if not text.strip():
        reading.error(
            "empty-condition",
            f"this condition on {reading.label} is empty",
            help="write `-` for any value: an empty cell may be one that lost its condition",
        )
        return None
    if _is_ambiguous(reading):
        return None
    if is_dash(text) and reading.cell.kind is CellKind.TEXT:
        return UnaryTests(whole(text).span, ())
    if is_formula(text):
        return reading.read_feel_tests()
    if not _check_stored(reading):
        return None
    type_ = reading.column.type
    if not _lists(reading.of(reading.column.item), text) and reading.report_own_condition():
        return None
    if isinstance(type_, ListType):
        return read_list_tests(reading)
    if text.strip() == "null" and not _lists(reading, "null"):
        return _read_null_test(reading)
    if type_ == NUMBER:
        return read_scalar_tests(reading, NUMBERS)
    if is_temporal(type_):
        return read_scalar_tests(reading, make_scalar(type_))
    if type_ in (STRING, BOOLEAN):
        return _read_word_tests(reading)
    return reading.read_feel_tests()


def _read_word_tests(reading: Reading) -> UnaryTests | None:
    piece = whole(reading.text)
    inner = None
    if not _lists(reading, piece.text):
        try:
            inner = unwrap_call(reading.text, piece, "not")
        except Unclosed as error:
            reading.report_unclosed(error)
            return None
    read = read_booleans if reading.column.type == BOOLEAN else read_texts
    values = read(reading, inner or piece)
    if values is None:
        return None
    seen: set[object] = set()
    for value in values:
        key = value.value if isinstance(value, StringLiteral | BooleanLiteral) else None
        if key in seen:
            text = reading.text[value.span.start : value.span.end]
            reading.warn(
                "repeated-value", f"`{text}` appears twice in this cell", value.span, help="remove one of them"
            )
        seen.add(key)
    return UnaryTests(piece.span, values, inner is not None)


def _read_null_test(reading: Reading) -> UnaryTests | None:
    span = whole(reading.text).span
    if reading.column.nullable:
        return UnaryTests(span, (NullLiteral(span),))
    reading.report_never_null(span)
    return None


def read_output(reading: Reading) -> Expression | None:
    """The expression of a Then cell; None where it has errors, which are then in the reading's diagnostics."""
    text = reading.text
    if not text.strip():
        return _read_empty(reading)
    if is_formula(text):
        return read_checked(reading)
    if not _check_stored(reading) or _is_ambiguous(reading):
        return None
    piece = whole(text)
    if piece.text == "null" and not _lists(reading, "null"):
        return _read_null(reading)
    if is_dash(text) and not _lists(reading, text):
        reading.error(
            "dash-in-output",
            f"`{piece.text}` means any value in a When column, but {reading.label} gives one",
            piece.span,
            help="write the value" + (", or `null` for none" if reading.column.nullable else ""),
        )
        return None
    type_ = reading.column.type
    if isinstance(type_, ListType) and (has_plain_items(type_) or is_empty_list(reading)):
        return read_list(reading)
    if type_ == NUMBER:
        return _read_number(reading)
    if is_temporal(type_):
        before = len(reading.diagnostics.items)
        value = read_scalar(reading, make_scalar(type_))
        return value if value is not None or len(reading.diagnostics.items) > before else read_checked(reading)
    if type_ == BOOLEAN:
        return read_boolean(reading, piece)
    if type_ in (STRING, ANY):
        return read_text(reading, piece)
    return read_checked(reading)


def _read_number(reading: Reading) -> Expression | None:
    before = len(reading.diagnostics.items)
    value = read_scalar(reading, NUMBERS)
    if value is not None or len(reading.diagnostics.items) > before:
        return value
    return read_checked(reading)


def read_checked(reading: Reading) -> Expression | None:
    """The FEEL expression of a cell, whose type must be the column's."""
    found = reading.read_formula()
    if found is None:
        return None
    expression, type_ = found
    wanted = reading.column.type
    if type_ == NULL and not reading.column.nullable:
        reading.error("null-output", f"this gives null, and {reading.label} does not allow it", expression.span)
        return None
    if not _may_conform(type_, wanted):
        reading.error(
            "wrong-type",
            f"this gives {name_type(type_)}, and {reading.label} takes {name_type(wanted)}",
            expression.span,
            help=f"write a formula that gives {name_type(wanted)}, or change what the row `Values` allows",
        )
        return None
    checked = [_check_result(reading, result) for result in _list_results(expression)]
    return expression if all(checked) else None


def _may_conform(type_: Type, wanted: Type) -> bool:
    """Whether values of a type may be of the wanted one; of type `Any` they may."""
    if isinstance(type_, ListType) and isinstance(wanted, ListType):
        return _may_conform(type_.item, wanted.item)
    return type_ == ANY or conforms(type_, wanted)


def _list_results(expression: Expression) -> Iterator[Expression]:
    """The possible results of a formula: both branches of an `if`, each item of a list."""
    match expression:
        case Conditional():
            yield from _list_results(expression.consequence)
            yield from _list_results(expression.alternative)
        case ListLiteral():
            for item in expression.items:
                yield from _list_results(item)
        case _:
            yield expression


def _check_result(reading: Reading, result: Expression) -> bool:
    """Whether the column allows a result, if it is a constant; one that it does not allow is reported."""
    if reading.column.item.type == NUMBER:
        return check_value(reading.of(reading.column.item), result)
    values = reading.column.domain.values
    if values is None or not isinstance(result, StringLiteral) or result.value in values:
        return True
    reading.error(
        "value-not-listed",
        f"`{result.value}` is not a value of {reading.label}",
        result.span,
        help=offer_listed(nearest_name(result.value, map(str, values)), f"listed are: {Listed(values).show()}"),
    )
    return False


def _read_empty(reading: Reading) -> Expression | None:
    if reading.column.nullable:
        return NullLiteral(Span(0, 0))
    none = " (`none` for the empty list)" if isinstance(reading.column.type, ListType) else ""
    reading.error(
        "empty-output",
        f"this cell gives no {reading.label}",
        help=f"write the value{none}; if it may be missing, end the column's `Values` with `or null`",
    )
    return None


def _read_null(reading: Reading) -> Expression | None:
    span = whole(reading.text).span
    if reading.column.nullable:
        return NullLiteral(span)
    reading.error(
        "null-output",
        f"{reading.label} does not allow null",
        span,
        help="write a value; if it may be missing, end the column's `Values` with `or null`",
    )
    return None


def _lists(reading: Reading, text: str) -> bool:
    """Whether the text is one of the column's listed values."""
    values = reading.column.domain.values
    return values is not None and reading.column.type == STRING and Listed(values).find(text) is not None


def _is_ambiguous(reading: Reading) -> bool:
    """Report a text that is a listed value and means something else too; return whether it was."""
    texts = reading.column.texts
    item = reading.of(reading.column.item)
    return texts is not None and not is_formula(reading.text) and report_ambiguous_word(item, Listed(texts))


def _check_stored(reading: Reading) -> bool:
    """Report a cell that was stored as a number, date or logical value which its column does not hold."""
    kind, type_ = reading.cell.kind, reading.column.item.type
    if kind in (CellKind.TEXT, CellKind.EMPTY) or kind is _KIND_OF.get(type_):
        return True
    if kind in (CellKind.NUMBER, CellKind.BOOLEAN) and _lists(reading.of(reading.column.item), reading.text):
        return True
    if type_ == ANY or (type_ == BOOLEAN and kind is CellKind.NUMBER):
        return True  # yes and no for 1 and 0 are said by the reader of such cells
    report_stored(reading, _wanted(reading), _example(type_))
    return False


def _wanted(reading: Reading) -> str:
    values = reading.column.domain.values
    if values is not None and reading.column.item.type == STRING:
        return f"one of: {join_words(map(str, values))}"
    return name_type(reading.column.type)


def _example(type_: Type) -> str:
    if type_ == NUMBER:
        return "the number (a range such as `[2..10]`)"
    return f"a value such as `{EXAMPLES[type_]}`" if type_ in EXAMPLES else ""


__all__ = ["Reading", "read_checked", "read_number", "read_output", "read_tests"]
