"""Static checks of a set of tables, over every possible record at once. A check is a module: CODES and check()."""

from __future__ import annotations

from dmn_engine.decisions.graph import Graph
from dmn_engine.diagnostics import Diagnostic, Diagnostics
from dmn_engine.verify import dead_rules, gaps, overlaps, safety
from dmn_engine.verify.universe import Universe

CHECKS = (overlaps, gaps, dead_rules, safety)


def run_checks(graph: Graph) -> tuple[Diagnostic, ...]:
    """Run every check on the tables that could be built; sorted by place."""
    universe = Universe(graph)
    diagnostics = Diagnostics()
    for check in CHECKS:
        check.check(universe, diagnostics)
    return diagnostics.sorted()
