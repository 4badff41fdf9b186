"""A model in DMN as the graph that workbooks compile to: tables, other logic, functions, and fields by their names.

A decision table whose names are all elements of its own model is a table of the graph; any other logic is computed as
a whole, from the values that it requires.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from dmn_engine.compile.definitions import CompiledModel, CompiledService
from dmn_engine.compile.functions import FunctionPlan
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.nodes import FunctionNode, KnowledgeNode, Logic, ServiceNode, Variable, read_variables
from dmn_engine.compile.open_evaluation import OpenExpression, open_expression
from dmn_engine.compile.record_inputs import InputSchema, list_inputs, list_titles, name_input
from dmn_engine.compile.requirement_graph import DrgElement, ModelFile, Requirement, ResolvedImport
from dmn_engine.compile.scope import Compiled, compile_null
from dmn_engine.diagnostics import Diagnostic, Severity, Source
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.syntax import UnaryTests, rename
from dmn_engine.feel.types import NUMBER, ListType, Type
from dmn_engine.model.boxed_expressions import LiteralExpression, TableExpression
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable, Tables, Workbook, map_expressions
from dmn_engine.model.definitions import BusinessKnowledgeModel, Decision, DecisionService, InputData, KnowledgeSource
from dmn_engine.model.type_constraints import ItemType

Path = tuple[ResolvedImport, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """A named element of a model, with the imports that lead to it."""

    node: DrgElement
    path: Path = ()

    @property
    def is_input(self) -> bool:
        return isinstance(self.node.element, InputData)

    @property
    def is_field(self) -> bool:
        """Whether it is of the model itself, or of an import without a name: not a member of an import's context."""
        return not any(link.name for link in self.path)

    @property
    def is_decision(self) -> bool:
        return isinstance(self.node.element, Decision)

    @property
    def is_function(self) -> bool:
        return isinstance(self.node.element, BusinessKnowledgeModel | DecisionService)


def list_elements(model_file: ModelFile, prefix: str = "", path: Path = ()) -> Iterator[tuple[str, Element]]:
    """Every named element with its full name, those of the model itself first."""
    for name, node in model_file.by_name.items():
        yield prefix + name, Element(node, path)
    for link in model_file.imports:
        inner = f"{prefix}{link.name}." if link.name else prefix
        yield from list_elements(link.model_file, inner, (*path, link))


@dataclass(frozen=True, slots=True)
class ModelGraph:
    """A compiled model with its graph, the schema of its records, and its elements by their full names.

    `inputs` are the input data of the model itself, and of imports without a name, by their names in a record.
    """

    compiled: CompiledModel
    graph: Graph
    schema: InputSchema
    elements: Mapping[str, Element]
    inputs: Mapping[str, DrgElement]
    names: Mapping[tuple[Path, DrgElement], str]

    def find(self, path: Path, requirement: Requirement) -> str | None:
        """The name in the graph of what an element with this path requires; None for a name that is not unique."""
        return self.names.get((path if requirement.link is None else (*path, requirement.link), requirement.node))

    def list_hidden(self) -> Iterator[Diagnostic]:
        """An error for each element that requires one whose full name another element has, and so has no value."""
        for element in self.elements.values():
            yield from self.list_hidden_from(element)

    def list_hidden_from(self, element: Element) -> Iterator[Diagnostic]:
        """The errors of one element."""
        for item in element.node.requires:
            is_source = isinstance(item.node.element, KnowledgeSource)
            if not is_source and self.find(element.path, item) is None:
                message = f"`{element.node.name}` requires `{item.node.name}`, and two elements have this name"
                place = Source(element.node.name, element.node.element.origin)
                help_ = "rename one of them, or give the import a name"
                yield Diagnostic("duplicate-name", Severity.ERROR, message, place, help=help_)

    def find_variables(self, element: Element) -> list[Variable]:
        """The variables of an element's logic: what it requires."""
        found = ((self.find(element.path, item), item) for item in element.node.requires)
        return [Variable(name, item.node.name, item.prefix) for name, item in found if name is not None]


def build_graph(model: CompiledModel, workbooks: Mapping[str, Workbook] | None = None) -> ModelGraph:
    """The graph of all elements of a model and its imports."""
    schema = InputSchema(list_inputs(model), model.definitions.file, list_titles(model))
    inputs = {name_input(node): node for node in model.model_file.nodes if isinstance(node.element, InputData)}
    elements: dict[str, Element] = {}
    names: dict[tuple[Path, DrgElement], str] = {((), node): name for name, node in inputs.items()}
    for name, element in list_elements(model.model_file):
        first = elements.setdefault(name, element)
        if first.node is element.node or _is_same_input(first, element):
            names.setdefault((element.path, element.node), name)
        if element.is_input and element.is_field:
            inputs.setdefault(names.get((element.path, element.node), name), element.node)
    graph = Graph(
        Tables(schema.dictionary, {}, workbooks or {}),
        inputs={name: (_type_of(node), Source(node.name, node.element.origin)) for name, node in inputs.items()},
    )
    found = ModelGraph(model, graph, schema, elements, inputs, names)
    builder = _Builder(found)
    for name, element in elements.items():
        builder.add(name, element)
    whole = replace(
        graph,
        tables=replace(graph.tables, tables=builder.tables),
        logic=builder.logic,
        functions=builder.functions,
        types=builder.types,
        results=builder.results,
    )
    return replace(found, graph=whole)


