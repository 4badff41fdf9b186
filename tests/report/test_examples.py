"""Expectations of example patients as cases in tests/cases/report/examples.toml, and how failures are told."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.check.examples import Coverage, find_errors
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.model.decision_table import Expectation
from dmn_engine.model.result import Candidate, DecisionResult, Status
from dmn_engine.report.wording import show_value

FILE = Path(__file__).parents[1] / "cases" / "report" / "examples.toml"
CASES = tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]


def to_feel(value: Any) -> Any:
    """A TOML value as a FEEL value."""
    match value:
        case bool():
            return value
        case int() | float():
            return Decimal(str(value))
        case list():
            return [to_feel(item) for item in value]
        case dict():
            return {key: to_feel(item) for key, item in value.items()}
    return value


def read_result(case: dict[str, Any]) -> DecisionResult:
    is_list = case.get("list", False)
    if "error" in case:
        return DecisionResult("Decision", None, Status.ERROR, errors=(EvaluationError(case["error"]),))
    if "outcome" in case:
        return DecisionResult("Decision", to_feel(case["outcome"]), Status.DETERMINED, is_list=is_list)
    needs = tuple(case["needs"])
    candidates = (
        *(Candidate(to_feel(value), True) for value in case["certain"]),
        *(Candidate(to_feel(value), False, needs) for value in case["possible"]),
    )
    return DecisionResult("Decision", None, Status.UNDETERMINED, (), needs, candidates, is_list)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_expectation(case: dict[str, Any]) -> None:
    expectation = Expectation(
        "exact" in case,
        to_feel(case.get("exact")),
        tuple(to_feel(case.get("present", []))),
        tuple(to_feel(case.get("absent", []))),
        case.get("undetermined", False),
        tuple(case.get("needed", ())),
    )
    found = list(
        find_errors(
            expectation, read_result(case), case.get("column", ""), show_value, {"bone_metastases": "Bone metastases"}
        )
    )
    assert found == case["faults"]


def test_no_rules_are_all_covered() -> None:
    assert Coverage(0, ()).percent == 100
