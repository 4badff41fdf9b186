"""Find cycles of decisions that use each other, with the cells that close them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dmn_engine.diagnostics import Diagnostic, Diagnostics
from dmn_engine.feel.syntax import free_names
from dmn_engine.model import cycles
from dmn_engine.model.decision_table import DecisionTable
from dmn_engine.model.workbook_source import CellSource, Role, TableSource
from dmn_engine.workbook.columns import Names
from dmn_engine.workbook.types import list_cells


def find_cycles(
    sources: Mapping[str, TableSource], tables: Mapping[str, DecisionTable], names: Names
) -> Iterator[tuple[tuple[str, ...], Diagnostic]]:
    """Each group of decisions that go round in a circle, with an error that names the cells."""
    edges = {name: _list_needs(source, tables.get(name), names) for name, source in sources.items()}
    for cycle in cycles.find_cycles(edges):
        yield cycle, _describe(cycle, edges)


Edges = dict[str, dict[str, CellSource]]


def _list_needs(source: TableSource, table: DecisionTable | None, names: Names) -> dict[str, CellSource]:
    """The decisions that a table needs, each with the first cell that says so."""
    needs: dict[str, CellSource] = {}
    for index, column in enumerate(source.columns):
        cells = [column.label] if column.role is Role.WHEN else []
        if column.role is Role.USE:
            cells = list_cells(source, index)
        for cell in cells:
            decision = names.find_decision(cell.text)
            if decision is not None:
                needs.setdefault(decision, cell)
    for name, cell in _walk_names(table) if table is not None else ():
        if name in names.decisions:
            needs.setdefault(name, cell)
    return needs


def _walk_names(table: DecisionTable) -> Iterator[tuple[str, CellSource]]:
    """Every name in the table's expressions, in the order of the columns and rules, with its cell."""
    for column in table.inputs:
        yield from ((name, column.source) for name in sorted(free_names(column.expression)))
    for rule in table.rules:
        for cell in rule.inputs:
            yield from ((name, cell.source) for name in sorted(free_names(cell.tests)))
    defaults = [column.default for column in table.outputs if column.default is not None]
    for output in [*defaults, *(cell for rule in table.rules for cell in rule.outputs)]:
        if output.expression is not None:
            yield from ((name, output.source) for name in sorted(free_names(output.expression)))


def _describe(cycle: tuple[str, ...], edges: Edges) -> Diagnostic:
    found = Diagnostics()
    steps = list(zip(cycle, (*cycle[1:], cycle[0]), strict=True))
    first = edges[cycle[0]][steps[0][1]]
    found.error(
        "cycle",
        cycles.describe_cycle(cycle),
        first.source,
        related=tuple((edges[name][needed].source, f"`{name}` needs `{needed}`") for name, needed in steps[1:]),
        help="remove one of these cells, or move what both need to a decision of its own",
    )
    return found.items[0]
