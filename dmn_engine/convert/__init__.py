"""Decision tables from one form to another, with the proof that nothing was lost. Knows forms, no cells and no FEEL.

`convert` reads a file, writes its content in another form, reads that back and compares: what one form cannot hold is
a diagnostic at the cell where it stands, and a rule that would be lost without one is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dmn_engine.convert.counts import Counts, find_lost
from dmn_engine.convert.sources import BOOKS, FORMS, ModelSource, Unconvertible, read_source
from dmn_engine.convert.targets import Output, model_to_book, model_to_model, set_to_model, write_book
from dmn_engine.diagnostics import Diagnostic, Severity, sort_key
from dmn_engine.model.workbook_source import WorkbookSource

__all__ = ["BOOKS", "FORMS", "Converted", "Counts", "Unconvertible", "convert", "convert_set"]


@dataclass(frozen=True, slots=True)
class Converted:
    """A file in its new form; `content` is None where it must not be written, and the diagnostics say why.

    `schema` is the text of the record schema that belongs beside it, empty where the tables bring no fields of their
    own. `losses` are the diagnostics that name what the new form does not hold; they are among `diagnostics`.
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
    """The content of a file (.xlsx, .dmn, .json, .md) in the form of this ending; `target` is its name in messages.

    `whole` is the folder of tables that the file belongs to, which a model (.dmn) is built from; without, the file
    alone. `schemas` is where its record schema is; without, it is looked for beside the tables.
    Raises Unconvertible where there is nothing to convert, FileNotFoundError where the record schema is not there.
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
    """All tables of a folder as one model (.dmn); raises as `convert`."""
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
