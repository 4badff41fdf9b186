"""Dependency tree of decisions, with the fields that they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dmn_engine.compile.graph import Graph
from dmn_engine.diagnostics import Origin


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A decision or function: its place, the decisions that it depends on, and the titles of the fields that it reads.

    For each decision that it depends on: the name, and whether it may adopt that decision's result (a `Use` cell).
    """

    origin: Origin
    decisions: tuple[tuple[str, bool], ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """All entries by name; `roots` are those that no other entry depends on."""

    roots: tuple[str, ...]
    entries: Mapping[str, OutlineEntry]


def outline_tables(graph: Graph) -> Outline:
    """The outline of tables that are connected by names."""
    return Outline(graph.roots, {name: _outline_table(graph, name) for name in graph.tables.tables})


def _outline_table(graph: Graph, name: str) -> OutlineEntry:
    used, reads = graph.list_used(name), graph.list_reads(name)
    fields = graph.tables.vocabulary.fields
    return OutlineEntry(
        graph.tables.tables[name].origin,
        tuple((read, read in used) for read in reads if graph.is_decision(read)),
        tuple(fields[read].title for read in reads if read in fields and not graph.is_decision(read)),
    )
