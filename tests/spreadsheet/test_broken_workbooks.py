"""Every described workbook gives exactly the expected messages, and never an exception."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.formats.xlsx.layout import read_workbook
from dmn_engine.report.text import render_diagnostic
from dmn_engine.workbook import build_tables

from .building import CASES, VOCABULARY, build_file


def _list_cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{file.stem}: {case['name']}")
        for file in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(file.read_text("utf-8"))["case"]
    ]


@pytest.mark.parametrize("case", _list_cases())
def test_messages(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    build_file(case, path)
    source = read_workbook(path, "broken.xlsx")
    tables = build_tables([source], VOCABULARY)
    assert "\n\n".join(map(render_diagnostic, tables.diagnostics)) == case["expect"].strip()
    if "rules" in case:
        assert [rule.id.text for table in source.tables for rule in table.rules] == case["rules"]
