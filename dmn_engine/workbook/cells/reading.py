"""Shared state of reading a cell: what its column holds, the names in scope, its FEEL, its diagnostics."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from dmn_engine.diagnostics import Diagnostics, Severity, Source, Span
from dmn_engine.feel.checker import check_expression, check_tests
from dmn_engine.feel.parser import parse_expression, parse_unary_tests
from dmn_engine.feel.syntax import (
    ComparisonTest,
    Expression,
    Name,
    Node,
    UnaryTests,
    mentions_input,
    rename,
    walk,
)
from dmn_engine.feel.types import ANY, BOOLEAN, DATE, DATE_TIME, NUMBER, STRING, TIME, ListType, Type
from dmn_engine.model.cell_text import Unclosed
from dmn_engine.model.data_dictionary import ANY_VALUE, Domain
from dmn_engine.model.workbook_source import CellKind, CellSource
from dmn_engine.workbook.cells.constants import INPUT, KnownTexts, find_number_arithmetic, report_unknown_texts

N = TypeVar("N", bound=Node)

_SPELT = {"≥": ">=", "≤": "<=", "≠": "!=", "\u2212": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " "}
_SPELT_PATTERN = re.compile(r'"(?:[^"\\]|\\.)*"|[' + "".join(_SPELT) + "]", re.DOTALL)  # quoted texts stay as they are


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What the cells of a column hold.

    `label` is for messages; `nullable`: null is a value too; `is_item`: this is one item of a list; `is_given`: the
    values are those that the rules of a decision happen to give; `is_inferred`: the type follows from the cells alone.
    """

    label: str
    type: Type
    domain: Domain = ANY_VALUE
    nullable: bool = False
    unit: str = ""
    is_item: bool = False
    is_given: bool = False
    is_inferred: bool = field(default=False, compare=False)

    @property
    def item(self) -> ColumnType:
        """What an item of a list column holds."""
        if not isinstance(self.type, ListType):
            return self
        return replace(self, type=self.type.item, nullable=False, is_item=True)

    @property
    def texts(self) -> tuple[str, ...] | None:
        """The texts that the column (or an item of its lists) can hold; None where any can be."""
        values = self.domain.values
        if values is None or self.item.type != STRING:
            return None
        return tuple(value for value in values if isinstance(value, str))

    @property
    def words(self) -> str:
        """The type as a clinician would call it."""
        return name_type(self.type)


_WORDS: Mapping[Type, str] = {
    STRING: "text",
    NUMBER: "a number",
    BOOLEAN: "yes or no",
    DATE: "a date",
    TIME: "a time",
    DATE_TIME: "a date and time",
    ANY: "any value",
}
_PLURALS: Mapping[Type, str] = {STRING: "texts", NUMBER: "numbers", DATE: "dates"}


