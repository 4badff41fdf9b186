"""Evaluates a complete record: value, status, matched rules and errors of every decision, cell by cell.

DMN 1.5, section 8.2, in mode `clinical` (an error is an error of all that depends on it) and in mode `dmn` (an error is
null, and its cause is kept). A rule whose test fails may match or not: the table has a value if both give the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from functools import reduce

from .model import (
    Cause,
    Computed,
    Constant,
    Dash,
    EvaluationError,
    Fail,
    Failed,
    Formula,
    Model,
    Output,
    Record,
    Row,
    Rule,
    Span,
    Table,
    Then,
    Use,
    Value,
    When,
)

AGGREGATES = ("C+", "C<", "C>", "C#")


@dataclass(frozen=True)
class Outcome:
    """The result of one decision: its value (None where it failed), the rules that gave it, and causes of errors."""

    value: Value
    failed: bool
    rules: tuple[tuple[str, str], ...]
    errors: frozenset[Cause]
    row: Row | None = None
    """The row of several outputs of which some failed."""


@dataclass(frozen=True)
class Part:
    """What a table or an output cell gives: a value, the rules behind it, and causes kept beside it."""

    value: Value
    rules: tuple[tuple[str, str], ...] = ()
    errors: frozenset[Cause] = frozenset()


class Evaluation:
    """One complete record in one mode; decisions are evaluated when they are first read."""

    def __init__(self, model: Model, record: Record, mode: str = "clinical") -> None:
        self.model, self.mode = model, mode
        self.fields = {field.name: record[field.name] for field in model.fields}
        self.outcomes: dict[str, Outcome] = {}
        self.found: dict[str, dict[str, tuple[bool, frozenset[Cause]]]] = {}
        self.shielded = False
        """Whether some table has a value although the test of a rule that may match failed."""

    def outcome(self, name: str) -> Outcome:
        if name not in self.outcomes:
            try:
                part = self.decide(self.model.table(name))
                if causes := list_failed(part.value):
                    row = part.value if isinstance(part.value, Row) else None
                    self.outcomes[name] = Outcome(None, True, (), causes, row)
                    return self.outcomes[name]
                failed = self.mode == "dmn" and part.value is None and bool(part.errors)
                self.outcomes[name] = Outcome(part.value, failed, part.rules, part.errors)
            except EvaluationError as failure:
                self.outcomes[name] = Outcome(None, True, (), failure.causes)
        return self.outcomes[name]

    # --- expressions ---

    def compute(self, formula: Formula, place: Cause) -> tuple[Value, frozenset[Cause]]:
        """The value of an expression; in mode dmn with the causes of its nulls."""
        causes: set[Cause] = set()
        value = formula.function(Scope(self), self.failing(place, causes))
        return value, self.inherited(formula) | causes

    def inherited(self, formula: Formula, asked: Value = None) -> frozenset[Cause]:
        """In mode dmn, the causes of decisions that are null by an error and that count for the value of a formula."""
        try:
            if self.mode == "dmn":
                formula.function(Scope(self, asked, strict=True), ignore)
        except EvaluationError as failure:
            return failure.causes
        return frozenset()

    def failing(self, place: Cause, causes: set[Cause]) -> Fail:
        """What an operation at a place does that has no value."""

        def fail(operand: set[Cause] | None = None) -> None:
            if self.mode == "clinical":
                raise EvaluationError(place)
            (causes if operand is None else operand).add(place)

        return fail

    # --- a table ---

    def decide(self, table: Table) -> Part:
        """What the table gives, with the rules that match for sure and those whose tests failed."""
        truths = self.truths(table)
        sure = [rule for rule in table.rules if truths[rule.id][0]]
        if self.mode == "dmn":
            part = self.conclude(table, sure)
            last = table.rules.index(sure[0]) + 1 if table.policy == "F" and sure else len(table.rules)
            kept = frozenset(cause for rule in table.rules[:last] for cause in truths[rule.id][1])
            return Part(part.value, part.rules, part.errors | kept)
        unsure = [(rule, truths[rule.id][1]) for rule in table.rules if truths[rule.id][1]]
        return self.conclude_unsure(table, sure, unsure)

    def truths(self, table: Table) -> dict[str, tuple[bool, frozenset[Cause]]]:
        """For each rule of a table whether it matches, and the causes where that has an error."""
        if table.name not in self.found:
            subjects = [self.subject(table, column, place) for place, column in enumerate(table.inputs)]
            self.found[table.name] = {rule.id: self.matches(table, rule, subjects) for rule in table.rules}
        return self.found[table.name]

    def subject(self, table: Table, column: When, number: int) -> tuple[Value, frozenset[Cause]]:
        """The value of an input column, or the causes why it has none."""
        try:
            value, causes = self.compute(column.subject, (table.name, "input", str(number)))
        except EvaluationError as failure:
            return None, failure.causes
        if value is None or allows(column.allowed, value):
            return value, causes
        return None, frozenset({(table.name, "values", str(number))})

    def matches(
        self, table: Table, rule: Rule, subjects: list[tuple[Value, frozenset[Cause]]]
    ) -> tuple[bool, frozenset[Cause]]:
        """Whether all entries hold; where none is false and some failed, the causes."""
        causes: set[Cause] = set()
        truth = True
        for number, (entry, (value, problems)) in enumerate(zip(rule.tests, subjects, strict=True)):
            if isinstance(entry, Dash):
                continue
            causes |= problems
            if problems and self.mode == "clinical":
                continue
            found: set[Cause] = set()
            place = (table.name, "test", rule.id, str(number))
            try:
                held = entry.holds(value, Scope(self, value), self.failing(place, found))
            except EvaluationError as failure:
                causes |= failure.causes
                continue
            if isinstance(entry, Computed):
                found |= self.inherited(entry.formula, value)
            causes |= found
            if not held and not found and not problems:
                return False, frozenset()
            truth = truth and bool(held)
        return truth and (not causes or self.mode == "dmn"), frozenset(causes)

    def conclude_unsure(self, table: Table, sure: list[Rule], unsure: list[tuple[Rule, frozenset[Cause]]]) -> Part:
        """The value if it does not depend on whether the rules whose tests failed match; else the causes that count."""
        if unsure and table.policy in AGGREGATES:  # each rule counts, whatever it would add
            raise EvaluationError(*(cause for _, problems in unsure for cause in problems))
        results: dict[tuple[bool, ...], Part | None] = {}
        failures: dict[tuple[bool, ...], frozenset[Cause]] = {}
        for choice in itertools.product((False, True), repeat=len(unsure)):
            taken = [rule for (rule, _), match in zip(unsure, choice, strict=True) if match]
            rules = [rule for rule in table.rules if rule in sure or rule in taken]
            try:
                results[choice] = self.conclude(table, rules)
            except EvaluationError as failure:
                results[choice], failures[choice] = None, failure.causes
        if not unsure:
            if failures:
                raise EvaluationError(*failures[()])
            return results[()] or Part(None)
        parts = list(results.values())
        if all(part is not None and parts[0] is not None and part.value == parts[0].value for part in parts):
            self.shielded = True
            return parts[0] or Part(None)
        counts = [problems for position, (_, problems) in enumerate(unsure) if differs_by(results, position)]
        if len(failures) == len(results):
            always = frozenset.intersection(*failures.values()) if table.policy in ("U", "A", "P", "F") else ()
            raise EvaluationError(*(always or (cause for _, problems in unsure for cause in problems)))
        raise EvaluationError(*(cause for problems in counts for cause in problems))

    def conclude(self, table: Table, rules: list[Rule]) -> Part:
        """What the hit policy makes of the rules that match."""
        policy = table.policy
        if not rules:
            return self.without_match(table)
        if policy == "U" and len(rules) > 1:
            return self.fail((table.name, "conflict"))
        if policy in ("U", "F"):
            return self.answer(table, rules[0])
        answers: list[Part] = []
        problems: set[Cause] = set()
        for rule in rules:
            try:
                answers.append(self.answer(table, rule))
            except EvaluationError as failure:
                problems |= failure.causes
        if policy != "A" or any(answer.value != answers[0].value for answer in answers):
            problems = problems.union(*(list_failed(answer.value) for answer in answers))
        if problems:
            raise EvaluationError(*problems)
        errors = frozenset(cause for answer in answers for cause in answer.errors)
        named = tuple(name for answer in answers for name in answer.rules)
        values = [answer.value for answer in answers]
        if policy == "A":
            if any(value != values[0] for value in values):
                return self.fail((table.name, "conflict"))
            return Part(values[0], named, errors)
        if policy in ("P", "O"):
            answers.sort(key=lambda answer: rank(table, answer.value))
            if policy == "P":
                return Part(answers[0].value, answers[0].rules, errors)
            named = tuple(name for answer in answers for name in answer.rules)
            return Part(tuple(answer.value for answer in answers), named, errors)
        if policy in ("R", "C"):
            return Part(tuple(values), named, errors)
        if policy == "C#":
            return Part(Decimal(len(values)), named, errors)
        if None in values:
            if errors and self.mode == "dmn":
                return Part(None, (), errors)
            return self.fail((table.name, "aggregate"))
        total = (
            reduce(Context(prec=34).add, values) if policy == "C+" else min(values) if policy == "C<" else max(values)
        )
        return Part(total, named, errors)

    def without_match(self, table: Table) -> Part:
        columns = table.outputs
        if any(column.default is not None for column in columns):
            parts = []
            for column in columns:
                place = (table.name, "default", column.label)
                parts.append(
                    Part(None) if column.default is None else self.member(table, column, column.default, place)
                )
            default = combine(columns, parts)
            return Part((default.value,), default.rules, default.errors) if table.is_list else default
        if table.is_list:
            return Part(())
        if table.policy == "C#":
            return Part(Decimal(0))
        if self.mode == "dmn":
            return Part(None)
        if all(column.null for column in columns):
            return Part(None)
        raise EvaluationError((table.name, "no match"))

    def answer(self, table: Table, rule: Rule) -> Part:
        """What one rule gives, itself named first."""
        parts = [
            self.member(table, column, cell, (table.name, "output", rule.id, column.label))
            for column, cell in zip(table.outputs, rule.outputs, strict=True)
        ]
        whole = combine(table.outputs, parts)
        return Part(whole.value, ((table.name, rule.id), *whole.rules), whole.errors)

    def member(self, table: Table, column: Then, cell: Output, place: Cause) -> Part:
        """The value of an output cell; of several, a failed one fails alone."""
        try:
            return self.output(column, cell, place)
        except EvaluationError as failure:
            if len(table.outputs) == 1:
                raise
            return Part(Failed(failure.causes))

    def output(self, column: Then, cell: Output, place: Cause) -> Part:
        """The value of an output cell, held to the column's type and row Values."""
        kept: frozenset[Cause] = frozenset()
        rules: tuple[tuple[str, str], ...] = ()
        try:
            match cell:
                case Constant(value):
                    pass
                case Formula():
                    value, kept = self.compute(cell, place)
                    named = [table.name for table in self.model.tables if table.name == cell.text]
                    rules = self.outcome(named[0]).rules if named else ()
                case Use(decision):
                    used = self.outcome(decision)
                    if used.failed and self.mode == "clinical":
                        raise EvaluationError(*used.errors)
                    value, rules, kept = used.value, used.rules, used.errors
        except EvaluationError as failure:
            return self.fail(*failure.causes)
        if value is None:
            if column.null or self.mode == "dmn":
                return Part(None, rules, kept)
            return self.fail(place)
        if not typed(column.kind, value) or not allows(column.allowed, value):
            return self.fail(place)
        return Part(value, rules, kept)

    def fail(self, *causes: Cause) -> Part:
        """An error: in mode dmn null with its causes."""
        if self.mode == "dmn":
            return Part(None, (), frozenset(causes))
        raise EvaluationError(*causes)


