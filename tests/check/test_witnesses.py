"""The checks against brute force over every patient: each finding has a patient, and no violation is missed."""

from __future__ import annotations

from hypothesis import HealthCheck, given, note, settings

from dmn_engine.check import dead_rules, gaps, overlaps
from dmn_engine.check.universe import Universe
from dmn_engine.compile.graph import Graph
from dmn_engine.diagnostics import Diagnostics
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.explanation import explain_why_not
from dmn_engine.evaluate.solution import Solver
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.result import Status
from tests.decisions.drawing import COMPUTED, complete, describe, graphs, records

RUNS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def computes(graph: Graph) -> bool:
    """Whether a condition computes with a number, so that not everything can be decided."""
    return any(text in describe(graph) for text in COMPUTED)


def list_failures(graph: Graph, record: dict[str, Value]) -> set[tuple[str, str]]:
    """(table, what is wrong) for every hit policy that the full record breaks."""
    evaluation = Evaluation(graph, record, clinical=True)
    for root in graph.roots:
        evaluation.decide(root)
    found = set()
    for name, answer in evaluation.answers.items():
        for failure in answer.causes:
            if failure.message.startswith(f"{name}: no rule matches"):
                found.add((name, "missing-rule"))
            elif failure.message.startswith(f"{name}: more than one rule matches"):
                found.add((name, "rules-overlap"))
            elif failure.message.startswith(f"{name}: the matching rules give different outputs"):
                found.add((name, "rules-disagree"))
            else:
                found.add((name, "not-decided"))
    return found


def shows_overlap(graph: Graph, name: str, record: dict[str, Value]) -> bool:
    """Whether the rules meet for the full record, or a decision that the table reads is at fault before they can."""
    failures = list_failures(graph, record)
    return (name, "rules-overlap") in failures or any(
        other != name and other in graph.reach(name) for other, _ in failures
    )


@given(graphs())
@RUNS
def test_every_fault_that_some_patient_meets_is_reported(graph: Graph) -> None:
    note(describe(graph))
    universe, diagnostics = Universe(graph), Diagnostics()
    overlaps.check(universe, diagnostics)
    gaps.check(universe, diagnostics)
    met = {code for record in complete({}) for _, code in list_failures(graph, record)} - {"not-decided"}
    reported = {item.code for item in diagnostics.items}
    assert met <= reported or computes(graph)


@given(graphs())
@RUNS
def test_every_example_patient_shows_the_fault(graph: Graph) -> None:
    note(describe(graph))
    universe = Universe(graph)
    for name, table in graph.tables.tables.items():
        if table.hit_policy is not HitPolicy.UNIQUE:
            continue
        reach = universe.reach(name)
        guards = [universe.symbolic.conjoin(reach, guard) for guard in universe.symbolic.guards(name)]
        for first in range(len(guards)):
            for second in range(first + 1, len(guards)):
                both = universe.symbolic.conjoin(guards[first], guards[second])
                record = universe.find_record(both, lambda value: value is True)
                if record is not None:
                    assert all(shows_overlap(graph, name, full) for full in complete(record))


@given(graphs())
@RUNS
def test_a_rule_called_dead_fires_for_nobody(graph: Graph) -> None:
    note(describe(graph))
    diagnostics = Diagnostics()
    dead_rules.check(Universe(graph), diagnostics)
    dead = {tuple(item.message.split(": no possible patient gets rule ")) for item in diagnostics.items}
    for record in complete({}):
        evaluation = Evaluation(graph, record, clinical=True)
        for name in graph.tables.tables:
            answer = evaluation.decide(name)
            if not answer.causes:
                fired = {(name, graph.tables.tables[name].rules[index].id) for index in answer.rules}
                assert fired.isdisjoint(dead)


@given(graphs(), records())
@RUNS
def test_the_smallest_change_makes_the_rule_give_its_output(graph: Graph, record: dict[str, Value]) -> None:
    note(describe(graph))
    for name in graph.reach("Third"):
        for item in explain_why_not(graph, record, "R0", "Third"):
            if item.rule.table != name or not item.reachable:
                continue
            changed = {**record, **item.changes, **item.assumptions}
            evaluation = Evaluation(graph, changed, clinical=True)
            results = Solver(graph, evaluation).solve_all("Third")
            result = results.get(name)
            if result is not None and result.status is not Status.ERROR and not computes(graph):
                fired = {rule.rule for rule in result.rules}
                certain = {each.rule.rule for each in result.candidates if each.rule and not each.rule_needs}
                assert "R0" in fired | certain
