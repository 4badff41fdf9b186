"""Tables of constants: once each region has its masks, evaluation and proofs run no compiled program."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.compile.graph import Graph
from dmn_engine.feel import compiler
from dmn_engine.feel.values import format_value
from tests.decisions.test_cases import FOLDER, load

GROUPS = [
    group
    for group in tomllib.loads((FOLDER / "hit_policies.toml").read_text(encoding="utf-8"))["group"]
    if ":=" not in group["tables"]
]
OTHERS = {"age": 33, "weight": 61}
"""Values that share a region with the representatives, and are none themselves."""


def fill_masks(graph: Graph) -> None:
    """Meet the representative of each region of each column once."""
    for name in graph.tables.tables:
        for column in graph.table(name).columns:
            for value in graph.regions(column.column.name):
                converted, error = column.check(value)
                if error is None:
                    column.match(converted, {}, [])


def refuse(*parts: object) -> None:
    raise AssertionError("a compiled program ran")


@pytest.mark.parametrize("group", GROUPS, ids=[group["name"] for group in GROUPS])
def test_no_program_runs(group: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load(group["tables"], tmp_path)
    whole = {**OTHERS, **group["cases"][0]["record"]}
    wanted, findings = model.evaluate(whole), model.check()
    (tmp_path / "again").mkdir()
    again = load(group["tables"], tmp_path / "again")
    fill_masks(again.graph)
    monkeypatch.setattr(compiler.Program, "evaluate", refuse)
    monkeypatch.setattr(compiler.TestProgram, "matches", refuse)
    assert again.evaluate(whole).value == wanted.value
    for case in group["cases"]:
        result = again.evaluate(case["record"], case.get("decision"), mode=case.get("mode"))
        expected = case["expect"]
        assert (format_value(result.value), result.status.value) == (
            expected.get("value", "null"),
            expected.get("status", "determined"),
        )
    assert [item.message for item in again.check()] == [item.message for item in findings]
