"""Rules of a Unique table that one patient can match together, and rules of an Any table that then disagree.

Every pair is reported with a patient that shows it (DMN 1.5, 8.2.8).
"""

from __future__ import annotations

from itertools import combinations

from dmn_engine.decisions.model import DecisionTable, HitPolicy
from dmn_engine.decisions.unknowns.diagram import Diagram
from dmn_engine.decisions.unknowns.partial import find_partial, key_value
from dmn_engine.diagnostics import Diagnostics
from dmn_engine.verify.universe import Universe

CODES = ("rules-overlap", "rules-disagree")


def check(universe: Universe, diagnostics: Diagnostics) -> None:
    """Report each pair of rules of U and A tables that breaks the hit policy for some possible patient."""
    for name, table in universe.tables.items():
        if table.hit_policy in (HitPolicy.UNIQUE, HitPolicy.ANY):
            reach = universe.reach(name)
            guards = [universe.symbolic.conjoin(reach, guard) for guard in universe.symbolic.guards(name)]
            for first, second in combinations(range(len(guards)), 2):
                _check_pair(universe, diagnostics, table, first, second, guards)


def _check_pair(
    universe: Universe, diagnostics: Diagnostics, table: DecisionTable, first: int, second: int, guards: list[Diagram]
) -> None:
    both = universe.symbolic.conjoin(guards[first], guards[second])
    policy = "Unique"
    if table.hit_policy is HitPolicy.ANY:
        both = universe.symbolic.conjoin(both, _differ(universe, table.name, first, second))
        policy = "Any"
    record = universe.find_record(both, lambda value: value is True)
    if record is None:
        return
    one, other = table.rules[first], table.rules[second]
    code, fault = CODES[0], "both match"
    if policy == "Any":
        code, fault = CODES[1], "both match and give different outputs for"
    diagnostics.error(
        code,
        f"rules {one.id} and {other.id} {fault} {universe.show_inputs(table.name, record)}",
        other.source.source,
        related=((one.source.source, f"rule {one.id}"),),
        help=f"the table is {policy}: narrow one of the two; example patient: {universe.show_record(record)}",
    )


def _differ(universe: Universe, name: str, first: int, second: int) -> Diagram:
    symbolic = universe.symbolic

    def function(one: object, other: object) -> object:
        if find_partial(one) is not None or find_partial(other) is not None:
            return find_partial([one, other])
        return key_value(one) != key_value(other)

    return symbolic.diagrams.apply(function, symbolic.row(name, first), symbolic.row(name, second))
