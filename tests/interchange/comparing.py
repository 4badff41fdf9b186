"""Comparable forms of tables and of models: everything except places and spellings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from dmn_engine.diagnostics import CellRef, LineRef
from dmn_engine.feel.format import format_expression, format_tests
from dmn_engine.model.data_dictionary import Field
from dmn_engine.model.decision_table import DecisionTable, OutputEntry, Tables
from dmn_engine.model.definitions import Definitions
from dmn_engine.model.workbook_source import TableSource, WorkbookSource

Item = TypeVar("Item")


def describe_tables(tables: Tables, *, decisions: set[str]) -> dict[str, list[object]]:
    """All that the tables say, by decision. A column that uses others than `decisions` reads them."""
    return {name: list(_describe(table, decisions)) for name, table in tables.tables.items() if name in decisions}


def _describe(table: DecisionTable, decisions: set[str]) -> Iterator[object]:
    def show(cell: OutputEntry | None) -> str:
        if cell is None:
            return ""
        return format_expression(cell.expression) if cell.expression is not None else str(cell.decision)

    yield table.name, table.question, table.hit_policy, table.annotations
    for column in table.inputs:
        yield column.label, format_expression(column.expression), column.name, column.type, column.domain
        yield column.values.text if column.values is not None else ""
    for index, output in enumerate(table.outputs):
        used = {rule.outputs[index].decision for rule in table.rules} - {None}
        is_use = output.is_use and used <= decisions
        yield output.label, output.type, output.domain, is_use, output.priorities, show(output.default)
        yield output.values.text if output.values is not None else ""
    for rule in table.rules:
        yield rule.id, [format_tests(cell.tests) for cell in rule.inputs], [show(cell) for cell in rule.outputs]
        yield [cell.text for cell in rule.annotations], rule.basis, rule.sources, rule.note, rule.status


def describe_field(field: Field) -> tuple[object, ...]:
    """Everything that defines a field."""
    return tuple(getattr(field, item.name) for item in fields(field))


def without_places(definitions: Definitions) -> Definitions:
    """The model with the place of every text left out, and what reading adds: file, diagnostics, drawing."""
    plain = replace(definitions, file="", diagnostics=(), diagrams=(), styles=(), prefixes=(), exporter="")
    return _strip(replace(plain, exporter_version=""))


def _strip(value: Item) -> Item:
    if isinstance(value, CellRef | LineRef):
        return ""  # type: ignore[return-value]  # a place is left out whatever its kind
    if isinstance(value, tuple):
        return tuple(_strip(item) for item in value)  # type: ignore[return-value]  # a tuple of the same kind
    if is_dataclass(value) and not isinstance(value, type):
        changes = {
            item.name: "" if item.name == "origin" else _strip(getattr(value, item.name)) for item in fields(value)
        }
        return replace(value, **changes)
    return value


def show_workbook(workbook: WorkbookSource) -> str:
    """The tables of a workbook as a grid of text, and what is on its other pages."""
    blocks = ["\n".join(_show_table(table)) for table in workbook.tables]
    pages = [f"{key} | {cell.text}" for key, cell in workbook.about.items()]
    pages += [" | ".join(getattr(row, part).text for part in row.__slots__) for row in workbook.references]
    return "\n\n".join([*blocks, *(["\n".join(pages)] if pages else [])])


def _show_table(table: TableSource) -> Iterator[str]:
    yield f"Decision | {table.name.text}"
    if table.question is not None:
        yield f"Question | {table.question.text}"
    yield " | ".join([table.hit_policy.text, *(column.role.value for column in table.columns)])
    yield " | ".join(["Rule", *(column.label.text for column in table.columns)])
    for name in ("values", "default"):
        cells = [getattr(column, name) for column in table.columns]
        if any(cells):
            yield " | ".join([name.capitalize(), *(cell.text if cell else "" for cell in cells)]).rstrip()
    for rule in table.rules:
        yield " | ".join([rule.id.text, *(cell.text.replace("\n", "⏎") for cell in rule.cells)])
