"""Results from answers and diagrams: what is determined, what is still possible, what decides, by which rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dmn_engine.compile.graph import Graph
from dmn_engine.compile.hit_policy import NO_RULE
from dmn_engine.compile.table import CompiledTable
from dmn_engine.compile.table_evaluation import Answer
from dmn_engine.evaluate.decision_diagram import BudgetExceeded, Diagram, Leaf, list_values
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.symbolic import Item, Symbolic
from dmn_engine.feel.errors import EvaluationError, distinct
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import HitPolicy, Workbook
from dmn_engine.model.result import Candidate, Condition, DecisionResult, FiredRule, Status
from dmn_engine.model.unknown import ErrorValue, Unknown, find_partial, key_value


@dataclass(slots=True)
class Solver:
    """The builder of the results of one record."""

    graph: Graph
    evaluation: Evaluation
    _symbolic: Symbolic | None = None
    _results: dict[str, DecisionResult] = field(default_factory=dict)
    _met: dict[str, list[tuple[Value, bool]]] = field(default_factory=dict)

    @property
    def symbolic(self) -> Symbolic:
        """The diagrams over the missing fields, made when first needed."""
        if self._symbolic is None:
            self._symbolic = Symbolic(self.graph, self.evaluation.record)
        return self._symbolic

    def solve_all(self, name: str) -> dict[str, DecisionResult]:
        """The results of a decision and of all decisions that its evaluation reached, in the order of need."""
        self.evaluation.decide(name)
        order = self.graph.reach(name)
        while waiting := [each for each in order if each in self.evaluation.answers and each not in self._results]:
            for each in waiting:
                self.solve(each)
        return {each: self._results[each] for each in order if each in self._results}

    def solve(self, name: str) -> DecisionResult:
        """The result of one decision that was reached."""
        found = self._results.get(name)
        if found is None:
            answer = self.evaluation.answers[name]
            if answer.is_whole or not self.evaluation.clinical:
                found = self._report_answer(name, answer)
            elif isinstance(answer.partial, ErrorValue):
                rules = tuple(self._fire_through(name, answer))
                found = self._conclude(name, None, Status.ERROR, rules, errors=answer.partial.errors)
            else:
                found = self._report_open(name)
            self._results[name] = found
        return found

    def _report_answer(self, name: str, answer: Answer) -> DecisionResult:
        """The result of a complete answer. In mode dmn a null with a reason, here or below, is an error."""
        errors = () if self.evaluation.clinical else (*answer.inherited, *distinct(answer.errors))
        return DecisionResult(
            name,
            answer.value,
            Status.ERROR if answer.value is None and errors else Status.DETERMINED,
            _unique(self._fire_through(name, answer)),
            is_list=self.graph.is_list(name),
            inputs=self._list_inputs(name),
            errors=tuple(dict.fromkeys(errors)),
        )

    def _fire_through(self, name: str, answer: Answer) -> Iterator[FiredRule]:
        """The rules that gave an answer, and the rules of a decision that one of them uses."""
        for part in answer.parts:
            yield from fire_answer(part, self.graph.tables.workbooks)
        rules = (NO_RULE,) if answer.unmatched and answer.error is None else answer.rules
        for index in rules:
            if answer.error is not None:
                yield self.fire(name, index)
            else:
                yield from self._fire_rule(name, index)

    def _fire_rule(self, name: str, index: int) -> Iterator[FiredRule]:
        """A rule that gave the answer (none for the row Default), with the rules of decisions that its output uses."""
        table = self.graph.table(name)
        if index != NO_RULE:
            yield self.fire(name, index)
        for cell in table.row(index):
            used = None if cell is None else self.graph.find_used(cell.cell)
            if used is not None:
                self.evaluation.use(used)
                if used in self.evaluation.answers:
                    yield from self.solve(used).rules

    def _fire_each(self, name: str, rules: Iterable[int]) -> tuple[FiredRule, ...]:
        return tuple(rule for index in rules for rule in self._fire_rule(name, index))

    def _report_open(self, name: str) -> DecisionResult:
        """The result of a decision that missing fields leave open: any of them, if its diagrams are too large."""
        try:
            return self._report_items(name) if self.graph.is_list(name) else self._report_outcomes(name)
        except BudgetExceeded:
            return self._conclude(name, None, Status.UNDETERMINED, needs=self.symbolic.list_missing_below(name))

    def _report_outcomes(self, name: str) -> DecisionResult:
        """The result of a decision with a single value."""
        symbolic = self.symbolic
        value = symbolic.diagrams.simplify(symbolic.value(name), symbolic.care)
        outcomes = list_values(value)
        errors = _list_errors(outcomes)
        needs = symbolic.needs(value)
        candidates = tuple(self._list_candidates(name, outcomes, needs))
        selected = self._list_routes(name)
        certain = self._fire_each(name, [index for index, sure in selected if sure])
        if isinstance(value, Leaf) and find_partial(value.value) is None:
            rules = certain or self._fire_each(name, [index for index, _ in selected])
            return self._conclude(name, value.value, Status.DETERMINED, rules)
        only_errors = all(isinstance(find_partial(outcome), ErrorValue) for outcome in outcomes)
        status = Status.ERROR if only_errors else Status.UNDETERMINED
        return self._conclude(name, None, status, certain, needs, candidates, errors)

    def _list_candidates(self, name: str, outcomes: list[Value], needs: tuple[str, ...]) -> Iterator[Candidate]:
        """The candidate values by rule, if rules can be distinguished, else the values alone."""
        symbolic = self.symbolic
        possible = {key_value(value) for value in outcomes}
        seen: set[object] = set()
        by_rule = name not in self.graph.logic and not self.graph.table(name).table.hit_policy.aggregates
        for index, sure in self._list_selected(name) if by_rule else ():
            row, guard = symbolic.row(name, index), symbolic.selections(name)[index]
            values, value_needs = self._list_given(row, symbolic.care, guard)
            for value in values:
                if key_value(value) in possible and not isinstance(find_partial(value), ErrorValue):
                    seen.add(key_value(value))
                    rule_needs = () if sure else self._rule_needs(name, index)
                    all_needs = self.symbolic.order({*value_needs, *rule_needs})
                    yield Candidate(value, False, all_needs, self.fire(name, index), rule_needs)
        for value in outcomes:
            if key_value(value) not in seen and not isinstance(find_partial(value), ErrorValue):
                yield Candidate(value, False, needs)

    def _rule_needs(self, name: str, index: int) -> tuple[str, ...]:
        """The fields that decide whether the rule gives the value."""
        symbolic = self.symbolic
        return symbolic.needs(symbolic.diagrams.simplify(symbolic.selections(name)[index], symbolic.care))

    def _list_given(self, value: Diagram, care: Diagram, guard: Diagram) -> tuple[list[Value], tuple[str, ...]]:
        """The values of a rule where `care` and it may match, and the fields that decide between them."""
        given = self.symbolic.diagrams.apply(_may_be_in, care, guard)
        if not self.symbolic.diagrams.can_hold(given):
            return [], ()
        narrowed = self.symbolic.diagrams.simplify(value, given)
        return list_values(narrowed), self.symbolic.needs(narrowed)

    def _list_selected(self, name: str) -> list[tuple[int, bool]]:
        """The rules that may give the value, and whether they surely do."""
        if name in self.graph.logic:
            return []
        symbolic = self.symbolic
        found = []
        try:
            selections = symbolic.selections(name)
        except BudgetExceeded:
            return []
        for index, guard in selections.items():
            values = list_values(symbolic.diagrams.simplify(guard, symbolic.care))
            if values == [True]:
                found.append((index, True))
            elif any(value is not False for value in values):
                found.append((index, False))
        return found

    def _list_routes(self, name: str) -> list[tuple[int, bool]]:
        """The rules that may give the value, and the row Default (NO_RULE), and whether they surely do."""
        found = self._list_selected(name)
        if name in self.graph.logic or not self.graph.table(name).has_default:
            return found
        values = list_values(self.symbolic.diagrams.simplify(self.symbolic.unmatched(name), self.symbolic.care))
        return found if values == [False] else [*found, (NO_RULE, values == [True])]

    def _report_items(self, name: str) -> DecisionResult:
        """The result of a decision whose value is a list."""
        symbolic = self.symbolic
        items = symbolic.items(name)
        fails = self._find_failing(items)
        sound = symbolic.diagrams.apply(_is_sound, symbolic.care, fails)
        found = [judged for item in items if (judged := self._judge_item(item, sound)) is not None]
        errors = tuple(dict.fromkeys(error for judged in found for error in judged.errors))
        handing = [] if self.graph.table(name).table.hit_policy.is_list else self._list_routes(name)
        routes = self._fire_each(name, [index for index, sure in handing if sure])
        rules = (*routes, *(rule for judged in found for rule in judged.rules if rule not in routes))
        if all(judged.settled for judged in found):
            whole = [judged.candidates[0].value for judged in found if judged.candidates]
            return self._conclude(name, whole, Status.DETERMINED, rules)
        joint = self._join_items(name, found)
        if isinstance(joint, Leaf) and find_partial(joint.value) is None:
            return self._conclude(name, joint.value, Status.DETERMINED, rules)
        certain = tuple(rule for rule in rules if rule in routes or any(rule in each.sure_rules for each in found))
        needs = self.symbolic.order(need for judged in found for need in judged.needs)
        if joint is not None:
            needs = tuple(need for need in symbolic.needs(joint) if need in needs)
        candidates = _unique_candidates(each for judged in found for each in judged.candidates)
        status = Status.UNDETERMINED if symbolic.diagrams.can_hold(sound) else Status.ERROR
        return self._conclude(name, None, status, certain, needs, candidates, errors)

    def _find_failing(self, items: tuple[Item, ...]) -> Diagram:
        """True where an item has an error, so that there is no list."""
        diagrams = self.symbolic.diagrams
        fails: Diagram = diagrams.leaf(False)
        for item in items:
            fails = diagrams.apply(_is_either, fails, diagrams.apply(_is_error, item.guard, item.value))
        return fails

    def _judge_item(self, item: Item, sound: Diagram) -> JudgedItem | None:
        """Whether the item is certain, possible or out (None); possible only where the list is `sound`."""
        symbolic = self.symbolic
        guard = symbolic.diagrams.simplify(item.guard, symbolic.care)
        holds = list_values(guard)
        if holds == [False]:
            return None
        sure = holds == [True]
        values, value_needs = self._list_given(item.value, symbolic.care, item.guard)
        errors = (*_list_errors(holds), *_list_errors(values))
        settled = sure and len(values) == 1 and find_partial(values[0]) is None
        needs = self.symbolic.order({*symbolic.needs(guard), *value_needs})
        rule = None if item.rule in (None, NO_RULE) else self.fire(item.decision, item.rule)
        rules = self._fire_each(item.decision, self._list_alike(item))
        shown, _ = self._list_given(item.value, sound, item.guard)
        candidates = tuple(
            Candidate(value, settled, needs, rule, symbolic.needs(guard))
            for value in shown
            if not isinstance(value, ErrorValue)
        )
        return JudgedItem(item, sure, settled, needs, candidates, rules, errors)

    def _list_alike(self, item: Item) -> list[int]:
        """The rule that gives the item, and of an Any table the others that match wherever it does."""
        if item.rule is None:
            return []
        symbolic, table = self.symbolic, self.graph.table(item.decision)
        if item.rule == NO_RULE or table.table.hit_policy is not HitPolicy.ANY:
            return [item.rule]
        guards = enumerate(symbolic.guards(item.decision))
        given = symbolic.diagrams.apply(_may_be_in, symbolic.care, item.guard)
        narrowed = [(index, symbolic.diagrams.simplify(guard, given)) for index, guard in guards]
        return [index for index, guard in narrowed if index == item.rule or list_values(guard) == [True]]

    def _join_items(self, name: str, found: list[JudgedItem]) -> Diagram | None:
        """The whole list, if it may be equal although its items come from different rules, or fail alike."""
        keys = [key_value(each.value) for judged in found for each in judged.candidates]
        if len(set(keys)) == len(keys) and not any(judged.errors for judged in found):
            return None
        return self.symbolic.diagrams.simplify(self.symbolic.value(name), self.symbolic.care)

    def _conclude(
        self,
        name: str,
        value: Value,
        status: Status,
        rules: tuple[FiredRule, ...] = (),
        needs: tuple[str, ...] = (),
        candidates: tuple[Candidate, ...] = (),
        errors: tuple[EvaluationError, ...] = (),
    ) -> DecisionResult:
        is_list, inputs = self.graph.is_list(name), self._list_inputs(name)
        return DecisionResult(
            name, value, status, _unique(rules), needs, candidates, is_list, inputs, tuple(dict.fromkeys(errors))
        )

    def fire(self, name: str, index: int) -> FiredRule:
        """The matched rule of a result: its cells, and the input values of its conditions."""
        return fire_rule(self.graph.table(name), index, self._list_met(name), self.graph.tables.workbooks)

    def _list_met(self, name: str) -> list[tuple[Value, bool]]:
        """The input values of a decision's columns (None if unknown), and whether each is known."""
        found = self._met.get(name)
        if found is None:
            answer = self.evaluation.answers.get(name)
            if answer is None:
                found = [(None, False)] * len(self.graph.table(name).columns)
            else:
                found = [(value, True) if find_partial(value) is None else (None, False) for value in answer.met]
            self._met[name] = found
        return found

    def _list_inputs(self, name: str) -> Mapping[str, Value]:
        logic = self.graph.logic.get(name)
        labels = [column.column.label for column in self.graph.table(name).columns] if logic is None else logic.requires
        met = self._list_met(name)
        return {
            label: value
            for label, (value, is_known) in zip(labels, met, strict=True)
            if is_known and label not in self.graph.functions
        }


