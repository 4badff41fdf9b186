"""Load a model from a path: the clinicians' workbooks, foreign workbooks, or DMN models."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from dmn_engine.api.errors import EngineError, MixedFolder, NotOffered
from dmn_engine.api.model import Model, Overlaps
from dmn_engine.compile.graph import Graph
from dmn_engine.diagnostics import Diagnostics, file_of
from dmn_engine.formats.json.document import validate_table
from dmn_engine.loading import list_models, load_documents, load_foreign, load_schema, load_workbooks
from dmn_engine.plugins import PluginError
from dmn_engine.workbook import build_tables


def load(path: str | Path, schemas: str | Path | None = None, overlaps: Overlaps = "error") -> Model:
    """Load tables or a model: a folder, one workbook (.xlsx), one document (.json, .md), one model in DMN (.dmn).

    Tables need the record schema of a folder or file; without `schemas` it is the one beside them (`x.schema.json`
    for `x.xlsx`), else that of a folder `schemas`. A model has its own types. A folder of .dmn files is one model:
    decisions by name, qualified by the model's name where two models share one. A workbook in another known layout is
    a model too. With `overlaps="first"` the Unique tables of a model are read as First, and every result says so.

    Loading does not stop at errors: `Model.diagnostics` has them all. Raises EngineError if there is nothing to read,
    or if a folder holds both workbooks and models, and NotOffered for an unknown `overlaps`.
    """
    if overlaps not in get_args(Overlaps):
        raise NotOffered(f"`overlaps` cannot be `{overlaps}`; use {' or '.join(get_args(Overlaps))}")
    place = Path(path)
    try:
        model = _open_model(place, overlaps)
        if model is not None:
            return model
        if overlaps != "error":
            message = "overlapping rules can be allowed in models in DMN and in workbooks of other layouts only"
            raise NotOffered(f"{message}; in {path} they are errors")
        return _load_tables(place, None if schemas is None else Path(schemas))
    except (FileNotFoundError, PluginError) as error:
        raise EngineError(str(error)) from None
    except PermissionError as error:
        raise EngineError(f"{error.filename} cannot be read: {(error.strerror or str(error)).lower()}") from None


def _open_model(place: Path, overlaps: Overlaps) -> Model | None:
    """The DMN or foreign model at the path; None if there are tables in the project's own layout, or no files."""
    files = list_models(place)
    if files:
        if next(load_workbooks(place), None) or next(load_documents(place), None):
            message = f"{place} holds workbooks as well as models in DMN: load one of them, or keep them apart"
            raise MixedFolder(message)
        from dmn_engine.api.model_files import open_models

        return open_models(place, files, overlaps)
    foreign = load_foreign(place) if place.is_file() else None
    if foreign is None:
        return None
    from dmn_engine.api.model_files import open_foreign

    return open_foreign(place, foreign, overlaps)


def _load_tables(place: Path, schemas: Path | None) -> Model:
    diagnostics = Diagnostics()
    schema = load_schema(place, schemas)
    workbooks = [*load_workbooks(place), *load_documents(place)]
    if not workbooks:
        raise EngineError(f"there are no decision tables (.xlsx, .json, .md) and no models (.dmn) in {place}")
    for book in workbooks:
        for table in book.tables:
            diagnostics.items += validate_table(table)
    tables = build_tables(workbooks, schema.dictionary)
    diagnostics.items += [*schema.diagnostics, *(item for book in workbooks for item in book.diagnostics)]
    diagnostics.items += tables.diagnostics
    found = diagnostics.sorted()
    graph = Graph(tables)
    places = {name: table.file for name, table in tables.tables.items()}
    others = frozenset(file_of(item.source.origin) for item in found)
    places |= dict.fromkeys(tables.unusable, "")
    return Model(tables, graph, schema, found, graph.roots, places, others)
