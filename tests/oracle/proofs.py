"""Unknown fields and findings by brute force: every complete record that a partial record may be, one after another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .evaluation import Cause, Evaluation, Outcome, list_failed, rank
from .model import (
    POINTS,
    Computed,
    EvaluationError,
    Field,
    Formula,
    Model,
    Point,
    Record,
    Safety,
    Span,
    Table,
    Use,
    Value,
)

Key = tuple[Value, ...]
SOME_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class Answer:
    """What a decision gives for a partial record: what all complete records agree on, and what decides between them."""

    status: str
    value: Value
    possible: tuple[Value, ...]
    certain_rules: frozenset[tuple[str, str]]
    possible_rules: frozenset[tuple[str, str]]
    errors: frozenset[Cause]
    deciding: frozenset[str]
    """Missing fields of which two possible records differ in nothing else, with different outcomes."""
    shielded: bool
    """Whether a table may have a value although a test failed; to call that an error is right too."""


class Space:
    """All possible complete records of a model, each evaluated once."""

    def __init__(self, model: Model, mode: str = "clinical") -> None:
        self.model, self.mode = model, mode
        self.names = [field.name for field in model.fields]
        self.domains = [points(model, field, mode) for field in model.fields]
        self.evaluations: dict[Key, Evaluation] = {}
        self.reached: dict[bool, list[set[str]]] = {}
        for key in itertools.product(*self.domains):
            record = dict(zip(self.names, key, strict=True))
            if all(combination.holds(record) for combination in model.impossible):
                self.evaluations[key] = Evaluation(model, record, mode)

    def completions(self, record: Record) -> Iterator[tuple[Key, Evaluation]]:
        """The complete records that a partial record may be; a given value may lie between the points."""
        fixed = [(place, record[name]) for place, name in enumerate(self.names) if name in record]
        if all(value in self.domains[place] for place, value in fixed):
            for key, evaluation in self.evaluations.items():
                if all(key[place] == value for place, value in fixed):
                    yield key, evaluation
            return
        choices = [[record[name]] if name in record else self.domains[place] for place, name in enumerate(self.names)]
        for key in itertools.product(*choices):
            whole = dict(zip(self.names, key, strict=True))
            if all(combination.holds(whole) for combination in self.model.impossible):
                yield key, Evaluation(self.model, whole, self.mode)

    def answer(self, record: Record, decision: str) -> Answer:
        evaluations = dict(self.completions(record))
        outcomes = {key: evaluation.outcome(decision) for key, evaluation in evaluations.items()}
        first = next(iter(outcomes.values()))
        named = [frozenset(outcome.rules) for outcome in outcomes.values()]
        errors = frozenset(cause for outcome in outcomes.values() for cause in outcome.errors)
        same = all(alike(outcome, first) for outcome in outcomes.values())
        possible: list[Value] = []
        for outcome in outcomes.values():
            if not outcome.failed and outcome.value not in possible:
                possible.append(outcome.value)
        return Answer(
            status="undetermined" if not same else "error" if first.failed else "determined",
            value=first.value if same else None,
            possible=() if same else tuple(possible),
            certain_rules=frozenset.intersection(*named),
            possible_rules=frozenset.union(*named),
            errors=errors,
            deciding=frozenset(
                name for place, name in enumerate(self.names) if name not in record and decides(outcomes, place)
            ),
            shielded=any(evaluation.shielded for evaluation in evaluations.values()),
        )

    def sufficient(self, record: Record, decision: str, known: frozenset[str]) -> bool:
        """Whether the outcome is the same for all completions that agree on the fields `known`."""
        groups: dict[Key, Outcome] = {}
        for key, evaluation in self.completions(record):
            group = tuple(value for name, value in zip(self.names, key, strict=True) if name in known)
            outcome = evaluation.outcome(decision)
            if not alike(groups.setdefault(group, outcome), outcome):
                return False
        return True

    # --- findings ---

    def reaching(self, table: Table, strict: bool) -> list[Evaluation]:
        """The evaluations that come to a table from the decisions that no other reads."""
        if strict not in self.reached:
            self.reached[strict] = [reached(each, strict) for each in self.evaluations.values()]
        pairs = zip(self.evaluations.values(), self.reached[strict], strict=True)
        return [evaluation for evaluation, names in pairs if table.name in names]

    def gaps(self, table: Table) -> list[Evaluation]:
        """Evaluations in which no rule of the table matches, although it needs one; all that it tests has a value."""
        if all(column.null for column in table.outputs):
            return []
        decisions = [name for name in table.tested if name not in self.names]
        return [
            each
            for each in self.reaching(table, True)
            if is_gap(each, table) and all(each.outcome(name).value is not None for name in decisions)
        ]

    def overlaps(self, table: Table, strict: bool) -> set[frozenset[str]]:
        """Pairs of rules of a Unique table that match one record, of an Any table with different outputs."""
        pairs: set[frozenset[str]] = set()
        for evaluation in self.reaching(table, strict):
            pairs.update(conflicts(evaluation, table))
        return pairs

    def dead_rules(self, table: Table) -> tuple[set[str], set[str]]:
        """Rules that no record fires, and those of them that are reported, although an error may leave them open.

        Those match for no record and are false for some; what is always open is the fault of something else.
        """
        every = {rule.id for rule in table.rules}
        fired, open_, matched, false = set[str](), set[str](), set[str](), set[str]()
        for evaluation in self.evaluations.values():
            here, failed = matching(evaluation, table), failing(evaluation, table)
            fired.update(selected(evaluation, table))
            open_.update(failed)
            matched.update(here)
            false.update(every.difference(here, failed))
        dead = every - fired
        return dead, dead - (open_ - (false - matched))

    def depends(self, name: str) -> tuple[bool, bool]:
        """Whether the outcome of some top depends on a field, and whether anything in a table may.

        A field that an impossible combination ties to others may count where one of them does.
        """
        place, sure = self.names.index(name), False
        tied = {name}
        for _ in self.model.impossible:
            pairs = [{each.field, each.other} for each in self.model.impossible]
            tied = tied.union(*(pair for pair in pairs if pair & tied))
        for top in self.model.tops:
            outcomes = {key: evaluation.outcome(top) for key, evaluation in self.evaluations.items()}
            sure = sure or decides(outcomes, place)
        groups: dict[Key, object] = {}
        for key, evaluation in self.evaluations.items():
            seen = [(evaluation.truths(table), evaluation.outcome(table.name)) for table in self.model.tables]
            rest = tuple(value for other, value in zip(self.names, key, strict=True) if other not in tied)
            if groups.setdefault(rest, seen) != seen:
                return sure, True
        return sure, False

    def refutations(self, safety: Safety) -> list[Record]:
        """Records for which a safety condition does not hold: it is false, null or an error."""
        refuted: list[Record] = []
        for evaluation in self.evaluations.values():
            assert isinstance(safety.condition, Formula)
            try:
                held, _ = evaluation.compute(safety.condition, ("safety", safety.id))
            except EvaluationError:
                held = None
            if held is not True:
                refuted.append(evaluation.fields)
        return refuted


def alike(first: Outcome, second: Outcome) -> bool:
    return first.failed == second.failed and first.value == second.value


def decides(outcomes: dict[Key, Outcome], place: int) -> bool:
    """Whether two records that differ in one field alone have different outcomes."""
    groups: dict[Key, Outcome] = {}
    for key, outcome in outcomes.items():
        rest = key[:place] + key[place + 1 :]
        if not alike(groups.setdefault(rest, outcome), outcome):
            return True
    return False


def is_gap(evaluation: Evaluation, table: Table) -> bool:
    """Whether no rule of the table matches, and it has no other outcome for that."""
    needed = not (table.is_list or table.policy == "C#" or any(column.default is not None for column in table.outputs))
    open_ = [cause for _, causes in evaluation.truths(table).values() for cause in causes]
    if evaluation.mode == "dmn":  # null is a value there, but not what stands for a value that is not allowed
        open_ = [cause for cause in open_ if cause[1] == "values"]
    return needed and not matching(evaluation, table) and not open_


def conflicts(evaluation: Evaluation, table: Table) -> set[frozenset[str]]:
    """The pairs of matching rules that break the hit policy of a Unique or Any table."""
    if table.policy not in ("U", "A"):
        return set()
    pairs = itertools.combinations(matching(evaluation, table), 2)
    return {frozenset(pair) for pair in pairs if table.policy == "U" or differs(evaluation, table, *pair)}


def reached(evaluation: Evaluation, strict: bool) -> set[str]:
    """The decisions that an evaluation comes to: those that conditions read and, in rules that count, outputs.

    With `strict`, a table that conflicts or has an error uses none.
    """
    found = set(evaluation.model.tops)
    for table in reversed(evaluation.model.tables):
        if table.name not in found:
            continue
        found |= table.tested
        rules = matching(evaluation, table) if table.policy == "P" else selected(evaluation, table)
        if strict and (conflicts(evaluation, table) or failing(evaluation, table)):
            continue
        if not strict:
            rules += failing(evaluation, table)
        cells = [cell for rule in table.rules if rule.id in rules for cell in rule.outputs]
        if not rules or (not strict and failing(evaluation, table)):
            cells += [column.default for column in table.outputs if column.default is not None]
        for cell in cells:
            found.update((cell.decision,) if isinstance(cell, Use) else cell.reads if isinstance(cell, Formula) else ())
    return found


def matching(evaluation: Evaluation, table: Table) -> list[str]:
    """The rules of which every entry holds."""
    return [name for name, (truth, _) in evaluation.truths(table).items() if truth]


def failing(evaluation: Evaluation, table: Table) -> list[str]:
    """The rules of which no entry is false, and some has an error."""
    return [name for name, (_, causes) in evaluation.truths(table).items() if causes]


def selected(evaluation: Evaluation, table: Table) -> list[str]:
    """The matching rules that count: of First the first, of Priority those of the highest rank.

    A rule of Priority whose output fails has no rank: it counts beside the highest of the others.
    """
    rules = matching(evaluation, table)
    if table.policy == "F":
        return rules[:1]
    if table.policy == "P" and len(rules) > 1:
        ranks = {name: rank_of(evaluation, table, name) for name in rules}
        known = [found for found in ranks.values() if found is not None]
        highest = next(name for name in rules if ranks[name] == min(known)) if known else ""
        return [name for name in rules if name == highest or ranks[name] is None]
    return rules


def rank_of(evaluation: Evaluation, table: Table, name: str) -> tuple[int, ...] | None:
    """The rank of a rule's output; None if the output fails."""
    try:
        value = evaluation.answer(table, next(rule for rule in table.rules if rule.id == name)).value
    except EvaluationError:
        return None
    return None if list_failed(value) else rank(table, value)


