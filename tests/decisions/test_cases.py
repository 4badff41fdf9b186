"""Evaluations of tables in Markdown: value, status, rules, unknown fields, what is possible, and errors.

The cases are in tests/cases/decisions. `inputs`, `conditions`, `reviews` and `reached` are compared where a case
gives them; `budget` limits the nodes of diagrams, so that small tables meet the limit.
"""

from __future__ import annotations

import itertools
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

import dmn_engine
from dmn_engine.compile import table
from dmn_engine.evaluate import decision_diagram
from dmn_engine.evaluate.symbolic import Symbolic
from dmn_engine.feel.values import format_value
from dmn_engine.model.result import Candidate
from dmn_engine.model.unknown import find_partial

DETERMINED = {"rules": [], "needs": [], "errors": [], "possible": [], "status": "determined", "value": "null"}
"""What a case expects where it says nothing else."""
WHOLE = {
    "relapse": False,
    "age": 50,
    "weight": 60,
    "stage": "II",
    "fit": True,
    "signs": ["pain"],
    "crisis": False,
    "grade": "low",
    "drugs": ["a"],
}
"""A value of each field, for those that a record leaves out."""
FOLDER = Path(__file__).parent.parent / "cases" / "decisions"


def read_groups() -> list[Any]:
    """The groups of cases, each with one set of tables."""
    files = sorted(FOLDER.glob("*.toml"))
    groups = [group for file in files for group in tomllib.loads(file.read_text(encoding="utf-8"))["group"]]
    return [pytest.param(group, id=group["name"]) for group in groups]


def show_candidate(candidate: Candidate) -> str:
    """A possible value, the rule that gives it, and the fields that decide: whether it applies, and what it gives."""
    rule = f" by {candidate.rule.table} {candidate.rule.rule}" if candidate.rule is not None else ""
    others = [name for name in candidate.needs if name not in candidate.rule_needs]
    needs = "; ".join(", ".join(names) for names in (candidate.rule_needs, others))
    value = format_value(candidate.value) if find_partial(candidate.value) is None else "any value"
    return f"{value}{rule} ({needs})"


def load(tables: str, folder: Path) -> dmn_engine.Model:
    (folder / "schemas").mkdir()
    shutil.copy(FOLDER / "schema.json", folder / "schemas" / "patient.schema.json")
    (folder / "t.md").write_text(f"<!-- dmn workbook -->\n{tables}", encoding="utf-8")
    model = dmn_engine.load(folder / "t.md", folder / "schemas")
    assert [item.message for item in model.diagnostics if item.severity.value == "error"] == []
    return model


@pytest.mark.parametrize("group", read_groups())
def test_evaluation(group: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One model answers all cases, and again from the last to the first: what it keeps changes no answer."""
    tables, cases = group["tables"], group["cases"]
    monkeypatch.setattr(decision_diagram, "MOST_NODES", group.get("budget", decision_diagram.MOST_NODES))
    model = load(tables, tmp_path)
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
        shown["possible"] = [show_candidate(each) for each in found.candidates if not each.certain]
        if "inputs" in case["expect"]:
            shown["inputs"] = {label: format_value(value) for label, value in found.inputs.items()}
        if "conditions" in case["expect"]:
            conditions = [condition for rule in found.rules for condition in rule.conditions]
            shown["conditions"] = [f"{each.label}: {format_value(each.value)}: {each.holds}" for each in conditions]
        if "reviews" in case["expect"]:
            shown["reviews"] = [rule.review_status for rule in found.rules]
        if "reached" in case["expect"]:
            shown["reached"] = list(result.decisions)
        assert (case, shown) == (case, DETERMINED | case["expect"])


@pytest.mark.parametrize("group", read_groups())
def test_a_record_of_all_fields_needs_no_diagrams(
    group: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(symbolic: Symbolic) -> None:
        raise AssertionError("diagrams are made")

    model = load(group["tables"], tmp_path)
    monkeypatch.setattr(Symbolic, "__post_init__", refuse)
    for case in group["cases"]:
        assert not model.evaluate(WHOLE | case["record"], case.get("decision"), mode=case.get("mode")).needs


@pytest.mark.parametrize("group", read_groups())
def test_diagrams_that_are_too_large_only_leave_answers_open(
    group: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load(group["tables"], tmp_path)
    for limit, case in itertools.product((0, 3, 8, 20), group["cases"]):
        monkeypatch.setattr(decision_diagram, "MOST_NODES", limit)
        result = model.evaluate(case["record"], case.get("decision"), mode=case.get("mode"))
        found, expected = result[result.decision], DETERMINED | case["expect"]
        if found.status.value == "undetermined":
            assert found.needs and set(expected["needs"]) <= set(found.needs), (limit, case, found)
        else:
            shown = found.status.value, format_value(found.value)
            assert shown == (expected["status"], expected["value"]), (limit, case, found)


def test_the_masks_that_a_column_keeps_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every value of a condition that computes has a mask of its own; the fourth clears the first three."""
    monkeypatch.setattr(table, "_REMEMBERED", 3)
    text = "## Decision: Even\n\n- Hit policy: Unique\n\n| Rule | When<br>Age | Then<br>Even |\n| --- | --- | --- |\n"
    model = load(f"{text}| R1 | modulo(?, 2) = 0 | yes |\n| R2 | modulo(?, 2) = 1 | no |\n", tmp_path)
    kept = []
    for age in (1, 2, 3, 3, 4, 5, 6, 7):
        assert model.evaluate({"age": age}).value is (age % 2 == 0)
        kept.append(len(model.graph.table("Even").columns[0]._masks))
    assert kept == [1, 2, 3, 3, 1, 2, 3, 1]
