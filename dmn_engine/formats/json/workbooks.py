"""A whole workbook as a JSON document and back, nothing lost: what `schemas/workbook.schema.json` describes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from dmn_engine.diagnostics import Diagnostic, Diagnostics, LineRef, Origin, Severity, Source
from dmn_engine.formats.json import document
from dmn_engine.formats.json.document import read_tables
from dmn_engine.model.source_checks import check_pages
from dmn_engine.model.workbook_source import (
    CellKind,
    CellSource,
    ExampleSource,
    LabelledCell,
    ReferenceSource,
    SafetySource,
    TableSource,
    WorkbookSource,
    list_parts,
)
from dmn_engine.records.documents import Document, UnreadableFile, escape_pointer, parse_json, read_bytes, read_text
from dmn_engine.records.schemas import load_validator

_PAGES = frozenset({"about", "tables", "tests", "safety", "references"})


def to_document(workbook: WorkbookSource) -> dict[str, Any]:
    """The workbook as a document that satisfies the schema; pages that it has not are left out."""
    written: dict[str, Any] = {}
    if workbook.about:
        written["about"] = {key: document.write_cell(cell) for key, cell in workbook.about.items()}
    written["tables"] = [document.to_document(table) for table in workbook.tables]
    if workbook.examples:
        written["tests"] = [_write_example(example) for example in workbook.examples]
    if workbook.safety:
        written["safety"] = [_write_parts(item) for item in workbook.safety]
    if workbook.references:
        written["references"] = [_write_parts(item) for item in workbook.references]
    return written


def write_workbook(workbook: WorkbookSource) -> str:
    """The text of a .json file that reads back as the same workbook, each cell on a line of its own."""
    return json.dumps(to_document(workbook), ensure_ascii=False, indent=2) + "\n"


def read_workbook(path: Path, file: str) -> WorkbookSource:
    """The workbook, or the table or list of tables, in a JSON file; `file` is its name in messages.

    Never raises for what the file is or holds: the diagnostics say all that could not be read, by line and pointer.
    """
    try:
        digest = hashlib.sha256(read_bytes(path, file)).hexdigest()
        parsed = parse_json(read_text(path, file), file)
    except UnreadableFile as error:
        return WorkbookSource(file, "", diagnostics=(error.diagnostic,))
    return parse_workbook(parsed, digest)


def parse_workbook(parsed: Document, digest: str = "") -> WorkbookSource:
    """The workbook, or the table or list of tables, of a JSON document."""
    diagnostics = Diagnostics(list(parsed.errors))
    if not isinstance(parsed.value, Mapping) or _PAGES.isdisjoint(parsed.value):
        tables = read_tables(parsed, parsed.value, "", diagnostics)
        return WorkbookSource(parsed.file, digest, tables=tables, diagnostics=diagnostics.sorted())
    reading = _Reading(parsed, parsed.value, diagnostics)
    return check_pages(reading.read(digest), diagnostics)


class _Reading:
    """Reads a document with the pages of a workbook; a page that breaks its schema is reported and left out."""

    def __init__(self, parsed: Document, value: Mapping[str, Any], diagnostics: Diagnostics) -> None:
        self._parsed, self._value, self._diagnostics = parsed, value, diagnostics
        shell = {**value, "tables": []}  # each table is held to the schema by itself
        errors = load_validator("workbook").validate(shell, parsed.place)
        diagnostics.items += errors
        self._failing = {_page_of(error) for error in errors if error.severity is Severity.ERROR}

    def read(self, digest: str) -> WorkbookSource:
        """All pages that satisfy their schema."""
        return WorkbookSource(
            self._parsed.file,
            digest,
            about={key: self._cell(cell, f"/about/{escape_pointer(key)}") for key, cell in self._page("about").items()},
            tables=self._read_tables(),
            examples=tuple(
                self._read_example(item, f"/tests/{index}") for index, item in enumerate(self._page("tests"))
            ),
            safety=tuple(
                SafetySource(**self._parts(item, f"/safety/{index}", SafetySource))
                for index, item in enumerate(self._page("safety"))
            ),
            references=tuple(
                ReferenceSource(**self._parts(item, f"/references/{index}", ReferenceSource))
                for index, item in enumerate(self._page("references"))
            ),
        )

    def _page(self, name: str) -> Any:
        """The content of a page; empty where it is missing or has an error."""
        return {} if name in self._failing else self._value.get(name, {})

    def _cell(self, value: object, pointer: str) -> CellSource:
        return document.read_cell(value, self._parsed.place(pointer))

    def _read_tables(self) -> tuple[TableSource, ...]:
        tables = self._value.get("tables", [])
        if not isinstance(tables, list):
            message = "`tables` is a list of decision tables"
            self._diagnostics.error("not-a-list", message, Source("", self._parsed.place("/tables")))
            return ()
        return read_tables(self._parsed, tables, "/tables", self._diagnostics)

    def _read_example(self, item: Mapping[str, Any], pointer: str) -> ExampleSource:
        return ExampleSource(
            self._cell(item["name"], f"{pointer}/name"),
            self._labelled(item["record"], f"{pointer}/record"),
            self._labelled(item["expected"], f"{pointer}/expected"),
            self._labelled(item.get("remarks", {}), f"{pointer}/remarks"),
        )

    def _labelled(self, cells: Any, pointer: str) -> tuple[LabelledCell, ...]:
        if isinstance(cells, list):
            return tuple(
                LabelledCell(
                    self._cell(item["label"], f"{pointer}/{index}/label"),
                    self._cell(item["cell"], f"{pointer}/{index}/cell"),
                )
                for index, item in enumerate(cells)
            )
        found = []
        for label, value in cells.items():
            place = f"{pointer}/{escape_pointer(label)}"
            found.append(LabelledCell(self._cell(label, place), self._cell(value, place)))
        return tuple(found)

    def _parts(
        self, item: Mapping[str, Any], pointer: str, kind: type[SafetySource | ReferenceSource]
    ) -> dict[str, CellSource]:
        return {part.name: self._cell(item.get(part.name), f"{pointer}/{part.name}") for part in fields(kind)}


def _page_of(error: Diagnostic) -> str:
    """The page of an error: the first part of its JSON pointer."""
    origin: Origin = error.source.origin
    return origin.element.split("/")[1] if isinstance(origin, LineRef) and "/" in origin.element else ""


def _write_example(example: ExampleSource) -> dict[str, object]:
    written = {
        "name": document.write_cell(example.name),
        "record": _write_labelled(example.inputs),
        "expected": _write_labelled(example.expected),
    }
    return written | {"remarks": _write_labelled(example.remarks)} if example.remarks else written


def _write_labelled(cells: Sequence[LabelledCell]) -> object:
    """An object by label if the labels are unique, else a list."""
    labels = [document.write_cell(item.label) for item in cells]
    if all(isinstance(label, str) for label in labels) and len(set(map(str, labels))) == len(labels):
        return {str(label): document.write_cell(item.cell) for label, item in zip(labels, cells, strict=True)}
    return [{"label": label, "cell": document.write_cell(item.cell)} for label, item in zip(labels, cells, strict=True)]


def _write_parts(item: SafetySource | ReferenceSource) -> dict[str, object]:
    """The parts by name; those that are empty are left out, but for the ones that the schema requires."""
    least = 3 if isinstance(item, SafetySource) else 2
    return {
        name: document.write_cell(cell)
        for index, (name, cell) in enumerate(list_parts(item).items())
        if index < least or cell.kind is not CellKind.EMPTY or cell.text or cell.shown
    }
