"""The conditions on the sheet Safety, proved for every possible patient or refuted by one of them."""

from __future__ import annotations

from dmn_engine.decisions.diagram import BudgetExceeded, Diagram
from dmn_engine.decisions.model import SafetyProperty
from dmn_engine.decisions.partial import find_partial
from dmn_engine.diagnostics import Diagnostics
from dmn_engine.verify.universe import Universe

CODES = ("safety-violated", "safety-not-proved")


def check(universe: Universe, diagnostics: Diagnostics) -> None:
    """Report every property that some possible patient breaks, and every one that cannot be decided."""
    for property_ in universe.graph.tables.safety:
        try:
            if property_.independent_of:
                _check_independence(universe, diagnostics, property_)
            else:
                _check_condition(universe, diagnostics, property_)
        except BudgetExceeded:
            _leave_open(diagnostics, property_, "too many combinations to tell")


def _check_condition(universe: Universe, diagnostics: Diagnostics, property_: SafetyProperty) -> None:
    symbolic = universe.symbolic
    assert property_.condition is not None
    holds = symbolic.condition(property_.condition, property_.source.source)
    possible = symbolic.diagrams.choose(symbolic.care, holds, symbolic.diagrams.leaf(True))
    record = universe.find_record(possible, lambda value: value is not True and find_partial(value) is None)
    if record is not None:
        diagnostics.error(
            CODES[0],
            f"{property_.id} does not hold: {property_.statement}",
            property_.source.source,
            help=f"example patient: {universe.show_record(record)}",
        )
        return
    open_ = universe.find_record(possible, lambda value: find_partial(value) is not None)
    if open_ is not None:
        _leave_open(diagnostics, property_, f"it depends on a computed value for {universe.show_record(open_)}")


def _check_independence(universe: Universe, diagnostics: Diagnostics, property_: SafetyProperty) -> None:
    for name, table in universe.tables.items():
        reach = universe.reach(name)
        for index, rule in enumerate(table.rules):
            parts = (universe.symbolic.guards(name)[index], universe.symbolic.row(name, index))
            if any(_depends(universe, part, reach, property_.independent_of) for part in parts):
                diagnostics.error(
                    CODES[0],
                    f"{property_.id} does not hold: {property_.statement}",
                    property_.source.source,
                    related=((rule.source.source, f"rule {rule.id} of {name} depends on {property_.independent_of}"),),
                    help=f"take {property_.independent_of} out of the rule",
                )


def _depends(universe: Universe, part: Diagram, reach: Diagram, name: str) -> bool:
    return name in universe.symbolic.needs(universe.symbolic.diagrams.simplify(part, reach))


def _leave_open(diagnostics: Diagnostics, property_: SafetyProperty, why: str) -> None:
    diagnostics.warning(
        CODES[1], f"{property_.id} is not proved: {why}", property_.source.source, help="ask for a simpler condition"
    )

