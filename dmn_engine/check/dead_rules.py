"""Dead rules: those that no possible patient gets, because of contradictory conditions or earlier rules.

A rule that applies only if its table is evaluated by itself is not dead: it may be a safeguard.
"""

from __future__ import annotations

from dmn_engine.check.universe import Universe
from dmn_engine.diagnostics import Diagnostics
from dmn_engine.evaluate.decision_diagram import BudgetExceeded, list_values

CODES = ("rule-never-fires",)


def check(universe: Universe, diagnostics: Diagnostics) -> None:
    """Warn of each rule without a patient."""
    for name, table in universe.tables.items():
        try:
            selections = universe.symbolic.selections(name)
        except BudgetExceeded:
            selections = dict(enumerate(universe.symbolic.guards(name)))
        for index, rule in enumerate(table.rules):
            guard = selections.get(index)
            values = [False] if guard is None else list_values(universe.symbolic.conjoin(universe.symbolic.care, guard))
            if all(value is False for value in values):
                diagnostics.warning(
                    CODES[0],
                    f"{name}: no possible patient gets rule {rule.id}",
                    rule.source.source,
                    help="its conditions exclude each other, or earlier rules take its patients: correct or remove it",
                )
