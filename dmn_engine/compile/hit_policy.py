"""Hit policies (DMN 1.5, 8.2.8): the result of a table for the rules that surely or possibly match.

There is one implementation: for one record, whose outputs are values, and for decision diagrams, where it is applied
to each combination of matching rules and outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dmn_engine.compile.table import CompiledTable, list_bits
from dmn_engine.diagnostics import Source
from dmn_engine.feel import operators
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.temporal import DaysDuration, YearsDuration
from dmn_engine.feel.values import FeelError
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.unknown import ErrorValue, Partial, Unknown, find_partial, key_value, merge, merge_open

NO_RULE = -1
"""The index of the result if no rule matches."""

Output = Callable[[int], Value]
"""The output of a rule by its index, or of the row Default for NO_RULE; Unknown or ErrorValue if it has no value."""


@dataclass(frozen=True, slots=True)
class Hits:
    """The rules that surely match and those that may match, as masks; `partial` is the reason for the uncertainty."""

    sure: int
    may: int
    partial: Partial | None = None

    @property
    def is_settled(self) -> bool:
        return self.sure == self.may

    @property
    def reason(self) -> Partial:
        """Why it is uncertain which rules match."""
        return self.partial or Unknown()

    def add(self, policy: HitPolicy, bit: int, guard: Value) -> Hits:
        """The hits with the next rule, by the value of its conditions; after a sure rule, First ignores it."""
        if guard is False or (policy is HitPolicy.FIRST and self.sure):
            return self
        if guard is True:
            return Hits(self.sure | bit, self.may | bit, self.partial)
        join = merge_open if policy in (HitPolicy.FIRST, HitPolicy.PRIORITY) else merge
        return Hits(self.sure, self.may | bit, join((self.partial, guard)))


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The result of a table and the rules that gave it, by index; empty if no rule matched.

    `error` is a violated hit policy (`rules` are those that violate it) or a missing rule; the value is then an
    ErrorValue in mode clinical, null in mode dmn.
    """

    value: Value
    rules: tuple[int, ...] = ()
    error: EvaluationError | None = None


def take_rules(table: CompiledTable, hits: Hits, output: Output) -> tuple[int, ...] | Partial:
    """The candidate rules of a First, Priority or Unique table, which takes the first that matches; NO_RULE if none.

    Instead, the reason for uncertainty if several rules of a Unique table may match, or the rank of an output is
    unknown. Outputs are computed only to rank them.
    """
    policy, may = table.table.hit_policy, list_bits(hits.may)
    if policy is HitPolicy.UNIQUE and len(may) > 1:
        return hits.reason
    if policy is HitPolicy.PRIORITY:
        ordered = order_by_rank(table, may, output)
        if isinstance(ordered, ErrorValue):
            certain = merge(table.rank(output(index)) for index in list_bits(hits.sure))
            return certain if isinstance(certain, ErrorValue) else hits.partial or ordered
        if isinstance(ordered, Unknown):
            return merge_open((hits.partial, ordered)) or ordered
        may = ordered
    for place, index in enumerate(may, 1):
        if hits.sure >> index & 1:
            return tuple(may[:place])
    return (*may, NO_RULE)


def select_rule(table: CompiledTable, hits: Hits, index: int, output: Output) -> Value:
    """Whether a single-hit table takes the output of a rule: True, False, or the reason for uncertainty."""
    if not hits.may >> index & 1:
        return False
    if _has_several(table, hits):
        return _refuse_several(table, hits, clinical=True).value
    taken = take_rules(table, hits, output)
    if isinstance(taken, Unknown | ErrorValue):
        return False if _is_outranked(table, hits, index, output) else taken
    if index not in taken:
        return False
    return True if len(taken) == 1 else hits.reason


def _is_outranked(table: CompiledTable, hits: Hits, index: int, output: Output) -> bool:
    """Whether a rule that surely matches goes before this one, whatever the ranks of others (Priority)."""
    if table.table.hit_policy is not HitPolicy.PRIORITY:
        return False
    ranks = {each: table.rank(output(each)) for each in {index, *list_bits(hits.sure)}}
    known = {each: rank for each, rank in ranks.items() if not isinstance(rank, Unknown | ErrorValue)}
    return index in known and any((rank, each) < (known[index], index) for each, rank in known.items())


def order_by_rank(table: CompiledTable, rules: Sequence[int], output: Output) -> list[int] | Partial:
    """The rules by the priorities of their outputs; rules of equal rank are in the order of the table."""
    ranks: dict[int, tuple[int, ...]] = {}
    unknown: list[Partial] = []
    for index in rules:
        rank = table.rank(output(index))
        if isinstance(rank, Unknown | ErrorValue):
            unknown.append(rank)
        else:
            ranks[index] = rank
    return merge(unknown) or sorted(rules, key=ranks.__getitem__)