class Scope(Mapping[str, Value]):
    """What a formula reads: fields, decisions (evaluated when they are read), and the value of the column as `?`.

    A decision's name with a point after it is its row of outputs, of which some may have failed.

    In mode dmn a decision with an error is null, and a `EvaluationError` where this is `strict`.
    """

    def __init__(self, evaluation: Evaluation, asked: Value = None, strict: bool = False) -> None:
        self.evaluation, self.asked = evaluation, asked
        self.strict = strict or evaluation.mode == "clinical"

    def __getitem__(self, name: str) -> Value:
        if name == "?":
            return self.asked
        if name in self.evaluation.fields:
            return self.evaluation.fields[name]
        outcome = self.evaluation.outcome(name.rstrip("."))
        if name.endswith(".") and outcome.row is not None:
            return outcome.row
        if outcome.failed and self.strict:
            raise EvaluationError(*outcome.errors)
        return outcome.value

    def __iter__(self) -> Iterator[str]:
        return iter(self.evaluation.fields)

    def __len__(self) -> int:
        return len(self.evaluation.fields)


def ignore(operand: set[Cause] | None = None) -> None:
    """What an operation does that has no value, where its cause is known."""


def list_failed(value: Value) -> frozenset[Cause]:
    """The causes of the outputs of a row, or of rows in a list, that failed."""
    rows = value if isinstance(value, tuple) and not isinstance(value, Row) else (value,)
    members = [member for row in rows if isinstance(row, Row) for _, member in row]
    return frozenset(cause for member in members if isinstance(member, Failed) for cause in member.causes)