def fire_answer(answer: Answer, workbooks: Mapping[str, Workbook]) -> Iterator[FiredRule]:
    """The rules of a table that gave its answer, or broke its hit policy."""
    assert answer.table is not None
    met = [(value, True) for value in answer.met]
    for index in answer.rules:
        yield fire_rule(answer.table, index, met, workbooks)


def note_unmatched(answers: Iterable[Answer]) -> Iterator[str]:
    """The tables of which no rule matches and that have no default, so that their value is null."""
    for answer in answers:
        yield from note_unmatched(answer.parts)
        if answer.table is not None and answer.unmatched and not answer.table.has_default:
            table = answer.table.table
            yield f"{table.name}: no rule matches, and the table has no default ({table.origin})"


def fire_rule(
    table: CompiledTable, index: int, met: Iterable[tuple[Value, bool]], workbooks: Mapping[str, Workbook]
) -> FiredRule:
    """A rule as a result shows it; `met` are the values that its columns met, and whether each is known."""
    rule, card = table.table.rules[index], table.card(index)
    conditions = tuple(
        Condition(label, text, cell, value, True if is_known or is_any else None)
        for (label, text, cell, is_any), (value, is_known) in zip(card.conditions, met, strict=True)
    )
    workbook = workbooks.get(table.table.file)
    status = rule.status or (workbook.status if workbook is not None else "")
    return FiredRule(table.table.name, rule.id, card.cells, rule.basis, rule.sources, status, rule.note, conditions)


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """An item of a list: surely in it or not, with one or several possible values."""

    item: Item
    sure: bool
    settled: bool
    needs: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    rules: tuple[FiredRule, ...]
    errors: tuple[EvaluationError, ...]

    @property
    def sure_rules(self) -> tuple[FiredRule, ...]:
        return self.rules if self.sure else ()


