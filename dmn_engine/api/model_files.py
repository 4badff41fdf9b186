"""Load DMN models: one file with its imports, all files of a folder, or a foreign workbook."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dmn_engine.api.errors import EngineError
from dmn_engine.api.model import ALL_DECISIONS, Model, Overlaps
from dmn_engine.api.overlaps import NOTE, take_first
from dmn_engine.compile.definitions import compile_definitions, list_model_files
from dmn_engine.compile.model_graph import ModelGraph, build_graph
from dmn_engine.convert.interchange.pages import read_about, read_references
from dmn_engine.diagnostics import Diagnostic, Diagnostics, LineRef, Source, place_of
from dmn_engine.layouts import ForeignExample, ForeignModel
from dmn_engine.loading import show_path
from dmn_engine.model.boxed_expressions import FunctionExpression, TableExpression
from dmn_engine.model.decision_table import DecisionTable, Example, Expectation, Workbook
from dmn_engine.model.definitions import BusinessKnowledgeModel, Decision, Definitions, Import
from dmn_engine.model.workbook_source import CellSource

UNSTATED = "none stated"
"""The review status of a model that does not state one."""

_DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def open_models(place: Path, files: Sequence[Path], overlaps: Overlaps) -> Model:
    """The model of a file with its imports, or of all files of a folder. Raises: EngineError for an unreadable file."""
    from dmn_engine.formats.dmn_xml import read_definitions, read_library

    try:
        if len(files) == 1:
            models = list(read_library(files[0], show_path(files[0])))
        else:
            models = _join(place, [read_definitions(file, show_path(file)) for file in files])
    except OSError as error:
        raise EngineError(f"{error.filename} cannot be read: {(error.strerror or str(error)).lower()}") from None
    return _build(models, overlaps)


def open_foreign(place: Path, foreign: ForeignModel, overlaps: Overlaps) -> Model:
    """The model of a foreign workbook; `dmn test` runs its examples."""
    examples = (*map(_read_example, foreign.examples), *map(_read_lost, foreign.lost))
    return _build([foreign.definitions], overlaps, place, examples)


def _build(
    models: Sequence[Definitions], overlaps: Overlaps, place: Path | None = None, examples: tuple[Example, ...] = ()
) -> Model:
    diagnostics = Diagnostics()
    notes: tuple[str, ...] = ()
    if overlaps == "first":
        models, changes = take_first(models)
        diagnostics.items += changes
        notes = (NOTE,)
    compiled = compile_definitions(models[0], models[1:])
    diagnostics.items += compiled.diagnostics
    diagnostics.items += [item for model in models for item in model.diagnostics]
    books = {model.file: _describe(model, place or Path(model.file)) for model in models}
    found = {file: book for file, book in books.items() if book is not None}
    source = build_graph(compiled, found)
    diagnostics.items += dict.fromkeys(source.list_hidden())
    shown = dict(_list_tables(source))
    title = compiled.definitions.name
    return Model(
        replace(
            source.graph.tables,
            tables=shown,
            examples=examples,
            diagnostics=diagnostics.sorted(),
            unusable={name: (each.node.cycle,) for name, each in source.elements.items() if each.node.cycle},
        ),
        source.graph,
        source.schema,
        diagnostics.sorted(),
        _list_tops(source),
        {
            each: place_of(element.node.element.origin)
            for each, element in source.elements.items()
            if not element.is_input
        },
        frozenset(
            place_of(node.element.origin)
            for model_file in list_model_files(compiled.model_file)
            for node in model_file.nodes
        ),
        "dmn",
        title if title and title not in source.elements else ALL_DECISIONS,
        notes,
        {
            each: texts
            for each, element in source.elements.items()
            if (texts := compiled.elements[element.node].ordered)
        },
        source,
    )


def _list_tops(model: ModelGraph) -> tuple[str, ...]:
    """The decisions of the model that no other decision requires; of a library, those of what it imports."""
    decisions = [name for name, element in model.elements.items() if element.is_decision]
    own = [name for name in decisions if not model.elements[name].path]
    required = {read for name in decisions for read in model.graph.list_reads(name)}
    return tuple(name for name in own or decisions if name not in required)


def _list_tables(model: ModelGraph) -> Iterator[tuple[str, DecisionTable]]:
    """The decisions and functions whose logic is a decision table."""
    for name, element in model.elements.items():
        found = element.node.element
        logic = found.logic if isinstance(found, Decision | BusinessKnowledgeModel) else None
        body = logic.body if isinstance(logic, FunctionExpression) else logic
        for table in model.compiled.elements[element.node].tables:
            if isinstance(body, TableExpression) and table.origin == body.origin:
                yield name, replace(table, name=name, question=found.question if isinstance(found, Decision) else "")


def _describe(model: Definitions, path: Path) -> Workbook | None:
    """The file as results name it; None for the joint model of a folder, which has no file."""
    if not path.is_file():
        return None
    about = {key: cell.text for key, cell in read_about(model, Diagnostics()).items()}
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Workbook(model.file, sha256, {"Status": UNSTATED, **about}, read_references(model).citations)


def _join(place: Path, models: Sequence[Definitions]) -> list[Definitions]:
    """A model that imports all models of the folder that no other one imports, followed by all of these.

    Names are unqualified; if two models share a name, both are qualified by the names of their models.
    """
    imported = {item.namespace for model in models for item in model.imports}
    groups = _group(models)
    kept = [same[0] for same in groups.values()]
    tops = [model for model in kept if model.namespace not in imported] or kept
    if len(tops) == 1 and len(kept) == len(models):
        return [tops[0], *(model for model in models if model is not tops[0])]
    whole = Definitions(show_path(place), place.absolute().name, "")
    found = Diagnostics()
    for namespace, same in groups.items():
        for model in same[1:]:
            message = f"{same[0].file} has the same namespace '{namespace}', so that one of the two is not read"
            found.error("duplicate-namespace", message, Source("", LineRef(model.file)), help="give each its own")
    shared = _list_shared(tops)
    imports = tuple(
        Import(model.name if _list_names(model) & shared else "", model.namespace, "", _DMN, LineRef(model.file))
        for model in tops
    )
    return [replace(whole, imports=imports, diagnostics=found.sorted()), *models]


def _group(models: Iterable[Definitions]) -> Mapping[str, list[Definitions]]:
    groups: dict[str, list[Definitions]] = {}
    for model in models:
        if model.namespace:
            groups.setdefault(model.namespace, []).append(model)
    return groups


def _list_names(model: Definitions) -> set[str]:
    """The names that can be evaluated or called."""
    callables = {item.name for item in model.knowledge_models} | {item.name for item in model.services}
    return callables | {item.name for item in model.decisions}


def _list_shared(models: Iterable[Definitions]) -> set[str]:
    """The names of decisions, services and functions in more than one model."""
    counts = Counter(name for model in models for name in _list_names(model))
    return {name for name, count in counts.items() if count > 1}


def _read_example(example: ForeignExample) -> Example:
    cell = CellSource(Source(example.name, example.origin))
    expected = {(name, ""): (cell, Expectation(is_exact=True, value=value)) for name, value in example.expected.items()}
    return Example(example.name, cell, example.inputs, expected)


def _read_lost(error: Diagnostic) -> Example:
    """An example that could not be read, which fails."""
    return Example(str(error.source.origin), CellSource(error.source), {}, {}, errors=(error,))
