"""Compile a decision requirements graph to closures, in mode dmn (DMN 1.5, 6 and 10.4).

`compile_definitions` never fails: an element that cannot be compiled is null with its reason, and a diagnostic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dmn_engine.compile.expressions import compile_bounded, plan_function
from dmn_engine.compile.functions import FunctionPlan, Parameter
from dmn_engine.compile.requirement_graph import Node, Requirement, Unit, build_unit, order_nodes
from dmn_engine.compile.run import ByNamespace, Computation, Run
from dmn_engine.compile.scope import BoxedScope, Compiled, find_misfit, fit_to
from dmn_engine.compile.undeclared import find_undeclared
from dmn_engine.diagnostics import Diagnostic, Diagnostics, LineRef, Source, nearest_name
from dmn_engine.feel.syntax import Expression, UnaryTests
from dmn_engine.feel.types import ANY, ContextType, FunctionType, Type
from dmn_engine.feel.values import Cause, FeelError, Function
from dmn_engine.model.boxed_expressions import BoxedTable, Variable
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable
from dmn_engine.model.definitions import (
    Decision,
    DecisionService,
    Definitions,
    InputData,
    KnowledgeModel,
    KnowledgeSource,
)
from dmn_engine.model.type_constraints import FREE, ItemType

_DEPTH_OF_A_SERVICE = 60  # with the logic of its decisions


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A model ready to evaluate, with every diagnostic of reading and compiling it and its imports.

    `tables` are the decision tables in the logic of each node, `ordered` its texts that order values of unknown type,
    `undeclared` the inputs that a decision reads from the record by name though no input data declares them, `texts`
    the FEEL in the logic of each node. `misfits` are findings about declared types that lose values; they prevent no
    answer.
    """

    unit: Unit
    computations: Mapping[Node, Computation]
    diagnostics: tuple[Diagnostic, ...]
    misfits: tuple[Diagnostic, ...] = ()
    tables: Mapping[Node, Sequence[DecisionTable]] = field(default_factory=dict)
    ordered: Mapping[Node, Sequence[Source]] = field(default_factory=dict)
    undeclared: Mapping[Node, Sequence[str]] = field(default_factory=dict)
    texts: Mapping[Node, Sequence[Expression | UnaryTests]] = field(default_factory=dict)

    @property
    def definitions(self) -> Definitions:
        """The model as it was read."""
        return self.unit.definitions

    def evaluate(
        self,
        decision: str,
        inputs: Mapping[str, Value],
        causes: list[Cause],
        elsewhere: ByNamespace | None = None,
        namespace: str = "",
    ) -> Value:
        """The value of a decision for these inputs, by names of input data (FEEL values; a missing one is null).

        Inputs of an imported model are a context under the name of the import, or in `elsewhere` by namespace. The name
        of the decision may be qualified (`import.name`), or belong to the imported model of a `namespace`. Reasons for
        nulls are appended to `causes`, also for an unknown name.
        """
        return self._evaluate(decision, inputs, causes, elsewhere or {}, namespace, (Decision, InputData))

    def invoke(
        self,
        name: str,
        inputs: Mapping[str, Value],
        causes: list[Cause],
        elsewhere: ByNamespace | None = None,
        namespace: str = "",
    ) -> Value:
        """The result of a decision service or business knowledge model for arguments by name; a missing one is null."""
        kinds = (DecisionService, KnowledgeModel)
        function = self._evaluate(name, {}, causes, elsewhere or {}, namespace, kinds)
        if not isinstance(function, Function):
            return None
        try:
            return function(*(inputs.get(parameter) for parameter in function.parameters))
        except FeelError as error:
            causes.append(self._cause(error.message, name))
            return None

    def has(self, name: str, namespace: str = "") -> bool:
        """Whether there is an element with that name, looked up as `evaluate` does."""
        return self.start({}, []).find(name, namespace) is not None

    def start(self, inputs: Mapping[str, Value], causes: list[Cause], elsewhere: ByNamespace | None = None) -> Run:
        """A run of the model over these inputs, for reading several values."""
        return Run(self.unit, self.computations, inputs, causes, elsewhere or {})

    def _evaluate(
        self,
        name: str,
        inputs: Mapping[str, Value],
        causes: list[Cause],
        elsewhere: ByNamespace,
        namespace: str,
        kinds: tuple[type, ...],
    ) -> Value:
        found = self.start(inputs, causes, elsewhere).find(name, namespace)
        if found is not None and isinstance(found[1].element, kinds):
            return found[0].value_of(Requirement(found[1]))
        close = nearest_name(name, [key for key, node in self.unit.by_name.items() if isinstance(node.element, kinds)])
        hint = f"; did you mean '{close}'?" if close else ""
        causes.append(self._cause(f"the model has nothing to evaluate by the name '{name}'{hint}", name))
        return None

    def _cause(self, message: str, name: str) -> Cause:
        place = Source(name, LineRef(self.definitions.file))
        return Cause(message, place, place.span)


