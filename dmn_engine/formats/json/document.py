"""A table as a JSON document and back, nothing lost: the form that `schemas/decision-table.schema.json` describes.

Every cell is a JSON value: a text, a number, true or false, null for an empty cell; a cell that JSON has no value for
(a date, a number that shows as something else) is an object with its `kind`, `text` and `shown`. Columns and rules
are in their order. Where the cells stand is not in the document: a place is given by the JSON pointer of the cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, Origin, Severity, Source
from dmn_engine.model.cell_text import write_plainly
from dmn_engine.model.workbook_source import (
    CellKind,
    CellSource,
    ColumnSource,
    Role,
    RuleSource,
    TableSource,
    text_cell,
    walk_table,
)
from dmn_engine.records.conversion import to_exact
from dmn_engine.records.documents import Document
from dmn_engine.records.schemas import load_validator

Locate = Callable[[str], Origin]

_LONGEST_NUMBER = 400
"""Characters; a double in full has fewer, and Python refuses to read an integer of thousands."""


def to_document(table: TableSource) -> dict[str, Any]:
    """The table as a document that satisfies the schema."""
    document: dict[str, Any] = {"decision": write_cell(table.name)}
    if table.origin.sheet:
        document["sheet"] = table.origin.sheet
    if table.question is not None:
        document["question"] = write_cell(table.question)
    document["hitPolicy"] = write_cell(table.hit_policy)
    document["columns"] = [_write_column(column) for column in table.columns]
    document["rules"] = [
        {"id": write_cell(rule.id), "cells": [write_cell(cell) for cell in rule.cells]} for rule in table.rules
    ]
    return document


def from_document(document: Mapping[str, Any], locate: Locate, origin: CellRef) -> TableSource:
    """The table that a document describes; the document satisfies the schema.

    `locate` gives the place of a cell by its JSON pointer; `origin` is the place of the whole table, on whose sheet the
    document may have a word.
    """

    def read(value: object, pointer: str) -> CellSource:
        return read_cell(value, locate(pointer))

    def read_optional(item: Mapping[str, Any], key: str, pointer: str) -> CellSource | None:
        return read(item[key], f"{pointer}/{key}") if key in item else None

    columns = []
    for index, column in enumerate(document["columns"]):
        pointer = f"/columns/{index}"
        columns.append(
            ColumnSource(
                Role(column["role"]),
                read(column["label"], f"{pointer}/label"),
                read_optional(column, "values", pointer),
                read_optional(column, "default", pointer),
            )
        )
    rules = []
    for index, rule in enumerate(document["rules"]):
        pointer = f"/rules/{index}"
        cells = [read(value, f"{pointer}/cells/{place}") for place, value in enumerate(rule["cells"])]
        rules.append(RuleSource(read(rule["id"], f"{pointer}/id"), tuple(cells)))
    return TableSource(
        read(document["decision"], "/decision"),
        read_optional(document, "question", ""),
        read(document["hitPolicy"], "/hitPolicy"),
        tuple(columns),
        tuple(rules),
        CellRef(origin.file, document.get("sheet", origin.sheet), origin.cell),
    )


def list_origins(table: TableSource) -> dict[str, Origin]:
    """Where every cell of the table's document stands, by its JSON pointer."""
    return {pointer: cell.origin for pointer, cell in walk_table(table)}


def _write_column(column: ColumnSource) -> dict[str, Any]:
    written: dict[str, Any] = {"role": column.role.value, "label": write_cell(column.label)}
    if column.values is not None:
        written["values"] = write_cell(column.values)
    if column.default is not None:
        written["default"] = write_cell(column.default)
    return written


def write_cell(cell: CellSource) -> object:
    """A cell as JSON: the plain value where reading it back gives the same cell, else an object."""
    plain = _write_plain(cell)
    if read_cell(plain, cell.origin) == cell:
        return plain
    written = {"kind": cell.kind.value, "text": cell.text}
    return written | {"shown": cell.shown} if cell.shown else written


def _write_plain(cell: CellSource) -> object:
    match cell.kind:
        case CellKind.NUMBER if len(cell.text) <= _LONGEST_NUMBER:
            return int(cell.text) if cell.text.lstrip("-").isdecimal() else float(cell.text)
        case CellKind.BOOLEAN:
            return cell.text == "true"
        case CellKind.EMPTY:
            return None
    return cell.text


def read_cell(value: object, origin: Origin) -> CellSource:
    """The cell that a JSON value represents, its numbers of any of Python's types."""
    match value:
        case None:
            return text_cell("", origin)
        case bool():
            return CellSource(Source("true" if value else "false", origin), CellKind.BOOLEAN)
        case int() | Decimal():
            return CellSource(
                Source(f"{value:f}" if isinstance(value, Decimal) else str(value), origin), CellKind.NUMBER
            )
        case float():
            return CellSource(Source(write_plainly(value), origin), CellKind.NUMBER)
        case {"kind": kind, "text": text, **rest}:
            return CellSource(Source(str(text), origin), CellKind(kind), str(rest.get("shown", "")))
    return CellSource(Source(str(value), origin))


SCHEMA = "decision-table"
_MARKS = frozenset({"decision", "columns", "rules"})
_MOVE = "keep only workbooks and table documents in the folder of the tables"


def validate_table(table: TableSource) -> tuple[Diagnostic, ...]:
    """What keeps the table from satisfying schemas/decision-table.schema.json, each with the cell."""
    origins = list_origins(table)

    def place(pointer: str) -> Origin:
        return origins.get(pointer, table.origin)

    return load_validator(SCHEMA).validate(to_exact(to_document(table)), place)


def read_tables(document: Document, value: object, base: str, found: Diagnostics) -> tuple[TableSource, ...]:
    """The table, or the list of tables, at the JSON pointer `base`; one that breaks the schema is only reported."""
    if not isinstance(value, list):
        table = _read_table(document, value, base, found)
        return (table,) if table else ()
    tables = (_read_table(document, item, f"{base}/{index}", found) for index, item in enumerate(value))
    return tuple(table for table in tables if table)


def _read_table(document: Document, value: object, base: str, found: Diagnostics) -> TableSource | None:
    def place(pointer: str) -> Origin:
        return document.place(base + pointer)

    if not isinstance(value, Mapping) or _MARKS.isdisjoint(value):
        message = "this is not a decision table: it has none of `decision`, `columns` and `rules`"
        found.error("not-a-table", message, Source("", place("")), help=_MOVE)
        return None
    errors = load_validator(SCHEMA).validate(value, place)
    found.items += errors
    if any(failure.severity is Severity.ERROR for failure in errors):
        return None
    fields: Mapping[str, Any] = value
    return from_document(fields, place, CellRef(document.file))
