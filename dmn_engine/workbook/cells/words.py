"""Cells of text, yes or no, and lists: literals by the column's type. A bare text is never taken for code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dmn_engine.diagnostics import Span, nearest
from dmn_engine.feel.syntax import BooleanLiteral, Expression, NullLiteral, StringLiteral
from dmn_engine.model.cell_text import (
    SMART_DOUBLE,
    Piece,
    Unclosed,
    fold_value,
    quote,
    split_at,
    trim,
    unquote,
)
from dmn_engine.model.value_text import BOOLEANS
from dmn_engine.workbook.cells.listed import Listed, Match, read_listed, read_one, report_smart_quote
from dmn_engine.workbook.cells.reading import Reading

_MEANT = {"y": "yes", "n": "no", "1": "yes", "0": "no", "x": "yes", "✓": "yes", "✔": "yes", "✗": "no", "✘": "no",
          "t": "true", "f": "false", "present": "yes", "absent": "no", "+": "yes", "none": "no"}  # fmt: skip
_ANY_WORDS = ("any", "all", "*", "--", "yes/no", "no/yes", "yesorno", "either")
_LOOKS_LIKE_TEST = re.compile(r"(?:>=|<=|!=|[<>=≥≤≠])\s*\S.*|[\[(]\s*[\d.]+\s*\.\.\s*[\d.]+\s*[\])]")


def read_boolean(reading: Reading, piece: Piece) -> Expression | None:
    """The yes or no that the piece is; None where it is something else, which is then reported."""
    if reading.column.nullable and piece.text == "null":
        return NullLiteral(piece.span)
    value = BOOLEANS.get(fold_value(piece.text))
    if value is not None:
        return BooleanLiteral(piece.span, value)
    if not piece.text:
        reading.report_missing(piece.span)
        return None
    text = reading.without_name(piece.text)
    folded = fold_value(unquote(text) or text.lstrip("= "))
    is_word = re.fullmatch(r"\W*\w+\W*", piece.text) is not None
    meant = _MEANT.get(folded) or (folded in BOOLEANS and folded) or (nearest(folded, BOOLEANS) if is_word else None)
    if not reading.is_output and (folded in _ANY_WORDS or set(re.findall(r"\w+", folded)) == {"yes", "no"}):
        help = "write `-` for any value"
    elif not reading.is_output and folded in ("unknown", "missing", "null"):
        help = "a missing answer needs no rule of its own: write `yes`, `no`, or `-` for any value"
    elif meant:
        help = f"write `{meant}`"
    else:
        help = "write `yes` or `no`" if reading.is_output else "write `yes`, `no`, or `-` for any value"
    reading.error(
        "not-yes-or-no",
        f"`{piece.text}` is neither yes nor no, and {reading.label} takes only these",
        piece.span,
        help=help,
    )
    return None


def read_booleans(reading: Reading, piece: Piece) -> tuple[Expression, ...] | None:
    """The alternatives of a When cell of yes or no."""
    values = [read_boolean(reading, part) for part in split_at(reading.text, piece, ",")]
    found = tuple(value for value in values if value is not None)
    return found if len(found) == len(values) else None


def read_texts(reading: Reading, piece: Piece, separators: str = ",") -> tuple[Expression, ...] | None:
    """The texts that the piece names, listed or free; None where there were errors, which are then reported."""
    if reading.column.nullable and piece.text == "null":
        return (NullLiteral(piece.span),)
    values = reading.column.domain.values
    if values is None:
        return _read_free_texts(reading, piece, separators)
    matches = read_listed(reading, Listed(values), piece, separators)
    return None if matches is None else _make_literals(matches)


def read_text(reading: Reading, piece: Piece) -> Expression | None:
    """The one text of a Then cell: quoted, listed, or as it stands."""
    if reading.column.nullable and piece.text == "null":
        return NullLiteral(piece.span)
    values = reading.column.domain.values
    if values is not None:
        match = read_one(reading, Listed(values), piece)
        return None if match is None else StringLiteral(match.span, match.value)
    content = unquote(piece.text)
    if content is not None:
        return StringLiteral(piece.span, content)
    if piece.text.startswith('"') and piece.text.count('"') % 2:
        reading.report_unclosed(Unclosed('"', piece.span.start))
        return None
    if piece.text[0] in SMART_DOUBLE and piece.text[-1] in SMART_DOUBLE:
        report_smart_quote(reading, piece)
        return None
    if _LOOKS_LIKE_FORMULA.fullmatch(piece.text):
        reading.warn(
            "text-like-formula",
            "this looks like a formula, and is read as a text",
            piece.span,
            help="begin the cell with `:=` to have it computed, or put it in quotes",
        )
    return StringLiteral(piece.span, piece.text)


_LOOKS_LIKE_FORMULA = re.compile(r"if\b.+\bthen\b.+\belse\b.+|=\s*\S.*", re.DOTALL)


def _make_literals(matches: Sequence[Match]) -> tuple[Expression, ...]:
    return tuple(StringLiteral(match.span, match.value) for match in matches)


def _read_free_texts(reading: Reading, piece: Piece, separators: str) -> tuple[Expression, ...] | None:
    literals: list[Expression] = []
    parts = _split_texts(reading, piece, separators)
    for part in parts:
        content = unquote(part.text)
        if content is not None:
            literals.append(StringLiteral(part.span, content))
        elif not part.text:
            reading.report_missing(part.span)
        elif part.text.startswith('"'):
            _report_half_quoted(reading, part)
        elif part.text[0] in SMART_DOUBLE:
            report_smart_quote(reading, part)
        else:
            if not reading.is_output and _LOOKS_LIKE_TEST.fullmatch(part.text):
                reading.warn(
                    "text-like-test",
                    f"`{part.text}` is read as a text, because {reading.label} holds texts",
                    part.span,
                    help=f"put it in quotes if that is meant: `{quote(part.text)}`",
                )
            literals.append(StringLiteral(part.span, part.text))
    return tuple(literals) if len(literals) == len(parts) else None


def _report_half_quoted(reading: Reading, part: Piece) -> None:
    closing = _find_closing(reading.text, part.span.start, part.span.end)
    if closing is None:
        reading.report_unclosed(Unclosed('"', part.span.start))
        return
    reading.error(
        "text-after-quote",
        "there is text after the closing quote",
        Span(closing + 1, part.span.end),
        help=f"put the whole text in quotes, or none of it; before a quote inside of it write a backslash: "
        f"`{quote(part.text)}`",
    )


def _split_texts(reading: Reading, piece: Piece, separators: str) -> list[Piece]:
    """The texts between commas; a comma in brackets, or in a text that begins with a quote, is part of the text."""
    parts: list[Piece] = []
    start = offset = piece.span.start
    depth = 0
    while offset <= piece.span.end:
        at_end = offset == piece.span.end
        character = "" if at_end else reading.text[offset]
        if at_end or (character in separators and depth <= 0):
            parts.append(trim(reading.text, start, offset))
            start = offset + 1
            depth = 0
        elif character == '"' and not reading.text[start:offset].strip():
            closing = _find_closing(reading.text, offset, piece.span.end)
            offset = piece.span.end - 1 if closing is None else closing
        else:
            depth += (character in "([") - (character in ")]")
        offset += 1
    return parts


def _find_closing(text: str, start: int, end: int) -> int | None:
    """Where the quote that opens at `start` is closed."""
    found = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL).match(text, start, end)
    return found.end() - 1 if found else None
