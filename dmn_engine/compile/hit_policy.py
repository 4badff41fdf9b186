"""What a hit policy makes of the rules that match (DMN 1.5, 8.2.8). Knows outputs and ranks, not cells or columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from dmn_engine.feel import operators
from dmn_engine.feel.values import FeelError, freeze
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import HitPolicy

Output = Callable[[int], Value]
Rank = Callable[[int], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value of a table, and the indices of the rules that gave it.

    `violation` says in words how the policy was broken; the value is then null and `rules` are the offenders.
    `matched` is False where no rule matched, so that a default (or a finding) takes its place.
    """

    value: Value
    rules: tuple[int, ...] = ()
    violation: str = ""
    matched: bool = True


def apply_hit_policy(policy: HitPolicy, matches: Sequence[int], output: Output, rank: Rank) -> Outcome:
    """Combine the matching rules, given by index in the order of the table.

    `output(i)` is the value of rule i (a context where the table has several output columns); it is called for no
    rule that the policy does not need. `rank(i)` orders outputs by the listed priorities, lowest tuple first.
    """
    if not matches:
        return _combine_none(policy)
    match policy:
        case HitPolicy.UNIQUE:
            if len(matches) > 1:
                return Outcome(None, tuple(matches), "more than one rule matches, where the table says Unique")
            return Outcome(output(matches[0]), (matches[0],))
        case HitPolicy.ANY:
            return _combine_any(matches, output)
        case HitPolicy.FIRST:
            return Outcome(output(matches[0]), (matches[0],))
        case HitPolicy.PRIORITY:
            best = min(matches, key=rank)
            return Outcome(output(best), (best,))
        case HitPolicy.RULE_ORDER | HitPolicy.COLLECT:
            return Outcome([output(index) for index in matches], tuple(matches))
        case HitPolicy.OUTPUT_ORDER:
            ordered = sorted(matches, key=rank)
            return Outcome([output(index) for index in ordered], tuple(ordered))
        case HitPolicy.COLLECT_COUNT:
            return Outcome(Decimal(len(matches)), tuple(matches))
        case HitPolicy.COLLECT_SUM | HitPolicy.COLLECT_MIN | HitPolicy.COLLECT_MAX:
            return _aggregate(policy, matches, [output(index) for index in matches])
    assert_never(policy)


def _combine_none(policy: HitPolicy) -> Outcome:
    if policy.is_list:
        return Outcome([], matched=False)
    if policy is HitPolicy.COLLECT_COUNT:
        return Outcome(Decimal(0), matched=False)
    return Outcome(None, matched=False)


def _combine_any(matches: Sequence[int], output: Output) -> Outcome:
    first = output(matches[0])
    key = freeze(first)
    if any(freeze(output(index)) != key for index in matches[1:]):
        return Outcome(None, tuple(matches), "the matching rules give different outputs, where the table says Any")
    return Outcome(first, tuple(matches))


def _aggregate(policy: HitPolicy, matches: Sequence[int], values: list[Value]) -> Outcome:
    total = values[0]
    try:
        for value in values[1:]:
            if policy is HitPolicy.COLLECT_SUM:
                total = operators.add(total, value)
            else:
                order = "<" if policy is HitPolicy.COLLECT_MIN else ">"
                total = value if operators.compare(order, value, total) else total
    except FeelError as error:
        return Outcome(None, tuple(matches), f"the outputs cannot be combined: {error}")
    if total is None:
        return Outcome(None, tuple(matches), "an output to be combined is null")
    return Outcome(total, tuple(matches))
