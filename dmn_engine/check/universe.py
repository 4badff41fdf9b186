"""Every possible record at once, and how to show one of them. Knows diagrams and fields, not what is checked."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from dmn_engine.check.proof import Claim, Prover, Verdict
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.names import read_names
from dmn_engine.diagnostics import Source
from dmn_engine.evaluate.decision_diagram import Diagram, find_path, list_paths, list_values
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.symbolic import Symbolic, is_possible
from dmn_engine.feel.syntax import Expression
from dmn_engine.feel.values import format_value
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable
from dmn_engine.model.unknown import Unknown, find_partial

_MOST_PATHS = 60  # to what a diagram leaves open


@dataclass(slots=True)
class Universe:
    """The graph with all fields open, or, as one case of it, with those of `record` given."""

    graph: Graph
    record: Mapping[str, Value] = field(default_factory=dict)
    symbolic: Symbolic = field(init=False)
    _reached: dict[str, Diagram] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.symbolic = Symbolic(self.graph, self.record)

    @property
    def tables(self) -> Mapping[str, DecisionTable]:
        return self.graph.tables.tables

    def reach(self, name: str) -> Diagram:
        """True where a possible patient's evaluation comes to the decision."""
        found = self._reached.get(name)
        if found is None:
            symbolic = self.symbolic
            found = self._reached[name] = symbolic.conjoin(symbolic.care, symbolic.reached(name))
        return found

    def find_record(self, diagram: Diagram, wanted: Callable[[Value], bool]) -> dict[str, Value] | None:
        """A record of as few fields as show it for which the diagram's value is wanted; None where there is none."""
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
        """A universe for each region of the first open field that none computes with: together they are this one."""
        for name in self.graph.field_order:
            if name not in self.record and self.graph.is_exact(name):
                for value in self.graph.regions(name):
                    yield Universe(self.graph, {**self.record, name: value})
                return

    def complete(self, record: Mapping[str, Value]) -> dict[str, Value] | None:
        """The record of a possible patient with these values, and a value for each other field; None if there is none.

        A field that cannot be divided into regions stays missing.
        """
        graph, levels = self.graph, self.symbolic.levels
        given = {**record, **self.record}
        here = {name: graph.locate(name, value) for name, value in given.items() if name in levels}
        known = {levels[name]: region for name, region in here.items() if region is not None}
        path = find_path(self.symbolic.diagrams.restrict(self.symbolic.care, known), lambda value: value is True)
        if path is None:
            return None
        full = {name: regions[0] for name in graph.tables.vocabulary.fields if (regions := graph.regions(name))}
        full |= {graph.field_order[level]: graph.regions(graph.field_order[level])[at] for level, at in path.items()}
        full |= given
        for constraint in graph.tables.vocabulary.constraints:
            missing = {name: graph.regions(name) for name in constraint.fields if name not in self.record}
            if not is_possible(constraint, {name: full.get(name) for name in constraint.fields}, missing):
                return None
        return full

    def prove(self, diagram: Diagram, is_open: Callable[[Value], bool], claim: Claim) -> Verdict:
        """Prove a claim where the diagram's leaf is open, by bounds and concrete records, or refute it.

        Elsewhere the diagram has proved it.
        """
        paths = list(itertools.islice(list_paths(diagram, is_open), _MOST_PATHS + 1))
        order = self.graph.field_order
        prover = Prover(self.graph, self.complete)
        boxes = [
            prover.open_box(self.record, {order[level]: index for level, index in path.items()})
            for path in paths[:_MOST_PATHS]
        ]
        found = prover.prove(claim, boxes, self.list_computed(diagram))
        return replace(found, holds=False) if len(paths) > _MOST_PATHS else found

    def list_computed(self, diagram: Diagram) -> tuple[str, ...]:
        """The fields that what a diagram leaves open computes with."""
        partials = [find_partial(value) for value in list_values(diagram)]
        needs = {name for partial in partials if isinstance(partial, Unknown) for name in partial.needs}
        return tuple(name for name in self.graph.field_order if name in needs)

    def list_computations(self, fields: Iterable[str]) -> tuple[tuple[Source, str], ...]:
        """The cells that compute with these fields, with words on each."""
        return tuple(
            (source, f"computes with {self.title(name)}")
            for name in fields
            for source in self.graph.list_computations(name)
        )

    def list_below(self, node: Expression) -> frozenset[str]:
        """The fields that an expression reads, itself or in decisions."""
        names = read_names(node)
        reached = {each for name in names if self.graph.is_decision(name) for each in self.graph.reach(name)}
        return frozenset((*names, *(read for each in reached for read in self.graph.list_reads(each))))

    def title(self, name: str) -> str:
        """A field's name for a reader."""
        item = self.graph.tables.vocabulary.fields.get(name)
        return name if item is None else item.title

    def show_record(self, record: Mapping[str, Value]) -> str:
        """The record for a reader: titles and values."""
        parts = [f"{self.title(name)} = {show_value(value)}" for name, value in record.items()]
        return "; ".join(parts) or "any patient"

    def show_inputs(self, name: str, record: Mapping[str, Value]) -> str:
        """What the columns of a decision's table meet for the record; columns that it leaves open are not named."""
        table = self.tables[name]
        met = Evaluation(self.graph, record, clinical=True).decide(name).met
        parts = [
            f"{column.label} = {show_value(value)}"
            for column, value in zip(table.inputs, met, strict=True)
            if find_partial(value) is None
        ]
        return "; ".join(parts) or "every patient"


def show_value(value: Value) -> str:
    """A value as a clinician would write it in a cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(map(show_value, value)) or "none"
    return format_value(value)
