"""What draws on what, as a tree can show it: decisions, and the fields that they read. Evaluates nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dmn_engine.compile.graph import Graph
from dmn_engine.diagnostics import Origin


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A decision or function: its place, what it draws on, and the titles of the fields that it reads.

    Of each decision that it draws on: the name, and whether it takes that one's outcome as its own (a `Use` cell).
    """

    origin: Origin
    decisions: tuple[tuple[str, bool], ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """All entries by name; `roots` are those that no other one draws on."""

    roots: tuple[str, ...]
    entries: Mapping[str, OutlineEntry]


def outline_tables(graph: Graph) -> Outline:
    """The outline of tables that are wired by names."""
    return Outline(graph.roots, {name: _outline_table(graph, name) for name in graph.tables.tables})


def _outline_table(graph: Graph, name: str) -> OutlineEntry:
    used, reads = graph.list_used(name), graph.list_reads(name)
    fields = graph.tables.vocabulary.fields
    return OutlineEntry(
        graph.tables.tables[name].origin,
        tuple((read, read in used) for read in reads if graph.is_decision(read)),
        tuple(fields[read].title for read in reads if read in fields and not graph.is_decision(read)),
    )
