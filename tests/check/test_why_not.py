"""Why a rule did not give its output, as text: cases in tests/cases/why_not."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dmn_engine.compile.graph import Graph
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.explanation import explain_why_not
from dmn_engine.evaluate.solution import Solver
from dmn_engine.feel.values import from_python
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.result import Status
from dmn_engine.records.documents import parse_json
from dmn_engine.records.typing import build_vocabulary
from dmn_engine.report.why_not_text import render_why_not
from dmn_engine.workbook import build_tables
from tests.interchange.drawing import describe, graphs
from tests.workbook.grids import make_workbook

VALUES: dict[str, tuple[Value, ...]] = {
    "receptor": ("positive", "negative"),
    "crisis": (True, False),
    "months": tuple(map(Decimal, ("5.5", "6", "9", "12.5"))),
    "symptoms": ([], ["bleeding"], ["bleeding", "pain"]),
}
CASES = Path(__file__).parents[1] / "cases" / "why_not"


def read_cases() -> list[Any]:
    files = sorted(CASES.glob("*.toml"))
    return [
        pytest.param(case, id=case["name"])
        for file in files
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    ]


def explain(case: dict[str, Any]) -> str:
    schema = f'{{"properties": {{{case["fields"]}}}, {case.get("rules", "")} "type": "object"}}'
    vocabulary, faults = build_vocabulary(parse_json(schema, "patient.schema.json"))
    assert not faults
    tables = build_tables([make_workbook(case["workbook"])], vocabulary)
    assert not [item for item in tables.diagnostics if item.severity.value == "error"]
    record = {name: from_python(value) for name, value in case["record"].items()}
    found = explain_why_not(Graph(tables), record, case["text"], case["decision"])
    return render_why_not(found, tables, origin="patient")


@pytest.mark.parametrize("case", read_cases())
def test_why_not(case: dict[str, Any]) -> None:
    assert explain(case).strip("\n") == case["explained"].strip("\n")


@st.composite
def records(draw: st.DrawFn) -> dict[str, Value]:
    """A record that gives some of the fields."""
    return {name: draw(st.sampled_from(values)) for name, values in VALUES.items() if draw(st.booleans())}


def complete(record: dict[str, Value]) -> Iterator[dict[str, Value]]:
    """Records with all fields, of the values above."""
    missing = [name for name in VALUES if name not in record]
    for values in itertools.product(*(VALUES[name] for name in missing)):
        yield {**record, **dict(zip(missing, values, strict=True))}


def fires(graph: Graph, record: dict[str, Value], name: str, rule: str) -> bool:
    """Whether an evaluation of all tops comes to a decision, has an answer, and names the rule as a sure reason.

    A rule that an error leaves open may be the reason of an answer that is the same without it: it does not fire.
    A decision that an evaluation does not come to, because one above it ends in an error, is evaluated by itself.
    """
    solver = Solver(graph, Evaluation(graph, record, clinical=True))
    results = {each: result for root in graph.roots for each, result in solver.solve_all(root).items()}
    result = results.get(name)
    if result is None and any(results[root].status is Status.ERROR for root in graph.roots):
        result = solver.solve_all(name)[name]
    if result is None or result.status is Status.ERROR:
        return False
    named = [fired for fired in result.rules if fired.table == name]
    named += [each.rule for each in result.candidates if each.rule and not each.rule_needs]
    return any(fired.rule == rule and all(condition.holds for condition in fired.conditions) for fired in named)


@given(graphs(), records())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_why_not_says_is_what_an_evaluation_gives(graph: Graph, record: dict[str, Value]) -> None:
    note(describe(graph))
    for item in explain_why_not(graph, record, "R0", "Third"):
        name = item.rule.table
        if item.fires:
            assert all(fires(graph, full, name, "R0") for full in itertools.islice(complete(record), 4)), name
        elif item.reachable:
            changed = {**record, **item.changes, **item.assumptions}
            assert all(fires(graph, full, name, "R0") for full in itertools.islice(complete(changed), 4)), (name, item)
        elif item.reachable is False and name == "Third":
            assert not any(fires(graph, full, name, "R0") for full in complete({})), name