def differs(evaluation: Evaluation, table: Table, first: str, second: str) -> bool:
    """Whether two rules give different outputs for a record; an output that fails differs from no other."""
    rules = {rule.id: rule for rule in table.rules}
    try:
        values = [evaluation.answer(table, rules[name]).value for name in (first, second)]
        return bool(values[0] != values[1]) and not any(map(list_failed, values))
    except EvaluationError:
        return False


# --- domains ---------------------------------------------------------------------------------------------------------


def points(model: Model, field: Field, mode: str) -> list[Value]:
    """Values of a field, one at least of each region that the conditions of the model tell apart."""
    null = [None] if field.null or mode == "dmn" else []
    if field.kind == "boolean":
        return [True, False, *null]
    if field.kind == "list":
        return [*subsets(field.values), *null]
    if field.values:
        return [*field.values, *null]
    if field.kind == "string":
        raise ValueError(f"{field.name}: a free text has no finite domain")
    if field.kind == "date":
        days = [value for value in constants(model, field.name) if isinstance(value, date)]
        return [*sorted({day + timedelta(step) for day in days for step in (-1, 0, 1)} or {SOME_DAY}), *null]
    assert field.span is not None and field.span.low is not None and field.span.high is not None
    if field.kind == "integer":
        return [*(Decimal(n) for n in range(int(field.span.low), int(field.span.high) + 1)), *null]
    numbers = {value for value in constants(model, field.name) if isinstance(value, Decimal)}
    return [*between(field.span, numbers), *null]