def combine(columns: tuple[Then, ...], parts: list[Part]) -> Part:
    """The values of several output columns as one row; of one column, its value."""
    errors = frozenset(cause for part in parts for cause in part.errors)
    rules = tuple(name for part in parts for name in part.rules)
    if len(columns) == 1:
        return Part(parts[0].value, rules, errors)
    row = Row((column.label, part.value) for column, part in zip(columns, parts, strict=True))
    return Part(row, rules, errors)


def differs_by(results: dict[tuple[bool, ...], Part | None], position: int) -> bool:
    """Whether it changes the result, for some choice of the others, that the rule at a position matches.

    The output of a rule differs from the result without a match, also if both are null.
    """
    for choice, first in results.items():
        second = results[(*choice[:position], not choice[position], *choice[position + 1 :])]
        if first is None or second is None:
            if first is not second:
                return True
        elif first.value != second.value or bool(first.rules) is not bool(second.rules):
            return True
    return False


def allows(allowed: tuple[Value, ...] | Span | None, value: Value) -> bool:
    """Whether a value that is not null is among allowed values; of a list, whether each item is."""
    if allowed is None:
        return True
    if isinstance(value, tuple):
        return all(allows(allowed, item) for item in value)
    return allowed.contains(value) if isinstance(allowed, Span) else value in allowed


def typed(kind: str, value: Value) -> bool:
    numbers = {"number": Decimal, "integer": Decimal}
    expected = {"string": str, "boolean": bool, "list": tuple, "date": date, **numbers}.get(kind)
    return expected is None or isinstance(value, expected)


def rank(table: Table, value: Value) -> tuple[int, ...]:
    """The place of an output among the listed values, the first column first; null and what is not listed come last."""
    cells = [value] if len(table.outputs) == 1 else [cell for _, cell in value]
    places = []
    for column, cell in zip(table.outputs, cells, strict=True):
        listed = column.allowed if isinstance(column.allowed, tuple) else ()
        places.append(listed.index(cell) if cell in listed else len(listed))
    return tuple(places)