def name_type(type_: Type) -> str:
    """The type in plain words, with its article."""
    if isinstance(type_, ListType):
        return f"a list of {_PLURALS.get(type_.item, 'values')}"
    return _WORDS.get(type_, f"a {type_}")


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that FEEL may use, with their types: titles and names of fields, and names of decisions.

    `canonical` maps titles of fields to their names in the model; `texts` are the possible texts by such a name.
    """

    names: Mapping[str, Type] = field(default_factory=dict)
    canonical: Mapping[str, str] = field(default_factory=dict)
    texts: KnownTexts = field(default_factory=KnownTexts)

    def read_expression(self, source: Source, diagnostics: Diagnostics) -> tuple[Expression, Type] | None:
        """Parse, check and make canonical; None where there were errors, which are then in `diagnostics`."""
        spelt = _Spelling(source)
        node = parse_expression(spelt.source, self.names, spelt.found)
        type_ = check_expression(node, spelt.source, self.names, spelt.found) if node is not None else ANY
        canonical = node and self._rename(node, spelt, self.texts)
        if spelt.report(diagnostics) or canonical is None:
            return None
        return spelt.restore(canonical), type_

    def read_tests(self, source: Source, column: ColumnType, diagnostics: Diagnostics) -> UnaryTests | None:
        """Parse, check against the type of the input and make canonical; None where there were errors."""
        spelt = _Spelling(source)
        tests = parse_unary_tests(spelt.source, {**self.names, INPUT: column.type}, spelt.found)
        if tests is not None and not self._report_own_name(tests, spelt, column):
            check_tests(tests, column.type, spelt.source, self.names, spelt.found)
        listed = column.texts
        texts = self.texts if listed is None else self.texts.with_input(listed, column.label)
        canonical = tests and self._rename(tests, spelt, texts)
        if spelt.report(diagnostics) or canonical is None:
            return None
        return spelt.restore(canonical)

    def _report_own_name(self, tests: UnaryTests, spelt: _Spelling, column: ColumnType) -> bool:
        """Report conditions that name the field that they test instead of writing `?`; whether there were any."""
        own = {column.label, self.canonical.get(column.label, column.label)}
        found = False
        for test in tests.tests:
            names = [node for node in walk(test) if isinstance(node, Name) and node.name in own]
            if not names or mentions_input(test) or isinstance(test, ComparisonTest):
                continue
            is_name = isinstance(test, Name)
            if not is_name and check_expression(test, spelt.source, self.names, Diagnostics()) != BOOLEAN:
                continue
            text = spelt.source.text[test.span.start : test.span.end]
            if is_name:
                message = f"`{text}` is the value that is tested, which always equals itself"
                help = "write the value that is meant, or `-` for any value"
            else:
                message = f"`{text}` is yes or no, and would be compared with {column.label}"
                help = self._offer_input(spelt, column, names)
            spelt.found.error("own-field", message, spelt.source, test.span, help=help)
            found = True
        return found

    def _offer_input(self, spelt: _Spelling, column: ColumnType, names: Sequence[Name]) -> str:
        """The cell with `?` in place of its column's name, if that is understood."""
        text = spelt.source.text
        for name in sorted(names, key=lambda node: -node.span.start):
            text = f"{text[: name.span.start]}?{text[name.span.end :]}"
        is_word = isinstance(column.type, ListType) or column.type in _WRITTEN_AS_WORDS
        offer = f":= {text.strip()}" if is_word or is_formula(spelt.original.text) else text.strip()
        tried = Diagnostics()
        self.read_tests(Source(offer), column, tried)
        return "write `?` for the value that is tested" if tried.has_errors else f"write `{offer}`"

    def _rename(self, node: N, spelt: _Spelling, texts: KnownTexts) -> N | None:
        try:
            canonical = rename(node, self.canonical)
            report_unknown_texts(canonical, texts, spelt.source, spelt.found)
            return canonical
        except ValueError as clash:
            spelt.found.error(
                "name-clash", str(clash), spelt.source, node.span, help="give the local name another name"
            )
            return None


class _Spelling:
    """A text spelt for FEEL, without `:=` and with `>=` for `≥`, which maps places back to the original text."""

    def __init__(self, source: Source) -> None:
        self.original = source
        # Blanks in place of the marker of a formula keep every offset as it is in the cell.
        text = source.text.replace(":=", "  ", 1) if is_formula(source.text) else source.text
        spelt, offsets = _spell(text)
        self.source = Source(spelt, source.origin)
        self.found = Diagnostics()
        self._offsets = offsets if len(spelt) != len(text) else None

    def report(self, diagnostics: Diagnostics) -> bool:
        """Report all findings at their places in the original text; return whether there was an error."""
        for item in self.found.items:
            span = item.span and self._move(item.span)
            related = tuple((self.original if at == self.source else at, words) for at, words in item.related)
            diagnostics.items.append(replace(item, source=self.original, span=span, related=related))
        return any(item.severity is Severity.ERROR for item in self.found.items)

    def restore(self, node: N) -> N:
        """The node with its spans in the original text."""
        return node if self._offsets is None else self._restore(node)

    def _restore(self, node: N) -> N:
        changed: dict[str, Any] = {item.name: self._restore_part(getattr(node, item.name)) for item in fields(node)}
        return replace(node, **changed)

    def _restore_part(self, part: Any) -> Any:
        if isinstance(part, Span):
            return self._move(part)
        if isinstance(part, Node):
            return self._restore(part)
        return tuple(map(self._restore_part, part)) if isinstance(part, tuple) else part

    def _move(self, span: Span) -> Span:
        if self._offsets is None:
            return span
        # The end is exclusive: one past the original place of the last character.
        end = self._offsets[span.end - 1] + 1 if span.end > span.start else self._offsets[span.end]
        return Span(self._offsets[span.start], end)


