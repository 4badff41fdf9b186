"""Results of a DMN model: for each decision its value, the matched rules, and the reason for a null."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from dmn_engine.compile.boxed_table import Trace
from dmn_engine.compile.requirement_graph import Node, Requirement
from dmn_engine.compile.run import Run
from dmn_engine.compile.table_evaluation import Answer
from dmn_engine.feel.syntax import StringLiteral
from dmn_engine.feel.values import Cause
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable, Rule
from dmn_engine.model.definitions import Decision, InputData
from dmn_engine.model.result import Condition, DecisionResult, Failure, FiredRule, Status
from dmn_engine.model.unknown import keep_cause


@dataclass(slots=True)
class Recorder:
    """Evaluate nodes of a run and keep their results, in the order of evaluation.

    `missing` are the required inputs that are not in the record; `notes` accompany the answers.
    """

    run: Run
    trace: Trace
    review: Mapping[str, str]
    undeclared: Mapping[Node, Iterable[str]]
    decisions: dict[str, DecisionResult] = field(default_factory=dict)
    missing: dict[str, Value] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    _inputs: dict[tuple[int, Node], tuple[Failure, ...]] = field(default_factory=dict)

    def evaluate(self, run: Run, node: Node) -> None:
        """Compute the node in its run, after its requirements."""
        causes, tables = len(self.trace), len(self.trace.answers)
        for home, done in run.compute_each(Requirement(node)):
            self._keep(home, done, list_failures(self.trace[causes:]), self.trace.answers[tables:])
            causes, tables = len(self.trace), len(self.trace.answers)

    def _keep(self, run: Run, node: Node, failures: tuple[Failure, ...], tables: list[Answer]) -> None:
        match node.element:
            case InputData(name=name, variable=variable):
                self._inputs[id(run), node] = failures
                if name not in run.inputs and variable.text not in run.inputs:
                    self.missing[run.prefix + name] = None
            case Decision(name=name):
                for undeclared in self.undeclared.get(node, ()):
                    if undeclared not in run.inputs:
                        self.missing[run.prefix + undeclared] = None
                full = run.prefix + name
                inherited = [
                    failure
                    for requirement in node.requires
                    for failure in self._inputs.get((id(run.home_of(requirement)), requirement.node), ())
                ]
                errors = tuple(dict.fromkeys((*inherited, *failures)))
                found = self.describe(full, run.values[node], errors, tables, _list_met(run, node))
                self.decisions[full] = self._hand_over(found, run, node)

    def _hand_over(self, found: DecisionResult, run: Run, node: Node) -> DecisionResult:
        """The result with the reasons from required decisions.

        If it has no table and equals the result of one of them, that decision's rules gave it. If it is null and one of
        them has an error, so does this one, and the reason there comes first.
        """
        names = [run.home_of(item).prefix + item.node.element.name for item in node.requires]
        below = [self.decisions[name] for name in names if name in self.decisions]
        if found.value is None:
            reasons = (error for part in below if part.status is Status.ERROR for error in part.errors)
            errors = tuple(dict.fromkeys((*reasons, *found.errors)))
            found = replace(found, errors=errors, status=Status.ERROR if errors else found.status)
        if not found.rules:
            given = (rule for part in below if part.value is found.value for rule in part.rules)
            found = replace(found, rules=tuple(given))
        return found

    def describe(
        self,
        name: str,
        value: Value,
        errors: tuple[Failure, ...],
        tables: list[Answer],
        inputs: Mapping[str, Value],
    ) -> DecisionResult:
        """The result of a decision or call; a null with a reason is an error."""
        for traced in tables:
            if traced.unmatched and not traced.table.has_default:
                table = traced.table.table
                self.notes[f"{table.name}: no rule matches, and the table has no default ({table.origin})"] = None
        return DecisionResult(
            name,
            value,
            Status.ERROR if value is None and errors else Status.DETERMINED,
            tuple(fired for traced in tables for fired in self._fire(traced)),
            is_list=len(tables) == 1 and tables[0].table.table.hit_policy.is_list and isinstance(value, list),
            inputs=inputs,
            errors=errors,
        )

    def _fire(self, traced: Answer) -> Iterator[FiredRule]:
        table = traced.table.table
        for index in traced.rules:
            rule = table.rules[index]
            card = traced.table.card(index)
            conditions = tuple(
                Condition(label, text, cell, value, True)
                for (label, text, cell, _), value in zip(card.conditions, traced.met, strict=True)
            )
            status = rule.status or self.review.get(table.file, "")
            basis, sources, note = _read_annotations(table, rule)
            yield FiredRule(table.name, rule.id, card.cells, basis, sources, status, note, conditions)


def list_failures(causes: Iterable[Cause]) -> tuple[Failure, ...]:
    """The evaluation errors for the reasons of nulls, each once."""
    return tuple(dict.fromkeys(map(keep_cause, causes)))


def _list_met(run: Run, node: Node) -> dict[str, Value]:
    """The values of the inputs and decisions that the decision requires, by name."""
    met = {}
    for requirement in node.requires:
        home = run.home_of(requirement)
        if isinstance(requirement.node.element, Decision | InputData) and requirement.node in home.values:
            met[home.prefix + requirement.node.element.name] = home.values[requirement.node]
    return met


def _read_annotations(table: DecisionTable, rule: Rule) -> tuple[str, tuple[str, ...], str]:
    """Basis, sources and note of a rule, from its annotations; basis and source may also be outputs.

    An annotation with any other name is added to the note, under its name.
    """
    basis, sources, notes = "", [], []
    for name, text in (*_list_annotations(table, rule), *_list_stated(table, rule)):
        match name.casefold():
            case _ if not text:
                continue
            case "basis":
                basis = text
            case "source" | "sources":
                sources += _split_sources(text)
            case "note" | "":
                notes.append(text)
            case _:
                notes.append(f"{name}: {text}")
    return basis, tuple(sources), "; ".join(notes)


def _list_annotations(table: DecisionTable, rule: Rule) -> Iterator[tuple[str, str]]:
    for place, cell in enumerate(rule.annotations):
        name = table.annotations[place] if place < len(table.annotations) else ""
        yield name.strip(), cell.text.strip()


def _list_stated(table: DecisionTable, rule: Rule) -> Iterator[tuple[str, str]]:
    """The basis and source that a rule gives as outputs."""
    for column, cell in zip(table.outputs, rule.outputs, strict=True):
        name = column.label.strip()
        if name.casefold() in ("basis", "source") and isinstance(cell.expression, StringLiteral):
            yield name, cell.expression.value.strip()


def _split_sources(text: str) -> list[str]:
    """The reference ids in `[1,2]` or `[1], [2]`; any other text is one source."""
    if not _CITED.fullmatch(text):
        return [text]
    return [part.strip() for part in re.split(r"[\[\],]", text) if part.strip()]


_CITED = re.compile(r"(\[[^\[\]]+\][\s,]*)+")
