"""Models as XML in mode clinical: what missing fields and components of contexts leave open, and what decides."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import dmn_engine
from dmn_engine.feel import evaluate
from dmn_engine.feel.values import format_value

from .test_evaluation import wrap

CASES = Path(__file__).parents[1] / "cases" / "xml" / "clinical.toml"
MODELS: list[dict[str, Any]] = tomllib.loads(CASES.read_text())["model"]


def write_decision(name: str, text: str, inputs: list[str]) -> str:
    requires = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>' for name in inputs
    )
    shown = text.replace("<", "&lt;")
    return (
        f'<decision name="{name}" id="d_{name}"><variable name="{name}"/>{requires}'
        f"<literalExpression><text>{shown}</text></literalExpression></decision>\n"
    )


@pytest.mark.parametrize("described", MODELS, ids=[model["name"] for model in MODELS])
def test_a_decision_is_as_open_as_its_record(described: dict[str, Any], tmp_path: Path) -> None:
    inputs = re.findall(r'<inputData name="(\w+)"', described["text"])
    decisions = (write_decision(name, text, inputs) for name, text in described["decisions"].items())
    (tmp_path / "m.dmn").write_text(wrap(described["text"] + "".join(decisions)))
    model = dmn_engine.load(tmp_path / "m.dmn")
    for case in described["cases"]:
        record = evaluate(case["record"])
        assert isinstance(record, dict)
        shown: dict[str, Any] = {"record": case["record"], "needs": {}}
        for name in case.keys() - {"record", "needs"}:
            found = model.evaluate(record, name, mode="clinical")[name]
            shown[name] = format_value(found.value) if found.status.value == "determined" else found.status.value
            shown["needs"] |= {name: list(found.needs)} if found.needs else {}
        assert shown == {"needs": {}, **case}
