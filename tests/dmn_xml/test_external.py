"""Other people's models: no rule is lost, and every decision that can be evaluated has a value."""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.model_graph import build_graph
from dmn_engine.diagnostics import Severity
from dmn_engine.evaluate.model_values import evaluate_element
from dmn_engine.feel import evaluate
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.values import format_value
from dmn_engine.formats.dmn_xml import read_definitions
from dmn_engine.model.boxed_expressions import TableExpression

ROOT = Path(os.environ.get("DMN_EXTERNAL", Path(__file__).parents[2] / ".." / "shared" / "external"))
CASES = Path(__file__).parents[1] / "cases" / "xml" / "external.toml"
MODELS: list[dict[str, Any]] = tomllib.loads(CASES.read_text())["model"]

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason=f"the models of others are not at {ROOT} (set DMN_EXTERNAL)")


@pytest.mark.parametrize("model", MODELS, ids=[model["file"] for model in MODELS])
def test_model_of_others(model: dict[str, Any]) -> None:
    definitions = read_definitions(ROOT / model["file"], model["file"])
    errors = Counter(item.code for item in definitions.diagnostics if item.severity is Severity.ERROR)
    assert errors == model.get("errors", {})
    tables = [item.logic for item in definitions.decisions if isinstance(item.logic, TableExpression)]
    assert sum(len(table.rules) for table in tables) == model["rules"]
    compiled = build_graph(compile_definitions(definitions))
    for case in model["cases"]:
        causes: list[EvaluationError] = []
        inputs = evaluate(case["inputs"])
        assert isinstance(inputs, dict)
        assert format_value(evaluate_element(compiled, case["decision"], inputs, causes)) == case["value"], case
