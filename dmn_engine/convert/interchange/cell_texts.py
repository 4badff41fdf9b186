"""Texts of cells for FEEL expressions, as a clinician would write them for the column's type.

The reader of cells reads each text back: a text is used only if it gives exactly the same expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel import syntax
from dmn_engine.feel.format import format_expression, format_tests
from dmn_engine.feel.parser import parse_expression
from dmn_engine.feel.types import (
    ANY,
    ListType,
    Type,
)
from dmn_engine.feel.values import format_value, quote
from dmn_engine.model.data_dictionary import ANY_VALUE, Domain
from dmn_engine.model.type_constraints import write_domain
from dmn_engine.model.workbook_source import CellSource
from dmn_engine.workbook.allowed_values import WORDS, AllowedValues, read_values
from dmn_engine.workbook.cells import read_output, read_tests
from dmn_engine.workbook.cells.reading import ColumnType, Reading, Scope

_Show = Callable[[syntax.Expression], str | None]
_Tree = TypeVar("_Tree", syntax.Expression, syntax.UnaryTests)


@dataclass(frozen=True, slots=True)
class CellWriter:
    """The writer of one column's cells. `titles` are the clinicians' names of the fields, by the names of the model."""

    column: ColumnType
    scope: Scope
    titles: Mapping[str, str]

    def write_tests(self, tests: syntax.UnaryTests) -> str | None:
        """The text of a When cell; None if no text reads as these tests."""

        def read(text: str, found: Diagnostics) -> str | None:
            node = read_tests(Reading(CellSource(Source(text)), self.column, self.scope, found))
            return None if node is None else format_tests(node)

        is_list = isinstance(self.column.type, ListType)
        texts = [*_write_plain_tests(tests, is_list), *self._write_feel(tests, format_tests)]
        return _choose(texts, format_tests(tests), read)

    def write_output(self, node: syntax.Expression) -> str | None:
        """The text of a Then cell; None if no text reads as this expression."""

        def read(text: str, found: Diagnostics) -> str | None:
            read = read_output(Reading(CellSource(Source(text)), self.column, self.scope, found, is_output=True))
            return None if read is None else format_expression(read)

        formulas = [text for text in self._write_feel(node, format_expression) if text.startswith(":=")]
        plain = [] if self.column.type == ANY else [*_write_plain_value(node)]
        return _choose([*plain, *formulas], format_expression(node), read)

    def write_labels(self, node: syntax.Expression) -> list[str]:
        """Candidate labels for this expression; the one in brackets cannot be read as a title."""
        texts = [text for text in self._write_feel(node, format_expression) if not text.startswith(":=")]
        return [*texts, *(f"({text})" for text in texts)]

    def _write_feel(self, node: _Tree, show: Callable[[_Tree], str]) -> list[str]:
        """Candidate FEEL texts of a cell, plain and as a formula, with the fields' titles and then with their names."""
        texts: list[str] = [show(node)]
        with suppress(ValueError):  # the title equals a local name
            texts.insert(0, show(syntax.rename(node, self.titles)))
        return [*texts, *(f":= {text}" for text in texts)]


def _choose(texts: Iterable[str], wanted: str, read: Callable[[str, Diagnostics], str | None]) -> str | None:
    """The first text that reads as wanted, preferably without a warning or note."""
    spare = None
    for text in dict.fromkeys(texts):
        found = Diagnostics()
        if read(text, found) != wanted or found.has_errors:
            continue
        if not found.items:
            return text
        spare = spare or text
    return spare


def _write_plain_tests(tests: syntax.UnaryTests, is_list: bool) -> Iterator[str]:
    if tests.is_any:
        yield "-"
        return
    for show in (_show_bare, _show_careful, _show_quoted):
        texts = [_write_contains(test, show) if is_list else _write_test(test, show) for test in tests.tests]
        written = [text for text in texts if text is not None]
        if len(written) == len(texts):
            text = ", ".join(written)
            yield f"not({text})" if tests.negated else text


