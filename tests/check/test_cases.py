"""The diagnostics of the checks for small workbooks, as whole messages in tests/cases/check.

`budget` limits the nodes of diagrams, so that small tables meet the limit.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.check import run_checks
from dmn_engine.compile.graph import Graph
from dmn_engine.diagnostics import Diagnostic
from dmn_engine.evaluate import decision_diagram
from dmn_engine.records.documents import parse_json
from dmn_engine.records.typing import build_vocabulary
from dmn_engine.report.text import render_diagnostic
from dmn_engine.workbook import build_tables
from tests.workbook.grids import make_workbook

CASES = Path(__file__).parents[1] / "cases" / "check"


def read_cases() -> list[Any]:
    files = sorted(CASES.glob("*.toml"))
    cases = [(file, case) for file in files for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]]
    return [pytest.param(case, id=f"{file.stem}: {case['name']}") for file, case in cases]


def find(case: dict[str, Any]) -> list[Diagnostic]:
    schema = f'{{"properties": {{{case["fields"]}}}, {case.get("rules", "")} "type": "object"}}'
    vocabulary, faults = build_vocabulary(parse_json(schema, "patient.schema.json"))
    assert not faults
    tables = build_tables([make_workbook(case["workbook"], safety=case.get("safety", ""))], vocabulary)
    return [*tables.diagnostics, *run_checks(Graph(tables))]


@pytest.mark.parametrize("case", read_cases())
def test_findings(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision_diagram, "MOST_NODES", case.get("budget", decision_diagram.MOST_NODES))
    assert "\n\n".join(map(render_diagnostic, find(case))).strip("\n") == case["findings"].strip("\n")


@pytest.mark.parametrize("case", read_cases())
def test_diagrams_that_are_too_large_leave_findings_open(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """With a lower limit nothing else is found, and what is found no more is said to be open."""
    every = {(item.code, item.source.origin) for item in find(case)}
    for limit in (0, 12):
        monkeypatch.setattr(decision_diagram, "MOST_NODES", limit)
        found = {(item.code, item.source.origin) for item in find(case)}
        open_ = {item for item in found if "-not-" in item[0] or item[0].startswith("not-")}
        assert found - open_ <= every, (limit, found - open_ - every)
        assert found >= every or open_, (limit, every - found)
