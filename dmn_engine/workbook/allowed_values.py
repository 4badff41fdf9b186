"""The row `Values` of a table: what values a column allows, as written. Knows no vocabulary and no rules."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dmn_engine.diagnostics import Diagnostics, Span
from dmn_engine.feel.syntax import NumberLiteral
from dmn_engine.feel.types import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    NUMBER,
    STRING,
    TIME,
    YEARS_DURATION,
    ListType,
    Type,
)
from dmn_engine.model.cell_text import Piece, Unclosed, fold_value, split_at, split_pieces, trim, unquote, whole
from dmn_engine.model.data_dictionary import Domain, Value
from dmn_engine.model.workbook_source import CellKind, CellSource
from dmn_engine.workbook.cells.domain import ANY_VALUE
from dmn_engine.workbook.cells.numbers import read_number
from dmn_engine.workbook.cells.words import BOOLEANS


@dataclass(frozen=True, slots=True)
class Values:
    """What a cell of the row `Values` allows. `type` is None where it says no more than `or null`."""

    type: Type | None
    domain: Domain = ANY_VALUE
    nullable: bool = False


_WORDS: dict[str, tuple[Type, Domain]] = {
    "text": (STRING, ANY_VALUE),
    "number": (NUMBER, ANY_VALUE),
    "wholenumber": (NUMBER, Domain(integer=True)),
    "yes/no": (BOOLEAN, ANY_VALUE),
    "date": (DATE, ANY_VALUE),
    "time": (TIME, ANY_VALUE),
    "dateandtime": (DATE_TIME, ANY_VALUE),
    "daysandtimeduration": (DAYS_DURATION, ANY_VALUE),
    "yearsandmonthsduration": (YEARS_DURATION, ANY_VALUE),
    "listoftext": (ListType(STRING), ANY_VALUE),
    "listoftexts": (ListType(STRING), ANY_VALUE),
    "listofnumbers": (ListType(NUMBER), ANY_VALUE),
    "listofdates": (ListType(DATE), ANY_VALUE),
}
_OR_NULL = re.compile(r"(.*?)[\s,]*\bor null", re.DOTALL | re.IGNORECASE)
_LIST = re.compile(r"list(?: of)?\s*:(.*)", re.DOTALL | re.IGNORECASE)
_RANGE = re.compile(
    r"(whole numbers?|numbers?)?\s*([\[\](])\s*([-−.\d]+)\s*\.\.\s*([-−.\d]+)\s*([\[\])])", re.IGNORECASE
)
_BOUND = re.compile(r"(whole numbers?|numbers?)?\s*(>=|<=|[<>≥≤])\s*([-−.\d]+)", re.IGNORECASE)
HELP = (
    "write the values with commas between (`low, high`), a range (`[0..175]`), or one of: text, number, whole number, "
    "yes/no, date, list of text, `list: a, b`; `or null` at the end lets cells be empty"
)


def read_values(cell: CellSource | None, label: str, diagnostics: Diagnostics) -> Values | None:
    """What the cell of the row `Values` says; None where there is none, or it has an error, which is then reported."""
    if cell is None or cell.text.strip() in ("", "-"):
        return None
    if cell.kind not in (CellKind.TEXT, CellKind.NUMBER, CellKind.BOOLEAN):
        diagnostics.error(
            "values-form",
            f"the spreadsheet stored the values of {label} as a {cell.kind.value}",
            cell.source,
            help=HELP,
        )
        return None
    piece = whole(cell.text)
    nullable = False
    if found := _OR_NULL.fullmatch(piece.text):
        nullable = True
        piece = Piece(found[1].strip(), Span(piece.span.start, piece.span.start + len(found[1].rstrip())))
        if not piece.text:
            return Values(None, ANY_VALUE, True)
    if word := _WORDS.get(fold_value(piece.text)):
        return Values(*word, nullable)
    if bounded := _read_range(piece, cell, diagnostics):
        return replace(bounded, nullable=nullable)
    is_list = _LIST.fullmatch(piece.text)
    if is_list:
        start = piece.span.start + is_list.start(1)
        piece = trim(cell.text, start, piece.span.end)
    listed = _read_listed(cell, piece, label, diagnostics)
    if listed is None:
        return None
    type_, values = listed
    return Values(ListType(type_) if is_list else type_, Domain(values), nullable)


def _read_range(piece: Piece, cell: CellSource, diagnostics: Diagnostics) -> Values | None:
    if found := _RANGE.fullmatch(piece.text):
        low, high = (read_number(found[group], piece.span) for group in (3, 4))
        if not (isinstance(low, NumberLiteral) and isinstance(high, NumberLiteral)):
            return None
        integer = (found[1] or "").casefold().startswith("whole")
        domain = Domain(None, low.value, high.value, found[2] == "[", found[5] == "]", integer)
        if low.value > high.value:
            diagnostics.error(
                "reversed-range",
                f"`{piece.text}` holds nothing: its first end is above its second",
                cell.source,
                piece.span,
                help=f"write `[{found[4]}..{found[3]}]`",
            )
        return Values(NUMBER, domain)
    if found := _BOUND.fullmatch(piece.text):
        bound = read_number(found[3], piece.span)
        if not isinstance(bound, NumberLiteral):
            return None
        integer = (found[1] or "").casefold().startswith("whole")
        closed = found[2] in (">=", "<=", "≥", "≤")
        if found[2] in (">=", ">", "≥"):
            return Values(NUMBER, Domain(low=bound.value, low_closed=closed, integer=integer))
        return Values(NUMBER, Domain(high=bound.value, high_closed=closed, integer=integer))
    return None


def _read_listed(
    cell: CellSource, piece: Piece, label: str, diagnostics: Diagnostics
) -> tuple[Type, tuple[Value, ...]] | None:
    """The listed values and their type: yes and no only, numbers only, or texts."""
    try:
        parts = split_pieces(cell.text, piece, ",\n") if '"' in piece.text else split_at(cell.text, piece, ",\n")
    except Unclosed as fault:
        diagnostics.error(
            "unclosed-quote",
            "this quote is never closed",
            cell.source,
            Span(fault.offset, fault.offset + 1),
            help="close the quote, or remove it",
        )
        return None
    sound = True
    seen: dict[str, Piece] = {}
    for part in parts:
        if not part.text:
            diagnostics.error(
                "missing-value",
                f"a value of {label} is missing between two commas",
                cell.source,
                piece.span,
                help="remove the comma, or write the missing value",
            )
            sound = False
        elif (folded := fold_value(unquote(part.text) or part.text)) in seen:
            diagnostics.error(
                "repeated-value", f"`{part.text}` is listed twice", cell.source, part.span, help="remove one of them"
            )
            sound = False
        else:
            seen[folded] = part
    if not sound:
        return None
    if all(folded in BOOLEANS for folded in seen):
        return BOOLEAN, tuple(BOOLEANS[folded] for folded in seen)
    numbers = [read_number(part.text, part.span) for part in parts]
    if all(isinstance(number, NumberLiteral) for number in numbers):
        return NUMBER, tuple(number.value for number in numbers if isinstance(number, NumberLiteral))
    return STRING, tuple(_spell(part.text) for part in parts)


def _spell(text: str) -> str:
    content = unquote(text)
    return " ".join(text.split()) if content is None else content
