"""The bounds of formulas and decisions over all records, as tight as they are said to be (tests/cases/bounds)."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.check.bounds import OPEN, Bounds, Choices, Parts, Span
from dmn_engine.check.box_evaluation import BoxEvaluation, Part
from dmn_engine.check.proof import Prover
from dmn_engine.check.universe import Universe
from dmn_engine.compile.graph import Graph
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.parser import parse_expression
from dmn_engine.feel.values import format_value
from dmn_engine.records.documents import parse_json
from dmn_engine.records.typing import build_vocabulary
from dmn_engine.workbook import build_tables
from tests.workbook.grids import make_workbook

CASES = Path(__file__).parents[1] / "cases" / "bounds"


def read_groups() -> list[Any]:
    groups = [group for file in sorted(CASES.glob("*.toml")) for group in tomllib.loads(file.read_text())["group"]]
    return [pytest.param(group, id=group["name"]) for group in groups]


def show(bounds: Bounds) -> str:
    """A range with `whole` for integers, values with commas, members in braces."""
    match bounds:
        case Span(low=low, high=high):
            left, right = "[" if bounds.low_closed else "(", "]" if bounds.high_closed else ")"
            return f"{left}{low}..{high}{right}{' whole' if bounds.whole else ''}"
        case Choices(values=values):
            return ", ".join(map(format_value, values))
        case Parts(members=members):
            return f"{{{'; '.join(f'{name}: {show(part)}' for name, part in members.items())}}}"
    assert bounds is OPEN
    return "open"


@pytest.mark.parametrize("group", read_groups())
def test_bounds(group: dict[str, Any]) -> None:
    vocabulary, faults = build_vocabulary(parse_json(f'{{"properties": {{{group["fields"]}}}}}', "patient.schema.json"))
    assert not faults
    tables = build_tables([make_workbook(group.get("workbook", ""))], vocabulary)
    assert [item.message for item in tables.diagnostics if item.severity.value == "error"] == []
    graph = Graph(tables, clinical=group.get("mode") != "dmn")
    universe = Universe(graph)
    box = Prover(graph, universe.complete, universe.may_hold_patient).open_box({}, {})
    given = {name: Part(tuple(map(Decimal, values)), is_exact=True) for name, values in group.get("given", {}).items()}

    def bound(text: str) -> str:
        evaluation = BoxEvaluation(graph, {**box, **given}, {})
        if graph.is_decision(text):
            return show(evaluation.decide(text))
        node = parse_expression(Source(text), dict.fromkeys(group.get("names", ())), Diagnostics())
        assert node is not None, text
        return show(evaluation.evaluate(node))

    assert {text: bound(text) for text in group["bounds"]} == group["bounds"]
