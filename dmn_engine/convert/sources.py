"""The files to convert: their readers and their content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dmn_engine.diagnostics import Diagnostic, Severity, Source
from dmn_engine.loading import load_foreign, load_workbooks, read_document, show_path
from dmn_engine.model.workbook_source import WorkbookSource

if TYPE_CHECKING:
    from dmn_engine.layouts import ForeignExample
    from dmn_engine.model.definitions import Definitions

BOOKS = (".xlsx", ".json", ".md")
FORMS = (".xlsx", ".dmn", ".json", ".md")


class Unconvertible(Exception):
    """A file without anything to convert; `diagnostics` say why."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(diagnostics[0].message if diagnostics else "there is nothing to convert")
        self.diagnostics = tuple(diagnostics)


@dataclass(frozen=True, slots=True)
class BookSource:
    """A workbook in this project's layout, with what else its file contains."""

    workbook: WorkbookSource
    losses: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model followed by all models that it imports; `examples` are those of a foreign workbook."""

    models: tuple[Definitions, ...]
    examples: tuple[ForeignExample, ...] = ()


def read_source(file: Path) -> BookSource | ModelSource:
    """The content of the file. Raises: Unconvertible if it is empty or unreadable."""
    ending, shown = file.suffix.lower(), show_path(file)
    if ending == ".dmn":
        from dmn_engine.formats.dmn_xml import read_library

        return _require_content(ModelSource(read_library(file, shown)), shown)
    if ending in (".json", ".md"):
        book = read_document(file, shown)
        return BookSource(_require_pages(book))
    foreign = load_foreign(file)
    if foreign is not None:
        return _require_content(ModelSource((foreign.definitions,), foreign.examples), shown)
    book = _require_pages(next(iter(load_workbooks(file))))
    from dmn_engine.formats.xlsx.layout import list_losses

    return BookSource(book, tuple(list_losses(book)))


def _require_pages(book: WorkbookSource) -> WorkbookSource:
    if not (book.about or book.tables or book.examples or book.safety or book.references):
        raise Unconvertible(book.diagnostics or (_nothing(book.file),))
    return book


def _require_content(source: ModelSource, shown: str) -> ModelSource:
    model = source.models[0]
    if not any(True for _ in model.elements()) and not model.items:
        raise Unconvertible(model.diagnostics or (_nothing(shown),))
    return source


def _nothing(shown: str) -> Diagnostic:
    return Diagnostic("nothing-to-convert", Severity.ERROR, "there are no decisions in this file", Source("", shown))
