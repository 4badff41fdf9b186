"""Conversion of decision tables between file formats, verified by reading the result back.

`convert` reads a file, writes its content in another format, reads that back and compares. What the new format cannot
represent is a diagnostic at its cell; a rule that would be lost without a diagnostic is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dmn_engine.convert.comparison import Counts, find_lost
from dmn_engine.convert.sources import BOOKS, FORMS, ModelSource, Unconvertible, read_source
from dmn_engine.convert.targets import Output, model_to_book, model_to_model, set_to_model, write_book
from dmn_engine.diagnostics import Diagnostic, Severity, sort_key
from dmn_engine.model.workbook_source import WorkbookSource

__all__ = ["BOOKS", "FORMS", "Converted", "Counts", "Unconvertible", "convert", "convert_set"]


@dataclass(frozen=True, slots=True)
class Converted:
    """A converted file; `content` is None if it must not be written, and the diagnostics say why.

    `schema` is the text of the record schema to write beside it; empty if the tables have no fields of their own.
    `losses` are those of the `diagnostics` that name what the new format cannot represent.
    """

    content: bytes | None
    schema: str
    diagnostics: tuple[Diagnostic, ...]
    losses: tuple[Diagnostic, ...]
    read: Counts
    written: Counts

    @property
    def has_errors(self) -> bool:
        return any(item.severity is Severity.ERROR for item in self.diagnostics)


def convert(file: Path, form: str, target: str, whole: Path | None = None, schemas: Path | None = None) -> Converted:
    """Convert a file (.xlsx, .dmn, .json, .md) to the format of the ending `form`; messages name it `target`.

    `whole` is the folder of tables that the file belongs to and that a model (.dmn) is made from; the default is the
    file alone. `schemas` is the path of its record schema; the default is beside the tables.
    Raises: Unconvertible if there is nothing to convert, FileNotFoundError if the record schema does not exist.
    """
    source = read_source(file)
    if isinstance(source, ModelSource):
        output = model_to_model(source, target) if form == ".dmn" else model_to_book(source, form, target)
    elif form == ".dmn":
        output = set_to_model(whole or file, schemas, target, source)
    else:
        output = write_book(source.workbook, form, target, source.losses)
    return _finish(source.workbook if not isinstance(source, ModelSource) else None, output, target)


def convert_set(folder: Path, target: str, schemas: Path | None = None) -> Converted:
    """Convert all tables of a folder to one model (.dmn). Raises as `convert` does."""
    return _finish(None, set_to_model(folder, schemas, target), target)


def _finish(workbook: WorkbookSource | None, output: Output, target: str) -> Converted:
    read = output.read
    found = dict.fromkeys((*(workbook.diagnostics if workbook else ()), *output.diagnostics, *output.losses))
    lost = find_lost(read, output.written, found, target) if output.content is not None else ()
    diagnostics = tuple(sorted((*found, *lost), key=sort_key))
    return Converted(
        None if lost else output.content,
        output.schema,
        diagnostics,
        tuple(dict.fromkeys((*output.losses, *lost))),
        read,
        output.written,
    )
