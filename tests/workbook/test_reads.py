"""What cells that are in order become: the FEEL of a When or Then cell, fields by their names."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.feel.format import format_expression, format_tests
from dmn_engine.workbook import build_tables
from tests.workbook.grids import make_workbook
from tests.workbook.vocabulary import VOCABULARY

CASES = tomllib.loads((Path(__file__).parent.parent / "cases" / "builder" / "reads.toml").read_text("utf-8"))


def _read(when: str, when_values: str, test: str, then: str, then_values: str, output: str) -> tuple[str, str]:
    grid = "\n".join(
        ["Decision | D", "U | When | Then", f"Rule | {when} | {then}", f"Values | {when_values} | {then_values}",
         f"R1 | {test} | {output}"]
    )  # fmt: skip
    tables = build_tables([make_workbook(grid)], VOCABULARY)
    assert not tables.diagnostics
    rule = tables.tables["D"].rules[0]
    assert rule.outputs[0].expression is not None
    return format_tests(rule.inputs[0].tests), format_expression(rule.outputs[0].expression)


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case['field']}: {case['cell']}") for case in CASES["when"]])
def test_conditions(case: dict[str, Any]) -> None:
    assert _read(case["field"], case.get("values", ""), case["cell"], "Out", "", "yes")[0] == case["feel"]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case['values']}: {case['cell']}") for case in CASES["then"]])
def test_outputs(case: dict[str, Any]) -> None:
    assert _read("Age", "", "-", "Out", case["values"], case["cell"])[1] == case["feel"]
