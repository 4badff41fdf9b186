"""Diagnostics and their places: texts with an origin, spans in a text, severities."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum


class Severity(Enum):
    """The severity of a diagnostic. What has an error is not used; what has a warning or a note is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """The position in order of severity: 0 for an error."""
        return _RANKS[self]


_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of character offsets, `start <= i < end`, in the text of one Source."""

    start: int
    end: int

    def cover(self, other: Span) -> Span:
        """The smallest span that contains both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class CellRef:
    """A place in a workbook: file, sheet and cell (or range), the latter two empty for the whole file or sheet."""

    file: str
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        return "!".join(part for part in (self.file, self.sheet, self.cell) if part)


@dataclass(frozen=True, slots=True)
class LineRef:
    """A place in a text file: file, line (from 1; 0 for the whole file) and the enclosing element or JSON pointer."""

    file: str
    line: int = 0
    element: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} {self.element}" if self.element else place


Origin = CellRef | LineRef | str


def file_of(origin: Origin) -> str:
    """The file of a place, as messages name it."""
    return origin if isinstance(origin, str) else origin.file


def place_of(origin: Origin) -> Origin:
    """The place that an element takes up: in a workbook, its sheet."""
    return CellRef(origin.file, origin.sheet) if isinstance(origin, CellRef) else origin


def is_within(origin: Origin, place: Origin) -> bool:
    """Whether a diagnostic stands in a file, or in the element at a place: by the path of elements, or on its sheet."""
    if isinstance(place, str):
        return file_of(origin) == place
    if isinstance(origin, LineRef) and isinstance(place, LineRef):
        return origin.file == place.file and f"{origin.element}/".startswith(f"{place.element}/")
    return place_of(origin) == place


@dataclass(frozen=True, slots=True)
class Source:
    """A text as it was written, and the place it was read from."""

    text: str
    origin: Origin = "<expression>"

    @property
    def span(self) -> Span:
        """The span of the whole text."""
        return Span(0, len(self.text))


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One diagnostic: a stable kebab-case code, a severity, what is wrong, where, and what to write instead.

    `span` is a range of `source.text`; None is the whole text. `related` lists other places that are involved, each
    with a short explanation. `help` is an instruction to the reader, or empty. `follows` is the place of the error that
    this one follows from, or empty: it goes away with that error, and comes after all others.
    """

    code: str
    severity: Severity
    message: str
    source: Source
    span: Span | None = None
    related: tuple[tuple[Source, str], ...] = ()
    help: str = ""
    follows: str = field(default="", compare=False)


@dataclass(slots=True)
class Diagnostics:
    """A list of diagnostics that each stage of loading appends to, so that one run reports them all."""

    items: list[Diagnostic] = field(default_factory=list)

    def error(
        self,
        code: str,
        message: str,
        source: Source,
        span: Span | None = None,
        *,
        help: str = "",
        related: tuple[tuple[Source, str], ...] = (),
    ) -> None:
        """Append an error."""
        self.items.append(Diagnostic(code, Severity.ERROR, message, source, span, related, help))

    def warning(
        self,
        code: str,
        message: str,
        source: Source,
        span: Span | None = None,
        *,
        help: str = "",
        related: tuple[tuple[Source, str], ...] = (),
    ) -> None:
        """Append a warning."""
        self.items.append(Diagnostic(code, Severity.WARNING, message, source, span, related, help))

    def note(
        self,
        code: str,
        message: str,
        source: Source,
        span: Span | None = None,
        *,
        help: str = "",
        related: tuple[tuple[Source, str], ...] = (),
    ) -> None:
        """Append a note."""
        self.items.append(Diagnostic(code, Severity.NOTE, message, source, span, related, help))

    @property
    def has_errors(self) -> bool:
        """Whether any item is an error."""
        return any(item.severity is Severity.ERROR for item in self.items)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All items, without repeats: those that follow from others last, else by place, severity and code."""
        return tuple(sorted(dict.fromkeys(self.items), key=sort_key))


