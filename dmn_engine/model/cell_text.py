"""The text of a cell before its type counts: blanks, dashes, quotes, brackets, commas."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dmn_engine.diagnostics import Span

DASHES = "-‐‑‒–—―−﹘﹣－"
"""Every character that a reader takes for a dash or a minus; the first is the one of the keyboard."""

SMART_DOUBLE = "“”„‟«»"
SMART_SINGLE = "‘’‚‛"

_FOLD = str.maketrans(
    dict.fromkeys(DASHES, "-") | dict.fromkeys(SMART_DOUBLE, '"') | dict.fromkeys(SMART_SINGLE, "'") | {"\u00ad": None}
)
_OPENING, _CLOSING = "([{", ")]}"
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_RANGE = re.compile(r"[\[\](][^\[\]()]*\.\.[^\[\]()]*[\[\])]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a cell's text without outer blanks, and where it stands in it."""

    text: str
    span: Span


@dataclass(eq=False)
class Unclosed(Exception):
    """A quote or bracket at `offset` without its partner."""

    character: str
    offset: int


def squeeze(text: str) -> str:
    """The text with one blank where it has several, or line breaks."""
    return " ".join(text.split())


def fold_label(text: str) -> str:
    """The form in which labels are compared: case and runs of blanks do not count."""
    return squeeze(text).casefold()


def fold_word(text: str) -> str:
    """The form in which words of the layout are compared: as labels, without a colon at the end."""
    return fold_label(text).removesuffix(":").rstrip()


def fold_value(text: str) -> str:
    """The form in which listed values are compared: neither case nor blanks nor the kind of dash or quote count."""
    return "".join(text.translate(_FOLD).casefold().split())


def is_dash(text: str) -> bool:
    """Whether the text is one dash of any kind: any value."""
    text = text.strip()
    return len(text) == 1 and text in DASHES


def trim(text: str, start: int, end: int) -> Piece:
    """The part [start, end) without its outer blanks."""
    part = text[start:end]
    lead = len(part) - len(part.lstrip())
    part = part.strip()
    return Piece(part, Span(start + lead, start + lead + len(part)))


def whole(text: str) -> Piece:
    """The whole text without its outer blanks."""
    return trim(text, 0, len(text))


def split_pieces(text: str, piece: Piece, separators: str = ",") -> list[Piece]:
    """The parts of the piece between separators that stand outside of quotes and brackets.

    Raises Unclosed for a quote or bracket without its partner.
    """
    masked = mask_nested(text, piece.span)
    return _split(text, piece, (offset for offset in _span_range(piece) if masked[offset] in separators))


def split_at(text: str, piece: Piece, separators: str) -> list[Piece]:
    """The parts of the piece between separators, wherever these stand."""
    return _split(text, piece, (offset for offset in _span_range(piece) if text[offset] in separators))


def _span_range(piece: Piece) -> range:
    return range(piece.span.start, piece.span.end)


def _split(text: str, piece: Piece, offsets: Iterable[int]) -> list[Piece]:
    cuts = [piece.span.start - 1, *offsets, piece.span.end]
    return [trim(text, left + 1, right) for left, right in itertools.pairwise(cuts)]


def mask_nested(text: str, span: Span) -> str:
    """The text with all that stands in quotes, ranges or brackets replaced by blanks, the brackets too.

    Either bracket of a range may be round or turned outwards, so ranges are masked before brackets are paired, and
    an opening bracket is paired with a closing one of any kind. Raises Unclosed.
    """
    masked = list(_mask_ranges(_mask_quotes(text, span), span))
    open_offsets: list[int] = []
    for offset in range(span.start, span.end):
        character = masked[offset]
        if character in _OPENING:
            open_offsets.append(offset)
        elif character in _CLOSING and open_offsets:
            open_offsets.pop()
            masked[offset] = " "
        if open_offsets:
            masked[offset] = " "
    if open_offsets:
        raise Unclosed(text[open_offsets[-1]], open_offsets[-1])
    return "".join(masked)


def _mask_quotes(text: str, span: Span) -> str:
    masked, offset = text, span.start
    while (offset := masked.find('"', offset, span.end)) >= 0:
        quoted = _QUOTED.match(masked, offset, span.end)
        if quoted is None:
            raise Unclosed('"', offset)
        masked = masked[:offset] + " " * len(quoted[0]) + masked[quoted.end() :]
    return masked


def _mask_ranges(text: str, span: Span) -> str:
    inside = _RANGE.sub(lambda found: " " * len(found[0]), text[span.start : span.end])
    return text[: span.start] + inside + text[span.end :]


def unwrap_call(text: str, piece: Piece, word: str) -> Piece | None:
    """What stands in the brackets of `word(...)` where that is the whole piece, else None. Raises Unclosed."""
    found = re.match(rf"{word}\s*\(", piece.text, re.IGNORECASE)
    if found is None:
        return None
    bracket = piece.span.start + found.end() - 1
    masked = mask_nested(text, Span(bracket, piece.span.end))
    if masked[bracket : piece.span.end].strip():
        return None
    return trim(text, bracket + 1, piece.span.end - 1)


def unquote(text: str) -> str | None:
    """The content of a text that is one quoted string, its escapes resolved, else None."""
    found = _QUOTED.fullmatch(text)
    return _ESCAPE.sub(lambda part: _ESCAPES.get(part[1], part[1]), found[1]) if found else None


def quote(text: str) -> str:
    """The text as a quoted string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def offer_listed(near: str | None, listing: str) -> str:
    """The help that names what was most likely meant, where there is such, and what there is."""
    return f"did you mean `{near}`? {listing[0].upper()}{listing[1:]}" if near else listing


def write_plainly(number: float) -> str:
    """The shortest decimal that represents this number, without an exponent: `0.1`, `2`, `100000000000000000000`."""
    if number.is_integer() and abs(number) < 2**53:
        return str(int(number))
    text = format(Decimal(repr(number)), "f")
    return text[:-2] if text.endswith(".0") else text


def count_words(number: object, word: str) -> str:
    """`1 rule`, `2 rules`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def join_words(words: Iterable[str], limit: int = 12) -> str:
    """The words with commas between them; past the limit, how many more there are."""
    listed = list(words)
    if len(listed) <= limit:
        return ", ".join(listed)
    return ", ".join(listed[:limit]) + f" and {len(listed) - limit} more"
