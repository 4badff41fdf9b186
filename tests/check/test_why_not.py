"""Why a rule did not give its output, as text: cases in tests/cases/why_not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.compile.graph import Graph
from dmn_engine.evaluate.explanation import explain_why_not
from dmn_engine.feel.values import from_python
from dmn_engine.records.documents import parse_json
from dmn_engine.records.typing import build_vocabulary
from dmn_engine.report.why_not_text import render_why_not
from dmn_engine.workbook import build_tables
from tests.workbook.grids import make_workbook

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