def compile_definitions(definitions: Definitions, library: Iterable[Definitions] = ()) -> CompiledModel:
    """Compile a model. `library` contains the models that it imports, directly or indirectly, in any order."""
    diagnostics, misfits = Diagnostics(), Diagnostics()
    unit = build_unit(definitions, {item.namespace: item for item in library}, diagnostics)
    computations: dict[Node, Computation] = {}
    types: dict[Node, Type] = {}
    tables: dict[Node, list[DecisionTable]] = {}
    ordered: dict[Node, list[Source]] = {}
    texts: dict[Node, list[Expression | UnaryTests]] = {}
    for each in list_units(unit):
        _UnitCompiler(each, types, computations, tables, ordered, texts, misfits).compile()
    undeclared = {
        node: computation.undeclared
        for node, computation in computations.items()
        if isinstance(computation, _DecisionComputation)
    }
    return CompiledModel(
        unit, computations, diagnostics.sorted(), misfits.sorted(), tables, ordered, undeclared, texts=texts
    )


def list_units(unit: Unit) -> list[Unit]:
    """The units, each after those that it imports."""
    found: dict[Unit, None] = {}

    def add(each: Unit) -> None:
        for link in each.imports:
            if link.unit not in found:
                add(link.unit)
        found[each] = None

    add(unit)
    return list(found)


def _cause(message: str, node: Node) -> Cause:
    place = Source("", node.element.origin)
    return Cause(message, place, place.span)


@dataclass(frozen=True, slots=True)
class _InputComputation:
    """An input data: the record's value under its name (or its variable's name), converted to its type."""

    name: str
    type: ItemType
    variable: Source

    def compute(self, run: Run) -> Value:
        value = run.inputs[self.name] if self.name in run.inputs else run.inputs.get(self.variable.text)
        return self.type.fit(value, self.variable, run.causes)


@dataclass(frozen=True, slots=True)
class _DecisionComputation:
    """A decision's logic over its requirements, and over inputs that it reads without a declaration."""

    node: Node
    compiled: Compiled
    undeclared: tuple[str, ...] = ()

    def compute(self, run: Run) -> Value:
        variables = run.read_variables(self.node.requires)
        for name in self.undeclared:
            if name not in run.inputs:
                run.causes.append(_cause(f"the record has no '{name}'", self.node))
            variables[name] = run.inputs.get(name)
        return self.compiled.evaluate(variables, run.causes)


@dataclass(frozen=True, slots=True)
class _KnowledgeComputation:
    """A business knowledge model: a function whose body sees the model's requirements and the function itself."""

    node: Node
    plan: FunctionPlan

    def compute(self, run: Run) -> Value:
        def read_variables() -> Mapping[str, Value]:
            return {self.node.name: function, **run.read_variables(self.node.requires)}

        function = self.plan.bind(read_variables, run.causes)
        return function


@dataclass(frozen=True, slots=True)
class _ServiceComputation:
    """A decision service: a function that evaluates its output decisions in a separate run (DMN 1.5, 10.4).

    Its arguments replace its input data and input decisions; nothing else of the caller's run is visible.
    """

    node: Node
    inputs: tuple[tuple[Requirement, Parameter], ...]
    outputs: tuple[Requirement, ...]
    result: ItemType
    place: Source

    def compute(self, run: Run) -> Value:
        def evaluate(variables: Mapping[str, Value], causes: list[Cause]) -> Value:
            inner = run.start()
            for requirement, parameter in self.inputs:
                inner.give(requirement, variables[parameter.name])
            return self._read_outputs(inner)

        parameters = tuple(parameter for _, parameter in self.inputs)
        body = fit_to(self.result, Compiled(self.result.type, evaluate, _DEPTH_OF_A_SERVICE), self.place)
        return FunctionPlan(self.node.name, parameters, body, self.place).bind(dict, run.causes)

    def _read_outputs(self, run: Run) -> Value:
        """The value of the single output decision, or a context of several."""
        values = {item.node.name: run.value_of(item) for item in self.outputs}
        return next(iter(values.values())) if len(values) == 1 else values


@dataclass(frozen=True, slots=True)
class _NullComputation:
    """A node without a value, with the reason."""

    cause: Cause

    def compute(self, run: Run) -> Value:
        run.causes.append(self.cause)
        return None


