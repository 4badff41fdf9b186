"""DMN models: evaluation of decisions, services and functions over records, with reasons.

A model is evaluated as the standard says (mode dmn): a missing input is null, and the reason for a null is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from dmn_engine.api.errors import RecordError, TablesAtFault
from dmn_engine.api.inputs import Inputs, InputSchema, complete, list_inputs, list_titles, name_input
from dmn_engine.api.model import ALL_DECISIONS, DISCLAIMER, VERSION, EvaluationResult, Mode, Model, join_results
from dmn_engine.api.untyped_texts import note_untyped_texts
from dmn_engine.compile.boxed_table import Trace
from dmn_engine.compile.definitions import CompiledModel, list_units
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.model_graph import Element, Names, build_graph, list_elements
from dmn_engine.compile.outline import Outline, OutlineEntry
from dmn_engine.compile.requirement_graph import Node, Requirement
from dmn_engine.compile.table_evaluation import Answer
from dmn_engine.diagnostics import Diagnostic, Diagnostics, Severity, is_within, place_of
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.solution import Solver, fire_answer, note_unmatched
from dmn_engine.feel.types import ANY, ContextType, Type
from dmn_engine.feel.values import Cause
from dmn_engine.model.boxed_expressions import BoxedFunction, BoxedTable
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable, Example, Tables, Workbook
from dmn_engine.model.definitions import Decision, DecisionService, Definitions, InputData, KnowledgeModel
from dmn_engine.model.result import DecisionResult, Status
from dmn_engine.model.type_constraints import ItemType
from dmn_engine.model.unknown import Fault, keep_causes
from dmn_engine.records import RecordSchema, TypedRecord, type_record

if TYPE_CHECKING:
    pass

UNSTATED = "none stated"
"""The review status of a model that does not state one."""


@dataclass
class GraphModel(Model):
    """A compiled model. `workbooks` are the files that it was read from; `notes` go with every result.

    `library` are the imported models, as read; `examples` are those of a foreign workbook.
    """

    compiled: CompiledModel
    library: Sequence[Definitions]
    workbooks: Mapping[str, Workbook]
    diagnostics: tuple[Diagnostic, ...]
    notes: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()

    @cached_property
    def tables(self) -> Tables:  # type: ignore[override]  # worked out when it is first asked for
        return Tables(
            self.schema_of().vocabulary,
            dict(self._list_tables()),
            self.workbooks,
            examples=self.examples,
            diagnostics=self.diagnostics,
        )

    @property
    def default_mode(self) -> Mode:
        return "dmn"

    @cached_property
    def top_decisions(self) -> tuple[str, ...]:
        """The decisions of the model that no other one requires."""
        own = [name for name, entry in self._entries.items() if entry.node.unit is self.compiled.unit]
        decisions = [name for name in own if self._is_decision(name)]
        if not decisions:  # a library: what it imports is what it offers
            decisions = [name for name in self._entries if self._is_decision(name)]
        required = {item.node for entry in self._entries.values() if _decides(entry) for item in entry.node.requires}
        return tuple(name for name in decisions if self._entries[name].node not in required)

    @cached_property
    def default_decision(self) -> str:
        """The one decision that no other requires; of several, the name of the model, for all of them together.

        Raises TablesAtFault if the model has no decision.
        """
        if not self.top_decisions:
            raise TablesAtFault("no decision can be evaluated", self.diagnostics)
        return self.top_decisions[0] if len(self.top_decisions) == 1 else self.whole

    @cached_property
    def whole(self) -> str:
        name = self.compiled.definitions.name
        return name if name and name not in self._entries else ALL_DECISIONS

    def list_names(self) -> Iterable[str]:
        yield from self._entries
        if len(self.top_decisions) > 1:
            yield self.whole

    def find_decision(self, decision: str | None) -> str:
        """As of any model; a name may be qualified by its import. Raises TablesAtFault for an unreadable file."""
        if not self._entries and any(item.severity is Severity.ERROR for item in self.diagnostics):
            raise TablesAtFault("no decision can be evaluated", self.diagnostics)
        return super().find_decision(decision)

    def schema_of(self, decision: str | None = None) -> RecordSchema:
        """The schema of records: the inputs of the model or, for a service or function, its parameters."""
        if decision is not None and (name := self.find_decision(decision)) in self._entries:
            entry = self._entries[name]
            if not _decides(entry):
                return self._make_schema(dict(_list_parameters(entry.node)))
        return self._schema

    @cached_property
    def _schema(self) -> RecordSchema:
        return InputSchema(list_inputs(self.compiled), self.compiled.definitions.file, list_titles(self.compiled))

    def _make_schema(self, inputs: Inputs) -> RecordSchema:
        return InputSchema(inputs, self.compiled.definitions.file)

    def evaluate_typed(
        self, record: TypedRecord, decision: str | None = None, mode: Mode | None = None
    ) -> EvaluationResult:
        name = self.find_decision(decision)
        self.require_sound(name)
        if record.has_errors:
            raise RecordError("the record cannot be evaluated", record.diagnostics)
        mode = mode or self.default_mode
        missing: dict[str, Value] = {}
        types = self.schema_of(name).vocabulary.fields
        values = dict(record.values)
        if mode == "dmn":
            values = {key: complete(value, types[key].type, key, missing) for key, value in values.items()}
        if name in self._entries and not _decides(self._entries[name]):
            return self._call(name, values, missing)
        evaluation = self._start(values, mode)
        solver = Solver(self.graph, evaluation)
        targets = self.list_targets(name)
        decisions = {each: result for target in targets for each, result in solver.solve_all(target).items()}
        if name not in self._entries:
            decisions[name] = join_results(name, [decisions[target] for target in targets], mode)
        if mode == "dmn":
            missing |= self._list_missing(evaluation)
        answers = evaluation.answers.values() if mode == "dmn" else ()
        return self._report(name, decisions, missing, values, answers)

    def _start(self, values: Mapping[str, Value], mode: Mode, given: Mapping[str, Value] | None = None) -> Evaluation:
        """The evaluation of a record; a value that an input does not allow is null with its cause, or at fault."""
        fitted: dict[str, Value] = {}
        refused: dict[str, list[Cause]] = {}
        for name, value in values.items():
            causes: list[Cause] = []
            node = self._inputs.get(name)
            fitted[name] = value if node is None else _fit_input(node, value, causes)
            if causes:
                refused[name] = causes
                fitted[name] = Fault(keep_causes(causes)) if mode == "clinical" else None
        return Evaluation(self.graph, {**fitted, **(given or {})}, mode == "clinical", refused)

    def _list_missing(self, evaluation: Evaluation) -> dict[str, Value]:
        """The inputs that were asked for and are not in the record; those of an import by their full names."""
        missing: dict[str, Value] = {}
        for name in evaluation.answers:
            for read in self.graph.list_reads(name):
                if not self.graph.is_decision(read) and read not in evaluation.record:
                    missing[name if name in self._imported else read] = None
        return missing

    @cached_property
    def graph(self) -> Graph:  # type: ignore[override]  # computed on first access
        """The decisions of the model and its imports."""
        return build_graph(self.compiled, self._schema.vocabulary, self._graph_names, self.workbooks)

    @cached_property
    def _graph_names(self) -> Names:
        return Names(self.compiled.unit, {node: name for name, node in self._inputs.items()})

    @cached_property
    def _inputs(self) -> Mapping[str, Node]:
        """The inputs of the model itself by their names in a record."""
        nodes = self.compiled.unit.nodes
        return {name_input(node): node for node in nodes if isinstance(node.element, InputData)}

    @cached_property
    def _imported(self) -> frozenset[str]:
        """The inputs of imported models, by their full names."""
        return frozenset(name for name, entry in list_elements(self.compiled.unit) if entry.path and _is_data(entry))

    def invoke(self, name: str, arguments: Mapping[str, object]) -> EvaluationResult:
        """Call a service or function with its parameters, or a decision with its direct requirements.

        An argument for a decision replaces its result; an omitted argument is null.
        """
        found = self.find_decision(name)
        self.require_sound(found)
        entry = self._entries.get(found)
        if entry is None:
            return self.evaluate(arguments, found)
        parameters = dict(_list_parameters(entry.node))
        typed = type_record(arguments, self._make_schema(parameters))
        if typed.has_errors:
            raise RecordError("the arguments cannot be used", typed.diagnostics)
        missing: dict[str, Value] = {}
        values = {key: complete(value, parameters[key].type, key, missing) for key, value in typed.values.items()}
        if not _decides(entry):
            return self._call(found, values, missing)
        required = {
            self._graph_names.find(entry.path, requirement): values.get(label)
            for requirement, label in _list_requirements(entry.node)
        }
        evaluation = self._start({}, "dmn", required)
        evaluation.decide(found)
        results = {found: Solver(self.graph, evaluation).solve(found)}
        missing |= {label: None for label in parameters if label not in values}
        return self._report(found, results, missing, values, evaluation.answers.values())

    def read_record(self, record: Mapping[str, object], decision: str) -> Mapping[str, Value]:
        typed = type_record(record, self.schema_of(decision))
        if typed.has_errors:
            raise RecordError("the record cannot be evaluated", typed.diagnostics)
        return typed.values

    def run_example(self, record: Mapping[str, Value], decision: str) -> EvaluationResult:
        """The values are not checked: one that the model does not allow is null, with the reason."""
        return self.evaluate_typed(TypedRecord(record), decision)

    def check(self) -> tuple[Diagnostic, ...]:
        """All findings: of reading and compiling, and the static checks of what the tables of a workbook can hold."""
        from dmn_engine.api.model_checks import check_model

        found = [*self.diagnostics, *check_model(self.compiled, self.graph, self.library, self.diagnostics)]
        return Diagnostics([*found, *self.check_tops()]).sorted()

    def outline(self) -> Outline:
        entries = {name: self._outline(name) for name in self._entries if _in_outline(self._entries[name])}
        below = {other for entry in entries.values() for other, _ in entry.decisions}
        return Outline(tuple(name for name in entries if name not in below), entries)

    def list_outcomes(self, decision: str | None = None) -> Mapping[str, Type]:
        """A decision table has the members of its columns; any other context may have more than its type says."""
        targets = self.list_targets(self.find_decision(decision))
        if not all(map(self._is_decision, targets)):
            return dict.fromkeys(targets, ANY)
        nodes = _list_required(self._entries[target].node for target in targets)
        return {self._name_of(node): self._type_outcome(node) for node in nodes if isinstance(node.element, Decision)}

    def _type_outcome(self, node: Node) -> Type:
        table = self.tables.tables.get(self._name_of(node))
        if table is not None:
            return table.outcome_type
        declared = _type_of(node).type
        return ANY if isinstance(declared, ContextType) else declared

    def list_columns(self, decision: str | None = None) -> Sequence[str]:
        name = self.find_decision(decision)
        targets = self.list_targets(name)
        if not all(map(self._is_decision, targets)):
            return targets
        reached = [self._name_of(node) for node in self._reach(name) if isinstance(node.element, Decision)]
        return list(dict.fromkeys((*targets, *(each for each in reached if each in self._entries))))

    def list_faults(self, name: str) -> Iterable[Diagnostic]:
        """The errors in an element that the decision depends on, or in no element."""
        reached = {place_of(node.element.origin) for node in self._reach(name)}
        places = {place_of(node.element.origin) for unit in list_units(self.compiled.unit) for node in unit.nodes}
        for item in self.diagnostics:
            if item.severity is Severity.ERROR:
                holders = {place for place in places if is_within(item.source.origin, place)}
                if not holders or holders & reached:
                    yield item

    @cached_property
    def _entries(self) -> Mapping[str, Element]:
        return {name: entry for name, entry in list_elements(self.compiled.unit) if not _is_data(entry)}

    @cached_property
    def _names(self) -> Mapping[Node, str]:
        """The name of each node; if several imports provide it, the first name."""
        names: dict[Node, str] = {}
        for name, entry in list_elements(self.compiled.unit):
            names.setdefault(entry.node, name)
        return names

    def _name_of(self, node: Node) -> str:
        return self._names.get(node, node.name)

    def _is_decision(self, name: str) -> bool:
        return _decides(self._entries[name])

    def _reach(self, name: str) -> list[Node]:
        """All nodes that the evaluation of a name may reach."""
        pending = [self._entries[target].node for target in self.list_targets(name)]
        found: dict[Node, None] = {}
        while pending:
            node = pending.pop()
            if node not in found:
                found[node] = None
                pending.extend(requirement.node for requirement in node.requires)
        return list(found)

    def _note_texts(self, name: str, values: Mapping[str, Value]) -> dict[str, None]:
        """Texts of inputs without a type that are compared as texts, although they look like dates or numbers."""
        types = {key: field.type for key, field in self.schema_of(name).vocabulary.fields.items()}
        return dict.fromkeys(note_untyped_texts(self.compiled, self._reach(name), values, types))

    def _call(self, name: str, values: Mapping[str, Value], missing: Mapping[str, Value]) -> EvaluationResult:
        """The result of a service or function."""
        trace = Trace()
        value = self.compiled.invoke(name, values, trace)
        errors = keep_causes(trace)
        tables = [answer.table.table for answer in trace.answers if answer.table is not None]
        result = DecisionResult(
            name,
            value,
            Status.ERROR if value is None and errors else Status.DETERMINED,
            tuple(rule for answer in trace.answers for rule in fire_answer(answer, self.workbooks)),
            is_list=len(tables) == 1 and tables[0].hit_policy.is_list and isinstance(value, list),
            inputs=dict(values),
            errors=errors,
        )
        parameters = _list_parameters(self._entries[name].node)
        left_out = {label: None for label, _ in parameters if label not in values}
        return self._report(name, {name: result}, {**missing, **left_out}, values, trace.answers)

    def _report(
        self,
        name: str,
        decisions: Mapping[str, DecisionResult],
        missing: Mapping[str, Value],
        values: Mapping[str, Value],
        answers: Iterable[Answer],
    ) -> EvaluationResult:
        given = [f"not given, and so null: {', '.join(missing)}"] if missing else []
        notes = dict.fromkeys((*self._note_texts(name, values), *note_unmatched(answers)))
        return EvaluationResult(
            name,
            {each: result for each, result in decisions.items() if each not in self._imported},
            decisions[name].needs,
            {file: book.sha256 for file, book in self.workbooks.items()},
            {file: book.status for file, book in self.workbooks.items()},
            VERSION,
            DISCLAIMER,
            missing,
            (*self.notes, *given, *notes),
        )

    def _list_tables(self) -> Iterator[tuple[str, DecisionTable]]:
        """The decisions and functions whose logic is a decision table."""
        for name, entry in self._entries.items():
            element = entry.node.element
            logic = element.logic if isinstance(element, Decision | KnowledgeModel) else None
            body = logic.body if isinstance(logic, BoxedFunction) else logic
            question = element.question if isinstance(element, Decision) else ""
            for table in self.compiled.tables.get(entry.node, ()):
                if isinstance(body, BoxedTable) and table.origin == body.origin:
                    yield name, replace(table, name=name, question=question)

    def _outline(self, name: str) -> OutlineEntry:
        node = self._entries[name].node
        names = [self._name_of(item.node) for item in node.requires if not isinstance(item.node.element, InputData)]
        fields = [self._name_of(item.node) for item in node.requires if isinstance(item.node.element, InputData)]
        used = tuple((each, False) for each in dict.fromkeys(names) if each in self._entries and each != name)
        return OutlineEntry(node.element.origin, used, (*fields, *self.compiled.undeclared.get(node, ())))


def _is_data(entry: Element) -> bool:
    return isinstance(entry.node.element, InputData)


def _decides(entry: Element) -> bool:
    return isinstance(entry.node.element, Decision)


def _in_outline(entry: Element) -> bool:
    return isinstance(entry.node.element, Decision | KnowledgeModel | DecisionService)


def _fit_input(node: Node, value: Value, causes: list[Cause]) -> Value:
    assert isinstance(node.element, InputData)
    variable = node.element.variable
    return node.unit.types.resolve(variable.type).fit(value, variable.name, causes)


def _list_requirements(node: Node) -> Iterator[tuple[Requirement, str]]:
    """The inputs and decisions that a decision requires directly, with their names in its expressions."""
    for requirement in node.requires:
        if isinstance(requirement.node.element, Decision | InputData):
            label = requirement.node.name
            yield requirement, f"{requirement.prefix}.{label}" if requirement.prefix else label


def _list_parameters(node: Node) -> Iterator[tuple[str, ItemType]]:
    """The parameters of a call of the node, with their types."""
    element, unit = node.element, node.unit
    match element:
        case KnowledgeModel(logic=logic) if logic is not None:
            yield from ((item.text, unit.types.resolve(item.type)) for item in logic.parameters)
        case DecisionService():
            for requirement in unit.resolve(element.input_data + element.input_decisions):
                yield requirement.node.name, _type_of(requirement.node)
        case Decision():
            for requirement, label in _list_requirements(node):
                yield label, _type_of(requirement.node)


def _type_of(node: Node) -> ItemType:
    variable = node.element.variable if isinstance(node.element, Decision | InputData) else None
    return node.unit.types.resolve(None if variable is None else variable.type)


def _list_required(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes and all that they require, those first that others need."""
    visited: set[Node] = set()

    def visit(node: Node) -> Iterator[Node]:
        if node not in visited:
            visited.add(node)
            for requirement in node.requires:
                yield from visit(requirement.node)
            yield node

    for node in nodes:
        yield from visit(node)
