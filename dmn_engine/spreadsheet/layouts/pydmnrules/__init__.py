"""The layout of pyDMNrules: a glossary, the order of execution, tables marked by double borders, tests."""

from __future__ import annotations

from dmn_engine.decisions.drg import Definitions
from dmn_engine.diagnostics import Diagnostics
from dmn_engine.spreadsheet.layouts.model import ForeignModel
from dmn_engine.spreadsheet.workbook import GridBook


def recognise(book: GridBook) -> bool:
    """Whether the workbook has a sheet `Glossary` with its three columns."""
    return False


def read(book: GridBook, diagnostics: Diagnostics) -> ForeignModel:
    """The model of a workbook in this layout."""
    return ForeignModel(Definitions(book.file, "", "", diagnostics=diagnostics.sorted()), (), "pyDMNrules")