@dataclass(slots=True)
class _Builder:
    model: ModelGraph
    tables: dict[str, DecisionTable] = field(default_factory=dict)
    logic: dict[str, Logic] = field(default_factory=dict)
    functions: dict[str, FunctionNode] = field(default_factory=dict)
    types: dict[str, Mapping[str, Type]] = field(default_factory=dict)
    results: dict[str, tuple[ItemType, Source]] = field(default_factory=dict)

    def add(self, name: str, element: Element) -> None:
        """Add an element to the nodes of the graph; `inputs` are fields."""
        logic = self.model.compiled.elements[element.node].logic
        errors = list(self.model.list_hidden_from(element))
        if errors:
            null = compile_null(errors[0].message, errors[0].source)
            match logic:
                case FunctionPlan(parameters=parameters):
                    logic = FunctionPlan(element.node.name, parameters, null, errors[0].source)
                case CompiledService(inputs=inputs):
                    logic = FunctionPlan(element.node.name, tuple(each for _, each in inputs), null, errors[0].source)
                case _:
                    logic = null
        match element.node.element, logic:
            case InputData() as data, _ if not element.is_field:
                self.logic[name] = _read_import(element, data)
            case Decision() as decision, Compiled():
                table = None if errors else self._find_table(element, decision)
                if table is None:
                    self.logic[name] = self._compile_logic(element, logic)
                else:
                    self.tables[name] = replace(table, name=name, question=decision.question)
                    self.types[name] = element.node.model_file.types.feel_types()
                    if not _gives(table, wanted := _type_of(element.node)):
                        self.results[name] = wanted, decision.variable.name
            case _, FunctionPlan():
                self.functions[name] = KnowledgeNode(
                    logic, tuple(self.model.find_variables(element)), element.node.element.origin
                )
            case DecisionService() as service, CompiledService():
                self.functions[name] = self._build_service(element, service, logic)

    def _find_table(self, element: Element, decision: Decision) -> DecisionTable | None:
        """The decision's table, its names those of the graph; None where its logic is more than a table."""
        node = element.node
        tables = self.model.compiled.elements[node].tables
        if not isinstance(decision.logic, TableExpression) or node.is_circular or len(tables) != 1:
            return None
        variables = self.model.find_variables(element)
        if any(item.prefix for item in variables):
            return None
        return _rename_table(tables[0], {item.label: item.node for item in variables if item.label != item.node})

    def _compile_logic(self, element: Element, logic: Compiled) -> Logic:
        compiled = self.model.compiled.elements[element.node]
        required = [] if element.node.is_circular else self.model.find_variables(element)
        variables = [*required, *(Variable(name, name) for name in compiled.undeclared)]

        def compute(values: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
            return logic.evaluate(read_variables(variables, values.__getitem__), errors)

        seen = {item.label: item.node for item in variables if not item.prefix}
        texts = tuple(rename(text, seen) for text in compiled.texts)
        names = tuple(dict.fromkeys(item.node for item in variables))
        reads = replace(open_expression(*texts), branches=len(seen) == len(variables))
        declared = element.node.element
        place = declared.variable.name if isinstance(declared, Decision) else None
        is_literal = isinstance(declared, Decision) and isinstance(declared.logic, LiteralExpression)
        text = texts[0] if is_literal and len(texts) == 1 and reads.branches else None
        expression = None if isinstance(text, UnaryTests) else text
        return Logic(names, compute, _type_of(element.node), reads, texts, place, expression)

    def _build_service(self, element: Element, service: DecisionService, logic: CompiledService) -> ServiceNode:
        given = [(self.model.find(element.path, item), parameter) for item, parameter in logic.inputs]
        outputs = [(self.model.find(element.path, item), item.node.name) for item in logic.outputs]
        return ServiceNode(
            element.node.name,
            tuple(parameter for _, parameter in given),
            tuple(name or parameter.name for name, parameter in given),
            tuple(Variable(name, label) for name, label in outputs if name is not None),
            logic.result,
            service.origin,
        )


def _is_same_input(first: Element, other: Element) -> bool:
    """Whether one value of a record serves two inputs of a name: the second has no other type than the first."""
    if not (first.is_input and other.is_input):
        return False
    given, wanted = _type_of(first.node), _type_of(other.node)
    return wanted.is_free or given.describe() == wanted.describe()


def _read_import(element: Element, data: InputData) -> Logic:
    """An input of an imported model: a member of the context that a record has under the import's name."""
    first, *inner = (*(link.name for link in element.path if link.name), data.name)
    type_, place = _type_of(element.node), data.variable.name

    def compute(values: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        value = values[first]
        for step in inner:
            value = value.get(step) if isinstance(value, dict) else None
        return type_.fit(value, place, errors)

    return Logic((first,), compute, type_, OpenExpression({first: set(inner[:1])}, set(), False))


def _type_of(node: DrgElement) -> ItemType:
    assert isinstance(node.element, Decision | InputData)
    return node.model_file.types.resolve(node.element.variable.type)


def _gives(table: DecisionTable, wanted: ItemType) -> bool:
    """Whether the columns alone make every answer one of the wanted type, so that it need not be converted."""
    columns = [(column.label, column.constraint.type) for column in table.outputs]
    if wanted.is_free:
        return True
    if table.hit_policy.aggregates:
        return wanted.type == NUMBER and not wanted.is_restricted
    if table.hit_policy.is_list:
        if wanted.restrictions or not isinstance(wanted.type, ListType):
            return False
        wanted = wanted.item or ItemType(wanted.type.item)
    if len(columns) == 1:
        return columns[0][1] == wanted
    return not wanted.restrictions and all(dict(wanted.members).get(label) == type_ for label, type_ in columns)


def _rename_table(table: DecisionTable, names: Mapping[str, str]) -> DecisionTable:
    if not names:
        return table
    return map_expressions(table, lambda node: rename(node, names))
