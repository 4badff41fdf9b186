"""Tables as JSON: what is written by hand, and that every table satisfies the schema before it is built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, Origin, Severity, Source
from dmn_engine.formats.json.document import from_document, list_origins, to_document
from dmn_engine.model.workbook_source import TableSource
from dmn_engine.records.conversion import to_exact
from dmn_engine.records.documents import Document
from dmn_engine.records.schemas import load_validator

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
    faults = load_validator(SCHEMA).validate(value, place)
    found.items += faults
    if any(fault.severity is Severity.ERROR for fault in faults):
        return None
    fields: Mapping[str, Any] = value
    return from_document(fields, place, CellRef(document.file))
