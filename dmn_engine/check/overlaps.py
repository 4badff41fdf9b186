"""Rules of a Unique table that one patient can match together, and rules of an Any table that then disagree.

Every pair is reported with a patient that shows it (DMN 1.5, 8.2.8).
"""

from __future__ import annotations

from itertools import combinations

from dmn_engine.check.universe import Universe
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.evaluate.decision_diagram import Diagram
from dmn_engine.model.decision_table import DecisionTable, HitPolicy
from dmn_engine.model.unknown import Unknown, find_partial, key_value

CODES = ("rules-overlap", "rules-disagree", "overlap-not-decided")


def check(universe: Universe, diagnostics: Diagnostics) -> None:
    """Report each pair of rules of U and A tables that breaks the hit policy for some possible patient."""
    for name, table in universe.tables.items():
        if table.hit_policy in (HitPolicy.UNIQUE, HitPolicy.ANY):
            reach = universe.reach(name)
            guards = [universe.symbolic.conjoin(reach, guard) for guard in universe.symbolic.guards(name)]
            open_ = [
                (first, second)
                for first, second in combinations(range(len(guards)), 2)
                if not _check_pair(universe, diagnostics, table, first, second, guards)
            ]
            if open_:
                _report_undecided(diagnostics, table, *open_[0])


def _report_undecided(diagnostics: Diagnostics, table: DecisionTable, first: int, second: int) -> None:
    """Say where it cannot be told whether two rules match together, so that an overlap may hide there."""
    one, other = table.rules[first], table.rules[second]
    diagnostics.warning(
        CODES[2],
        f"{table.name}: it cannot be told whether rules overlap, such as {one.id} and {other.id}, "
        "for a condition computes with its input",
        Source("", table.origin),
        help="compare the input with constants",
    )


def _check_pair(
    universe: Universe, diagnostics: Diagnostics, table: DecisionTable, first: int, second: int, guards: list[Diagram]
) -> bool:
    """Report the pair if it breaks the hit policy. Whether it could be told."""
    both = universe.symbolic.conjoin(guards[first], guards[second])
    policy = "Unique"
    if table.hit_policy is HitPolicy.ANY:
        both = universe.symbolic.conjoin(both, _differ(universe, table.name, first, second))
        policy = "Any"
    record = universe.find_record(both, lambda value: value is True)
    if record is None:
        return universe.find_record(both, lambda value: isinstance(find_partial(value), Unknown)) is None
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
    return True


def _differ(universe: Universe, name: str, first: int, second: int) -> Diagram:
    symbolic = universe.symbolic

    def function(one: object, other: object) -> object:
        if find_partial(one) is not None or find_partial(other) is not None:
            return find_partial([one, other])
        return key_value(one) != key_value(other)

    return symbolic.diagrams.apply(function, symbolic.row(name, first), symbolic.row(name, second))
