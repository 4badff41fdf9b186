"""Read the outputs of a decision table: texts, and the values that they record in data elements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dmn_engine.diagnostics import Severity, Source
from dmn_engine.feel.values import format_value
from dmn_engine.layouts.smart_dak.blocks import Block, Column
from dmn_engine.layouts.smart_dak.complaints import Complaints
from dmn_engine.layouts.smart_dak.elements import describe, describe_literal, make_name, name_kind
from dmn_engine.layouts.smart_dak.labels import Kind, find_kind
from dmn_engine.layouts.smart_dak.reading import Unclear, read_assignments, read_label
from dmn_engine.layouts.smart_dak.sheet import Cell
from dmn_engine.layouts.smart_dak.syntax import Literal, Quantity, Text
from dmn_engine.model.boxed_expressions import Identity, LiteralExpression, OutputClauseSource
from dmn_engine.model.cell_text import is_dash
from dmn_engine.model.names import Unused

NO_OUTPUT = "⚠ no output"
"""For an output that a rule does not have, or has twice: no FEEL reads it, so the table says why and has no value."""


@dataclass(frozen=True, slots=True)
class OutputClause:
    """An output of the table with one FEEL text for each rule."""

    name: str
    type: str
    heading: Cell
    label: str
    texts: tuple[Source, ...]

    def clause(self) -> OutputClauseSource:
        """The column of the table."""
        origin = self.heading.origin
        type_ = Source(self.type, origin) if self.type else None
        identity = Identity(label=self.label, description=self.heading.text)
        return OutputClauseSource(origin, self.name, type_, identity=identity)

    def cell(self, at: int) -> LiteralExpression:
        """The output of a rule."""
        return LiteralExpression(origin=self.texts[at].origin, text=self.texts[at])


def list_outputs(block: Block, complaints: Complaints) -> list[OutputClause]:
    """The outputs of the block: each column, and each data element that a column records."""
    columns = block.list_columns(Kind.OUTPUT)
    names = Unused()
    found: list[OutputClause] = []
    missing = {
        at
        for at, row in enumerate(block.rows)
        if all(block.sheet.at(row.index, item.index).is_blank for item in columns)
    }
    for position, column in enumerate(columns):
        cells = [block.sheet.at(row.index, column.index) for row in block.rows]
        for cell in cells:
            if cell.error:
                complaints.add(Severity.ERROR, "output-not-read", cell.error, cell.source)
        if position == 0:
            for at in sorted(missing):
                message = "the rule has no output"
                complaints.add(
                    Severity.ERROR,
                    "empty-output",
                    message,
                    cells[at].source,
                    help="write what the rule says, or delete its row",
                )
        found.extend(_read_column(column, cells, missing if position == 0 else set(), names, complaints))
    return found


def _read_column(
    column: Column, cells: Sequence[Cell], missing: set[int], names: Unused, complaints: Complaints
) -> Iterator[OutputClause]:
    label = read_label(column.heading.text) or read_label(column.group.text) or "Output"
    is_named = find_kind(column.heading.text) is None
    texts = [_strip_subject(cell.text, label) if is_named else cell.text for cell in cells]
    is_truth = bool(texts) and all(text.casefold() in ("true", "false") for text in texts)
    values = [
        NO_OUTPUT if at in missing or cell.error else text.casefold() if is_truth else _write_text(text)
        for at, (cell, text) in enumerate(zip(cells, texts, strict=True))
    ]
    sources = tuple(Source(value, cell.origin) for value, cell in zip(values, cells, strict=True))
    yield OutputClause(
        names.take(make_name(label)), "boolean" if is_truth else "string", column.heading, label, sources
    )
    yield from _list_recorded(column, cells, names, complaints)


def _write_text(text: str) -> str:
    return "null" if not text or is_dash(text) else format_value(text)


def _strip_subject(text: str, label: str) -> str:
    """`2HRZE/4HR` of `TB treatment regimen is 2HRZE/4HR`, under the heading `TB treatment regimen`."""
    words = r"\s+".join(re.escape(word) for word in label.split())
    found = re.match(rf"{words}\s+is\s+(?!not\b)", text, re.IGNORECASE)
    return text[found.end() :] if found is not None else text


def _list_recorded(
    column: Column, cells: Sequence[Cell], names: Unused, complaints: Complaints
) -> Iterator[OutputClause]:
    """A column for each data element that the cells set."""
    recorded: dict[str, dict[int, Literal]] = {}
    doubtful: set[tuple[str, int]] = set()
    for at, cell in enumerate(cells):
        for item in read_assignments(cell.text):
            value: Literal
            if isinstance(item, Unclear):
                message = f"what the output sets is not understood: {item.error.message}; it is kept as written"
                complaints.add(Severity.WARNING, "output-not-understood", message, cell.source, item.error.span)
                label, value = item.element, Text(item.line)
            else:
                label, value = " ".join(describe(item.element).split()), item.value
            rules = recorded.setdefault(label, {})
            if at in rules and rules[at] != value:
                doubtful.add((label, at))
                message = f"the output sets `{label}` to two values"
                complaints.add(Severity.ERROR, "output-twice", message, cell.source)
            rules.setdefault(at, value)
    for label, rules in recorded.items():
        kinds = {_type_of(value) for value in rules.values()}
        texts = tuple(
            Source(NO_OUTPUT if (label, at) in doubtful else _write_recorded(rules.get(at)), cell.origin)
            for at, cell in enumerate(cells)
        )
        yield OutputClause(
            names.take(make_name(label)), kinds.pop() if len(kinds) == 1 else "", column.heading, label, texts
        )


def _type_of(literal: Literal) -> str:
    return "string" if isinstance(literal, Quantity) else name_kind(literal)


def _write_recorded(literal: Literal | None) -> str:
    match literal:
        case None:
            return "null"
        case Text(value):
            return format_value(value)
        case Quantity(digits, unit):
            return format_value(f"{digits} {unit}")
    return describe_literal(literal)
