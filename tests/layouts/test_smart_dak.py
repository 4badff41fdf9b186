"""Workbooks of WHO's layout, as described and as published: every rule, every text, nothing guessed."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.model_graph import build_graph
from dmn_engine.diagnostics import CellRef, Diagnostics
from dmn_engine.evaluate.model_values import evaluate_element
from dmn_engine.feel import evaluate
from dmn_engine.formats.xlsx.grid import Area
from dmn_engine.formats.xlsx.workbook import read_grids
from dmn_engine.layouts import read_foreign
from dmn_engine.layouts.smart_dak import recognise
from dmn_engine.layouts.smart_dak.elements import Elements
from dmn_engine.layouts.smart_dak.pseudocode import NotUnderstood
from dmn_engine.layouts.smart_dak.reading import read_condition, read_label
from dmn_engine.layouts.smart_dak.sheet import Cell
from dmn_engine.layouts.smart_dak.translation import translate
from dmn_engine.model.names import Unused
from dmn_engine.report.text import render_diagnostic

from .smart_dak_building import build_workbook, draw_model

_CASES = Path(__file__).parents[1] / "cases" / "layouts"
_PLACE = CellRef("book.xlsx", "Sheet", "B7")


def _load(name: str) -> list[Any]:
    cases = tomllib.loads((_CASES / name).read_text("utf-8"))["case"]
    return [pytest.param(case, id=case.get("name") or case["cell"][:60]) for case in cases]


@pytest.mark.parametrize("case", _load("smart_dak_conditions.toml"))
def test_condition(case: dict[str, Any]) -> None:
    text = case["cell"].strip()
    if "fault" in case:
        with pytest.raises(NotUnderstood) as caught:
            _translate(text, case.get("heading", ""))
        fault = caught.value
        assert (fault.message, text[fault.span.start : fault.span.end]) == (case["fault"], case["at"])
        assert fault.help == case.get("help", "")
    else:
        assert _translate(text, case.get("heading", "")) == case["tests"]


def _translate(text: str, heading: str) -> list[str]:
    elements = Elements()
    cell = Cell(text, Area(7, 2, 7, 2), _PLACE, is_own=True)
    condition = read_condition(cell, read_label(heading))
    if condition is None:
        return []
    elements.note(condition, _PLACE)
    elements.settle(Unused("."))
    return [f"{test.clause.expression}: {test.text}" for test in translate(condition, elements)]


@pytest.mark.parametrize("case", _load("smart_dak_tables.toml"))
def test_workbook(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "dak.xlsx"
    build_workbook(case["sheets"], path, case.get("start", "B2"), tuple(case.get("hidden", ())))
    model = read_foreign(path, "dak.xlsx")
    if case.get("foreign", True) is False:
        assert model is None
        return
    assert model is not None
    definitions = model.definitions
    assert draw_model(definitions) == case["model"].strip()
    told = [item for item in definitions.diagnostics if item.code != "read-as"]
    assert "\n\n".join(map(render_diagnostic, told)) == case.get("messages", "").strip()
    compiled = build_graph(compile_definitions(definitions))
    for trial in case.get("values", []):
        given: Any = evaluate(trial["given"])
        causes: Any = []
        assert evaluate_element(compiled, trial["decision"], given, causes) == evaluate(trial["expect"]), causes


def test_no_other_layout_is_taken() -> None:
    """The project's own workbooks, and where they are at hand those of pyDMNrules."""
    root = Path(__file__).parents[2]
    external = Path(os.environ.get("DMN_EXTERNAL", root.parent / "shared" / "external"))
    files = [*root.glob("tables/**/*.xlsx"), *external.glob("pydmnrules/*.xlsx")]
    assert len(files) > 10
    assert [file for file in files if recognise(read_grids(file, file.name, Diagnostics()))] == []
