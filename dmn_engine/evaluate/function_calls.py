"""Calls of business knowledge models and decision services, with the rules and errors of the tables in them."""

from __future__ import annotations

from collections.abc import Mapping

from dmn_engine.compile.boxed_table import Trace
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.table_evaluation import Answer
from dmn_engine.diagnostics import Source
from dmn_engine.evaluate.evaluation import bind_function
from dmn_engine.evaluate.solution import fire_answer
from dmn_engine.feel.errors import EvaluationError, distinct
from dmn_engine.feel.values import FeelError
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.result import DecisionResult, Status


def call_function(graph: Graph, name: str, arguments: Mapping[str, Value]) -> tuple[DecisionResult, list[Answer]]:
    """The result of a call, with the answers of the tables in it; a missing argument is null."""
    trace = Trace()
    value = invoke_function(graph, name, arguments, trace)
    errors = distinct(trace)
    tables = [answer.table.table for answer in trace.answers if answer.table is not None]
    result = DecisionResult(
        name,
        value,
        Status.ERROR if value is None and errors else Status.DETERMINED,
        tuple(rule for answer in trace.answers for rule in fire_answer(answer, graph.tables.workbooks)),
        is_list=len(tables) == 1 and tables[0].hit_policy.is_list and isinstance(value, list),
        inputs=dict(arguments),
        errors=errors,
    )
    return result, trace.answers


def invoke_function(graph: Graph, name: str, arguments: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
    """The value of a call; the reasons for nulls are appended to `errors`."""
    function = bind_function(graph, name, errors)
    try:
        return function(*(arguments.get(parameter) for parameter in function.parameters))
    except FeelError as error:
        place = Source(name, graph.functions[name].origin)
        errors.append(EvaluationError(error.message, place, place.span))
        return None
