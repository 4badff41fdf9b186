"""What a clinician reads about a cell: tables as grids of text in, whole messages out."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.diagnostics import Severity
from dmn_engine.model.cell_text import fold_label
from dmn_engine.report.text import render_diagnostic
from dmn_engine.workbook import build_tables
from tests.workbook.grids import make_workbook
from tests.workbook.vocabulary import VOCABULARY

CASES = Path(__file__).parent.parent / "cases" / "builder"


def _list_cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(CASES.glob("messages_*.toml"))
        for case in tomllib.loads(path.read_text("utf-8"))["case"]
    ]


def _make_grid(case: dict[str, str]) -> str:
    """The grid of the case, or a table of one rule around its cell: a When cell of `field`, or a Then of `output`."""
    if "grid" in case:
        return case["grid"]
    if "field" in case:
        rows = [f"Rule | {case['field']} | Out", f"Values | {case.get('values', '')} |", f"R1 | {case['cell']} | yes"]
    else:
        rows = [f"Rule | Age | {case['output']}", f"Values | | {case.get('values', '')}", f"R1 | - | {case['cell']}"]
    return "\n".join(["Decision | D", "U | When | Then", *rows])


@pytest.mark.parametrize("case", _list_cases())
def test_messages(case: dict[str, Any]) -> None:
    workbook = make_workbook(
        _make_grid(case),
        references=case.get("references"),
        examples=case.get("examples", ""),
        safety=case.get("safety", ""),
        status=case.get("status", ""),
    )
    tables = build_tables([workbook], VOCABULARY)
    assert "\n\n".join(map(render_diagnostic, tables.diagnostics)) == case["messages"].strip("\n")
    failing = {item.source.origin.sheet for item in tables.diagnostics if item.severity is Severity.ERROR}
    names = {fold_label(table.name.text) for table in workbook.tables if table.name.text}
    # A table with an error is known, and is not usable; one with warnings only is usable.
    assert {fold_label(name) for name in (*tables.tables, *tables.unusable)} == names
    assert bool(tables.unusable) == ("S" in failing)
