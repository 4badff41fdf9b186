"""Compile a decision requirements graph to closures, in mode dmn (DMN 1.5, 6 and 10.4).

`compile_definitions` never fails: an element that cannot be compiled is null with its reason, and a diagnostic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from dmn_engine.compile.expressions import compile_bounded, plan_function
from dmn_engine.compile.functions import FunctionPlan, Parameter
from dmn_engine.compile.requirement_graph import DrgElement, ModelFile, Requirement, build_model_file, order_nodes
from dmn_engine.compile.scope import Compiled, ExpressionScope, compile_null, find_misfit, fit_to
from dmn_engine.compile.undeclared import find_undeclared
from dmn_engine.diagnostics import Diagnostic, Diagnostics, Source
from dmn_engine.feel.syntax import Expression, UnaryTests
from dmn_engine.feel.types import ANY, ContextType, FunctionType, Type
from dmn_engine.model.boxed_expressions import TableExpression, Variable
from dmn_engine.model.cycles import order
from dmn_engine.model.decision_table import DecisionTable
from dmn_engine.model.definitions import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    Definitions,
    InputData,
    KnowledgeSource,
)
from dmn_engine.model.type_constraints import FREE, ItemType


@dataclass(frozen=True, slots=True)
class CompiledService:
    """A decision service: its parameters with the elements that they replace, and its output decisions."""

    inputs: tuple[tuple[Requirement, Parameter], ...]
    outputs: tuple[Requirement, ...]
    result: ItemType


@dataclass(slots=True)
class CompiledElement:
    """The logic of a decision, function or service, and what was found in it.

    `tables` are its decision tables, `texts` its FEEL, `ordered` the texts that order values of unknown type, and
    `undeclared` the inputs that it reads from the record by name although no input data declares them.
    """

    logic: Compiled | FunctionPlan | CompiledService | None = None
    tables: list[DecisionTable] = field(default_factory=list)
    texts: list[Expression | UnaryTests] = field(default_factory=list)
    ordered: list[Source] = field(default_factory=list)
    undeclared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A model with its logic compiled, and every diagnostic of reading and compiling it and its imports.

    `misfits` are findings about declared types that lose values; they prevent no answer.
    """

    model_file: ModelFile
    elements: Mapping[DrgElement, CompiledElement]
    diagnostics: tuple[Diagnostic, ...]
    misfits: tuple[Diagnostic, ...]

    @property
    def definitions(self) -> Definitions:
        """The model as it was read."""
        return self.model_file.definitions


def compile_definitions(definitions: Definitions, library: Iterable[Definitions] = ()) -> CompiledModel:
    """Compile a model. `library` contains the models that it imports, directly or indirectly, in any order."""
    diagnostics, misfits = Diagnostics(), Diagnostics()
    model_file = build_model_file(definitions, {item.namespace: item for item in library}, diagnostics)
    elements: dict[DrgElement, CompiledElement] = {}
    types: dict[DrgElement, Type] = {}
    for each in list_model_files(model_file):
        _FileCompiler(each, types, elements, misfits).compile()
    return CompiledModel(model_file, elements, diagnostics.sorted(), misfits.sorted())


def list_model_files(model_file: ModelFile) -> list[ModelFile]:
    """The model files, each after those that it imports."""
    return order([model_file], lambda each: (link.model_file for link in each.imports))