def _spell(text: str) -> tuple[str, list[int]]:
    """The text with its signs spelt for FEEL, and for each offset in it the one in the text."""
    parts: list[str] = []
    offsets: list[int] = []
    end = 0
    for found in _SPELT_PATTERN.finditer(text):
        parts += [text[end : found.start()], _SPELT.get(found[0], found[0])]
        offsets += range(end, found.start())
        offsets += range(*found.span()) if found[0] not in _SPELT else [found.start()] * len(parts[-1])
        end = found.end()
    return "".join([*parts, text[end:]]), [*offsets, *range(end, len(text) + 1)]


_WRITTEN_AS_WORDS = (STRING, BOOLEAN)
"""The types of columns whose cells are words, and formulas only where they begin with `:=`."""

_KEYWORDS = re.compile(
    r"\b(?:and|or|in|between|if|then|else|for|return|some|every|satisfies|instance|not|null|true|false)\b"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One cell being read: its text, its column, the names in scope, and its diagnostics.

    `is_output`: it gives a value (Then) instead of testing one (When); `is_trial`: its text is only tried, to decide
    whether a message may offer it.
    """

    cell: CellSource
    column: ColumnType
    scope: Scope
    diagnostics: Diagnostics
    is_output: bool = False
    is_trial: bool = False

    @property
    def text(self) -> str:
        return self.cell.text

    @property
    def label(self) -> str:
        return self.column.label

    @property
    def takes_one(self) -> bool:
        """Whether a value is given rather than tested: in a Then cell, and for each item of a list."""
        return self.is_output or self.column.is_item

    def error(self, code: str, message: str, span: Span | None = None, help: str = "") -> None:
        """Report an error of this cell."""
        self.diagnostics.error(code, message, self.cell.source, span, help=help)

    def warn(self, code: str, message: str, span: Span | None = None, help: str = "") -> None:
        """Report a warning about this cell."""
        self.diagnostics.warning(code, message, self.cell.source, span, help=help)

    def of(self, column: ColumnType) -> Reading:
        """The same cell read as another type."""
        return replace(self, column=column)

    def without_name(self, text: str) -> str:
        """The text without the column's own name (or `?`) before a comparison, which clinicians may write."""
        return re.sub(rf"(?:\?|{re.escape(self.label)})\s*(?=!?=|is\b)", "", text, count=1, flags=re.IGNORECASE)

    def try_text(self, text: str) -> Reading:
        """Another text in this cell, with diagnostics of its own."""
        cell = CellSource(Source(text, self.cell.origin))
        return replace(self, cell=cell, diagnostics=Diagnostics(), is_trial=True)

    def may_be_feel(self, text: str) -> bool:
        """Whether the text has a name that is in scope, or a word of FEEL."""
        names = (re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in self.scope.names)
        return any(names) or _KEYWORDS.search(text) is not None

    def report_unclosed(self, failure: Unclosed) -> None:
        """Report a quote or bracket without its partner."""
        span = Span(failure.offset, failure.offset + 1)
        if failure.character == '"':
            help = f'write `{self.text.splitlines()[-1].strip()}"`, or remove the quote'
            self.error("unclosed-quote", "this quote is never closed", span, help=help)
        else:
            self.error("unclosed-bracket", "this bracket is never closed", span, help="close the bracket, or remove it")

    def report_missing(self, span: Span) -> None:
        """Report a comma, a line break or brackets that have no value beside them or inside."""
        message, place, help = explain_missing(self.text, span)
        self.error("missing-value", message, place, help)

    def report_never_null(self, span: Span) -> None:
        """Report a test for null in a column that never holds it."""
        help = f"write a value that {self.label} can have, or `-` for any value"
        if self.column.type == STRING:
            help = 'write `-` for any value, or the text "null" in quotes if that is meant'
        message = f"{self.label} is never null: a missing answer is unknown, and needs no rule of its own"
        self.error("never-null", message, span, help)

    def read_formula(self) -> tuple[Expression, Type] | None:
        """The FEEL expression of a cell, without the `:=` that it may begin with."""
        read = self.scope.read_expression(self.cell.source, self.diagnostics)
        return None if read is None or self._report_arithmetic(read[0]) else read

    def read_feel_tests(self) -> UnaryTests | None:
        """The FEEL unary tests of a cell, without the `:=` that it may begin with."""
        tests = self.scope.read_tests(self.cell.source, self.column, self.diagnostics)
        return None if tests is None or self._report_arithmetic(tests) else tests

    def report_own_condition(self) -> bool:
        """Report words that are a condition on the column's own field, and not a value; whether they are."""
        names = (self.label, self.scope.canonical.get(self.label, self.label))
        if self.without_name(self.text) != self.text or not any(name in self.text for name in names):
            return False
        found = Diagnostics()
        self.scope.read_tests(self.cell.source, self.column, found)
        own = [item for item in found.items if item.code == "own-field" and item.help.startswith("write `:=")]
        self.diagnostics.items += own
        return bool(own)

    def _report_arithmetic(self, node: Node) -> bool:
        """Report computations with numbers alone, which may be dates or fractions; `:=` marks them as meant."""
        found = [] if is_formula(self.text) else list(find_number_arithmetic(node))
        for part in found:
            text = self.text[part.span.start : part.span.end]
            message = f"`{text}` computes with numbers alone"
            help = f"write the number, or `:= {self.text.strip()}` for the computation"
            self.error("computation-form", message, part.span, help)
        return bool(found)


def explain_missing(text: str, span: Span) -> tuple[str, Span, str]:
    """What is wrong where a value is missing, the character that shows it, and what to do."""
    before = len(text[: span.start].rstrip()) - 1
    after = len(text) - len(text[span.end :].lstrip())
    if text[before : before + 1] in ("(", "[") and text[after : after + 1] in (")", "]"):
        return "these brackets have no value inside", Span(before, after + 1), "write the value inside"
    offset = next((place for place in (before, after) if text[place : place + 1] == ","), None)
    if offset is None:
        line_break = text.index("\n", before)
        message = "a line break stands here with no value beside it"
        return message, Span(line_break, line_break + 1), "remove the line break, or write the missing value"
    message = "this comma has no value beside it"
    return message, Span(offset, offset + 1), "remove the comma, or write the missing value"


def is_formula(text: str) -> bool:
    """Whether the cell is marked as FEEL."""
    return text.lstrip().startswith(":=")


STORED = {
    CellKind.NUMBER: "number",
    CellKind.BOOLEAN: "logical value",
    CellKind.DATE: "date",
    CellKind.TIME: "time",
    CellKind.DATE_TIME: "date and time",
}


def show_stored(cell: CellSource) -> str:
    """How the cell was stored and what it shows, for messages: `the date 2025-03-01 (shown as MARCH1)`."""
    text = cell.text.upper() if cell.kind is CellKind.BOOLEAN else cell.text
    shown = f" (shown as `{cell.shown}`)" if cell.shown and cell.shown != cell.text else ""
    return f"the {STORED[cell.kind]} {text}{shown}"


def report_stored(reading: Reading, wanted: str, example: str = "") -> None:
    """Report a cell that the spreadsheet program stored as something that the column does not hold."""
    retype = f"format the cell as Text, then type {example or 'what you mean'} again"
    reading.error(
        f"stored-as-{STORED[reading.cell.kind].split()[0]}",
        f"the spreadsheet stored this cell as {show_stored(reading.cell)}, but {reading.label} takes {wanted}",
        help=retype,
    )