def sort_key(item: Diagnostic) -> tuple[object, ...]:
    """The order in which diagnostics are shown: causes first, by place as a reader goes through the files."""
    origin = item.source.origin
    start = item.span.start if item.span else 0
    if isinstance(origin, CellRef):
        place: tuple[object, ...] = (origin.file, 0, origin.sheet, *_cell_order(origin.cell))
    elif isinstance(origin, LineRef):
        place = (origin.file, origin.line, origin.element, 0, 0)
    else:
        place = (origin, 0, "", 0, 0)
    return (bool(item.follows), *place, start, item.severity.rank, item.code, item.message)


_CELL = re.compile(r"([A-Z]+)([0-9]+)")


def _cell_order(cell: str) -> tuple[int, int]:
    found = _CELL.match(cell)
    if found is None:
        return (0, 0)
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - 64
    return (int(found.group(2)), column)


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The word of a fixed language most similar to a misspelt one, or None if none is similar.

    Names of fields, decisions, values and drugs are for `nearest_name`: a similar one may mean something else.
    """
    import difflib

    folded: dict[str, str] = {}
    for choice in choices:
        folded.setdefault(choice.casefold(), choice)
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def nearest_name(word: str, choices: Iterable[str]) -> str | None:
    """The one name that a misspelt one can only mean, or None.

    A name is offered if a single typing error leads to it and to no other: a letter too many, missing, wrong, or two
    swapped. Where the error is in a digit, a sign, an abbreviation, a short word, or adds or drops the first letter of
    a word, the name may be another drug or group of patients: `HR+` for `ER+`, `grade 2` for `grade 3`, `atypical`.
    """
    text = _fold_name(word)
    found = {_fold_name(choice): choice for choice in reversed(list(choices))}
    solid = text.replace(" ", "")
    near = [
        choice
        for folded, choice in found.items()
        if solid == folded.replace(" ", "") or _is_typing_error(text, folded, choice)
    ]
    return near[0] if len(near) == 1 else None


def offer(near: str | None, otherwise: str = "") -> str:
    """The help that names what was most likely meant, or else what to write."""
    return f"did you mean `{near}`?" if near else otherwise


_SILENT = ("Cf", "Pi", "Pf", "Ps", "Pe")
"""Categories of characters that make no difference to a name: invisible ones, quotes and brackets."""


def _fold_name(name: str) -> str:
    """The name without case, invisible characters, quotes, brackets, and the ways to join words: `wild_type`."""
    visible = "".join(character for character in name if unicodedata.category(character) not in _SILENT)
    joined = re.sub(r"(?<=[^\W\d_])-(?=\d)|[\"']", "", visible)
    return " ".join(re.sub(r"_|(?<=[^\W_])-(?=[^\W\d_])", " ", joined).split()).casefold()


def _is_typing_error(text: str, folded: str, name: str) -> bool:
    """Whether a text differs from a folded name by one typing error in a word that is long enough."""
    start = 0
    while start < min(len(text), len(folded)) and text[start] == folded[start]:
        start += 1
    rest, wanted = text[start:], folded[start:]
    is_swap = len(rest) > 1 and rest[1::-1] == wanted[:2] and rest[2:] == wanted[2:]
    is_added, is_missing = rest[1:] == wanted != rest, rest == wanted[1:] != wanted
    is_wrong = rest[1:] == wanted[1:] and len(rest) == len(wanted)
    if not (is_swap or is_wrong or is_added or is_missing):
        return False
    changed = rest[:2] if is_swap else (rest[:1] if is_wrong or is_added else "") + (wanted[:1] if not is_added else "")
    begin = next((place for place in range(start, 0, -1) if not folded[place - 1].isalnum()), 0)
    token = re.split(r"[^\w]", folded[begin:])[0]
    is_abbreviation = any(part.casefold() == token and part.isupper() for part in re.split(r"[\W_]", name))
    if not changed.isalpha() or not token.isalpha() or is_abbreviation:
        return False
    return is_swap or (len(token) > 3 if is_wrong else len(token) > 2 and start > begin)