class _FileCompiler:
    """The compiler of one file's elements, each after those that it requires, so that their types are known."""

    def __init__(
        self,
        model_file: ModelFile,
        types: dict[DrgElement, Type],
        elements: dict[DrgElement, CompiledElement],
        misfits: Diagnostics,
    ) -> None:
        self.model_file = model_file
        self.types = types
        self.elements = elements
        self.misfits = misfits

    def compile(self) -> None:
        """Add the file's decisions, functions and services to the elements."""
        for node in self.model_file.nodes:
            self.types[node] = self._declare(node)
            self.elements[node] = CompiledElement()
        for node in order_nodes(self.model_file):
            self._compile_node(node)

    def _declare(self, node: DrgElement) -> Type:
        """The declared type of the node's element."""
        match node.element:
            case KnowledgeSource():
                return ANY
            case BusinessKnowledgeModel(logic=logic) if logic is not None:
                parameters = tuple(self.model_file.types.resolve(item.type).type for item in logic.parameters)
                return FunctionType(parameters, self._resolve_result(node).type)
            case _:
                return self.model_file.types.resolve(node.element.variable.type).type

    def _resolve_result(self, node: DrgElement) -> ItemType:
        """The result type of a function: that of its variable, which may also be a function type."""
        if isinstance(node.element, KnowledgeSource):
            return FREE
        declared = self.model_file.types.resolve(node.element.variable.type)
        return ItemType(declared.type.result) if isinstance(declared.type, FunctionType) else declared

    def _compile_node(self, node: DrgElement) -> None:
        found = self.elements[node]
        match node.element:
            case Decision() as element:
                found.logic = self._compile_decision(node, element)
            case BusinessKnowledgeModel() as element:
                found.logic = self._compile_knowledge(node, element)
            case DecisionService() as element:
                found.logic = self._compile_service(node, element)

    def _compile_decision(self, node: DrgElement, element: Decision) -> Compiled:
        wanted = self.model_file.types.resolve(element.variable.type)
        if node.is_circular:
            return compile_null(f"the decision '{node.name}' requires itself", Source("", element.origin))
        logic = element.logic
        if isinstance(logic, TableExpression) and logic.type is None:
            logic = replace(logic, type=element.variable.type)
        scope = self._scope_of(node)
        found = {} if self.model_file.definitions.inputs else find_undeclared(logic, scope.names)
        undeclared = {name: source for name, source in found.items() if name not in self.model_file.by_name}
        for name, source in undeclared.items():
            message = f"'{name}' is not declared; it is read from the record by its name"
            self.model_file.diagnostics.warning("undeclared-input", message, source, help="add an <inputData> for it")
        self.elements[node].undeclared = tuple(undeclared)
        compiled = compile_bounded(logic, scope.extend(dict.fromkeys(undeclared, ANY)))
        compiled = fit_to(wanted, compiled, element.variable.name, scope)
        self.types[node] = compiled.type
        return compiled

    def _compile_knowledge(self, node: DrgElement, element: BusinessKnowledgeModel) -> FunctionPlan:
        if element.logic is None:
            place = Source("", element.origin)
            return FunctionPlan(node.name, (), compile_null(f"'{node.name}' has no logic", place), place)
        scope = self._scope_of(node)
        if node.name not in scope.names:
            scope = scope.extend({node.name: self.types[node]})
        plan = plan_function(element.logic, scope, node.name, self._resolve_result(node))
        self.types[node] = plan.type
        return plan

    def _compile_service(self, node: DrgElement, element: DecisionService) -> CompiledService:
        inputs = []
        for requirement in self.model_file.resolve(element.input_data + element.input_decisions):
            variable = _variable_of(requirement.node)
            type_ = requirement.node.model_file.types.resolve(variable.type)
            is_input = isinstance(requirement.node.element, InputData)
            inputs.append((requirement, Parameter(requirement.node.name, type_, variable.name, is_input)))
        result, outputs = self._resolve_result(node), tuple(self.model_file.resolve(element.outputs))
        given = ContextType(tuple((item.node.name, self.types.get(item.node, ANY)) for item in outputs))
        only = given.members[0][1] if len(outputs) == 1 else given
        find_misfit(result.type, only, None, element.variable.name, self._scope_of(node))
        self.types[node] = FunctionType(tuple(item.type.type for _, item in inputs), result.type)
        return CompiledService(tuple(inputs), outputs, result)

    def _scope_of(self, node: DrgElement) -> ExpressionScope:
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
        found = self.elements[node]
        types, diagnostics = self.model_file.types, self.model_file.diagnostics
        lists = found.tables, found.ordered, found.texts
        return ExpressionScope(names, types, diagnostics, node.name, *lists, self.misfits)


def _variable_of(node: DrgElement) -> Variable:
    if isinstance(node.element, KnowledgeSource):
        return Variable(Source(node.name, node.element.origin))
    return node.element.variable
