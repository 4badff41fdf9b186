"""Every possible record at once, and how to show one of them. Knows diagrams and fields, not what is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from dmn_engine.compile.graph import Graph
from dmn_engine.evaluate.decision_diagram import Diagram, find_path, list_values
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.symbolic import Symbolic
from dmn_engine.feel.values import format_value
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable
from dmn_engine.model.unknown import find_partial


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
        """A universe for each region of the first open field: together they are this one."""
        for name in self.graph.field_order:
            if name not in self.record and self.graph.regions(name):
                for value in self.graph.regions(name):
                    yield Universe(self.graph, {**self.record, name: value})
                return

    def show_record(self, record: Mapping[str, Value]) -> str:
        """The record for a reader: titles and values."""
        fields = self.graph.tables.vocabulary.fields
        parts = [
            f"{fields[name].title if name in fields else name} = {show_value(value)}" for name, value in record.items()
        ]
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
