"""What `check` reports of small models, where null is a value of every input: cases in tests/cases/model_check."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dmn_engine import load
from dmn_engine.report.text import render_diagnostic

CASES = Path(__file__).parents[1] / "cases" / "model_check"
LATEST = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def read_cases() -> list[Any]:
    files = sorted(CASES.glob("*.toml"))
    return [
        pytest.param(case, id=case["name"])
        for file in files
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    ]


def check(text: str, folder: Path) -> str:
    file = folder / "m.dmn"
    file.write_text(f'<definitions xmlns="{LATEST}" name="m" namespace="n">{text}</definitions>', encoding="utf-8")
    found = load(file).check()
    return "\n\n".join(map(render_diagnostic, found)).replace(f"{folder}/", "")


@pytest.mark.parametrize("case", read_cases())
def test_findings(case: dict[str, Any], tmp_path: Path) -> None:
    assert check(case["text"], tmp_path).strip("\n") == case["findings"].strip("\n")
