"""Workbooks that other people laid out, as models. Knows which layouts there are, and nothing of any of them.

A layout is a package here with two functions, and `read_foreign` asks one after the other:

    recognise(book: GridBook) -> bool
        Whether the workbook is of the layout. Never for a workbook of the project's own layout, also a broken one, nor
        for one of another layout here: in doubt, no.
    read(book: GridBook, diagnostics: Diagnostics) -> ForeignModel
        The model. `diagnostics` holds what reading the file found; what the layout finds is appended, and the result's
        `definitions.diagnostics` are all of them, sorted. Never raises for what the workbook holds.

`GridBook` (spreadsheet.workbook) has the sheets as stored: texts, kinds, merged areas, comments, styles.
"""

from __future__ import annotations

from pathlib import Path

from dmn_engine.diagnostics import Diagnostics
from dmn_engine.formats.xlsx.workbook import read_grids
from dmn_engine.layouts.model import ForeignExample, ForeignModel

__all__ = ["ForeignExample", "ForeignModel", "read_foreign"]


def read_foreign(path: Path, file: str) -> ForeignModel | None:
    """The model of a workbook in a known foreign layout, else None; `file` is its name in messages.

    None also for what is no readable workbook. Never raises for what the file is or holds.
    """
    from dmn_engine.layouts import pydmnrules, smart_dak

    diagnostics = Diagnostics()
    book = read_grids(path, file, diagnostics)
    if pydmnrules.recognise(book):
        return pydmnrules.read(book, diagnostics)
    if smart_dak.recognise(book):
        return smart_dak.read(book, diagnostics)
    return None
