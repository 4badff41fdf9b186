"""What people write in place of a number, a comparison or a range, and what to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from dmn_engine.diagnostics import nearest_name
from dmn_engine.feel import InvalidText, evaluate
from dmn_engine.model.cell_text import DASHES, Piece, fold_value
from dmn_engine.model.number_text import list_readings
from dmn_engine.workbook.cells.reading import Reading, explain_missing
from dmn_engine.workbook.cells.scalar import Advice, Offer

_N = r"([-−]?(?:\d+(?:\.\d+)?|\.\d+))"
_DASH = f"[{re.escape(DASHES)}]"
_LOWER = r"(>=|>|≥)"
_UPPER = r"(<=|<|≤)"
_OPERATOR = r"(?:>=|<=|!=|[<>=≥≤≠])"
_SIGN = rf"({_OPERATOR})?\s*"


def advise_number(reading: Reading, piece: Piece) -> Advice | None:
    """What is wrong with a text that is not a number or a test of numbers; None where it may be FEEL."""
    forms = _ITEM_FORMS if reading.column.is_item else _VALUE_FORMS if reading.is_output else _TEST_FORMS
    for pattern, explain in forms:
        found = re.fullmatch(pattern, piece.text, re.IGNORECASE | re.DOTALL)
        if found is not None and (advice := explain(reading, found)):
            return advice
    return _advise_word(reading, piece) or _advise_signs(reading, piece)


def _range_form(message: str, *offers: Offer, remark: str = "") -> Advice:
    return Advice("range-form", message, offers=offers, remark=remark)


def _advise_between(reading: Reading, found: re.Match[str]) -> Advice:
    low, high = found.groups()
    return _range_form(
        f"a range from {low} to {high} must say whether {high} itself belongs to it",
        Offer(f"[{low}..{high}]", f" with {high}"),
        Offer(f"[{low}..{high})", " without it"),
    )


_ROUND_BRACKET = "; a round bracket in place of a square one leaves that end out"


def _advise_dots(reading: Reading, found: re.Match[str]) -> Advice:
    offer = Offer(f"[{found[1]}..{found[2]}]")
    return _range_form(f"`{found[0]}` is not how a range is written", offer, remark=_ROUND_BRACKET)


def _advise_open(reading: Reading, found: re.Match[str]) -> Advice:
    low, high = found.groups()
    offer = Offer(f">= {low}") if low else Offer(f"<= {high}")
    return _range_form(f"`{found[0]}` is not how a range is written", offer)


def _advise_bounds(reading: Reading, found: re.Match[str]) -> Advice:
    sign, low, other, high = found.groups()
    return _join_bounds(sign in (">=", "≥"), low, high, other in ("<=", "≤"))


def _advise_bounds_down(reading: Reading, found: re.Match[str]) -> Advice:
    other, high, sign, low = found.groups()
    return _join_bounds(sign in (">=", "≥"), low, high, other in ("<=", "≤"))


def _advise_bounds_around(reading: Reading, found: re.Match[str]) -> Advice:
    low, first, second, high = found.groups()
    return _join_bounds(first in ("<=", "≤"), low, high, second in ("<=", "≤"))


def _join_bounds(low_closed: bool, low: str, high: str, high_closed: bool) -> Advice:
    offer = Offer(f"{'[' if low_closed else '('}{low}..{high}{']' if high_closed else ')'}")
    return _range_form("two bounds are written as one range", offer)


def _advise_percent(reading: Reading, found: re.Match[str]) -> Advice:
    fraction = f"{Decimal(found[2].replace('−', '-')) / 100:f}"
    sign = f"{found[1]} " if found[1] else ""
    return Advice(
        "percent",
        f"`{found[0]}` is a text with a percent sign, not a number",
        offers=(
            Offer(f"{sign}{fraction}", " for the fraction"),
            Offer(f"{sign}{found[2]}", f" if {reading.label} counts in per cent"),
        ),
    )


def _advise_unit(reading: Reading, found: re.Match[str]) -> Advice | None:
    if reading.may_be_feel(found[3]):
        return None
    bare, written, unit = f"{found[1] or ''} {found[2]}".strip(), found[3].strip(), reading.column.unit
    message = f"`{written}` after the number is not part of it" + (f"; {reading.label} is in {unit}" if unit else "")
    is_same = not unit or fold_value(written).rstrip("s.") == fold_value(unit).rstrip("s.")
    return Advice(
        "unit", message, "" if is_same else f"write the number of {unit} alone", offers=(Offer(bare),) * is_same
    )


def _advise_operator(reading: Reading, found: re.Match[str]) -> Advice:
    sign = {"=>": ">=", "=<": "<=", "<>": "!=", "==": "=", "!": "!=", "> =": ">=", "< =": "<="}[found[1]]
    shown = f"{sign} {found[2]}" if sign != "=" else found[2]
    return Advice("unknown-operator", f"`{found[1]}` is not a comparison", offers=(Offer(shown),))


_PHRASES = {
    ">=": "at least|minimum|min|from|or more|or older|or above|or over|or higher|"
    "and above|and over|and more|and older|+",
    ">": "more than|greater than|over|above|older than|higher than",
    "<=": "at most|maximum|max|up to|or less|or below|or under|or fewer|or lower|or younger|and below|not more than|"
    "no more than",
    "<": "less than|under|below|fewer than|younger than|lower than",
}
_SIGN_OF = {phrase: sign for sign, phrases in _PHRASES.items() for phrase in phrases.split("|")}
_PHRASE = "|".join(re.escape(phrase) for phrase in _SIGN_OF)


def _advise_phrase(reading: Reading, found: re.Match[str]) -> Advice:
    groups = [group for group in found.groups() if group]
    number = next(group for group in groups if group[-1].isdigit())
    phrase = next(group for group in groups if not group[-1].isdigit())
    sign = _SIGN_OF[" ".join(phrase.casefold().split())]
    message = f"`{found[0]}` is not how a comparison is written"
    return Advice("comparison-in-words", message, offers=(Offer(f"{sign} {number}"),))


def _list_numbers(text: str) -> str:
    return ", ".join(re.findall(r"(?:(?<![\d.])[-−])?(?:\d+(?:\.\d+)?|\.\d+)", text))


def _advise_alternatives(reading: Reading, found: re.Match[str]) -> Advice:
    what = "items" if reading.column.is_item else "alternatives"
    return Advice(
        "alternatives-form",
        f"`{found[0]}` is not how {what} are written",
        offers=(Offer(_list_numbers(found[0])),),
        remark=" with a comma between them",
    )


def _advise_bare_point(reading: Reading, found: re.Match[str]) -> Advice:
    bare = f"{found[1] or ''} {found[2]}".strip()
    offers = (Offer(bare, ", or the decimals after the point"),)
    return Advice("bare-point", f"`{found[0]}` ends in a point", offers=offers)


def _advise_quoted(reading: Reading, found: re.Match[str]) -> Advice:
    offers = tuple(Offer(number) for number in list_readings(found[1]))
    return Advice("quoted-number", "a number in quotes is a text", offers=offers)


def _advise_bracketed(reading: Reading, found: re.Match[str]) -> Advice:
    offers: tuple[Offer, ...] = (Offer(_list_numbers(found[1])),)
    if found[0].startswith("(") and "," not in found[1]:
        offers += (Offer(f"-{found[1].strip()}", " for the negative number"),)
    return Advice("brackets", f"`{found[0]}` has brackets that are not those of a range", offers=offers)


def _advise_slash(reading: Reading, found: re.Match[str]) -> Advice:
    return Advice(
        "alternatives-form",
        f"`{found[0]}` can be read as two values or as a fraction",
        offers=(
            Offer(f"{found[1]}, {found[2]}", " for either value"),
            *_offer_computation(reading, found[0], "fraction"),
        ),
    )


def _advise_dash(reading: Reading, found: re.Match[str]) -> Advice:
    return Advice(
        "computation-form",
        f"`{found[0]}` can be read as a computation or as something else",
        offers=_offer_computation(reading, found[0], "computation"),
        remark=", or one number",
    )


def _advise_series(reading: Reading, found: re.Match[str]) -> Advice:
    values = ", ".join(re.findall(r"\d+(?:\.\d+)?", found[0]))
    return Advice(
        "computation-form",
        f"`{found[0]}` can be read as several values, as a date or as a computation",
        offers=(Offer(values, " for these values"), *_offer_computation(reading, found[0], "computation")),
    )


def _advise_date(reading: Reading, found: re.Match[str]) -> Advice | None:
    parts = [int(part) for part in re.findall(r"\d+", found[0])]
    small = parts[1:] if parts[0] > 31 else parts[:2]
    if not (all(1 <= part <= 31 for part in small) and min(small) <= 12):
        return _advise_series(reading, found)
    return Advice("date-form", f"`{found[0]}` looks like a date, and {reading.label} takes numbers")


def _advise_value(reading: Reading, found: re.Match[str]) -> Advice:
    if reading.column.is_item:
        message = f"`{found[0]}` is not a number, as each item of {reading.label} is"
        return Advice("value-expected", message, "write numbers with commas between them")
    return Advice(
        "value-expected",
        f"`{found[0]}` is not one number, and {reading.label} is given one",
        "write one number, or a computation that begins with `:=`",
    )


def _advise_sign(reading: Reading, found: re.Match[str]) -> Advice:
    sign = "" if found[0].startswith("+") else "-"
    message = f"`{found[0][0]}` is not the sign of a number"
    if found[0][0] in "-−":
        message = f"there is a blank after the sign of `{found[0]}`"
    return Advice("unknown-sign", message, offers=(Offer(sign + found[1]),))


def _advise_times(reading: Reading, found: re.Match[str]) -> Advice:
    offers = _offer_computation(reading, found[0], "product", f"{found[1]} * {found[2]}")
    return Advice("computation-form", f"`{found[0]}` is not how a product is written", offers=offers)


def _advise_mixed(reading: Reading, found: re.Match[str]) -> Advice:
    sign, whole, over, under = found.groups()
    number = _compute(f"{whole} + {over} / {under}")
    offers = (Offer(f"{sign or ''} {number}".strip()),) if len(number) < _LONG else ()
    return Advice("computation-form", f"`{found[0]}` is not how a number is written", offers=offers)


def _advise_script(reading: Reading, found: re.Match[str]) -> Advice | None:
    """Digits of other scripts, fractions of one character and raised numbers."""
    odd = [character for character in found[0] if not character.isascii() and character.isnumeric()]
    if not odd:
        return None
    spelt = "".join(str(unicodedata.decimal(character, character)) for character in found[0])
    if fraction := re.fullmatch(rf"{_SIGN}(\d*)\s*([¼½¾⅐-⅞])", spelt):
        number = f"{Decimal(repr(unicodedata.numeric(fraction[3]))) + int(fraction[2] or 0)}"
        spelt = f"{fraction[1] or ''} {number}".strip() if len(number) < _LONG else ""
    return Advice("unknown-digits", f"`{odd[0]}` is not a digit of FEEL", offers=(Offer(spelt),) * bool(spelt))


def _advise_signs(reading: Reading, piece: Piece) -> Advice | None:
    """A text without a name in it: a person may read what it computes in another way, or it is not FEEL at all."""
    if "..." in piece.text:
        message = f"`{piece.text}` has three points where a range has two"
        return _range_form(message, Offer(piece.text.replace("...", "..")))
    if re.search(r"[^\W\d_]|[?\"@]", piece.text) or len(re.findall(r"[\[(]", piece.text)) != len(
        re.findall(r"[\])]", piece.text)
    ):
        return None
    if re.search(rf"\d[)\s]*(?:[*+/^]+|{_DASH})[(\s]*[-−]?[\d.]", piece.text):
        offers = _offer_computation(reading, piece.text, "computation")
        return Advice("computation-form", f"`{piece.text}` computes with numbers alone", offers=offers)
    what = "a number" if reading.takes_one else "a number, a comparison or a range"
    return Advice("not-a-number", f"`{piece.text}` is not {what}")


_COMPUTATION = re.compile(r"[-−]?\d+(?:\.\d+)?(?:\s*[-−+*/]+\s*\d+(?:\.\d+)?)+", re.ASCII)
_LONG = 6  # digits: a longer number is not offered for a fraction


def _offer_computation(reading: Reading, text: str, noun: str, spelt: str = "") -> tuple[Offer, ...]:
    """The number that a fraction is, if it is short, and the whole cell as a formula; neither if there is none."""
    spaced = re.sub(r"(?<=[\d)])\s*([-−+*/]+)\s*(?=[-−\d.(])", r" \1 ", spelt or text.replace("^", "**"))
    computed = _COMPUTATION.sub(lambda found: _compute(found[0]), spaced)
    if "null" in computed:
        return ()
    is_short = "/" in text and all(len(number) < _LONG for number in re.findall(r"\d+(?:\.\d+)?", computed))
    formula = f":= {reading.text.strip().replace(text, spaced)}"
    return (
        *((Offer(computed, " for the number"),) if is_short else ()),
        Offer(formula, f" for the {noun}", "" if re.search(r"\([^.]*\)", computed) else computed),
    )


def _compute(text: str) -> str:
    try:
        value = evaluate(text.replace("−", "-"))
    except InvalidText:
        return "null"
    return f"{value:f}" if isinstance(value, Decimal) else "null"


_Forms = tuple[tuple[str, Callable[[Reading, re.Match[str]], Advice | None]], ...]
_VALUES: _Forms = (
    (rf"{_SIGN}{_N}\s*%", _advise_percent),
    (rf"{_SIGN}{_N}\.", _advise_bare_point),
    (r"[\"“”„'‘’]\s*([-−]?[\d.,]+)\s*[\"“”„'‘’]", _advise_quoted),
    (rf"(?:\+|{_DASH})\s*(\d+(?:\.\d+)?)", _advise_sign),
    (r"\d{1,2}([-./])\d{1,2}\1(?:\d\d|\d{4})|\d{4}([-./])\d{1,2}\2\d{1,2}", _advise_date),
    (rf"{_SIGN}(\d+)\s+(\d+)\s*/\s*(\d+)", _advise_mixed),
    (rf"{_N}(?:\s*/\s*{_N}){{2,}}|{_N}(?:\s*{_DASH}\s*{_N}){{2,}}", _advise_series),
)
_UNIT: _Forms = ((rf"{_SIGN}{_N}\s*([^\W\d_²³¹¼½¾⅐-⅞][^\d()]*|[°µ‰].*)", _advise_unit),)
_TEST_FORMS: _Forms = (
    (rf"{_N}\s*{_DASH}\s*{_N}", _advise_between),
    (rf"(?:from\s+|between\s+)?{_N}\s+(?:to|until|till|through|and)\s+{_N}", _advise_between),
    (rf"[\[\](]?\s*{_N}\s*(?:\.{{2,}}|…)\s*{_N}\s*[\[\])]?", _advise_dots),
    (rf"[\[\](]\s*{_N}\s*(?:[,;:]|{_DASH})\s*{_N}\s*[\[\])]", _advise_dots),
    (rf"[\[\](]?\s*{_N}\s*\.\.\s*[\[\])]?|[\[\](]?\s*\.\.\s*{_N}\s*[\[\])]?", _advise_open),
    (rf"{_LOWER}\s*{_N}\s*(?:and|&)?\s*{_UPPER}\s*{_N}", _advise_bounds),
    (rf"{_UPPER}\s*{_N}\s*(?:and|&)?\s*{_LOWER}\s*{_N}", _advise_bounds_down),
    (rf"{_N}\s*{_UPPER}\s*[a-z? ]*\s*{_UPPER}\s*{_N}", _advise_bounds_around),
    (rf"(=>|=<|<>|==|!|> =|< =)\s*{_N}", _advise_operator),
    (rf"{_N}(?:\s*(?:\bor\b|[;|])\s*{_N})+", _advise_alternatives),
    (rf"{_N}\s*/\s*{_N}", _advise_slash),
    *_VALUES,
    (rf"[\[({{]\s*({_N}(?:\s*,\s*{_N})*)\s*[\])}}]", _advise_bracketed),
    (rf"{_N}(?:\s+{_N})+", _advise_alternatives),
    (rf"(?!0x){_N}\s*[x×]\s*{_N}", _advise_times),
    (rf"({_PHRASE})\s*{_N}|{_N}\s*({_PHRASE})", _advise_phrase),
    *_UNIT,
    (r".*[^\x00-\x7f].*", _advise_script),
)
_VALUE_FORMS: _Forms = (
    (rf"{_N}\s*(?:{_DASH}|/)\s*{_N}", _advise_dash),
    (rf"{_OPERATOR}.*|[\[\](]\s*{_N}\s*\.\.+\s*{_N}\s*[\[\])]", _advise_value),
    (rf"{_N}(?:(?:\s*[,;|]\s*|\s+){_N})+", _advise_value),
    *_VALUES,
    (rf"[\[({{]\s*({_N}(?:\s*,\s*{_N})*)\s*[\])}}]", _advise_bracketed),
    (rf"(?!0x){_N}\s*[x×]\s*{_N}", _advise_times),
    *_UNIT,
    (r".*[^\x00-\x7f].*", _advise_script),
)
_ITEM_FORMS: _Forms = (
    (rf"{_N}(?:(?:\s*[;|]\s*|\s+|\s+or\s+|\s+and\s+){_N})+", _advise_alternatives),
    (rf"{_N}\s*/\s*{_N}", _advise_slash),
    *_VALUE_FORMS,
)
"""The forms that people write in place of a number and FEEL, the most particular first."""

_ANY_WORDS = {"any", "all", "*", "every", "anyvalue", "irrelevant", "--", "---"}


def _advise_word(reading: Reading, piece: Piece) -> Advice | None:
    if not piece.text:
        message, place, help = explain_missing(reading.text, piece.span)
        return Advice("missing-value", message, help, place)
    if fold_value(piece.text) in _ANY_WORDS and not reading.takes_one:
        return Advice("any-form", f"`{piece.text}` is not how any value is written", "write `-` for any value")
    if re.fullmatch(r"[^\W\d_][^\d()\[\]{}<>=?\"+*/@.]*", piece.text) is None or reading.may_be_feel(piece.text):
        return None
    if not reading.is_output and fold_value(piece.text) in ("unknown", "missing", "notknown", "n/a", "na"):
        return Advice(
            "not-a-number",
            f"`{piece.text}` is not a number, and {reading.label} takes numbers",
            "a missing answer needs no rule of its own: write `-` for any value",
        )
    near = nearest_name(piece.text, reading.scope.names)
    near = near if near and near[0].casefold() == piece.text[0].casefold() else None
    meant = f"did you mean `{near}`? Otherwise write" if near else "write"
    return Advice(
        "not-a-number",
        f"`{piece.text}` is not a number, and {reading.label} takes numbers",
        f"{meant} a number" + ("" if reading.is_output else " such as `2`, `>= 2` or `[2..10)`"),
    )