class _UnitCompiler:
    """The compiler of one unit's nodes, each after those that it requires, so that their types are known."""

    def __init__(
        self,
        unit: Unit,
        types: dict[Node, Type],
        computations: dict[Node, Computation],
        tables: dict[Node, list[DecisionTable]],
        ordered: dict[Node, list[Source]],
        texts: dict[Node, list[Expression | UnaryTests]],
        misfits: Diagnostics,
    ) -> None:
        self.unit = unit
        self.types = types
        self.computations = computations
        self.tables = tables
        self.texts = texts
        self.ordered = ordered
        self.misfits = misfits

    def compile(self) -> None:
        """Add the unit's nodes to the computations."""
        for node in self.unit.nodes:
            self.types[node] = self._declare(node)
        for node in order_nodes(self.unit):
            computation = self._compile_node(node)
            if computation is not None:
                self.computations[node] = computation

    def _declare(self, node: Node) -> Type:
        """The declared type of the node's element."""
        match node.element:
            case KnowledgeSource():
                return ANY
            case KnowledgeModel(logic=logic) if logic is not None:
                parameters = tuple(self.unit.types.resolve(item.type).type for item in logic.parameters)
                return FunctionType(parameters, self._resolve_result(node).type)
            case _:
                return self.unit.types.resolve(node.element.variable.type).type

    def _resolve_result(self, node: Node) -> ItemType:
        """The result type of a function: that of its variable, which may also be a function type."""
        if isinstance(node.element, KnowledgeSource):
            return FREE
        declared = self.unit.types.resolve(node.element.variable.type)
        return ItemType(declared.type.result) if isinstance(declared.type, FunctionType) else declared

    def _compile_node(self, node: Node) -> Computation | None:
        match node.element:
            case InputData(name=name, variable=variable):
                return _InputComputation(name, self.unit.types.resolve(variable.type), variable.name)
            case Decision():
                return self._compile_decision(node, node.element)
            case KnowledgeModel():
                return self._compile_knowledge(node, node.element)
            case DecisionService():
                return self._compile_service(node, node.element)
        return None

    def _compile_decision(self, node: Node, element: Decision) -> Computation:
        wanted = self.unit.types.resolve(element.variable.type)
        if node.is_circular:
            return _NullComputation(_cause(f"the decision '{node.name}' requires itself", node))
        logic = element.logic
        if isinstance(logic, BoxedTable) and logic.type is None:
            logic = replace(logic, type=element.variable.type)
        scope = self._scope_of(node)
        undeclared = {} if self.unit.definitions.inputs else find_undeclared(logic, scope.names)
        for name, source in undeclared.items():
            message = f"'{name}' is not declared; it is read from the record by its name"
            self.unit.diagnostics.warning("undeclared-input", message, source, help="add an <inputData> for it")
        compiled = compile_bounded(logic, scope.extend(dict.fromkeys(undeclared, ANY)))
        compiled = fit_to(wanted, compiled, element.variable.name, scope)
        self.types[node] = compiled.type
        return _DecisionComputation(node, compiled, tuple(undeclared))

    def _compile_knowledge(self, node: Node, element: KnowledgeModel) -> Computation:
        if element.logic is None:
            return _NullComputation(_cause(f"'{node.name}' has no logic", node))
        scope = self._scope_of(node)
        if node.name not in scope.names:
            scope = scope.extend({node.name: self.types[node]})
        plan = plan_function(element.logic, scope, node.name, self._resolve_result(node))
        self.types[node] = plan.type
        return _KnowledgeComputation(node, plan)

    def _compile_service(self, node: Node, element: DecisionService) -> Computation:
        outputs = tuple(self.unit.resolve(element.outputs))
        inputs = []
        for requirement in self.unit.resolve(element.input_data + element.input_decisions):
            variable = _variable_of(requirement.node)
            type_ = requirement.node.unit.types.resolve(variable.type)
            is_input = isinstance(requirement.node.element, InputData)
            inputs.append((requirement, Parameter(requirement.node.name, type_, variable.name, is_input)))
        place = Source("", element.origin)
        result = self._resolve_result(node)
        given = ContextType(tuple((item.node.name, self.types.get(item.node, ANY)) for item in outputs))
        only = given.members[0][1] if len(outputs) == 1 else given
        find_misfit(result.type, only, None, element.variable.name, self._scope_of(node))
        computation = _ServiceComputation(node, tuple(inputs), outputs, result, place)
        self.types[node] = FunctionType(tuple(item.type.type for _, item in inputs), result.type)
        return computation

    def _scope_of(self, node: Node) -> BoxedScope:
        """The names in scope of the node's logic: its requirements, those of an import as members of its name."""
        names: dict[str, Type] = {}
        for requirement in node.requires:
            type_ = self.types.get(requirement.node, ANY)
            if not requirement.prefix:
                names[requirement.node.name] = type_
                continue
            context = names.get(requirement.prefix)
            members = context.members if isinstance(context, ContextType) else ()
            names[requirement.prefix] = ContextType((*members, (requirement.node.name, type_)))
        tables, ordered = self.tables.setdefault(node, []), self.ordered.setdefault(node, [])
        texts = self.texts.setdefault(node, [])
        return BoxedScope(
            names, self.unit.types, self.unit.diagnostics, node.name, tables, ordered, texts, self.misfits
        )


def _variable_of(node: Node) -> Variable:
    if isinstance(node.element, KnowledgeSource):
        return Variable(Source(node.name, node.element.origin))
    return node.element.variable
