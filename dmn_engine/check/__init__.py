"""Static checks of tables over every possible record. Each check is a module with CODES and check()."""

from __future__ import annotations

from collections.abc import Iterable

from dmn_engine.check import aggregates, dead_rules, gaps, overlaps, safety, values
from dmn_engine.check.universe import Universe
from dmn_engine.compile.graph import Graph
from dmn_engine.diagnostics import Diagnostic, Diagnostics

CHECKS = (overlaps, gaps, dead_rules, aggregates, values, safety)


def run_checks(graph: Graph, null_listed: Iterable[str] = ()) -> tuple[Diagnostic, ...]:
    """Run every check on all valid tables; the diagnostics are sorted by place.

    `null_listed` are the fields among whose values a model lists null.
    """
    universe = Universe(graph, null_listed=frozenset(null_listed))
    diagnostics = Diagnostics()
    for check in CHECKS:
        check.check(universe, diagnostics)
    return diagnostics.sorted()
