"""The safety properties: proved as the sheet Safety states them, and tested here in Python on random records."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import dmn_engine
from dmn_engine.api import Model, RecordError
from dmn_engine.check import safety
from dmn_engine.check.universe import Universe
from dmn_engine.diagnostics import Diagnostics
from dmn_engine.feel.types import BOOLEAN, ListType
from dmn_engine.model.data_dictionary import DataDictionary, Field
from dmn_engine.model.result import Status
from dmn_engine.records import load_record_schema

from .patients import ROOT

CHEMOTHERAPY = {
    "anthracycline",
    "taxane",
    "antimetabolite",
    "vinca alkaloid",
    "eribulin",
    "platinum",
    "chemotherapy unspecified",
}
ENDOCRINE = {
    "aromatase inhibitor",
    "CDK4/6 inhibitor",
    "ovarian suppression",
    "SERD",
    "SERM",
    "PI3K inhibitor",
    "mTOR inhibitor",
    "progestin",
    "oestrogen",
    "androgen",
}
HER2 = {"HER2 antibody", "HER2 tyrosine kinase inhibitor", "HER2-targeted unspecified"}
CONCERN = "Concern for endocrine resistance"
UNTIL = "Continue HER2-targeted therapy until progression or unacceptable toxicity"
TRIPLE_NEGATIVE = {
    "Chemotherapy is the primary systemic treatment",
    "Single agents in sequence",
    "Combinations only for rapid control",
}
CUTS = {
    "line_of_therapy": [1, 2, 3, 4, 7],
    "months_from_end_of_adjuvant_endocrine_therapy_to_progression": [0, 5, 12, 12.5, 40],
    "transaminases_x_uln": [0.5, 1.99, 2, 5, 9.99, 10, 30],
    "bilirubin_mg_dl": [0.4, 1.5, 1.51, 6],
    "severe_neutropenia_days": [0, 6, 7, 20],
    "ecog": [0, 2, 3, 4],
    "age": [19, 50, 95],
    "height_cm": [150, 182.5],
    "weight_kg": [44, 120.3],
}
OFTEN = {"sex": "female", "stage": "IV"}  # so that most records are in scope


def test_the_stated_properties_are_all_there(model: Model) -> None:
    stated = {item.id.partition("-")[0] for item in model.tables.safety}
    assert stated == {f"S{number}" for number in range(1, 15)}


def test_every_stated_property_is_proved_for_every_possible_patient(model: Model) -> None:
    found = Diagnostics()
    safety.check(Universe(model.graph), found)
    assert found.items == []


def draw_records(vocabulary: DataDictionary) -> st.SearchStrategy[dict[str, Any]]:
    """Records of any fields, with values on both sides of every limit that the facts name."""
    fields = {name: st.one_of(draw_value(item), st.just(OFTEN.get(name))) for name, item in vocabulary.fields.items()}
    return st.fixed_dictionaries(fields).map(lambda record: {k: v for k, v in record.items() if v is not None})


def draw_value(item: Field) -> st.SearchStrategy[Any]:
    values = [str(value) for value in item.domain.values or ()]
    if item.name in CUTS:
        return st.sampled_from(CUTS[item.name])
    if item.type == BOOLEAN:
        return st.booleans()
    if isinstance(item.type, ListType):
        return st.lists(st.sampled_from(values), unique=True)
    return st.sampled_from([int(value) for value in values] if item.name == "paclitaxel_infusion_hours" else values)


def list_items(model: Model, record: dict[str, Any], decision: str) -> list[dict[str, Any]]:
    """All items that some patient who fits this record would get."""
    result = model.evaluate(record, decision=decision)[decision]
    assert not result.errors
    assert result.is_list
    items = result.value if result.status is Status.DETERMINED else result.possible
    assert isinstance(items, list | tuple)
    return [item for item in items if isinstance(item, dict)]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(record=draw_records(load_record_schema(ROOT / "schemas" / "patient.schema.json").dictionary))
def test_no_possible_answer_breaks_a_property(model: Model, record: dict[str, Any]) -> None:
    try:
        options = list_items(model, record, "Systemic therapy options")
    except RecordError:
        return  # an impossible combination, which validation refuses
    in_scope = model.evaluate(record, decision="In scope").value
    check_options(record, options, in_scope)
    check_concern(model, record, options)
    check_principles(model, record, options, in_scope)
    check_rest(model, record, in_scope)
    check_age(model, record, options)


def check_options(record: dict[str, Any], options: list[dict[str, Any]], in_scope: object) -> None:
    """S2 to S6, S11 and S12."""
    classes = [set(option["Drug classes"]) for option in options]
    if in_scope is False:
        assert not any(classes)
        return
    assert options
    if in_scope and record.get("her2_status") == "positive":
        assert any(each & HER2 for each in classes)
    if record.get("her2_status") in ("equivocal", "unknown"):
        assert not any(classes)
    for each in classes:
        if "aromatase inhibitor" in each and record.get("menopausal_status") in ("premenopausal", "unknown"):
            assert "ovarian suppression" in each
        if "PI3K inhibitor" in each:
            assert record.get("pik3ca_status", "mutated") == "mutated"
        assert len(each & CHEMOTHERAPY) <= 1
    if record.get("visceral_crisis") is False and record.get("life_threatening_metastases") is False:
        assert not any("ombination" in option["Regimen"] for option in options)


def check_concern(model: Model, record: dict[str, Any], options: list[dict[str, Any]]) -> None:
    """S2-concern: what could be the subtype HR+/HER2- has nothing endocrine as first choice, and a silent row."""
    if not record.get("concern_for_endocrine_resistance"):
        return
    subtype = model.evaluate(record, decision="Subtype")["Subtype"]
    if "HR+/HER2-" in (subtype.value, *map(str, subtype.possible)):
        assert not any(
            option["Preference"] == "preferred" and set(option["Drug classes"]) & ENDOCRINE for option in options
        )
    if subtype.value == "HR+/HER2-" and model.evaluate(record, decision="In scope").value:
        assert any(option["Basis"] == "silent" for option in options)


def check_principles(model: Model, record: dict[str, Any], options: list[dict[str, Any]], in_scope: object) -> None:
    """S3-continue, S6-principles and S11-principles, and that the plan has a section for them."""
    principles = {item["Principle"] for item in list_items(model, record, "Systemic therapy principles")}
    if in_scope is False:
        assert not principles
    if any(set(option["Drug classes"]) & HER2 for option in options):
        assert UNTIL in principles
    if not in_scope:
        return
    subtype = model.evaluate(record, decision="Subtype").value
    if subtype == "triple-negative":
        assert principles == TRIPLE_NEGATIVE
    elif record.get("her2_status") == "positive":
        assert principles == {UNTIL}
    elif subtype in ("HR+/HER2-", "undetermined"):
        assert not principles
    sections = {item["Section"] for item in list_items(model, record, "Care plan")}
    assert ("Systemic therapy principles" in sections) == bool(principles)


def check_rest(model: Model, record: dict[str, Any], in_scope: object) -> None:
    """S7 to S11, S13 and S14."""
    bone = list_items(model, record, "Bone-targeted therapy")
    surgery = {item["Surgery"] for item in list_items(model, record, "Surgery of the primary tumour")}
    monitoring = {item["Action"] for item in list_items(model, record, "Monitoring")}
    steps = {item["Step"] for item in list_items(model, record, "Initial assessment")}
    if in_scope is False:
        assert not (bone or surgery or monitoring or steps)
        return
    if record.get("bone_metastases") is False:
        assert not any(item["Agents"] for item in bone)
    if record.get("bone_metastases") is True:
        assert any(item["Agents"] for item in bone)
    if record.get("primary_tumour_symptoms") == [] and record.get("impending_complications") is False:
        assert surgery <= {"Not standard", "No surgery"}
    if record.get("neurological_symptoms") is False:
        assert "Brain imaging" not in steps
    assert "Palliative care consultation" in steps
    if record.get("documented_progression") is False and record.get("unacceptable_toxicity") is False:
        assert not monitoring & {"Change to the next line", "Stop treatment"}


def check_age(model: Model, record: dict[str, Any], options: list[dict[str, Any]]) -> None:
    """S1: any other age, and no age at all, give the same options."""
    for age in ({"age": 99}, {}):
        other = {name: value for name, value in record.items() if name != "age"} | age
        assert list_items(model, other, "Systemic therapy options") == options


@pytest.mark.parametrize("transaminases", CUTS["transaminases_x_uln"])
@pytest.mark.parametrize("bilirubin", CUTS["bilirubin_mg_dl"])
@pytest.mark.parametrize("hours", [3, 24])
@pytest.mark.parametrize("is_impaired", [True, False])
def test_no_paclitaxel_dose_outside_of_the_covered_ranges(
    model: Model, transaminases: float, bilirubin: float, hours: int, is_impaired: bool
) -> None:
    """S10."""
    record = {
        "sex": "female",
        "stage": "IV",
        "transaminases_x_uln": transaminases,
        "bilirubin_mg_dl": bilirubin,
        "paclitaxel_infusion_hours": hours,
        "hepatic_impairment": is_impaired,
        "severe_neutropenia_days": 0,
        "severe_peripheral_neuropathy": False,
        "height_cm": 180,
        "weight_kg": 80,
    }
    is_covered = transaminases < 10 and bilirubin <= 1.5
    if not is_impaired and not is_covered:
        with pytest.raises(RecordError):
            model.evaluate(record, decision="Paclitaxel dose")
        return
    dose = model.evaluate(record, decision="Paclitaxel dose").value
    assert isinstance(dose, dict)
    if not is_impaired:
        expected = 175 if hours == 3 else None
    elif is_covered and hours == 24:
        expected = 135 if transaminases < 2 else 100
    else:
        expected = None
    assert dose["Dose mg per m2"] == expected
    assert dose["Dose mg"] == (None if expected is None else expected * 2)


BREAKS = [
    ("hr_positive_her2_negative/first_line.xlsx", "First line", "H1-7", {"Preference": "preferred"}, "S2-concern"),
    ("hr_positive_her2_negative/first_line.xlsx", "First line", "H1-1", {CONCERN: "-"}, "S2-concern"),
    ("hr_positive_her2_negative/first_line.xlsx", "First line", "H1-6", {"Basis": "inferred"}, "S2-concern"),
    ("hr_positive_her2_negative/later_lines.xlsx", "Later lines", "H3-7", {CONCERN: "no"}, "S2-concern"),
    ("systemic_therapy.xlsx", "Principles", "PS-4", {"Subtype": "HER2+/HR+, HER2+/HR-"}, "S3-continue"),
    ("systemic_therapy.xlsx", "Principles", "PS-2", {"Subtype": "HR+/HER2-"}, "S6-principles"),
    ("systemic_therapy.xlsx", "Principles", "PS-3", {"In scope": "-"}, "S11-principles"),
    ("her2_positive/first_line.xlsx", "First line", "E1-13", {"Drug classes": "anthracycline, taxane"}, "S6"),
]


@pytest.mark.parametrize(("file", "sheet", "rule", "cells", "broken"), BREAKS, ids=lambda value: str(value))
def test_a_table_that_breaks_a_property_is_refuted(
    tmp_path: Path, file: str, sheet: str, rule: str, cells: dict[str, str], broken: str
) -> None:
    shutil.copytree(ROOT / "tables", tmp_path / "tables")
    book = load_workbook(tmp_path / "tables" / file)
    labels = {cell.value: cell.column for cell in book[sheet][5]}
    row = next(row for row in range(6, book[sheet].max_row + 1) if book[sheet].cell(row, 1).value == rule)
    for label, text in cells.items():
        book[sheet].cell(row, labels[label]).value = text
    book.save(tmp_path / "tables" / file)
    changed = dmn_engine.load(tmp_path / "tables", schemas=ROOT / "schemas")
    found = [item.message for item in changed.check() if item.code == "safety-violated"]
    assert [message.split(" does not hold")[0] for message in found] == [broken]
