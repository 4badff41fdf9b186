"""The workbooks of pyDMNrules' author: no rule is lost, and their tests pass as the author intended."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.model_graph import build_graph
from dmn_engine.diagnostics import CellRef, Diagnostics
from dmn_engine.evaluate.model_values import evaluate_element
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.formats.dmn_xml import read_definitions, write_definitions
from dmn_engine.formats.xlsx.workbook import read_grids
from dmn_engine.layouts import ForeignModel, read_foreign
from dmn_engine.layouts.pydmnrules import recognise
from dmn_engine.model.boxed_expressions import TableExpression
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.definitions import Definitions
from tests.spreadsheet.building import CASES, build_file

_ROOT = Path(__file__).parents[2]
_EXTERNAL = Path(os.environ.get("DMN_EXTERNAL", _ROOT.parent / "shared" / "external"))
_FOLDER = _EXTERNAL / "pydmnrules"

_external = pytest.mark.skipif(not _FOLDER.is_dir(), reason=f"the workbooks of others are not at {_EXTERNAL}")


def _list_broken() -> list[Any]:
    return [
        pytest.param(file.stem, case, id=f"{file.stem}: {case['name']}")
        for file in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(file.read_text("utf-8"))["case"]
    ]


def _read(name: str) -> ForeignModel:
    model = read_foreign(_FOLDER / name, name)
    assert model is not None
    assert not any(item.severity.value == "error" for item in model.definitions.diagnostics)
    return model


def _take_first(definitions: Definitions) -> Definitions:
    """The model with U read as F: their engine takes the first rule that matches."""
    decisions = []
    for item in definitions.decisions:
        logic = item.logic
        if isinstance(logic, TableExpression) and logic.hit_policy is HitPolicy.UNIQUE:
            logic = replace(logic, hit_policy=HitPolicy.FIRST)
        decisions.append(replace(item, logic=logic))
    return replace(definitions, decisions=tuple(decisions))


def _list_tables(definitions: Definitions) -> dict[str, TableExpression]:
    return {item.name: item.logic for item in definitions.decisions if isinstance(item.logic, TableExpression)}


def _find_on_sheet(model: ForeignModel, sheet: str) -> TableExpression:
    tables = _list_tables(model.definitions).values()
    return next(table for table in tables if isinstance(table.origin, CellRef) and table.origin.sheet == sheet)


@_external
@pytest.mark.parametrize(("name", "examples"), [("Therapy.xlsx", 3), ("ExampleHPV.xlsx", 26)])
def test_their_examples_hold(name: str, examples: int) -> None:
    model = _read(name)
    compiled = build_graph(compile_definitions(_take_first(model.definitions)))
    assert len(model.examples) == examples
    for example in model.examples:
        got = {key: evaluate_element(compiled, key, example.inputs, []) for key in example.expected}
        assert got == example.expected, example


@_external
@pytest.mark.parametrize("name", ["Therapy.xlsx", "ExampleHPV.xlsx", "ExampleCrosstab.xlsx", "Example1.xlsx"])
def test_written_as_dmn_they_say_the_same(name: str, tmp_path: Path) -> None:
    model = _read(name)
    path = tmp_path / "model.dmn"
    path.write_bytes(write_definitions(_take_first(model.definitions)))
    definitions = read_definitions(path, "model.dmn")
    assert definitions.diagnostics == ()
    compiled = build_graph(compile_definitions(definitions))
    assert compiled.compiled.diagnostics == ()
    for example in model.examples:
        assert {
            key: evaluate_element(compiled, key, example.inputs, []) for key in example.expected
        } == example.expected


@_external
def test_overlap_of_a_unique_table_is_told_by_its_rules() -> None:
    model = _read("Therapy.xlsx")
    compiled = build_graph(compile_definitions(model.definitions))
    causes: list[EvaluationError] = []
    assert evaluate_element(compiled, "Recommended Medication", model.examples[0].inputs, causes) is None
    message = "DefineMedication: more than one rule matches, where the table says Unique: Med-1, Med-2"
    assert [cause.message for cause in causes] == [message]
    table = _list_tables(model.definitions)["DefineMedication"]
    places = [str(rule.origin) for rule in table.rules[:2]]
    assert places == ["Therapy.xlsx!Medication  Rules!B4:E4", "Therapy.xlsx!Medication  Rules!B5:E5"]


@_external
@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("Therapy.xlsx", {"Medication  Rules": 3, "Calculate Creatinine Clearance": 1, "Dosing Rules": 3}),
        ("Therapy.xlsx", {"Drug Interaction Rules": 2, "Error Message": 1}),
        ("Example1.xlsx", {"Applicant Risk Rating": 5}),
        ("ExampleHPV.xlsx", {"Risk": 27}),
    ],
)
def test_rules_in_are_rules_out(name: str, rules: Mapping[str, int]) -> None:
    """Every row with an id below the headings is a rule of that id."""
    book = load_workbook(_FOLDER / name)
    for sheet, count in rules.items():
        column = [book[sheet].cell(row, 2).value for row in range(4, 200)]
        written = [str(id_) for id_ in column if id_ is not None]
        assert len(written) == count
        assert [rule.identity.label for rule in _find_on_sheet(_read(name), sheet).rules] == written


@_external
def test_every_cell_of_the_crosstab_is_a_rule() -> None:
    sheet = load_workbook(_FOLDER / "ExampleCrosstab.xlsx")["Discount"]
    table = _list_tables(_read("ExampleCrosstab.xlsx").definitions)["Discount"]
    written = [str(sheet.cell(row, column).value) for row in (6, 7) for column in range(4, 8)]
    assert [rule.outputs[0].text.text for rule in table.rules] == written


@pytest.mark.parametrize("path", sorted((_ROOT / "tables").rglob("*.xlsx")), ids=lambda path: path.stem)
def test_own_workbooks_are_not_taken(path: Path) -> None:
    assert not recognise(read_grids(path, path.name, Diagnostics()))


@pytest.mark.parametrize(("file", "case"), _list_broken())
def test_own_broken_workbooks_are_not_taken(file: str, case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    build_file(case, path)
    assert not recognise(read_grids(path, "broken.xlsx", Diagnostics())), file


@pytest.mark.parametrize("path", sorted((_EXTERNAL / "who").glob("*.xlsx")), ids=lambda path: path.stem)
def test_workbooks_of_who_are_not_taken(path: Path) -> None:
    assert not recognise(read_grids(path, path.name, Diagnostics()))
