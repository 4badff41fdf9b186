"""Every described workbook of the pyDMNrules layout gives the expected model, messages and values."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dmn_cli.main import main
from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.model_graph import build_graph
from dmn_engine.evaluate.model_values import evaluate_element
from dmn_engine.feel import evaluate
from dmn_engine.layouts import read_foreign
from dmn_engine.report.text import render_diagnostic

from .pydmnrules_building import build_workbook, draw_model

_CASES = Path(__file__).parents[1] / "cases" / "layouts"


def _list_cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{file.stem}: {case['name']}")
        for file in sorted(_CASES.glob("pydmnrules*.toml"))
        for case in tomllib.loads(file.read_text("utf-8"))["case"]
    ]


@pytest.mark.parametrize("case", _list_cases())
def test_workbook(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "model.xlsx"
    build_workbook(case["sheets"], path)
    model = read_foreign(path, "model.xlsx")
    assert model is not None
    definitions = model.definitions
    messages = "\n\n".join(map(render_diagnostic, definitions.diagnostics))
    assert messages == case.get("messages", "").strip()
    if "model" in case:
        assert draw_model(definitions) == case["model"].strip()
    compiled = build_graph(compile_definitions(definitions))
    if not messages:
        assert compiled.compiled.diagnostics == ()
    for trial in case.get("values", []):
        given: Any = evaluate(trial["given"])
        expected: Any = evaluate(trial["expect"])
        assert {name: evaluate_element(compiled, name, given, []) for name in expected} == expected, trial
    for example in model.examples:
        got = {name: evaluate_element(compiled, name, example.inputs, []) for name in example.expected}
        assert got == example.expected, example
    assert len(model.examples) == case.get("examples", 0)


@pytest.mark.parametrize("case", [case for case in _list_cases() if "tested" in case.values[0]])
def test_examples_that_cannot_be_read_fail(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_workbook(case["sheets"], tmp_path / "model.xlsx")
    monkeypatch.chdir(tmp_path)
    result = CliRunner(catch_exceptions=False).invoke(main, ["test", "model.xlsx"])
    assert (result.stdout.strip(), result.exit_code) == (case["tested"].strip(), 1)