def subsets(items: tuple[Value, ...]) -> list[Value]:
    return [
        tuple(item for item, taken in zip(items, choice, strict=True) if taken)
        for choice in itertools.product((False, True), repeat=len(items))
    ]


def between(span: Span, numbers: set[Point]) -> list[Point]:
    """The constants in a range, its ends, and the middle of each two neighbours."""
    assert span.low is not None and span.high is not None
    cuts = sorted({span.low, span.high, *(number for number in numbers if span.low < number < span.high)})
    values = [value for pair in itertools.pairwise(cuts) for value in (pair[0], (pair[0] + pair[1]) / 2)]
    return [value for value in [*values, cuts[-1]] if span.contains(value)]


def constants(model: Model, name: str) -> set[Point]:
    """The numbers or dates that columns and formulas which read a field compare it with."""
    found: set[Point] = set()
    for table in model.tables:
        for place, column in enumerate(table.inputs):
            if name in column.subject.reads:
                allowed = column.allowed.constants() if isinstance(column.allowed, Span) else column.allowed or ()
                found.update(value for value in allowed if isinstance(value, POINTS))
                found.update(number for rule in table.rules for number in rule.tests[place].constants())
    for formula in formulas(model):
        if name in formula.reads:
            found.update(formula.constants)
    for each in model.impossible:
        found.update(value for value in (*each.values, *each.allowed) if isinstance(value, POINTS))
    return found


def formulas(model: Model) -> Iterator[Formula]:
    """Every expression of a model."""
    for table in model.tables:
        yield from (column.subject for column in table.inputs)
        yield from (column.default for column in table.outputs if isinstance(column.default, Formula))
        for rule in table.rules:
            yield from (entry.formula for entry in rule.tests if isinstance(entry, Computed))
            yield from (cell for cell in rule.outputs if isinstance(cell, Formula))
    yield from (each.condition for each in model.safety if each.condition is not None)
