"""Read workbooks in the layout of pyDMNrules (github.com/russellmcdonell/pyDMNrules) as models.

A workbook has a sheet `Glossary` (variables, business concepts, attributes), a sheet `Decision` (the tables in the
order of execution, with conditions), rules tables on any other sheets, and a sheet `Test`. Double lines divide inputs
from outputs and outputs from annotations. Without a glossary all headings are variables; without a sheet `Decision`
the order follows from what the tables read and set.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, Severity, Source
from dmn_engine.formats.xlsx.grid import Grid
from dmn_engine.formats.xlsx.workbook import GridBook
from dmn_engine.layouts.model import ForeignExample, ForeignModel
from dmn_engine.layouts.pydmnrules.boxing import list_reads
from dmn_engine.layouts.pydmnrules.dialect import Dialect
from dmn_engine.layouts.pydmnrules.examples import ExampleReader
from dmn_engine.layouts.pydmnrules.execution import (
    DECISIONS,
    EXECUTES,
    Order,
    Planner,
    derive_order,
    find_order,
    read_order,
)
from dmn_engine.layouts.pydmnrules.glossary import HEADINGS, Glossary, find_glossary, read_glossary
from dmn_engine.layouts.pydmnrules.graph import Graph, build_graph
from dmn_engine.layouts.pydmnrules.sheet import SheetView
from dmn_engine.layouts.pydmnrules.table import TableCells
from dmn_engine.layouts.pydmnrules.table_reading import find_tables, looks_like_table
from dmn_engine.model.definitions import Definitions

LAYOUT = "pyDMNrules"
_GLOSSARY, _DECISION, _TEST = "Glossary", "Decision", "Test"
_OWN_SHEETS = frozenset({"about", "tests", "safety", "references", "how to"})
_OWN_BANDS = frozenset({"when", "then", "use", "why"})


def recognise(book: GridBook) -> bool:
    """Whether a workbook is of this layout: by its glossary, by its order of execution, or else by its tables alone.

    Never one of the project's own layout, whatever is wrong with it.
    """
    views = {grid.name: SheetView(book, grid, Diagnostics()) for grid in book.grids}
    if _GLOSSARY in views and _has_glossary(views[_GLOSSARY]):
        return True
    if _DECISION in views and _has_order(views[_DECISION]):
        return True
    if any(grid.name.strip().casefold() in _OWN_SHEETS or _has_own_bands(grid) for grid in book.grids):
        return False
    return any(looks_like_table(view, place) for view in views.values() for place, _ in view.texts())


def _has_own_bands(grid: Grid) -> bool:
    """Whether a row has two bands of the project's own layout, one of them When or Then."""
    bands: dict[int, set[str]] = {}
    for (row, _), cell in grid.cells.items():
        word = cell.text.casefold()
        if word in _OWN_BANDS:
            bands.setdefault(row, set()).add(word)
    return any(len(words) > 1 and words & {"when", "then"} for words in bands.values())


def _has_glossary(view: SheetView) -> bool:
    place = find_glossary(view)
    return place is not None and any(
        " ".join(view.peek(place[0] + 1, place[1] + offset).split()) == heading
        for offset, heading in enumerate(HEADINGS)
    )


def _has_order(view: SheetView) -> bool:
    place = find_order(view)
    if place is None:
        return False
    extent = view.measure(*place)
    headings = {view.peek(place[0] + 1, column) for column in extent.columns}
    return DECISIONS in headings or not headings.isdisjoint(EXECUTES)


def read(book: GridBook, diagnostics: Diagnostics) -> ForeignModel:
    """The model of a workbook in this layout. Never raises for what the workbook holds.

    A table that cannot be understood keeps its cells' own texts, so that it has no value but a reason.
    """
    views = {grid.name: SheetView(book, grid, diagnostics) for grid in book.grids}
    glossary = read_glossary(views[_GLOSSARY], diagnostics) if _GLOSSARY in views else Glossary()
    order = read_order(views[_DECISION], glossary, diagnostics) if _DECISION in views else None
    sheets = [view for name, view in views.items() if name not in (_GLOSSARY, _DECISION, _TEST)]
    wanted = {step.table.text for step in order.steps} if order is not None else set()
    tables = find_tables(sheets, glossary, wanted, diagnostics)
    dialect = Dialect(glossary, diagnostics)
    if order is None:
        unheard = Dialect(glossary, Diagnostics())  # what cells say is reported when they are boxed
        order = derive_order(tables, lambda group: list_reads(group, glossary, unheard), diagnostics)
    planner = Planner(tables, diagnostics)
    plan = planner.follow(order.steps)
    idle = [table for name, table in tables.items() if name not in planner.executed]
    _report_idle(idle, diagnostics)
    examples, lost = _read_examples(views[_TEST], glossary, diagnostics) if _TEST in views else ((), ())
    given = {variable for example in examples for variable in example.inputs}
    graph = build_graph(plan, planner.loops, idle, glossary, dialect, given)
    definitions = _define(book, order, glossary, graph, diagnostics)
    return ForeignModel(definitions, tuple(_name_values(example, graph) for example in examples), LAYOUT, lost)


def _read_examples(
    view: SheetView, glossary: Glossary, diagnostics: Diagnostics
) -> tuple[tuple[ForeignExample, ...], tuple[Diagnostic, ...]]:
    """The examples, and the errors of those that cannot be read, which are warnings of the model."""
    found = Diagnostics()
    examples = ExampleReader(view, glossary, Dialect(glossary, found), found).read()
    lost = tuple(item for item in found.items if item.severity is Severity.ERROR)
    diagnostics.items += [replace(item, severity=Severity.WARNING) if item in lost else item for item in found.items]
    return examples, lost


def _report_idle(idle: list[TableCells], diagnostics: Diagnostics) -> None:
    for table in idle:
        message = f"the table `{table.name.text}` is never executed"
        help = "name it on the sheet Decision or in a column Execute, if it is to count"
        diagnostics.warning("table-not-executed", message, table.name.source, help=help)


def _define(book: GridBook, order: Order, glossary: Glossary, graph: Graph, diagnostics: Diagnostics) -> Definitions:
    name = order.title or PurePosixPath(book.file).stem or LAYOUT
    if not graph.decisions:
        message = "the workbook has no rules table that is executed"
        diagnostics.error("no-tables", message, Source("", CellRef(book.file)))
    return Definitions(
        file=book.file,
        name=name,
        namespace=f"urn:pydmnrules:{book.sha256[:16]}",
        inputs=graph.inputs,
        decisions=graph.decisions,
        knowledge_models=graph.functions,
        diagnostics=diagnostics.sorted(),
    )


def _name_values(example: ForeignExample, graph: Graph) -> ForeignExample:
    """An example by the names that the model's elements have; a value that nothing can depend on is left out."""
    inputs = {graph.initial[item]: value for item, value in example.inputs.items() if item in graph.initial}
    expected = {graph.final[item]: value for item, value in example.expected.items() if item in graph.final}
    return replace(example, inputs=inputs, expected=expected)
