"""Static checks of tables over every possible record. Each check is a module with CODES and check().

What a check of a table decides is in its QUESTION: where diagrams are too large, the answer to it is left open.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from dmn_engine.check import aggregates, dead_rules, gaps, overlaps, safety, values
from dmn_engine.check.universe import Universe
from dmn_engine.compile.graph import Graph
from dmn_engine.diagnostics import Diagnostic, Diagnostics, Source
from dmn_engine.evaluate.decision_diagram import BudgetExceeded
from dmn_engine.feel.errors import NOWHERE
from dmn_engine.model.decision_table import DecisionTable

CHECKS = (overlaps, gaps, dead_rules, aggregates, values)
"""The checks of each table; those of conditions on the sheet Safety are one check of all tables."""
NOT_DECIDED = "not-decided"


def run_checks(graph: Graph, null_listed: Iterable[str] = ()) -> tuple[Diagnostic, ...]:
    """Run every check on all valid tables; the diagnostics are sorted by place.

    `null_listed` are the fields among whose values a model lists null.
    """
    make_universe = partial(Universe, graph, null_listed=frozenset(null_listed))
    universe, diagnostics = make_universe(), Diagnostics()
    for table in universe.tables.values():
        if not _check_table(universe, table, diagnostics):
            universe = make_universe()  # the diagrams of the next table start anew
    for name, logic in graph.logic.items():
        try:
            values.check_logic(universe, name, logic, diagnostics)
        except BudgetExceeded:
            _leave_open(name, logic.place or NOWHERE, [values.QUESTION], diagnostics)
    safety.check(universe, diagnostics)
    return diagnostics.sorted()


def _check_table(universe: Universe, table: DecisionTable, diagnostics: Diagnostics) -> bool:
    """Run the checks of a table, and report the questions that they leave open; whether there are none."""
    questions: list[str] = []
    for check in CHECKS:
        try:
            check.check(universe, table, diagnostics)
        except BudgetExceeded:
            questions.append(check.QUESTION)
    if questions:
        _leave_open(table.name, Source("", table.origin), questions, diagnostics)
    return not questions


def _leave_open(name: str, place: Source, questions: Iterable[str], diagnostics: Diagnostics) -> None:
    message = f"{name}: too many combinations to check {', '.join(questions)}"
    help = "move some of the conditions into a decision of their own"
    diagnostics.warning(NOT_DECIDED, message, place, help=help)
