"""What clinicians write in place of a number, a comparison or a range, and what to write instead. Reads no number."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from dmn_engine.diagnostics import Span, nearest
from dmn_engine.model.cell_text import DASHES, Piece, fold_value
from dmn_engine.workbook.cells.reading import Reading
from dmn_engine.workbook.cells.scalar import Advice

_N = r"(\d+(?:\.\d+)?)"  # in advice: a number without its sign
_DASH = f"[{re.escape(DASHES)}]"
_LOWER = r"(>=|>|≥)"
_UPPER = r"(<=|<|≤)"


def advise_number(reading: Reading, piece: Piece) -> Advice | None:
    """What is wrong with a text that is no number and no test of numbers, None where it may be FEEL."""
    for pattern, explain in _OUTPUT_FORMS if reading.is_output else _TEST_FORMS:
        if found := re.fullmatch(pattern, piece.text, re.IGNORECASE | re.DOTALL):
            return explain(reading, found)
    return _advise_word(reading, piece)


def _between(low: str, high: str) -> Advice:
    return Advice(
        "range-form",
        f"a range from {low} to {high} must say whether {high} itself belongs to it",
        f"write `[{low}..{high}]` with {high}, or `[{low}..{high})` without it",
    )


def _advise_between(reading: Reading, found: re.Match[str]) -> Advice:
    return _between(found[1], found[2])


def _advise_dots(reading: Reading, found: re.Match[str]) -> Advice:
    return Advice(
        "range-form",
        f"`{found[0]}` is not how a range is written",
        f"write `[{found[1]}..{found[2]}]`; a round bracket in place of a square one leaves that end out",
    )


def _advise_bounds(reading: Reading, found: re.Match[str]) -> Advice:
    sign, low, other, high = found.groups()
    opening = "[" if sign in (">=", "≥") else "("
    closing = "]" if other in ("<=", "≤") else ")"
    return Advice("range-form", "two bounds are written as one range", f"write `{opening}{low}..{high}{closing}`")


def _advise_bounds_down(reading: Reading, found: re.Match[str]) -> Advice:
    other, high, sign, low = found.groups()
    opening = "[" if sign in (">=", "≥") else "("
    closing = "]" if other in ("<=", "≤") else ")"
    return Advice("range-form", "two bounds are written as one range", f"write `{opening}{low}..{high}{closing}`")


def _advise_chain(reading: Reading, found: re.Match[str]) -> Advice:
    low, first, second, high = found.groups()
    opening = "[" if first in ("<=", "≤") else "("
    closing = "]" if second in ("<=", "≤") else ")"
    return Advice("range-form", "two bounds are written as one range", f"write `{opening}{low}..{high}{closing}`")


def advise_comma(reading: Reading, found: re.Match[str]) -> Advice:
    """A comma between digits. The groups are: a sign of comparison or nothing, the digits before, those after."""
    sign, whole, fraction = found[1] or "", found[2], found[3]
    help = f"write `{sign}{whole}.{fraction}` for the decimal"
    if len(fraction) == 3:
        help += f", `{sign}{whole}{fraction}` for thousands"
    if not sign and not reading.is_output and (fraction == "0" or fraction[0] != "0"):
        help += f", `{whole}, {fraction}` with a blank for the values {whole} and {fraction}"
    return Advice(
        "decimal-comma",
        f"`{found[0]}` can be read in more than one way: decimals take a point, and a comma stands between values",
        help,
    )


def advise_thousands(reading: Reading, found: re.Match[str]) -> Advice:
    """Digits with separators between their groups."""
    bare = re.sub(r"[^-\d.<>=!≥≤≠]", "", found[0])
    bare = bare.replace(".", "") if bare.count(".") > 1 else bare
    return Advice(
        "thousands-separator", f"`{found[0]}` has separators between its digits", f"write `{bare}`, without separators"
    )


def _advise_percent(reading: Reading, found: re.Match[str]) -> Advice:
    fraction = f"{Decimal(found[2]) / 100:f}"
    sign = f"{found[1]} " if found[1] else ""
    return Advice(
        "percent",
        f"`{found[0]}` is a text with a percent sign, not a number",
        f"write `{sign}{fraction}` for the fraction, or `{sign}{found[2]}` if {reading.label} counts in per cent",
    )


def _advise_unit(reading: Reading, found: re.Match[str]) -> Advice | None:
    bare = f"{found[1] or ''} {found[2]}".strip()
    unit = f"; {reading.label} is in {reading.column.unit}" if reading.column.unit else ""
    if reading.may_be_feel(found[3]):
        return None
    return Advice("unit", f"`{found[3].strip()}` after the number is not part of it{unit}", f"write `{bare}`")


def _advise_operator(reading: Reading, found: re.Match[str]) -> Advice:
    sign = {"=>": ">=", "=<": "<=", "<>": "!=", "==": "=", "!": "!=", "> =": ">=", "< =": "<="}[found[1]]
    shown = f"{sign} {found[2]}" if sign != "=" else found[2]
    return Advice("unknown-operator", f"`{found[1]}` is not a comparison", f"write `{shown}`")


_PHRASES = {
    ">=": "at least|minimum|min|from|or more|or older|or above|or over|or higher|"
    "and above|and over|and more|and older|+",
    ">": "more than|greater than|over|above|older than|higher than",
    "<=": "at most|maximum|max|up to|or less|or below|or under|or fewer|or lower|or younger|and below|not more than|"
    "no more than",
    "<": "less than|under|below|fewer than|younger than|lower than",
}
_SIGN_OF = {phrase: sign for sign, phrases in _PHRASES.items() for phrase in phrases.split("|")}
_PHRASE = "|".join(re.escape(phrase) for phrase in sorted(_SIGN_OF, key=len, reverse=True))


def _advise_phrase(reading: Reading, found: re.Match[str]) -> Advice:
    groups = [group for group in found.groups() if group]
    number = next(group for group in groups if group[0].isdigit())
    phrase = next(group for group in groups if not group[0].isdigit())
    sign = _SIGN_OF[" ".join(phrase.casefold().split())]
    return Advice("comparison-in-words", f"`{found[0]}` is not how a comparison is written", f"write `{sign} {number}`")


def _advise_alternatives(reading: Reading, found: re.Match[str]) -> Advice:
    numbers = re.findall(r"\d+(?:\.\d+)?", found[0])
    return Advice(
        "alternatives-form",
        f"`{found[0]}` is not how alternatives are written",
        f"write `{', '.join(numbers)}` with a comma between them",
    )


def _advise_bare_point(reading: Reading, found: re.Match[str]) -> Advice:
    bare = f"{found[1] or ''} {found[2]}".strip()
    return Advice("bare-point", f"`{found[0]}` ends in a point", f"write `{bare}`, or the decimals after the point")


def _advise_quoted(reading: Reading, found: re.Match[str]) -> Advice:
    return Advice("quoted-number", "a number in quotes is a text", f"write `{found[1]}`")


def _advise_slash(reading: Reading, found: re.Match[str]) -> Advice:
    return Advice(
        "alternatives-form",
        f"`{found[0]}` can be read as two values or as a fraction",
        f"write `{found[1]}, {found[2]}` for either value, or `:= {found[1]} / {found[2]}` for the fraction",
    )


def _advise_computation(reading: Reading, found: re.Match[str]) -> Advice:
    sign = "/" if found[2] == "/" else "-"
    return Advice(
        "computation-form",
        f"`{found[0]}` can be read as a computation or as something else",
        f"write one number, or for the computation `:= {found[1]} {sign} {found[3]}`",
    )


def _advise_value(reading: Reading, found: re.Match[str]) -> Advice:
    return Advice(
        "value-expected",
        f"`{found[0]}` is not one number, and {reading.label} is given one",
        "write one number, or a computation that begins with `:=`",
    )


def _advise_sign(reading: Reading, found: re.Match[str]) -> Advice:
    bare = found[0].lstrip("+" + DASHES)
    sign = "" if found[0].startswith("+") else "-"
    return Advice("unknown-sign", f"`{found[0][0]}` is not the sign of a number", f"write `{sign}{bare}`")


_SIGN = r"(>=|<=|!=|[<>=≥≤≠])?\s*"
_Forms = tuple[tuple[str, Callable[[Reading, re.Match[str]], Advice | None]], ...]
_VALUE_FORMS: _Forms = (
    (rf"{_SIGN}\d{{1,3}}(?:[ \u00a0\u202f\u2009'’]\d{{3}})+(?:\.\d+)?", advise_thousands),
    (rf"{_SIGN}\d{{1,3}}(?:\.\d{{3}}){{2,}}", advise_thousands),
    (rf"{_SIGN}\d{{1,3}}(?:,\d{{3}}){{2,}}", advise_thousands),
    (rf"{_SIGN}{_N}\s*%", _advise_percent),
    (rf"{_SIGN}{_N}\.", _advise_bare_point),
    (rf'"\s*{_N}\s*"', _advise_quoted),
    (rf"(?:\+|{_DASH})\s*{_N}", _advise_sign),
    (rf"{_SIGN}{_N}\s*([^\W\d_][^\d()]*|[°µ‰].*)", _advise_unit),
)
_TEST_FORMS: _Forms = (
    (rf"{_N}\s*{_DASH}\s*{_N}", _advise_between),
    (rf"(?:from\s+|between\s+)?{_N}\s+(?:to|until|till|through|and)\s+{_N}", _advise_between),
    (rf"[\[\](]?\s*{_N}\s*(?:\.{{2,}}|…)\s*{_N}\s*[\[\])]?", _advise_dots),
    (rf"[\[\](]\s*{_N}\s*(?:[,;:]|{_DASH})\s*{_N}\s*[\[\])]", _advise_dots),
    (rf"{_LOWER}\s*{_N}\s*(?:and|&)?\s*{_UPPER}\s*{_N}", _advise_bounds),
    (rf"{_UPPER}\s*{_N}\s*(?:and|&)?\s*{_LOWER}\s*{_N}", _advise_bounds_down),
    (rf"{_N}\s*{_UPPER}\s*[a-z? ]*\s*{_UPPER}\s*{_N}", _advise_chain),
    (rf"(=>|=<|<>|==|!|> =|< =)\s*{_N}", _advise_operator),
    (rf"{_N}(?:\s*(?:\bor\b|[;|])\s*{_N})+", _advise_alternatives),
    (rf"{_N}\s*/\s*{_N}", _advise_slash),
    *_VALUE_FORMS[:-1],
    (rf"{_N}(?:\s+{_N})+", _advise_alternatives),
    (rf"({_PHRASE})\s*{_N}|{_N}\s*({_PHRASE})", _advise_phrase),
    _VALUE_FORMS[-1],
)
_OUTPUT_FORMS: _Forms = (
    (r"()(\d+),(\d+)", advise_comma),
    (rf"{_N}\s*({_DASH}|/)\s*{_N}", _advise_computation),
    (rf"(?:>=|<=|!=|[<>=≥≤≠])\s*[-−]?{_N}|[\[\](]\s*{_N}\s*\.\.\s*{_N}\s*[\[\])]", _advise_value),
    (rf"{_N}(?:\s*[,;|]\s*{_N})+", _advise_value),
    *_VALUE_FORMS,
)
"""The forms that people write in place of a number and FEEL, the most particular first."""

_ANY_WORDS = {"any", "all", "*", "every", "anyvalue", "irrelevant", "--", "---"}


def _advise_word(reading: Reading, piece: Piece) -> Advice | None:
    if not piece.text:
        return Advice(
            "missing-value",
            "a comma stands here with no value beside it",
            "remove the comma, or write the missing value",
            _comma_beside(reading.text, piece.span),
        )
    if fold_value(piece.text) in _ANY_WORDS:
        return Advice("any-form", f"`{piece.text}` is not how any value is written", "write `-` for any value")
    if re.fullmatch(r"[^\W\d_][^\d()\[\]{}<>=?\"+*/@.]*", piece.text) is None or reading.may_be_feel(piece.text):
        return None
    if not reading.is_output and fold_value(piece.text) in ("unknown", "missing", "notknown", "n/a", "na"):
        return Advice(
            "not-a-number",
            f"`{piece.text}` is not a number, and {reading.label} takes numbers",
            "a missing answer needs no rule of its own: write `-` for any value",
        )
    near = nearest(piece.text, reading.scope.names)
    near = near if near and near[0].casefold() == piece.text[0].casefold() else None
    meant = f"did you mean `{near}`? Otherwise write" if near else "write"
    return Advice(
        "not-a-number",
        f"`{piece.text}` is not a number, and {reading.label} takes numbers",
        f"{meant} a number" + ("" if reading.is_output else " such as `2`, `>= 2` or `[2..10)`"),
    )


def _comma_beside(text: str, span: Span) -> Span | None:
    before, after = text.rfind(",", 0, span.start), text.find(",", span.end)
    offset = before if before >= 0 else after
    return Span(offset, offset + 1) if offset >= 0 else None
