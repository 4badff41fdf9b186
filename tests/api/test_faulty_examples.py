"""A mistake in one example patient is that example's alone, in every form that a workbook is written in."""

from __future__ import annotations

import json
from pathlib import Path

from dmn_engine import load
from dmn_engine.diagnostics import Severity

PAGE = """<!-- dmn workbook -->

## About

| Key | Value |
| --- | --- |
| Id | X |
| Title | X |
| Question | X? |
| Version | 0.1.0 |
| Status | in review |
| Owner | n |
| Source | s |

## Decision: Grade

- Sheet: Grade
- Hit policy: Unique

| Rule | When<br>Age | Then<br>Grade |
| --- | --- | --- |
| R1 | >= 10 | old |
| R2 | < 10 | young |

## Tests

| Test | When<br>Age | Then<br>Grade |
| --- | --- | --- |
| right | 20 | old |
| wrong | 20x | old |
"""
SCHEMA = {"type": "object", "properties": {"age": {"title": "Age", "type": "integer", "minimum": 0, "maximum": 130}}}


def write_page(folder: Path, text: str = PAGE) -> Path:
    (folder / "patient.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    file = folder / "x.md"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_page_answers_although_an_example_has_a_mistake(tmp_path: Path) -> None:
    model = load(write_page(tmp_path), schemas=tmp_path)
    errors = [(item.code, str(item.source.origin)) for item in model.diagnostics if item.severity is Severity.ERROR]
    assert errors == [("unit", f"{tmp_path}/x.md:30 Tests, wrong, Age")]
    assert model.evaluate({"age": 20}).value == "old"
