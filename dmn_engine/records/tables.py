"""Table documents: what is written by hand as JSON, and that every table satisfies the schema before it is built."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dmn_engine.decisions.document import from_document, list_origins, to_document
from dmn_engine.decisions.source import TableSource, WorkbookSource
from dmn_engine.diagnostics import CellRef, Diagnostic, Origin, Severity, Source
from dmn_engine.records.conversion import to_exact
from dmn_engine.records.documents import Document, UnreadableFile, parse_json, read_bytes, read_text
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


def read_table_document(path: Path, file: str) -> WorkbookSource:
    """The table (or the list of tables) in a JSON file; one that breaks the schema is reported and left out."""
    try:
        digest = hashlib.sha256(read_bytes(path, file)).hexdigest()
        document = parse_json(read_text(path, file), file)
    except UnreadableFile as fault:
        return WorkbookSource(file, "", diagnostics=(fault.diagnostic,))
    found: list[Diagnostic] = list(document.faults)
    tables = []
    is_list = isinstance(document.value, list)
    for index, value in enumerate(document.value if isinstance(document.value, list) else [document.value]):
        table = _read_table(document, value, f"/{index}" if is_list else "", found)
        if table is not None:
            tables.append(table)
    return WorkbookSource(file, digest, tables=tuple(tables), diagnostics=tuple(found))


def _read_table(document: Document, value: object, base: str, found: list[Diagnostic]) -> TableSource | None:
    def place(pointer: str) -> Origin:
        return document.place(base + pointer)

    if not isinstance(value, Mapping) or _MARKS.isdisjoint(value):
        message = "this is no decision table: it has none of `decision`, `columns` and `rules`"
        found.append(Diagnostic("not-a-table", Severity.ERROR, message, Source("", place("")), help=_MOVE))
        return None
    faults = load_validator(SCHEMA).validate(value, place)
    found.extend(faults)
    if any(fault.severity is Severity.ERROR for fault in faults):
        return None
    fields: Mapping[str, Any] = value
    return from_document(fields, place, CellRef(document.file))