def conclude(table: CompiledTable, hits: Hits, output: Output, *, clinical: bool) -> Conclusion:
    """The result, if it is equal for every set of matching rules that is consistent with the hits, else what is open.

    `output` is called only for rules that the policy needs.
    """
    policy = table.table.hit_policy
    if policy.is_list or policy.aggregates:
        if not hits.is_settled:
            return Conclusion(hits.reason)
        return _combine(table, list_bits(hits.sure), output, clinical)
    if _has_several(table, hits):
        return _refuse_several(table, hits, clinical=clinical)
    taken: tuple[int, ...] | Partial = (*list_bits(hits.may), *(() if hits.sure else (NO_RULE,)))
    if policy is not HitPolicy.ANY:
        taken = take_rules(table, hits, output)
    if isinstance(taken, Unknown | ErrorValue):
        return Conclusion(taken)
    outcomes = [_give_nothing(table, output, clinical) if i == NO_RULE else Conclusion(output(i), (i,)) for i in taken]
    if len(outcomes) == 1:
        return outcomes[0]
    return _agree(table, hits, outcomes, clinical)


def _agree(table: CompiledTable, hits: Hits, outcomes: list[Conclusion], clinical: bool) -> Conclusion:
    """The result, or the error, if all possible ones are equal."""
    rules = tuple(index for outcome in outcomes for index in outcome.rules)
    sure = tuple(index for index in rules if hits.sure >> index & 1)
    is_same = len({key_value(outcome.value) for outcome in outcomes}) == 1
    if is_same and not isinstance(find_partial(outcomes[0].value), Unknown):
        return Conclusion(outcomes[0].value, sure or rules)
    partial = merge(found for outcome in outcomes if (found := find_partial(outcome.value)) is not None)
    certain = merge(find_partial(outcome.value) for outcome in outcomes if set(outcome.rules) & set(sure))
    if isinstance(certain, ErrorValue):  # whatever else matches
        return Conclusion(certain, sure)
    if partial is None:
        if len({key_value(outcome.value) for outcome in outcomes if set(outcome.rules) & set(sure)}) > 1:
            message = "the matching rules give different outputs, where the table says Any"
            return _fail(table, message, sure, clinical)
    elif hits.is_settled:
        return Conclusion(partial, rules)
    return Conclusion(hits.reason)


def _has_several(table: CompiledTable, hits: Hits) -> bool:
    return table.table.hit_policy is HitPolicy.UNIQUE and bool(hits.sure & (hits.sure - 1))


def _refuse_several(table: CompiledTable, hits: Hits, *, clinical: bool) -> Conclusion:
    violation = "more than one rule matches, where the table says Unique"
    return _fail(table, violation, list_bits(hits.sure), clinical)


def _combine(table: CompiledTable, matches: list[int], output: Output, clinical: bool) -> Conclusion:
    """The result of a policy that takes all matching rules."""
    policy = table.table.hit_policy
    if not matches:
        return _give_nothing(table, output, clinical)
    ordered = order_by_rank(table, matches, output) if policy is HitPolicy.OUTPUT_ORDER else matches
    if isinstance(ordered, Unknown | ErrorValue):
        return Conclusion(ordered, tuple(matches))
    rules = tuple(ordered)
    values = [output(index) for index in rules]
    if policy.is_list:
        return Conclusion(values, rules)
    partial = merge(found for value in values if (found := find_partial(value)) is not None)
    if partial is not None:
        return Conclusion(partial, rules)
    if policy is HitPolicy.COLLECT_COUNT:
        return Conclusion(Decimal(len(values)), rules)
    return _aggregate(table, rules, values, clinical)


def _aggregate(table: CompiledTable, rules: tuple[int, ...], values: list[Value], clinical: bool) -> Conclusion:
    if any(value is None for value in values):
        return _fail(table, "an output to be combined is null", rules, clinical)
    try:
        return Conclusion(_combine_values(table.table.hit_policy, values), rules)
    except FeelError as error:
        return _fail(table, f"the outputs cannot be combined: {error}", rules, clinical)


def _combine_values(policy: HitPolicy, values: list[Value]) -> Value:
    """The sum, or the least or greatest value. Raises: FeelError for values that have none."""
    total = values[0]
    if policy is HitPolicy.COLLECT_SUM:
        for value in values:
            if not isinstance(value, Decimal | DaysDuration | YearsDuration):  # text has a `+`, but no sum
                raise FeelError(f"{operators.show(value)} is neither a number nor a duration")
        for value in values[1:]:
            total = operators.add(total, value)
        return total
    order = "<" if policy is HitPolicy.COLLECT_MIN else ">"
    for value in values:
        total = value if operators.compare(order, value, total) else total
    return total


def _give_nothing(table: CompiledTable, output: Output, clinical: bool) -> Conclusion:
    """The result if no rule matches: the Default, else that of the policy for no rules."""
    policy = table.table.hit_policy
    if table.has_default:
        return Conclusion([output(NO_RULE)] if policy.is_list else output(NO_RULE))
    if policy.is_list:
        return Conclusion([])
    if policy is HitPolicy.COLLECT_COUNT:
        return Conclusion(Decimal(0))
    if not clinical or table.is_nullable:
        return Conclusion(None)
    error = _describe(table, "no rule matches, and the table has no default")
    return Conclusion(ErrorValue((error,)), (), error)


def _fail(table: CompiledTable, violation: str, rules: Sequence[int], clinical: bool) -> Conclusion:
    """A violated hit policy, with the rules that violate it."""
    named = ", ".join(table.table.rules[index].id for index in rules)
    error = _describe(table, f"{violation}: {named}")
    return Conclusion(ErrorValue((error,)) if clinical else None, tuple(rules), error)


def _describe(table: CompiledTable, what: str) -> EvaluationError:
    place = Source("", table.table.origin)
    return EvaluationError(f"{table.table.name}: {what}", place, place.span)
