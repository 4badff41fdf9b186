"""Evaluation of one record, as far as its known fields determine the answers; `symbolic` solves the rest.

A missing field is unknown in mode clinical, null in mode dmn. Each table keeps two masks: the rules that match for
every value of the unknown fields, and those that may match. If both are equal, the table's answer is exact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dmn_engine.compile.boxed_table import Trace
from dmn_engine.compile.functions import FunctionPlan
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.names import open_scope, read_names
from dmn_engine.compile.nodes import Logic, ServiceNode, read_variables
from dmn_engine.compile.open_evaluation import open_expression
from dmn_engine.compile.record_inputs import complete
from dmn_engine.compile.scope import Compiled, fit_to
from dmn_engine.compile.table_evaluation import Answer, answer_table
from dmn_engine.diagnostics import Source
from dmn_engine.evaluate.three_valued import conjoin, disjoin
from dmn_engine.feel.compiler import compile_expression
from dmn_engine.feel.errors import EvaluationError, distinct
from dmn_engine.feel.syntax import Conjunction, Disjunction, Expression
from dmn_engine.feel.values import Function
from dmn_engine.model.cycles import order
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.unknown import ErrorValue, Unknown, find_partial, merge

_DEPTH_OF_A_SERVICE = 60  # with the logic of its decisions


@dataclass(slots=True)
class Evaluation:
    """The evaluation of one record: answers by decision, in the order in which they were reached.

    `refused` are the fields whose values a model does not allow, which are null then (mode dmn), with the errors.
    """

    graph: Graph
    record: Mapping[str, Value]
    clinical: bool
    refused: Mapping[str, Sequence[EvaluationError]] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    variables: dict[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.variables = {**bind_functions(self.graph), **self.record}

    def decide(self, name: str) -> Answer:
        """Evaluate a decision and what it depends on, each once; a long chain of decisions without recursion."""
        if any(read not in self.answers for read in self.graph.list_always_read(name)):
            for each in order([name], self._list_waiting):
                self._decide(each)
        return self._decide(name)

    def _list_waiting(self, name: str) -> Iterator[str]:
        """The decisions that a decision always reads and that have no value yet."""
        for read in self.graph.list_always_read(name):
            if read not in self.answers and read not in self.variables:
                yield read

    def _decide(self, name: str) -> Answer:
        answer = self.answers.get(name)
        if answer is None:
            logic = self.graph.logic.get(name)
            answer = self._answer_table(name) if logic is None else self._compute(logic)
            self.answers[name] = answer
            if answer.is_whole:
                self.variables[name] = answer.value
        return answer

    def _answer_table(self, name: str) -> Answer:
        """The answer of a table, its value converted to the declared type of the decision."""
        answer = answer_table(self.graph.table(name), self, [])
        if name not in self.graph.results or not answer.is_whole:
            return answer
        type_, place = self.graph.results[name]
        errors: list[EvaluationError] = []
        value = type_.fit(answer.value, place, errors)
        partial = ErrorValue(distinct(errors)) if errors and self.clinical else None
        return replace(answer, value=partial or value, partial=partial, errors=(*answer.errors, *errors))

    def _compute(self, logic: Logic) -> Answer:
        """The answer of a decision that is not a table, with those of the tables in its logic."""
        met = tuple(map(self.look_up, logic.requires))
        trace = Trace()
        value = logic.reads.evaluate(dict(zip(logic.requires, met, strict=True)), logic.compute, trace)
        partial = find_partial(value)
        if self.clinical and trace and partial is None:
            value = partial = ErrorValue(distinct(trace))
        inherited = merge(map(self.find_error, logic.requires)) if value is None else None
        below = inherited.errors if isinstance(inherited, ErrorValue) else ()
        return Answer(None, value, (), met, partial, tuple(trace), parts=tuple(trace.answers), inherited=below)

    def look_up(self, name: str) -> Value:
        """The value of a field or decision, which may be or contain an Unknown or an ErrorValue."""
        if name in self.variables:
            return self.variables[name]
        if self.graph.is_decision(name):
            return self.decide(name).value
        return Unknown((name,)) if self.clinical else self.variables.setdefault(name, None)

    def use(self, decision: str) -> Value:
        """The result of a decision; a given value replaces it."""
        return self.variables[decision] if decision in self.variables else self.decide(decision).value

    def find_error(self, name: str) -> ErrorValue | None:
        """The errors by which a field or decision is null (mode dmn)."""
        answer = self.answers.get(name)
        failures = distinct(self.refused.get(name, ()))
        if answer is not None and answer.value is None:
            failures = (*answer.inherited, *distinct(answer.errors))
        return ErrorValue(failures) if failures else None


def evaluate_condition(evaluation: Evaluation, node: Expression, source: Source) -> Value:
    """A condition for one record; irrelevant parts are not computed, and their errors do not count."""
    if isinstance(node, Disjunction | Conjunction):
        join = disjoin if isinstance(node, Disjunction) else conjoin
        left, right = (evaluate_condition(evaluation, each, source) for each in (node.left, node.right))
        return join(left, right)
    names = read_names(node)
    values = map(evaluation.look_up, names)
    errors: list[EvaluationError] = []
    program = compile_expression(node, source, open_scope(names))
    value = open_expression(node).evaluate(dict(zip(names, values, strict=True)), program.evaluate, errors)
    return ErrorValue(distinct(errors)) if errors and evaluation.clinical else value


def start_evaluation(
    graph: Graph, record: Mapping[str, Value], *, clinical: bool, given: Mapping[str, Value] | None = None
) -> Evaluation:
    """The evaluation of a record: its values converted to the types of the inputs, and `given` values of decisions.

    A value that does not fit is an error in mode clinical, and null with its error in mode dmn. In mode clinical a
    missing component of a context is unknown, as a missing field is.
    """
    types = graph.tables.dictionary.fields
    missing: dict[str, Value] = {}
    if clinical:
        record = {key: complete(value, types[key].type, key, missing) for key, value in record.items()}
    fitted: dict[str, Value] = dict(record)
    refused: dict[str, list[EvaluationError]] = {}
    for name, (type_, place) in graph.inputs.items() if record else ():
        errors: list[EvaluationError] = []
        if name in record:
            fitted[name] = type_.fit(record[name], place, errors)
        if errors:
            refused[name] = errors
            fitted[name] = ErrorValue(distinct(errors)) if clinical else None
    if missing:
        fitted = {name: _open_missing(value, name, missing) for name, value in fitted.items()}
    return Evaluation(graph, {**fitted, **(given or {})}, clinical, refused)


def _open_missing(value: Value, place: str, missing: Collection[str]) -> Value:
    """The value, unknown at the places of missing components."""
    if place in missing:
        return Unknown((place,))
    if isinstance(value, list):
        return [_open_missing(part, f"{place}[{number}]", missing) for number, part in enumerate(value, 1)]
    if isinstance(value, dict):
        return {name: _open_missing(part, f"{place}.{name}", missing) for name, part in value.items()}
    return value


def bind_functions(graph: Graph) -> Mapping[str, Value]:
    """The functions of a graph as values; they depend on no record."""
    if not graph.bound:
        graph.bound.update((name, bind_function(graph, name)) for name in graph.functions)
    return graph.bound


def bind_function(graph: Graph, name: str, errors: list[EvaluationError] | None = None) -> Function:
    """A business knowledge model or decision service as a value; `errors` are those of a call outside of evaluation."""
    node = graph.functions[name]
    if isinstance(node, ServiceNode):
        return _bind_service(graph, node, errors)

    def read() -> Mapping[str, Value]:
        return {node.plan.name: function, **read_variables(node.variables, bind_functions(graph).get)}

    function = node.plan.bind(read, errors)
    return function


def _bind_service(graph: Graph, node: ServiceNode, errors: list[EvaluationError] | None) -> Function:
    def evaluate(arguments: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
        values = [arguments[parameter.name] for parameter in node.parameters]
        inner = Evaluation(graph, dict(zip(node.inputs, values, strict=True)), clinical=False)
        found = {item.label: inner.use(item.node) for item in node.outputs}
        for answer in inner.answers.values():
            errors.extend(answer.errors)
            if isinstance(errors, Trace):
                errors.answers += [answer] if answer.table is not None else answer.parts
        return next(iter(found.values())) if len(found) == 1 else found

    place = Source("", node.origin)
    body = fit_to(node.result, Compiled(node.result.type, evaluate, _DEPTH_OF_A_SERVICE), place)
    return FunctionPlan(node.name, node.parameters, body, place).bind(dict, errors)
