"""The patients of examples/patients: each is valid, and gets the plan that its file name describes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dmn_engine.api import Model
from dmn_engine.formats.tabular.reading import read_records
from dmn_engine.model.result import Status

from .patients import ROOT

FOLDER = ROOT / "examples" / "patients"
FILES = sorted(FOLDER.glob("*.json"))

EXPECTED = {
    "her2_positive_hr_negative_first_line": ("HER2+/HR-", "E1-1"),
    "her2_positive_hr_positive_first_line": ("HER2+/HR+", "E1-13"),
    "her2_positive_second_line": ("HER2+/HR-", "E2-1"),
    "hr_positive_first_line": ("HR+/HER2-", "H1-1"),
    "hr_positive_first_line_endocrine_concern": ("HR+/HER2-", "H1-6"),
    "hr_positive_first_line_premenopausal": ("HR+/HER2-", "H1-2"),
    "hr_positive_fourth_line": ("HR+/HER2-", "H3-1"),
    "hr_positive_second_line": ("HR+/HER2-", "H2-2"),
    "hr_positive_visceral_crisis": ("HR+/HER2-", "H1-4"),
    "missing_data": ("HR+/HER2-", "H2-1"),
    "out_of_scope": ("HR+/HER2-", "OS-1"),
    "subtype_undetermined": ("undetermined", "UN-1"),
    "triple_negative_first_line_paclitaxel": ("triple-negative", "T1-5"),
    "triple_negative_second_line": ("triple-negative", "T2-8"),
}


def test_every_example_is_expected() -> None:
    assert [file.stem for file in FILES] == sorted(EXPECTED)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_example_gets_its_plan(model: Model, file: Path) -> None:
    record = json.loads(file.read_text())
    subtype, rule = EXPECTED[file.stem]
    plan = model.evaluate(record)
    assert not plan.errors
    assert plan.status is (Status.UNDETERMINED if file.stem == "missing_data" else Status.DETERMINED)
    options = model.evaluate(record, decision="Systemic therapy options")
    assert options["Subtype"].value == subtype
    assert rule in {fired.rule for name in options for fired in options[name].rules}


def test_the_paclitaxel_example_has_its_dose(model: Model) -> None:
    record = json.loads((FOLDER / "triple_negative_first_line_paclitaxel.json").read_text())
    plan = model.evaluate(record).value
    assert isinstance(plan, list)
    sections = {item["Section"]: item["Content"] for item in plan}
    assert sections["Paclitaxel dose"]["Dose mg per m2"] == 100


def test_the_cohort_has_the_same_patients(model: Model) -> None:
    by_name = {file.stem: json.loads(file.read_text()) for file in FILES}
    rows = list(read_records(FOLDER / "cohort.csv", dictionary=model.dictionary))
    assert len(rows) == len(by_name)
