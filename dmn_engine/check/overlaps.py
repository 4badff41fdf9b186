"""Overlaps: pairs of rules of a Unique table that match one patient, and of an Any table that then disagree.

Every pair is reported with an example patient (DMN 1.5, 8.2.8).
"""

from __future__ import annotations

from itertools import combinations

from dmn_engine.check.bounds import FALSE, OPEN, Bounds, Choices, all_of, join_and, negate
from dmn_engine.check.box_evaluation import BoxEvaluation
from dmn_engine.check.proof import Claim, Record
from dmn_engine.check.universe import Universe
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.evaluate.decision_diagram import Diagram, Leaf
from dmn_engine.evaluate.symbolic import Symbolic
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable, HitPolicy
from dmn_engine.model.unknown import Unknown, find_partial, key_value

CODES = ("rules-overlap", "rules-disagree", "overlap-not-decided")
QUESTION = "whether rules contradict each other"
_MOST_PROVED = 12  # pairs of one table whose conditions compute


def check(universe: Universe, table: DecisionTable, diagnostics: Diagnostics) -> None:
    """Report each pair of rules of a U or A table that violates the hit policy for some possible patient."""
    if table.hit_policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return
    reach = universe.reach(table.name)
    guards = [universe.symbolic.conjoin(reach, guard) for guard in universe.symbolic.guards(table.name)]
    open_: list[_Pair] = []
    for first, second in combinations(range(len(guards)), 2):
        pair = _Pair(universe, table, first, second)
        both = universe.symbolic.conjoin(guards[first], guards[second])
        if not pair.check(diagnostics, both, is_last=len(open_) >= _MOST_PROVED):
            open_.append(pair)
    if open_:
        open_[0].report_undecided(diagnostics)


class _Pair:
    """Two rules of a table."""

    def __init__(self, universe: Universe, table: DecisionTable, first: int, second: int) -> None:
        self.universe, self.table = universe, table
        self.first, self.second = first, second
        self.computed: tuple[str, ...] = ()

    def check(self, diagnostics: Diagnostics, both: Diagram, *, is_last: bool) -> bool:
        """Report the pair if it breaks the hit policy; whether that is decided. `both` is when both rules match."""
        universe, name = self.universe, self.table.name
        if self.table.hit_policy is HitPolicy.ANY:
            both = universe.symbolic.conjoin(both, self._differ(universe.symbolic))
        record = universe.find_record(both, lambda value: value is True)
        if record is None:
            if universe.find_record(both, _is_open) is None:
                return True
            self.computed = universe.list_computed(both)
            if is_last:
                return False
            found = universe.prove(both, _is_open, Claim(self._bound, self._breaks))
            if found.record is None:
                return found.holds
            record = universe.limit(found.record, name)
        self._report(diagnostics, record)
        return True

    def _report(self, diagnostics: Diagnostics, record: Record) -> None:
        one, other = self.table.rules[self.first], self.table.rules[self.second]
        code, what, policy = CODES[0], "both match", "Unique"
        if self.table.hit_policy is HitPolicy.ANY:
            code, what, policy = CODES[1], "both match and give different outputs for", "Any"
        diagnostics.error(
            code,
            f"rules {one.number} and {other.number} {what} {self.universe.show_inputs(self.table.name, record)}",
            other.source.source,
            related=((one.source.source, f"rule {one.number}"),),
            help=f"the table is {policy}: narrow one of the two; example patient: {self.universe.show_record(record)}",
        )

    def report_undecided(self, diagnostics: Diagnostics) -> None:
        """Report that the pair, and perhaps others, may break the hit policy."""
        one, other = self.table.rules[self.first], self.table.rules[self.second]
        claim, where = "never match together", "a condition"
        if self.table.hit_policy is HitPolicy.ANY:
            claim, where = "give the same output where both match", "a condition or an output"
        diagnostics.warning(
            CODES[2],
            f"{self.table.name}: it is not proved that {one.id} and {other.id} {claim}: {where} "
            f"computes with {self.universe.show_titles(self.computed)}",
            Source("", self.table.origin),
            related=self.universe.list_computations(self.computed, self.universe.graph.reach(self.table.name)),
            help="compare the input with constants",
        )

    def _bound(self, evaluation: BoxEvaluation) -> Bounds:
        """Whether the pair keeps to the hit policy in a box."""
        return all_of(map(self._bound_part, evaluation.assume(self.table.name)))

    def _bound_part(self, evaluation: BoxEvaluation) -> Bounds:
        name = self.table.name
        both = join_and(evaluation.match(name, self.first), evaluation.match(name, self.second))
        if self.table.hit_policy is HitPolicy.ANY and both != FALSE:
            rows = [evaluation.give_row(name, index) for index in (self.first, self.second)]
            known = [row for row in rows if isinstance(row, Choices) and len(row.values) == 1]
            if len(known) < len(rows):
                return OPEN
            if rows[0] == rows[1]:
                return negate(FALSE)
        return negate(both)

    def _breaks(self, record: Record) -> bool:
        """Whether both rules match for a record, and in an Any table give different outputs."""
        answer = self.universe.evaluate(record).decide(self.table.name)
        if not {self.first, self.second} <= set(answer.rules):
            return False
        differs = self._differ(Symbolic(self.universe.graph, record))
        return self.table.hit_policy is HitPolicy.UNIQUE or (isinstance(differs, Leaf) and differs.value is True)

    def _differ(self, symbolic: Symbolic) -> Diagram:
        """Whether the two rules give different outputs."""

        def function(one: Value, other: Value) -> Value:
            if find_partial(one) is not None or find_partial(other) is not None:
                return find_partial([one, other])
            return key_value(one) != key_value(other)

        name = self.table.name
        return symbolic.diagrams.apply(function, symbolic.row(name, self.first), symbolic.row(name, self.second))


def _is_open(value: Value) -> bool:
    return isinstance(find_partial(value), Unknown)
