"""The diagnostics of the checks for small workbooks, as whole messages in tests/cases/check."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.check import run_checks
from dmn_engine.compile.graph import Graph
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


@pytest.mark.parametrize("case", read_cases())
def test_findings(case: dict[str, Any]) -> None:
    schema = f'{{"properties": {{{case["fields"]}}}, {case.get("rules", "")} "type": "object"}}'
    vocabulary, faults = build_vocabulary(parse_json(schema, "patient.schema.json"))
    assert not faults
    tables = build_tables([make_workbook(case["workbook"], safety=case.get("safety", ""))], vocabulary)
    found = [*tables.diagnostics, *run_checks(Graph(tables))]
    assert "\n\n".join(map(render_diagnostic, found)).strip("\n") == case["findings"].strip("\n")
