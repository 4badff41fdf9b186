"""The row `Values` of a table: the values that a column allows, as written in its cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from dmn_engine.diagnostics import Diagnostic, Diagnostics, Span
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.syntax import NumberLiteral
from dmn_engine.feel.temporal import parse_temporal
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
from dmn_engine.model.cell_text import (
    DASHES,
    Piece,
    Unclosed,
    fold_value,
    quote,
    split_at,
    split_pieces,
    squeeze,
    trim,
    unquote,
    whole,
)
from dmn_engine.model.data_dictionary import ANY_VALUE, Domain, Value
from dmn_engine.model.number_text import (
    SEPARATED,
    WRITE_PLAIN,
    is_odd_choice,
    list_readings,
    list_values,
    respell,
    words_of,
)
from dmn_engine.model.value_text import BOOLEANS
from dmn_engine.model.workbook_source import CellKind, CellSource, Role, TableSource
from dmn_engine.workbook.cells.numbers import read_number


@dataclass(frozen=True, slots=True)
class AllowedValues:
    """What a cell of the row `Values` allows; `type` is None if the cell is empty or says only `or null`."""

    type: Type | None = None
    domain: Domain = ANY_VALUE
    nullable: bool = False


NO_VALUES = AllowedValues()

WORDS: dict[str, tuple[Type, Domain]] = {
    "text": (STRING, ANY_VALUE),
    "number": (NUMBER, ANY_VALUE),
    "whole number": (NUMBER, Domain(integer=True)),
    "yes/no": (BOOLEAN, ANY_VALUE),
    "date": (DATE, ANY_VALUE),
    "time": (TIME, ANY_VALUE),
    "date and time": (DATE_TIME, ANY_VALUE),
    "days and time duration": (DAYS_DURATION, ANY_VALUE),
    "years and months duration": (YEARS_DURATION, ANY_VALUE),
    "list of text": (ListType(STRING), ANY_VALUE),
    "list of texts": (ListType(STRING), ANY_VALUE),
    "list of numbers": (ListType(NUMBER), ANY_VALUE),
    "list of dates": (ListType(DATE), ANY_VALUE),
}
"""The words for types, as a clinician writes them."""
_WORDS = {fold_value(word): meaning for word, meaning in WORDS.items()}
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


@dataclass(frozen=True, slots=True)
class RowValues:
    """What the row `Values` allows in each column of a table, or None for a cell with an error; and all its errors."""

    columns: tuple[AllowedValues | None, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_row(table: TableSource) -> RowValues:
    """What the row `Values` of a table allows; a Why column has none."""
    found = Diagnostics()
    columns = tuple(
        NO_VALUES if column.role is Role.WHY else read_values(column.values, squeeze(column.label.text), found)
        for column in table.columns
    )
    return RowValues(columns, tuple(found.items))


def read_values(cell: CellSource | None, label: str, diagnostics: Diagnostics) -> AllowedValues | None:
    """What a cell of the row `Values` allows; None where it has an error, which is then reported."""
    if cell is None or cell.text.strip() in ("", "-"):
        return NO_VALUES
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
            return AllowedValues(None, ANY_VALUE, True)
    if word := _WORDS.get(fold_value(piece.text)):
        return AllowedValues(*word, nullable)
    if _report_notations(cell, piece, diagnostics):
        return None
    if bounded := _read_range(piece, cell, diagnostics):
        return replace(bounded, nullable=nullable)
    if _report_forms(cell, piece, diagnostics):
        return None
    is_list = _LIST.fullmatch(piece.text)
    if is_list:
        start = piece.span.start + is_list.start(1)
        piece = trim(cell.text, start, piece.span.end)
    listed = _read_listed(cell, piece, label, diagnostics)
    if listed is None:
        return None
    type_, values = listed
    return AllowedValues(ListType(type_) if is_list else type_, Domain(values), nullable)


_NUMERIC = re.compile(r"(?:(?:whole )?numbers?|list(?: of)?\s*:)?[\d\s.,'’_<>=≤≥()\[\]−-]+", re.IGNORECASE)
_N = r"([-−]?\d+(?:\.\d+)?)"
_SPAN = re.compile(rf"[\[(]?\s*{_N}\s*(?:[{re.escape(DASHES)}]|\.{{2,}}|…|\bto\b)\s*{_N}\s*[\])]?", re.IGNORECASE)
_COMPARED = re.compile(r"(?:>=|<=|[<>≥≤])\s*\S")
_BRACKETS = re.compile(r"[\[(].*(?:\.\.|…).*[\])]", re.DOTALL)


def _report_notations(cell: CellSource, piece: Piece, diagnostics: Diagnostics) -> bool:
    """Report numbers that a person may read in several ways; whether there were any."""
    if cell.kind is not CellKind.TEXT or not _NUMERIC.fullmatch(piece.text):
        return False
    found = False
    for token in SEPARATED.finditer(cell.text, piece.span.start, piece.span.end):
        readings = list_readings(token[0])
        if list(readings) in ([], [token[0]]):
            continue
        offers = [f"`{respell(number)}` for {words_of(notation)}" for number, notation in readings.items()]
        parts = list_values(token[0])
        if parts and ".." not in piece.text:
            offers.append(f"`{', '.join(parts)}` with a blank for the values {', '.join(parts[:-1])} and {parts[-1]}")
        help = WRITE_PLAIN if is_odd_choice(readings) else f"write {', or '.join(offers)}"
        message = f"`{token[0]}` can be read in more than one way"
        diagnostics.error("values-form", message, cell.source, Span(*token.span()), help=help)
        found = True
    return found


_OTHER_WORDS = {"integer": "whole number", "int": "whole number", "float": "number", "decimal": "number",
                "double": "number", "long": "whole number", "numeric": "number", "string": "text", "str": "text",
                "boolean": "yes/no", "bool": "yes/no", "true/false": "yes/no", "yesorno": "yes/no",
                "trueorfalse": "yes/no", "datetime": "date and time", "list": "list of text"}  # fmt: skip
_TYPED_LIST = re.compile(r"list of (.+)|list(?: of)?\s*:(.+)", re.DOTALL | re.IGNORECASE)
_NUMBER_WORD = re.compile(r"(?:whole )?numbers?\b", re.IGNORECASE)


def _report_forms(cell: CellSource, piece: Piece, diagnostics: Diagnostics) -> bool:
    """Report a range, a type or a list in other words, which would be taken for one text; whether there was any."""
    if cell.kind is not CellKind.TEXT or '"' in piece.text:
        return False
    between = _SPAN.fullmatch(piece.text)
    if between and Decimal(between[1].replace("−", "-")) < Decimal(between[2].replace("−", "-")):
        message = f"`{piece.text}` is not how a range is written"
        help = f"write `[{between[1]}..{between[2]}]` for a range, or {quote(piece.text)} in quotes for a text"
    elif word := _OTHER_WORDS.get(fold_value(piece.text)):
        message, help = f"`{piece.text}` is not one of the words for types", f"write `{word}`"
    elif (items := _TYPED_LIST.fullmatch(piece.text)) and (items[1] or _is_type(items[2])):
        message = f"`{piece.text}` is not one of the words for types"
        help = "write `list of text`, `list of numbers` or `list of dates`, or list the items: `list: a, b`"
    elif ";" in piece.text:
        message = "a semicolon does not separate values"
        parts = ", ".join(part.strip() for part in piece.text.split(";"))
        help = f"write `{parts}`; write a text that contains a semicolon in quotes"
    elif (
        _BRACKETS.fullmatch(piece.text)
        or _NUMBER_WORD.match(piece.text)
        or any(_COMPARED.match(part.strip()) for part in piece.text.split(","))
    ):
        message, help = f"`{piece.text}` is not how a range is written", HELP
    else:
        return False
    diagnostics.error("values-form", message, cell.source, piece.span, help=help)
    return True


def _is_type(text: str) -> bool:
    """Whether a text is a word for a type, here or elsewhere."""
    return fold_value(text) in _WORDS or fold_value(text) in _OTHER_WORDS


def _read_range(piece: Piece, cell: CellSource, diagnostics: Diagnostics) -> AllowedValues | None:
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
        return AllowedValues(NUMBER, domain)
    if found := _BOUND.fullmatch(piece.text):
        bound = read_number(found[3], piece.span)
        if not isinstance(bound, NumberLiteral):
            return None
        integer = (found[1] or "").casefold().startswith("whole")
        closed = found[2] in (">=", "<=", "≥", "≤")
        if found[2] in (">=", ">", "≥"):
            return AllowedValues(NUMBER, Domain(low=bound.value, low_closed=closed, integer=integer))
        return AllowedValues(NUMBER, Domain(high=bound.value, high_closed=closed, integer=integer))
    return None


def _read_listed(
    cell: CellSource, piece: Piece, label: str, diagnostics: Diagnostics
) -> tuple[Type, tuple[Value, ...]] | None:
    """The listed values and their type: yes and no only, numbers only, or texts."""
    try:
        parts = split_pieces(cell.text, piece, ",\n") if '"' in piece.text else split_at(cell.text, piece, ",\n")
    except Unclosed as failure:
        diagnostics.error(
            "unclosed-quote",
            "this quote is never closed",
            cell.source,
            Span(failure.offset, failure.offset + 1),
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
    if all(_is_temporal(part.text) for part in parts):
        help = "write `date`, `time` or `date and time`, or put quotes around each if texts are meant"
        message = "dates and times cannot be listed here"
        diagnostics.error("values-form", message, cell.source, piece.span, help=help)
        return None
    numbers = [read_number(part.text, part.span) for part in parts]
    if all(isinstance(number, NumberLiteral) for number in numbers):
        return NUMBER, tuple(number.value for number in numbers if isinstance(number, NumberLiteral))
    return STRING, tuple(_spell(part.text) for part in parts)


def _is_temporal(text: str) -> bool:
    try:
        parse_temporal(text)
    except FeelError:
        return False
    return True


def _spell(text: str) -> str:
    content = unquote(text)
    return squeeze(text) if content is None else content
