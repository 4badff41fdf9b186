"""What a hit policy makes of the rules that match, surely or possibly (DMN 1.5, 8.2.8). Knows outputs, not cells.

The one implementation: of one record, where the outputs are values, and lifted over the regions of what is unknown,
where it is applied to each combination of hits and outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dmn_engine.compile.table import CompiledTable, list_bits
from dmn_engine.diagnostics import Source
from dmn_engine.feel import operators
from dmn_engine.feel.temporal import DaysDuration, YearsDuration
from dmn_engine.feel.values import Cause, FeelError
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.unknown import Fault, Partial, Unknown, find_partial, keep_cause, key_value, merge, merge_open

NO_RULE = -1
"""The place of the outcome where no rule matches among the outcomes of rules."""

Output = Callable[[int], Value]
"""The outcome of a rule by its index, of the row Default for NO_RULE; with Unknown or Fault where it has no value."""


@dataclass(frozen=True, slots=True)
class Hits:
    """The rules that surely match and those that may, as masks; `partial` is what leaves the others open."""

    sure: int
    may: int
    partial: Partial | None = None

    @property
    def is_settled(self) -> bool:
        return self.sure == self.may

    def add(self, policy: HitPolicy, bit: int, guard: Value) -> Hits:
        """The hits with the next rule, by the value of its conditions; behind one that is First it does not count."""
        if guard is False or (policy is HitPolicy.FIRST and self.sure):
            return self
        if guard is True:
            return Hits(self.sure | bit, self.may | bit, self.partial)
        join = merge_open if policy in (HitPolicy.FIRST, HitPolicy.PRIORITY) else merge
        return Hits(self.sure, self.may | bit, join((self.partial, guard)))


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The outcome of a table and the rules that gave it, by index; none where no rule matched.

    `error` is a broken hit policy (`rules` are those that broke it) or the lack of a rule; it makes the value a Fault
    in clinical mode, null in mode dmn.
    """

    value: Value
    rules: tuple[int, ...] = ()
    error: Cause | None = None


def take_rules(table: CompiledTable, hits: Hits, output: Output) -> tuple[int, ...] | Partial:
    """The rules of which a First, Priority or Unique table takes the first that matches; NO_RULE where none may.

    What leaves it open instead where a Unique table may have several matches, or where the rank of an output is not
    known. Asks for outputs only to rank them.
    """
    policy, may = table.table.hit_policy, list_bits(hits.may)
    if policy is HitPolicy.UNIQUE and len(may) > 1:
        return hits.partial or Unknown()
    if policy is HitPolicy.PRIORITY:
        ordered = order_by_rank(table, may, output)
        if isinstance(ordered, Unknown | Fault):
            return ordered
        may = ordered
    for place, index in enumerate(may, 1):
        if hits.sure >> index & 1:
            return tuple(may[:place])
    return (*may, NO_RULE)


def select_rule(table: CompiledTable, hits: Hits, index: int, output: Output) -> Value:
    """Whether a single-hit table takes the outcome of a rule: True, False, or what leaves it open."""
    if not hits.may >> index & 1:
        return False
    if _has_several(table, hits):
        return _refuse_several(table, hits, clinical=True).value
    taken = take_rules(table, hits, output)
    if isinstance(taken, Unknown | Fault):
        return taken
    if index not in taken:
        return False
    return True if len(taken) == 1 else hits.partial or Unknown()


def order_by_rank(table: CompiledTable, rules: Sequence[int], output: Output) -> list[int] | Partial:
    """The rules by the listed priorities of their outputs, those of one rank in the order of the table."""
    ranks: dict[int, tuple[int, ...]] = {}
    unknown: list[Partial] = []
    for index in rules:
        rank = table.rank(output(index))
        if isinstance(rank, Unknown | Fault):
            unknown.append(rank)
        else:
            ranks[index] = rank
    return merge(unknown) or sorted(rules, key=ranks.__getitem__)


def conclude(table: CompiledTable, hits: Hits, output: Output, *, clinical: bool) -> Conclusion:
    """The outcome on which every set of matching rules that is consistent with the hits agrees; else what is open.

    `output` is asked for no rule that the policy does not need.
    """
    policy = table.table.hit_policy
    if policy.is_list or policy.aggregates:
        if not hits.is_settled:
            return Conclusion(hits.partial or Unknown())
        return _combine(table, list_bits(hits.sure), output, clinical)
    if _has_several(table, hits):
        return _refuse_several(table, hits, clinical=clinical)
    taken: tuple[int, ...] | Partial = (*list_bits(hits.may), *(() if hits.sure else (NO_RULE,)))
    if policy is not HitPolicy.ANY:
        taken = take_rules(table, hits, output)
    if isinstance(taken, Unknown | Fault):
        return Conclusion(taken)
    outcomes = [_give_nothing(table, output, clinical) if i == NO_RULE else Conclusion(output(i), (i,)) for i in taken]
    if len(outcomes) == 1:
        return outcomes[0]
    return _agree(table, hits, outcomes, clinical)


def _agree(table: CompiledTable, hits: Hits, outcomes: list[Conclusion], clinical: bool) -> Conclusion:
    """The outcome that all of the possible ones are."""
    rules = tuple(index for outcome in outcomes for index in outcome.rules)
    sure = tuple(index for index in rules if hits.sure >> index & 1)
    partial = merge(found for outcome in outcomes if (found := find_partial(outcome.value)) is not None)
    known = {key_value(outcome.value) for outcome in outcomes if find_partial(outcome.value) is None}
    if table.table.hit_policy is HitPolicy.ANY:
        given = {key_value(outcome.value) for outcome in outcomes if set(outcome.rules) & set(sure)}
        if partial is None and len(given) > 1:
            message = "the matching rules give different outputs, where the table says Any"
            return _fail(table, message, sure, clinical)
    if partial is None and len(known) == 1:
        return Conclusion(outcomes[0].value, sure or rules)
    if hits.is_settled and partial is not None:
        return Conclusion(partial, rules)
    return Conclusion(hits.partial or partial or Unknown())


def _has_several(table: CompiledTable, hits: Hits) -> bool:
    return table.table.hit_policy is HitPolicy.UNIQUE and bool(hits.sure & (hits.sure - 1))


def _refuse_several(table: CompiledTable, hits: Hits, *, clinical: bool) -> Conclusion:
    violation = "more than one rule matches, where the table says Unique"
    return _fail(table, violation, list_bits(hits.sure), clinical)


def _combine(table: CompiledTable, matches: list[int], output: Output, clinical: bool) -> Conclusion:
    """The outcome of a policy that takes all matches."""
    policy = table.table.hit_policy
    if not matches:
        return _give_nothing(table, output, clinical)
    ordered = order_by_rank(table, matches, output) if policy is HitPolicy.OUTPUT_ORDER else matches
    if isinstance(ordered, Unknown | Fault):
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
    """The outcome where no rule matches: the Default, else what the policy gives of nothing."""
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
    return Conclusion(Fault((keep_cause(error),)), (), error)


def _fail(table: CompiledTable, violation: str, rules: Sequence[int], clinical: bool) -> Conclusion:
    """A broken hit policy, with the rules that broke it."""
    named = ", ".join(table.table.rules[index].id for index in rules)
    error = _describe(table, f"{violation}: {named}")
    return Conclusion(Fault((keep_cause(error),)) if clinical else None, tuple(rules), error)


def _describe(table: CompiledTable, what: str) -> Cause:
    place = Source("", table.table.origin)
    return Cause(f"{table.table.name}: {what}" if table.table.name else what, place, place.span)
