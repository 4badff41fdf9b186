"""Evaluations of tables in Markdown: value, status, rules, unknown fields and errors (tests/cases/decisions)."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

import dmn_engine
from dmn_engine.feel.values import format_value

FOLDER = Path(__file__).parent.parent / "cases" / "decisions"


def read_groups() -> list[Any]:
    """The groups of cases, each with one set of tables."""
    files = sorted(FOLDER.glob("*.toml"))
    groups = [group for file in files for group in tomllib.loads(file.read_text(encoding="utf-8"))["group"]]
    return [pytest.param(group["tables"], group["cases"], id=group["name"]) for group in groups]


@pytest.mark.parametrize(("tables", "cases"), read_groups())
def test_evaluation(tables: str, cases: list[dict[str, Any]], tmp_path: Path) -> None:
    """One model answers all cases, and again from the last to the first: what it keeps changes no answer."""
    (tmp_path / "schemas").mkdir()
    shutil.copy(FOLDER / "schema.json", tmp_path / "schemas" / "patient.schema.json")
    (tmp_path / "t.md").write_text(f"<!-- dmn workbook -->\n{tables}", encoding="utf-8")
    model = dmn_engine.load(tmp_path / "t.md", tmp_path / "schemas")
    assert [item.message for item in model.diagnostics if item.severity.value == "error"] == []
    for case in (*cases, *reversed(cases)):
        result = model.evaluate(case["record"], case.get("decision"), mode=case.get("mode"))
        found = result[result.decision]
        shown = {
            "value": format_value(found.value),
            "status": found.status.value,
            "rules": [f"{rule.table} {rule.rule}" for rule in found.rules],
            "needs": list(found.needs),
            "errors": [f"{error.origin.rpartition('/')[2]}: {error.message}" for error in found.errors],
        }
        if "possible" in case["expect"]:
            shown["possible"] = [format_value(each.value) for each in found.candidates if not each.certain]
        expected = {"rules": [], "needs": [], "errors": [], "status": "determined", "value": "null"} | case["expect"]
        assert (case, shown) == (case, expected)