def _write_test(test: syntax.UnaryTest, show: _Show) -> str | None:
    match test:
        case syntax.ComparisonTest(operator=operator, endpoint=endpoint):
            end = _write_ordered(endpoint)
            return None if end is None else f"{operator} {end}"
        case syntax.RangeLiteral(operator="", low=low, high=high) if low is not None and high is not None:
            ends = _write_ordered(low), _write_ordered(high)
            brackets = "[" if test.low_closed else "(", "]" if test.high_closed else ")"
            return None if None in ends else f"{brackets[0]}{ends[0]}..{ends[1]}{brackets[1]}"
        case syntax.RangeLiteral():
            return None
    return show(test)


def _write_ordered(node: syntax.Expression) -> str | None:
    """A number, date, time or duration as written in cells."""
    if isinstance(node, syntax.AtLiteral):
        return node.text
    return format_expression(node) if isinstance(node, syntax.NumberLiteral | syntax.Negation) else None


def _write_contains(test: syntax.UnaryTest, show: _Show) -> str | None:
    """A test of a list column: an item to contain, all of several, or the empty list."""
    match test:
        case syntax.Call(builtin="list contains", arguments=(syntax.InputValue(), item)):
            return show(item)
        case syntax.Comparison(operator="=", left=syntax.InputValue(), right=syntax.ListLiteral(items=())):
            return "none"
        case syntax.Conjunction():
            parts = [_write_contains(part, show) for part in _list_parts(test)]
            return f"all({', '.join(part for part in parts if part)})" if all(parts) else None
    return None


def _list_parts(node: syntax.Expression) -> Iterator[syntax.Expression]:
    if isinstance(node, syntax.Conjunction):
        yield from _list_parts(node.left)
        yield from _list_parts(node.right)
    else:
        yield node


def _write_plain_value(node: syntax.Expression) -> Iterator[str]:
    for show in (_show_bare, _show_careful, _show_quoted):
        if isinstance(node, syntax.ListLiteral):
            parts = [show(item) for item in node.items]
            if all(part is not None for part in parts):
                yield ", ".join(part for part in parts if part is not None) or "none"
        elif (text := show(node)) is not None:
            yield text


def _show_bare(node: syntax.UnaryTest) -> str | None:
    match node:
        case syntax.StringLiteral(value=value):
            return value
        case syntax.BooleanLiteral(value=value):
            return "yes" if value else "no"
        case syntax.NullLiteral():
            return "null"
        case syntax.NumberLiteral() | syntax.Negation() | syntax.AtLiteral():
            return _write_ordered(node)
    return None


def _show_careful(node: syntax.UnaryTest) -> str | None:
    """As `_show_bare`, but texts that contain separators or brackets are quoted."""
    if isinstance(node, syntax.StringLiteral) and not _PLAIN.fullmatch(node.value):
        return _show_quoted(node)
    return _show_bare(node)


def _show_quoted(node: syntax.UnaryTest) -> str | None:
    return quote(node.value) if isinstance(node, syntax.StringLiteral) else _show_bare(node)


_PLAIN = re.compile(r"[^\s,;\"()\[\]{}\\](?:[^,;\"()\[\]{}\\\n]*[^\s,;\"()\[\]{}\\])?")


def write_values(type_: Type, domain: Domain, *, nullable: bool = False) -> str | None:
    """The cell of the row `Values` for these values; None if it cannot represent them."""
    suffix = " or null" if nullable else ""
    wanted = AllowedValues(type_, domain, nullable)
    for text in _list_values_texts(type_, domain):
        cell = CellSource(Source(f"{text}{suffix}"))
        found = Diagnostics()
        if read_values(cell, "", found) == wanted and not found.items:
            return cell.text
    return None


def _list_values_texts(type_: Type, domain: Domain) -> Iterator[str]:
    if domain.values is not None:
        prefix = "list: " if isinstance(type_, ListType) else ""
        nodes = [parse_expression(Source(format_value(value)), {}, Diagnostics()) for value in domain.values]
        for show in (_show_bare, _show_careful, _show_quoted):
            yield prefix + ", ".join((node and show(node)) or "" for node in nodes)
        return
    bounds = write_domain(replace(domain, integer=False))
    if domain.integer:
        yield f"whole number {bounds}".strip()
    else:
        yield bounds or next((word for word, meaning in WORDS.items() if meaning == (type_, ANY_VALUE)), "")
