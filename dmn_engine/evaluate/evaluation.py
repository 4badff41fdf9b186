"""One record through the graph, as far as its fields carry. What missing fields leave open is for decisions.symbolic.

A missing field is unknown in clinical mode, null in dmn mode. Each table keeps two masks of rules: those that match
whatever the unknown is, and those that may; where both are the same, the table's answer is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dmn_engine.compile.graph import Graph
from dmn_engine.compile.hit_policy import Outcome, apply_hit_policy
from dmn_engine.compile.table import NOT_CONSTANT, CompiledColumn, CompiledOutput, CompiledTable, list_bits
from dmn_engine.feel.values import Cause
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.result import Failure
from dmn_engine.model.unknown import Fault, Partial, Unknown, find_partial, keep_cause, merge

UNSETTLED = Unknown()

_COMBINING = frozenset(
    {HitPolicy.ANY, HitPolicy.COLLECT_SUM, HitPolicy.COLLECT_MIN, HitPolicy.COLLECT_MAX, HitPolicy.COLLECT_COUNT}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one decision gave: its value (or what stands for it), the rules by index, and the column values met.

    `partial` is what is unknown or at fault in the value; None where it is whole.
    """

    value: Value
    rules: tuple[int, ...]
    met: tuple[Value, ...]
    failures: tuple[Failure, ...] = ()
    partial: Partial | None = None

    @property
    def is_whole(self) -> bool:
        return self.partial is None


@dataclass(slots=True)
class Evaluation:
    """The state of evaluating one record: answers by decision, in the order in which they were reached."""

    graph: Graph
    record: Mapping[str, Value]
    clinical: bool
    answers: dict[str, Answer] = field(default_factory=dict)
    _variables: dict[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._variables = dict(self.record)

    def decide(self, name: str) -> Answer:
        """Evaluate a decision and what it draws on, each once."""
        answer = self.answers.get(name)
        if answer is None:
            answer = self._decide(self.graph.table(name))
            self.answers[name] = answer
            if answer.is_whole:
                self._variables[name] = answer.value
        return answer

    def look_up(self, name: str) -> Value:
        """The value of a field or decision, or what stands for it."""
        if name in self._variables:
            return self._variables[name]
        if self.graph.is_decision(name):
            answer = self.decide(name)
            return answer.value if answer.partial is None else answer.partial
        return Unknown((name,)) if self.clinical else self._variables.setdefault(name, None)

    def _decide(self, table: CompiledTable) -> Answer:
        failures: list[Failure] = []
        must = may = table.all_rules
        met = []
        failing = 0
        for column in table.columns:
            value, sure, possible, failed = self._match_column(column, failures)
            met.append(value)
            must &= sure
            may &= possible
            failing |= failed
        if must != may:
            if table.table.hit_policy.is_list:
                self._decide_used(table, may & ~failing)
            return Answer(UNSETTLED, (), tuple(met), tuple(failures), UNSETTLED)
        matches = list_bits(must)
        rows: dict[int, Value] = {}

        def output(index: int) -> Value:
            value = table.constants[index]
            if value is NOT_CONSTANT:
                if index not in rows:
                    rows[index] = self._read_row(table, table.outputs[index], failures)
                value = rows[index]
            return value

        policy = table.table.hit_policy
        if policy in _COMBINING:
            partial = merge(find_partial(output(index)) for index in matches)
            if partial is not None:
                return Answer(partial, tuple(matches), tuple(met), tuple(failures), partial)
        outcome = apply_hit_policy(policy, matches, output, table.ranks.__getitem__)
        value = self._conclude(table, outcome, failures)
        is_plain = outcome.matched and not rows and not outcome.violation
        partial = None if is_plain else find_partial(value)
        return Answer(value, outcome.rules, tuple(met), tuple(dict.fromkeys(failures)), partial)

    def _decide_used(self, table: CompiledTable, rules: int) -> None:
        """Evaluate what the parts of a list that may be in it consist of, so that their reasons can be shown."""
        for index in list_bits(rules & table.all_rules):
            for output in table.outputs[index]:
                if output.decision is not None:
                    self.decide(output.decision)

    def _conclude(self, table: CompiledTable, outcome: Outcome, failures: list[Failure]) -> Value:
        if outcome.violation:
            return self._fail(describe_violation(table, outcome), failures)
        if outcome.matched:
            return outcome.value
        if table.has_default:
            row = self._read_defaults(table, failures)
            return [row] if table.table.hit_policy.is_list else row
        if self.clinical and outcome.value is None:
            return self._fail(describe_gap(table), failures)
        return outcome.value

    def _fail(self, failure: Failure, failures: list[Failure]) -> Value:
        failures.append(failure)
        return Fault((failure,)) if self.clinical else None

    def _match_column(self, column: CompiledColumn, failures: list[Failure]) -> tuple[Value, int, int, int]:
        """The column's value, the rules that surely accept it, those that may, and those that an error leaves open."""
        value = self._read_column(column, failures)
        unsure = value if isinstance(value, Unknown | Fault) else None
        if unsure is None and column.test_reads:
            unsure = merge(map(self.look_up, column.test_reads))
        if unsure is not None:
            return value, column.any_mask, -1, ~column.any_mask if isinstance(unsure, Fault) else 0
        causes: list[Cause] = []
        mask = column.match(value, self._variables, causes)
        if causes:
            failures.extend(map(keep_cause, causes))
            if self.clinical:
                return value, column.any_mask, -1, ~column.any_mask
        return value, mask, mask, 0

    def _read_column(self, column: CompiledColumn, failures: list[Failure]) -> Value:
        if column.program is None:
            return self.look_up(column.column.name)
        partial = merge(map(self.look_up, column.reads))
        if partial is not None:
            return partial
        causes: list[Cause] = []
        return self._keep(column.program.evaluate(self._variables, causes), causes, failures)

    def _read_row(self, table: CompiledTable, row: tuple[CompiledOutput, ...], failures: list[Failure]) -> Value:
        return table.assemble([self._read_output(output, failures) for output in row])

    def _read_output(self, output: CompiledOutput, failures: list[Failure]) -> Value:
        if output.decision is not None:
            return self.decide(output.decision).value
        if output.program is None:
            return output.constant
        partial = merge(map(self.look_up, output.reads))
        if partial is not None:
            return partial
        causes: list[Cause] = []
        return self._keep(output.program.evaluate(self._variables, causes), causes, failures)

    def _read_defaults(self, table: CompiledTable, failures: list[Failure]) -> Value:
        return table.assemble(
            [None if default is None else self._read_output(default, failures) for default in table.defaults]
        )

    def _keep(self, value: Value, causes: list[Cause], failures: list[Failure]) -> Value:
        kept = tuple(map(keep_cause, causes))
        failures.extend(kept)
        return Fault(kept) if kept and self.clinical else value


def describe_violation(table: CompiledTable, outcome: Outcome) -> Failure:
    """The broken hit policy with the rules that broke it."""
    rules = ", ".join(table.table.rules[index].id for index in outcome.rules)
    return Failure(f"{table.table.name}: {outcome.violation}: {rules}", str(table.table.origin))


def describe_gap(table: CompiledTable) -> Failure:
    """A table of which no rule matches, where it must give one outcome."""
    return Failure(f"{table.table.name}: no rule matches, and the table has no default", str(table.table.origin))
