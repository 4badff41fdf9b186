"""Conversion of decision tables between file formats, verified by reading the result back.

`convert` reads a file, writes its content in another format, reads that back and compares. What the new format cannot
represent is a diagnostic at its cell; a rule that would be lost without a diagnostic is an error.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dmn_engine.convert.comparison import Counts, find_lost
from dmn_engine.convert.sources import BOOKS, FORMS, ModelSource, Unconvertible, read_source
from dmn_engine.convert.targets import Converted, model_to_book, model_to_model, set_to_model, write_book
from dmn_engine.diagnostics import sort_key
from dmn_engine.model.workbook_source import WorkbookSource

__all__ = ["BOOKS", "FORMS", "Converted", "Counts", "Unconvertible", "convert", "convert_set"]


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


def _finish(workbook: WorkbookSource | None, made: Converted, target: str) -> Converted:
    """The conversion with the diagnostics of reading the file, and an error for each table that has lost rules."""
    found = dict.fromkeys((*(workbook.diagnostics if workbook else ()), *made.diagnostics, *made.losses))
    lost = find_lost(made.read, made.written, found, target) if made.content is not None else ()
    return replace(
        made,
        content=None if lost else made.content,
        diagnostics=tuple(sorted((*found, *lost), key=sort_key)),
        losses=tuple(dict.fromkeys((*made.losses, *lost))),
    )
