"""Read workbooks in foreign layouts as models.

Each layout is a plug-in (`Layout`, entry points `dmn_engine.layouts`). The shipped ones are packages in this folder,
which no other module imports.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dmn_engine.diagnostics import CellRef, Diagnostics, Source
from dmn_engine.formats.xlsx.workbook import read_grids
from dmn_engine.layouts.model import ForeignExample, ForeignModel, Layout
from dmn_engine.plugins import LAYOUTS, PluginError, load_plugins

__all__ = ["ForeignExample", "ForeignModel", "Layout", "list_layouts", "read_foreign"]


def list_layouts() -> list[Layout]:
    """The layouts that are shipped or installed, the shipped ones first.

    Raises PluginError for one that cannot be loaded, or is not a `Layout`.
    """
    found = []
    for name, plugin in load_plugins(LAYOUTS):
        if not isinstance(plugin, Layout):
            raise PluginError(f"the plug-in `{name}` of {LAYOUTS} is not a layout: it needs LAYOUT, recognise and read")
        found.append(plugin)
    return found


def read_foreign(path: Path, file: str) -> ForeignModel | None:
    """The model of a workbook in a known foreign layout, else None; `file` is its name in messages.

    None also for a file that is not a readable workbook. Raises PluginError for a layout that cannot be used; never
    raises because of the content of the file.
    """
    diagnostics = Diagnostics()
    book = read_grids(path, file, diagnostics)
    known = [layout for layout in list_layouts() if layout.recognise(book)]
    if not known:
        return None
    model = known[0].read(book, diagnostics)
    for other in known[1:]:
        message = f"the workbook is read in the layout of {model.layout}; {other.LAYOUT} recognises it too"
        diagnostics.warning("several-layouts", message, Source("", CellRef(file)))
    return replace(model, definitions=replace(model.definitions, diagnostics=diagnostics.sorted()))
