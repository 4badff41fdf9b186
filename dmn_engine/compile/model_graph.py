"""A model in DMN as the graph that workbooks compile to: decision tables, other logic, and fields by their names.

A decision table whose names all stand in its own model is a table of the graph; any other logic is computed as a
whole, of the values of what it requires.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dmn_engine.compile.definitions import CompiledModel
from dmn_engine.compile.graph import Graph, Logic
from dmn_engine.compile.requirement_graph import Link, Node, Requirement, Unit
from dmn_engine.compile.run import Run
from dmn_engine.feel.syntax import rename
from dmn_engine.feel.values import Cause
from dmn_engine.model.boxed_expressions import BoxedTable
from dmn_engine.model.data_dictionary import Value, Vocabulary
from dmn_engine.model.decision_table import DecisionTable, Tables, Workbook, map_expressions
from dmn_engine.model.definitions import Decision, InputData

Path = tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """A named element of a model, with the imports that lead to it."""

    node: Node
    path: Path = ()


def list_elements(unit: Unit, prefix: str = "", path: Path = ()) -> Iterator[tuple[str, Element]]:
    """Every named element with its full name, those of the model itself first."""
    for name, node in unit.by_name.items():
        yield prefix + name, Element(node, path)
    for link in unit.imports:
        inner = f"{prefix}{link.name}." if link.name else prefix
        yield from list_elements(link.unit, inner, (*path, link))


class Names:
    """The names in the graph of what elements require; `fields` are those of the model's own inputs in a record."""

    def __init__(self, unit: Unit, fields: Mapping[Node, str]) -> None:
        self._fields = fields
        self._known: dict[tuple[Path, Node], str] = {}
        for name, element in list_elements(unit):
            self._known.setdefault((element.path, element.node), name)

    def find(self, path: Path, requirement: Requirement) -> str:
        """The name of what an element with this path requires."""
        inner = path if requirement.link is None else (*path, requirement.link)
        if not inner and requirement.node in self._fields:
            return self._fields[requirement.node]
        return self._known[inner, requirement.node]


def build_graph(model: CompiledModel, vocabulary: Vocabulary, names: Names, workbooks: Mapping[str, Workbook]) -> Graph:
    """The graph of all decisions of a model and its imports."""
    return _Builder(model, vocabulary, names).build(workbooks)


class _Builder:
    def __init__(self, model: CompiledModel, vocabulary: Vocabulary, names: Names) -> None:
        self.model = model
        self.vocabulary = vocabulary
        self.names = names
        self.logic: dict[str, Logic] = {}

    def build(self, workbooks: Mapping[str, Workbook]) -> Graph:
        tables: dict[str, DecisionTable] = {}
        for name, element in list_elements(self.model.unit):
            node = element.node
            if isinstance(node.element, InputData) and element.path:
                self.logic[name] = self._read_import(element)
            elif isinstance(node.element, Decision):
                table = self._find_table(element)
                if table is None:
                    self.logic[name] = self._compile_logic(element)
                else:
                    tables[name] = replace(table, name=name, question=node.element.question)
        return Graph(Tables(self.vocabulary, tables, workbooks), logic=self.logic)

    def _find_table(self, element: Element) -> DecisionTable | None:
        """The decision's table, its names those of the graph; None where its logic is more than a table."""
        node = element.node
        logic = node.element.logic if isinstance(node.element, Decision) else None
        tables = self.model.tables.get(node, ())
        if not isinstance(logic, BoxedTable) or node.is_circular or len(tables) != 1:
            return None
        if any(item.prefix or not isinstance(item.node.element, Decision | InputData) for item in node.requires):
            return None
        names = {item.node.name: self.names.find(element.path, item) for item in node.requires}
        return _rename_table(tables[0], {seen: name for seen, name in names.items() if seen != name})

    def _compile_logic(self, element: Element) -> Logic:
        node, computations = element.node, self.model.computations
        required = [item for item in node.requires if isinstance(item.node.element, Decision | InputData)]
        names = [self.names.find(element.path, item) for item in required]
        undeclared = tuple(self.model.undeclared.get(node, ()))

        def compute(values: Mapping[str, Value], causes: list[Cause]) -> Value:
            run = Run(node.unit, computations, {name: values[name] for name in undeclared}, causes)
            for item, name in zip(required, names, strict=True):
                run.give(item, values[name])
            return run.value_of(Requirement(node))

        seen = {item.node.name: name for item, name in zip(required, names, strict=True) if not item.prefix}
        texts = tuple(rename(text, seen) for text in self.model.texts.get(node, ()))
        return Logic((*names, *undeclared), compute, texts)

    def _read_import(self, element: Element) -> Logic:
        """An input of an imported model: a member of the context that a record has under the import's name."""
        steps = [link.name for link in element.path if link.name]
        name = element.node.element.name
        first, *inner = (*steps, name)

        def compute(values: Mapping[str, Value], causes: list[Cause]) -> Value:
            value = values[first]
            for step in inner:
                value = value.get(step) if isinstance(value, dict) else None
            return value

        return Logic((first,), compute)


def _rename_table(table: DecisionTable, names: Mapping[str, str]) -> DecisionTable:
    if not names:
        return table
    return map_expressions(table, lambda node: rename(node, names))
