"""Find the listed values that a cell names, in the list's own spelling, and advise where it names none.

A listed value may itself hold commas, quotes or brackets, so a cell is not split first and looked up afterwards: all
ways to take it apart at its commas into listed values are counted, and it is read when there is exactly one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dmn_engine.diagnostics import Span, nearest_name
from dmn_engine.model.cell_text import (
    SMART_DOUBLE,
    Piece,
    Unclosed,
    fold_value,
    is_dash,
    join_words,
    offer_listed,
    quote,
    split_at,
    trim,
    unquote,
    unwrap_call,
    whole,
)
from dmn_engine.workbook.cells.reading import Reading


@dataclass(frozen=True, slots=True)
class Match:
    """A listed value and where the cell names it."""

    value: str
    span: Span


class Listed:
    """The listed values of a column, found however they are spelt."""

    def __init__(self, values: Iterable[object]) -> None:
        self.values = tuple(str(value) for value in values)
        self._by_fold: dict[str, list[str]] = {}
        for value in self.values:
            self._by_fold.setdefault(fold_value(value), []).append(value)

    def find(self, text: str) -> str | None:
        """The listed value that the text names, bare or quoted; None if none or several match."""
        content = unquote(text)
        return (self.find_bare(content) if content is not None else None) or self.find_bare(text)

    def find_bare(self, text: str) -> str | None:
        """The listed value that the text is, its quotes included."""
        same = self._by_fold.get(fold_value(text), [])
        if text in same:
            return text
        return same[0] if len(same) == 1 else None

    def show(self) -> str:
        """The values in their order, for messages."""
        return join_words(quote(value) if "," in value else value for value in self.values)


def report_ambiguous_word(reading: Reading, listed: Listed) -> bool:
    """Report a listed value that means something else in a cell too, such as `-` or `not(x)`; whether it was."""
    piece = whole(reading.text)
    value = listed.find_bare(piece.text)
    other = None if value is None else _find_meaning(reading, listed, piece)
    if value is None or other is None:
        return False
    reading.error(
        "ambiguous-value",
        f"this can be read in two ways, because `{value}` is itself a value of {reading.label}",
        piece.span,
        help=f"write `{quote(value)}` for that value, or {other}",
    )
    return True


def _find_meaning(reading: Reading, listed: Listed, piece: Piece) -> str | None:
    """The other meaning of a piece that is a listed value: how to write it, and what it means."""
    if reading.column.nullable and piece.text == "null":
        return "`:= null` for no value"
    if reading.is_output:
        return None
    if is_dash(piece.text):
        return "`:= -` for any value"
    for word in ("not", "all") if reading.column.is_item else ("not",):
        inner = unwrap_call(reading.text, piece, word)
        parts = [] if inner is None else [listed.find(part.text) for part in split_at(reading.text, inner, ",")]
        if parts and None not in parts:
            return f"`{word}({', '.join(quote(part) for part in parts if part)})` for the test"
    return None


def read_listed(reading: Reading, listed: Listed, piece: Piece, separators: str = ",") -> tuple[Match, ...] | None:
    """The listed values that the piece names; None where it names something else, which is then reported."""
    atoms = split_at(reading.text, piece, separators)
    segments = _find_segments(reading.text, atoms, listed)
    ways = _count_ways(len(atoms), segments)
    if ways[0] > 1:
        _report_ambiguous(reading, listed, piece)
        return None
    if ways[0] == 0:
        _report_unlisted(reading, listed, atoms, segments)
        return None
    matches = []
    start = 0
    while start < len(atoms):
        end = next(end for (begin, end) in segments if begin == start and ways[end])
        matches.append(segments[start, end])
        start = end
    return tuple(matches)


def read_one(reading: Reading, listed: Listed, piece: Piece) -> Match | None:
    """The one listed value that the piece is; None where it is something else, which is then reported."""
    value = listed.find(piece.text)
    if value is not None:
        return Match(value, piece.span)
    parts = [listed.find(part.text) for part in split_at(reading.text, piece, ",;\n")]
    if len(parts) > 1 and all(part is not None for part in parts):
        reading.error(
            "several-values",
            f"{reading.label} takes one value, and this names {len(parts)}",
            piece.span,
            help="write one of them, or make two rules",
        )
    else:
        _report_value(reading, listed, piece)
    return None


Segments = dict[tuple[int, int], Match]


def _find_segments(text: str, atoms: list[Piece], listed: Listed) -> Segments:
    """Every run of atoms [start, end) whose text, commas included, is a listed value."""
    found: Segments = {}
    longest = 1 + max((value.count(",") + value.count("\n") for value in listed.values), default=0)
    for start in range(len(atoms)):
        for end in range(start + 1, min(len(atoms), start + longest) + 1):
            piece = trim(text, atoms[start].span.start, atoms[end - 1].span.end)
            value = listed.find(piece.text) if piece.text else None
            if value is not None:
                found[start, end] = Match(value, piece.span)
    return found


def _count_ways(count: int, segments: Segments) -> list[int]:
    """For each place, the number of ways to divide the remaining atoms into segments."""
    ways = [0] * count + [1]
    for start in range(count - 1, -1, -1):
        ways[start] = sum(ways[end] for (begin, end) in segments if begin == start)
    return ways


def _report_ambiguous(reading: Reading, listed: Listed, piece: Piece) -> None:
    commas = [value for value in listed.values if "," in value and fold_value(value) in fold_value(piece.text)]
    reading.error(
        "ambiguous-value",
        f"this can be read in two ways, because `{commas[0]}` is itself a value of {reading.label}",
        piece.span,
        help=f"put quotes around it where the one value is meant: `{quote(commas[0])}`; or around each of its parts",
    )


def _report_unlisted(reading: Reading, listed: Listed, atoms: list[Piece], segments: Segments) -> None:
    start = 0
    while start < len(atoms):
        ends = [end for (begin, end) in segments if begin == start]
        if ends:
            start = max(ends)
        elif atoms[start].text.startswith('"'):
            start = _report_quoted(reading, listed, atoms, start)
        else:
            _report_value(reading, listed, atoms[start])
            start += 1


def _report_quoted(reading: Reading, listed: Listed, atoms: list[Piece], start: int) -> int:
    """Report the quoted text that begins at this atom, commas included; the atom after it."""
    for end in range(start + 1, len(atoms) + 1):
        piece = trim(reading.text, atoms[start].span.start, atoms[end - 1].span.end)
        if unquote(piece.text) is not None:
            _report_value(reading, listed, piece)
            return end
    reading.report_unclosed(Unclosed('"', atoms[start].span.start))
    return len(atoms)


_ANY_WORDS = {
    "any",
    "all",
    "*",
    "either",
    "every",
    "everything",
    "anyvalue",
    "doesn'tmatter",
    "irrelevant",
    "--",
    "---",
}
_SAME = re.compile(r"(?:==?|is\s)\s*(.+)", re.DOTALL | re.IGNORECASE)
_NOT = re.compile(r"(?:not\s|no\s|non[-\s]|!=|!|<>|≠|is not\s|except\s)\s*(.+)", re.DOTALL | re.IGNORECASE)
_OR = re.compile(r"\s+or\s+|\s*[/;|\n]\s*", re.IGNORECASE)

_AND = re.compile(r"\s+(?:and|with|plus)\s+|\s*[+&]\s*", re.IGNORECASE)


def _report_value(reading: Reading, listed: Listed, piece: Piece) -> None:
    if not piece.text:
        reading.report_missing(piece.span)
        return
    if piece.text[0] in SMART_DOUBLE:
        report_smart_quote(reading, piece)
        return
    reading.error(
        "value-not-listed",
        f"`{piece.text}` is not a value of {reading.label}",
        piece.span,
        help=_advise(listed, reading.without_name(piece.text), reading.column.is_item, reading.is_output),
    )


def report_smart_quote(reading: Reading, piece: Piece) -> None:
    """Report a typographic quote where a text begins."""
    straight = reading.text.translate(dict.fromkeys(map(ord, SMART_DOUBLE), '"'))
    reading.error(
        "smart-quotes",
        f"`{piece.text[0]}` is a typographic quote, which does not quote",
        Span(piece.span.start, piece.span.start + 1),
        help=f"write {straight}",
    )


def _advise(listed: Listed, text: str, is_item: bool, is_output: bool) -> str:
    """What to write instead; where that is a guess, also what is listed."""
    rewritten = _rewrite_output(listed, text) if is_item and is_output else ""
    if not is_output:
        rewritten = _rewrite_test(listed, text, is_item)
    if rewritten:
        return f"write {rewritten}"
    near = nearest_name(unquote(text) or text, listed.values)
    return offer_listed(near, f"listed are: {listed.show()}")


def _rewrite_test(listed: Listed, text: str, is_item: bool) -> str:
    """The test of listed values that a text in other words probably means."""
    if fold_value(text) in _ANY_WORDS or all(is_dash(character) for character in text):
        return "`-` for any value"
    if (found := _SAME.fullmatch(text)) and (value := listed.find(found[1])):
        return f"`{value}`"
    if (found := _NOT.fullmatch(text)) and (value := listed.find(found[1])):
        return f"`not({value})`"
    if joined := _join_parts(listed, _OR.split(text)) or _join_parts(listed, text.split()):
        return f"`{joined}` for any of these"
    if is_item and (joined := _join_parts(listed, _AND.split(text))):
        return f"`all({joined})` for all of these"
    return ""


def _rewrite_output(listed: Listed, text: str) -> str:
    joined = _join_parts(listed, _OR.split(text)) or _join_parts(listed, _AND.split(text))
    return f"`{joined}`" if joined else ""


def _join_parts(listed: Listed, texts: list[str]) -> str:
    """The parts with commas between; empty where there is but one, or one is not listed."""
    parts = [listed.find(text) for text in texts]
    found = [part for part in parts if part is not None]
    return ", ".join(found) if len(found) == len(parts) > 1 else ""
