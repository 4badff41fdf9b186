"""Numbers in cells: how they are written, and where a person may read another number than FEEL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from dmn_engine.diagnostics import Span
from dmn_engine.feel.syntax import Expression, NumberLiteral
from dmn_engine.model.cell_text import Piece
from dmn_engine.model.data_dictionary import ANY_VALUE
from dmn_engine.model.number_text import (
    NOTATIONS,
    SEPARATED,
    is_odd_choice,
    list_readings,
    list_values,
    respell,
    words_of,
)
from dmn_engine.model.value_text import describe_domain
from dmn_engine.model.workbook_source import CellKind
from dmn_engine.workbook.cells.number_forms import advise_number
from dmn_engine.workbook.cells.reading import Reading
from dmn_engine.workbook.cells.scalar import Advice, Offer, Scalar, accepts, report_advice

_NUMBER = re.compile(r"[-−]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)


def read_number(text: str, span: Span) -> Expression | None:
    """The number that the text is, exactly as written, or None."""
    return NumberLiteral(span, Decimal(text.replace("−", "-"))) if _NUMBER.fullmatch(text) else None


def describe_numbers(reading: Reading) -> str:
    """What to write in a cell of numbers."""
    domain = reading.column.domain
    what = "write a number" if reading.takes_one else "write a number, a comparison or a range"
    if domain != ANY_VALUE:
        return f"{what}; {reading.label} is {describe_domain(domain, reading.column.unit)}"
    return what if reading.takes_one else "write a number such as `2`, `>= 2` or `[2..10)`"


_SIGN = re.compile(r"(?:(>=|<=|!=|[<>=≥≤≠])|(?<=[,(\[.])|^)\s*([-−]?)$")
_OTHER_SYNTAX = re.compile(r"[\"@]|^[“”„'‘’]|[^\W\d_]\s*\(")


def report_notations(reading: Reading, piece: Piece) -> bool:
    """Report numbers with separators, which a person may read in another way than FEEL; whether there were any.

    Numbers that the spreadsheet stored as such, quoted texts and the arguments of functions have one meaning only.
    """
    if reading.cell.kind is CellKind.NUMBER or _OTHER_SYNTAX.search(piece.text):
        return False
    found = False
    for token in SEPARATED.finditer(reading.text, piece.span.start, piece.span.end):
        before = reading.text[piece.span.start : token.start()]
        after = reading.text[token.end() : piece.span.end].lstrip()
        sign = found_sign[0].lstrip() if (found_sign := _SIGN.search(before)) else ""
        start = token.start() - len(sign)
        beside = reading.text[piece.span.start : start].rstrip()[-1:], after[:1]
        if beside[0] in ("[", "(") and beside[1] in ("]", ")", "["):
            continue  # `[1,5]`: a range
        shown = _Token(reading.text[start : token.end()], token[0], sign)
        advice = shown.advise(reading, is_alternative=beside[0] in ("", ",") and beside[1] in ("", ","))
        if advice is not None:
            report_advice(reading, NUMBERS, advice, Span(start, token.end()))
            found = True
    return found


@dataclass(frozen=True, slots=True)
class _Token:
    """Digits and separators as `shown` in a cell, and the comparison and minus sign before them."""

    shown: str
    digits: str
    sign: str

    def advise(self, reading: Reading, is_alternative: bool) -> Advice | None:
        """What is wrong with the token, if it can be read in several ways. A comma may separate alternatives."""
        several = f"`{self.shown}` can be read in more than one way"
        numbers = {notation: respell(number) for number, notation in list_readings(self.digits).items()}
        if not numbers or (self.digits in numbers.values() and len(numbers) == 1):
            return None
        decimal, thousands = (
            Offer(self.sign + numbers[notation], f" for {words_of(notation)}") if notation in numbers else None
            for notation in NOTATIONS
        )
        values = self._offer_values() if is_alternative else None
        offers = tuple(offer for offer in (decimal, thousands, values) if offer is not None)
        if decimal is None:
            plain = Offer(self.sign + numbers["thousands"], ", without separators")
            message = f"`{self.shown}` has separators between its digits"
            return Advice("thousands-separator", message, offers=(plain, values) if values else (plain,))
        if "," not in self.digits:
            is_short = self.digits.endswith("0")  # and there is no reason for the zero
            if thousands is None or not (is_short or accepts(reading, NUMBERS, thousands.text)):
                return None
            message = (
                f"`{self.shown}` can be read in more than one way: as a decimal, or with a point between thousands"
            )
            return Advice("point-group", message, offers=offers)
        can_be_values = values is not None and not thousands and accepts(reading, NUMBERS, values.text)
        if can_be_values and not accepts(reading, NUMBERS, decimal.text):
            return None  # of whole numbers, `1,2` can only be two values
        if is_odd_choice(list_readings(self.digits)) or (
            thousands is not None and not accepts(reading, NUMBERS, thousands.text)
        ):
            offers = ()  # who wrote `1,000` hardly meant 1
        message = f"{several}: write decimals with a point, and a comma between values"
        return Advice("decimal-comma", message, offers=offers)

    def _offer_values(self) -> Offer | None:
        parts = list_values(self.digits)
        if self.sign or not parts:
            return None
        return Offer(", ".join(parts), f" with a blank for the values {', '.join(parts[:-1])} and {parts[-1]}")


NUMBERS = Scalar(read_number, advise_number, describe_numbers, report_notations)
