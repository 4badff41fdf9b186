"""The universe of all possible records, and the display of single ones."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from dmn_engine.check.bounds import MOST_CHOICES, OPEN, Bounds, Choices
from dmn_engine.check.proof import Claim, Prover, Verdict
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.names import read_names
from dmn_engine.compile.regions import OTHER_TEXT
from dmn_engine.diagnostics import Source
from dmn_engine.evaluate.decision_diagram import BudgetExceeded, Diagram, Leaf, find_path, list_paths, list_values
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.symbolic import CLOCK, Symbolic
from dmn_engine.feel.syntax import Expression
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable
from dmn_engine.model.unknown import ErrorValue, Unknown, find_partial
from dmn_engine.model.value_text import show_value

_MOST_PATHS = 60  # to what a diagram leaves open


@dataclass
class Universe:
    """The graph with all fields open, or, for one case, with the fields of `record` given.

    `null_listed` are the fields among whose values a model lists null.
    """

    graph: Graph
    record: Mapping[str, Value] = field(default_factory=dict)
    null_listed: frozenset[str] = frozenset()
    symbolic: Symbolic = field(init=False)
    _reached: dict[str, Diagram] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.symbolic = Symbolic(self.graph, self.record, in_proof=True)

    @cached_property
    def tables(self) -> Mapping[str, DecisionTable]:
        """The tables to check: those that depend on a decision with errors are checked once it is corrected."""
        unusable = self.graph.tables.unusable.keys()
        return {
            name: table
            for name, table in self.graph.tables.tables.items()
            if not unusable or unusable.isdisjoint(self.list_fields(name))
        }

    def reach(self, name: str) -> Diagram:
        """The condition under which a possible patient's evaluation reaches the decision."""
        found = self._reached.get(name)
        if found is None:
            symbolic = self.symbolic
            found = self._reached[name] = symbolic.conjoin(symbolic.care, symbolic.reached(name))
        return found

    def find_record(self, diagram: Diagram, wanted: Callable[[Value], bool]) -> dict[str, Value] | None:
        """A smallest record for which the diagram's value satisfies `wanted`; None if there is none."""
        path = find_path(diagram, wanted)
        if path is None:
            return None
        diagrams = self.symbolic.diagrams
        simple = diagrams.simplify(diagram, self.symbolic.care)
        for level in sorted(path, reverse=True):
            fewer = {key: region for key, region in path.items() if key != level}
            if all(map(wanted, list_values(diagrams.restrict(simple, fewer)))):
                path = fewer
        order = self.graph.field_order
        found = {order[level]: self.graph.regions(order[level])[index] for level, index in sorted(path.items())}
        return {**self.record, **found}

    def split(self) -> Iterator[Universe]:
        """A universe for each region of the first open field that no cell computes with; their union is this one."""
        for name in self.graph.field_order:
            if name not in self.record and self.graph.is_exact(name):
                for value in self.graph.regions(name):
                    yield Universe(self.graph, {**self.record, name: value})
                return

    def complete(self, record: Mapping[str, Value]) -> dict[str, Value] | None:
        """The record of a possible patient with these values, and a value for each other field; None if none was found.

        A field that cannot be divided into regions stays missing.
        """
        graph = self.graph
        given = {**record, **self.record}
        path = self._find_possible(given)
        if path is None:
            return None
        full = {name: regions[0] for name in graph.tables.dictionary.fields if (regions := graph.regions(name))}
        full |= {graph.field_order[level]: graph.regions(graph.field_order[level])[at] for level, at in path.items()}
        full |= given
        for item in graph.tables.dictionary.fields.values():
            value = full.get(item.name)
            if item.accepts is not None and value not in (None, OTHER_TEXT) and not item.accepts(value):
                return None
        for constraint in graph.tables.dictionary.constraints:
            missing = {name: graph.regions(name) for name in constraint.fields if name not in self.record}
            if not constraint.is_possible({name: full.get(name) for name in constraint.fields}, missing):
                return None
        return full

    def may_hold_patient(self, record: Mapping[str, Value]) -> bool:
        """Whether a possible patient may have values of the regions in which these lie."""
        return self._find_possible({**record, **self.record}) is not None

    def _find_possible(self, given: Mapping[str, Value]) -> dict[int, int] | None:
        levels = self.symbolic.levels
        here = {name: self.graph.locate(name, value) for name, value in given.items() if name in levels}
        known = {levels[name]: region for name, region in here.items() if region is not None}
        return find_path(self.symbolic.diagrams.restrict(self.symbolic.care, known), lambda value: value is not False)

    def prove(self, diagram: Diagram, is_open: Callable[[Value], bool], claim: Claim, *fields: str) -> Verdict:
        """Prove or refute a claim, by bounds and concrete records, where the diagram's leaf is open.

        Elsewhere the diagram has proved it. Boxes are split by what the leaves compute with, and by `fields`.
        """
        paths = list(itertools.islice(list_paths(diagram, is_open), _MOST_PATHS + 1))
        prover = Prover(self.graph, self.complete, self.may_hold_patient, self.bound_outcomes)
        if not paths or prover.is_bound(claim, prover.open_box(self.record, {})):
            return Verdict(True)
        order = self.graph.field_order
        boxes = [
            prover.open_box(self.record, {order[level]: index for level, index in path.items()})
            for path in paths[:_MOST_PATHS]
        ]
        found = prover.prove(claim, boxes, dict.fromkeys((*self.list_computed(diagram), *fields)))
        return replace(found, holds=False) if len(paths) > _MOST_PATHS else found

    def bound_outcomes(self, name: str) -> Bounds:
        """The values that a decision has for possible patients, if they are finitely many, and no errors."""
        with suppress(BudgetExceeded):
            values = list_values(self.symbolic.diagrams.simplify(self.symbolic.value(name), self.symbolic.care))
            if len(values) <= MOST_CHOICES and not any(map(find_partial, values)):
                return Choices(tuple(values))
        return OPEN

    def list_computed(self, diagram: Diagram) -> tuple[str, ...]:
        """The fields that the open leaves of a diagram compute with."""
        partials = [find_partial(value) for value in list_values(diagram)]
        needs = {name for partial in partials if isinstance(partial, Unknown) for name in partial.needs}
        fields = [name for name in self.graph.field_order if name in needs]
        return (*fields, CLOCK) if CLOCK in needs else tuple(fields)

    def list_computations(self, fields: Iterable[str], decisions: Iterable[str]) -> tuple[tuple[Source, str], ...]:
        """The cells of these decisions, and allowed values, that compute with these fields, with words on each."""
        tables = [self.tables[name] for name in decisions if name in self.tables]
        limits = [each for each in self.graph.tables.dictionary.constraints if each.computes and each.source]
        found: dict[tuple[Source, str], None] = {}
        for name in fields:
            sources = [source for table in tables for source in self.graph.list_computations(name, table)]
            sources += [each.source for each in limits if each.source and name in each.fields]
            found.update(dict.fromkeys((source, f"computes with {self.title(name)}") for source in sources))
        return tuple(found)

    def never_answers(self, name: str) -> bool:
        """Whether a table has rules, none of which matches for any possible patient, and no default."""
        table, symbolic = self.graph.table(name), self.symbolic
        if not table.outputs or table.has_default:
            return False
        try:
            guards = [symbolic.conjoin(symbolic.care, guard) for guard in symbolic.guards(name)]
        except BudgetExceeded:
            return False
        return all(value is False or isinstance(value, ErrorValue) for guard in guards for value in list_values(guard))

    def list_decisions(self, node: Expression) -> tuple[str, ...]:
        """The decisions that an expression depends on."""
        names = [name for name in read_names(node) if self.graph.is_decision(name)]
        return tuple(dict.fromkeys(each for name in names for each in self.graph.reach(name)))

    def list_fields(self, name: str) -> frozenset[str]:
        """The fields and decisions that a decision depends on."""
        return frozenset(read for each in self.graph.reach(name) for read in self.graph.list_reads(each))

    def list_inputs(self, name: str) -> tuple[str, ...]:
        """The fields that a decision depends on, in asking order, without decisions."""
        below = self.list_fields(name)
        return tuple(each for each in self.graph.field_order if each in below)

    def limit(self, record: Mapping[str, Value], name: str) -> dict[str, Value]:
        """The part of a record that a decision depends on."""
        below = self.list_fields(name)
        return {each: value for each, value in record.items() if each in below}

    def show_titles(self, fields: Iterable[str]) -> str:
        """Names of fields for a reader."""
        return " and ".join(map(self.title, fields)) or "its input"

    def title(self, name: str) -> str:
        """The title of a field."""
        item = self.graph.tables.dictionary.fields.get(name)
        return name if item is None else item.title

    def show_record(self, record: Mapping[str, Value]) -> str:
        """The text of a record: titles and values."""
        parts = [f"{self.title(name)} = {show_value(value)}" for name, value in record.items()]
        return "; ".join(parts) or "any patient"

    def show_inputs(self, name: str, record: Mapping[str, Value]) -> str:
        """The input values of a decision's columns for the record, without open columns."""
        values = [self.meet(name, index, record) for index in range(len(self.tables[name].inputs))]
        if any(isinstance(find_partial(value), Unknown) for leaf in values for value in list_values(leaf)):
            answer = Evaluation(self.graph, record, clinical=True).decide(name)
            values = list(map(self.symbolic.diagrams.leaf, answer.met))
        parts = [
            f"{column.label} = {show_value(met.value)}"
            for column, met in zip(self.tables[name].inputs, values, strict=True)
            if isinstance(met, Leaf) and find_partial(met.value) is None
        ]
        return "; ".join(dict.fromkeys(parts)) or "every patient"

    def meet(self, name: str, index: int, record: Mapping[str, Value]) -> Diagram:
        """The input value of column `index` of a decision for the record, as far as it is known."""
        levels = {each: level for each, level in self.symbolic.levels.items() if each in record}
        here = {level: self.graph.locate(each, record[each]) for each, level in levels.items()}
        known = {level: region for level, region in here.items() if region is not None}
        return self.symbolic.diagrams.restrict(self.symbolic.input(name, index), known)

    def evaluate(self, record: Mapping[str, Value]) -> Evaluation:
        """The concrete evaluation of a record."""
        return Evaluation(self.graph, record, clinical=self.graph.clinical)