def _unique(rules: Iterable[FiredRule]) -> tuple[FiredRule, ...]:
    """Each rule once: decisions that are used on several ways have the same rules on each."""
    found: dict[tuple[str, str], FiredRule] = {}
    for rule in rules:
        found.setdefault((rule.table, rule.rule), rule)
    return tuple(found.values())


def _unique_candidates(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Each candidate once: several lists that one cell may compute have the same item."""
    found: dict[object, Candidate] = {}
    for each in candidates:
        rule = None if each.rule is None else (each.rule.table, each.rule.rule)
        found.setdefault((key_value(each.value), rule, each.certain, each.needs), each)
    return tuple(found.values())


def _is_either(left: Value, right: Value) -> bool:
    return left is True or right is True


def _is_sound(care: Value, fails: Value) -> bool:
    return care is True and fails is not True


def _may_be_in(sound: Value, guard: Value) -> bool:
    return sound is True and (guard is True or isinstance(guard, Unknown))


def _is_error(guard: Value, value: Value) -> bool:
    return isinstance(guard, ErrorValue) or (guard is True and isinstance(find_partial(value), ErrorValue))


def _list_errors(values: Iterable[Value]) -> tuple[EvaluationError, ...]:
    found: dict[EvaluationError, None] = {}
    for value in values:
        partial = find_partial(value)
        if isinstance(partial, ErrorValue):
            found.update(dict.fromkeys(partial.errors))
    return tuple(found)
