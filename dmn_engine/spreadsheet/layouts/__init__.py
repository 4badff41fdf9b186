"""Workbooks that other people laid out, as models. Knows which layouts there are, and nothing of any of them.

A layout is a package here with two functions, named in `_LAYOUTS`; the first that recognises a workbook reads it:

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
from dmn_engine.spreadsheet.layouts.model import ForeignExample, ForeignModel
from dmn_engine.spreadsheet.workbook import read_grids

__all__ = ["ForeignExample", "ForeignModel", "read_foreign"]

_LAYOUTS = ("pydmnrules", "smart_dak")


def read_foreign(path: Path, file: str) -> ForeignModel | None:
    """The model of a workbook in a known foreign layout, else None; `file` is its name in messages.

    None also for what is no readable workbook. Never raises for what the file is or holds.
    """
    from importlib import import_module
    from importlib.util import find_spec

    diagnostics = Diagnostics()
    book = read_grids(path, file, diagnostics)
    for name in _LAYOUTS:
        found = find_spec(f"{__name__}.{name}")
        if found is None or found.origin is None:
            continue
        layout = import_module(f"{__name__}.{name}")
        if layout.recognise(book):
            model: ForeignModel = layout.read(book, diagnostics)
            return model
    return None
