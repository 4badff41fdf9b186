"""The answers to records with missing fields, against every patient that fits the record."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import HealthCheck, given, note, settings

from dmn_engine.compile.graph import Graph
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.solution import Solver
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.result import DecisionResult, Status
from dmn_engine.model.unknown import find_partial, key_value

from .drawing import COMPUTED, complete, describe, graphs, records

FAULT = "fault"


def solve(graph: Graph, record: Mapping[str, Value], decision: str = "Third") -> DecisionResult:
    return Solver(graph, Evaluation(graph, record, clinical=True)).solve_all(decision)[decision]


def outcome(graph: Graph, record: Mapping[str, Value]) -> object:
    result = solve(graph, record)
    assert result.status is not Status.UNDETERMINED, "a full record leaves nothing open"
    return FAULT if result.status is Status.ERROR else key_value(result.value)


@given(graphs(), records())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_answers_are_those_of_every_patient_it_may_be(graph: Graph, record: dict[str, Value]) -> None:
    note(describe(graph))
    outcomes = {repr(full): outcome(graph, full) for full in complete(record)}
    distinct = set(outcomes.values())
    result = solve(graph, record)
    computes = "months" not in record and any(text in describe(graph) for text in COMPUTED)
    if result.status is Status.DETERMINED:
        assert distinct == {key_value(result.value)}
    elif result.status is Status.ERROR:
        assert distinct == {FAULT}
    else:
        assert result.needs
        assert set(result.needs).isdisjoint(record)
        assert computes or len(distinct) > 1
        if not computes:
            check_needs(graph, record, result)
            check_possible(result, distinct)


def check_needs(graph: Graph, record: Mapping[str, Value], result: DecisionResult) -> None:
    """A field that is not needed never changes the answer."""
    by_needed: dict[str, set[object]] = {}
    for full in complete(record):
        by_needed.setdefault(repr([full[name] for name in result.needs]), set()).add(outcome(graph, full))
    assert all(len(each) == 1 for each in by_needed.values())


def check_possible(result: DecisionResult, distinct: set[object]) -> None:
    """Each outcome (of a list each item) of some patient is named, and nothing else."""
    named = {key_value(value) for value in result.possible if find_partial(value) is None}
    whole = {item for item in distinct if item != FAULT}
    if result.is_list:
        whole = {part for item in whole if isinstance(item, tuple) for part in item[1:]}
    assert named == whole


@given(graphs(), records())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_both_modes_agree_on_full_records(graph: Graph, record: dict[str, Value]) -> None:
    full = next(complete(record))
    clinical = solve(graph, full)
    standard = Evaluation(graph, full, clinical=False).decide("Third")
    if clinical.status is Status.DETERMINED:
        assert key_value(standard.value) == key_value(clinical.value)
