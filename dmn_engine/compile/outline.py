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


def outline_graph(graph: Graph, origins: Mapping[str, Origin]) -> Outline:
    """The outline of decisions and functions, given with their places; everything else that they require is a field."""
    entries = {name: _outline(graph, name, origins) for name in origins}
    below = {other for entry in entries.values() for other, _ in entry.decisions}
    return Outline(tuple(name for name in origins if name not in below), entries)


def _outline(graph: Graph, name: str, shown: Mapping[str, Origin]) -> OutlineEntry:
    used, required = graph.list_used(name), [each for each in graph.list_required_by(name) if each != name]
    fields = graph.tables.dictionary.fields
    return OutlineEntry(
        shown[name],
        tuple((read, read in used) for read in required if read in shown),
        tuple(fields[read].title if read in fields else read for read in required if read not in shown),
    )
